import Handlebars from 'handlebars';
import { ModelosDeEmail } from '../application/ports.js';
import type { Avisos, Contato, Idioma, TipoNotificacao } from '../domain/entrega.js';
import { type CamposDoAviso, descreverAvisos } from '../domain/texto.js';

interface Modelo {
  readonly assunto: string;
  readonly titulo: string;
  /** Paragraphs; the same words for HTML, where values are escaped, and for plain text, where they are not. */
  readonly paragrafos: readonly string[];
}

const modelos: Record<TipoNotificacao, Record<Idioma, Modelo>> = {
  RESERVA_APROVADA: {
    'pt-BR': {
      assunto: 'Pedido aprovado: {{espaco}}',
      titulo: 'Seu pedido foi aprovado',
      paragrafos: [
        'Olá, {{nome}}!',
        '{{espaco}}, em {{cidade}}, espera por você:',
        '{{periodo}}',
        'Para ficar com o horário, pague {{valor}} até {{prazo}}.',
      ],
    },
    en: {
      assunto: 'Request approved: {{espaco}}',
      titulo: 'Your request was approved',
      paragrafos: [
        'Hello, {{nome}}!',
        '{{espaco}}, in {{cidade}}, is waiting for you:',
        '{{periodo}}',
        'To keep the time, pay {{valor}} by {{prazo}}.',
      ],
    },
  },
  FILA_ATENDIDA: {
    'pt-BR': {
      assunto: 'O horário que você esperava: {{espaco}}',
      titulo: 'Um horário foi liberado para você',
      paragrafos: [
        'Olá, {{nome}}!',
        '{{espaco}}, em {{cidade}}, ficou livre e está retido em seu nome:',
        '{{periodo}}',
        'Para ficar com ele, pague {{valor}} até {{prazo}}. Depois disso a vez passa a quem vem em seguida.',
      ],
    },
    en: {
      assunto: 'The time you were waiting for: {{espaco}}',
      titulo: 'A time has come free for you',
      paragrafos: [
        'Hello, {{nome}}!',
        '{{espaco}}, in {{cidade}}, has come free and is held in your name:',
        '{{periodo}}',
        'To keep it, pay {{valor}} by {{prazo}}. After that it goes to whoever is next.',
      ],
    },
  },
  RESERVA_REMARCADA: {
    'pt-BR': {
      assunto: 'Reserva remarcada: {{espaco}}',
      titulo: 'Sua reserva mudou de horário',
      paragrafos: [
        'Olá, {{nome}}!',
        'A reserva de {{espaco}}, em {{cidade}}, agora é:',
        '{{periodo}}',
        '{{#if anterior}}Antes era: {{anterior}}{{/if}}',
        '{{#if acrescimo}}O novo horário custa {{acrescimo}} a mais: {{valor}}.{{/if}}',
        '{{#if abatimento}}O novo horário custa {{abatimento}} a menos: {{valor}}.{{/if}}',
        '{{#if reembolso}}Vamos devolver {{reembolso}} pelo mesmo meio de pagamento.{{/if}}',
        '{{#if retido}}Do que você pagou, {{retido}} não podem ser devolvidos agora, porque o pagamento foi contestado no banco: fale com a administração do espaço.{{/if}}',
      ],
    },
    en: {
      assunto: 'Booking moved: {{espaco}}',
      titulo: 'Your booking has a new time',
      paragrafos: [
        'Hello, {{nome}}!',
        'The booking of {{espaco}}, in {{cidade}}, is now:',
        '{{periodo}}',
        '{{#if anterior}}It was: {{anterior}}{{/if}}',
        '{{#if acrescimo}}The new time costs {{acrescimo}} more: {{valor}}.{{/if}}',
        '{{#if abatimento}}The new time costs {{abatimento}} less: {{valor}}.{{/if}}',
        '{{#if reembolso}}We will refund {{reembolso}} to the same means of payment.{{/if}}',
        '{{#if retido}}Of what you paid, {{retido}} cannot be refunded now, because the payment was disputed at the bank: talk to the management of the space.{{/if}}',
      ],
    },
  },
  RESERVA_NAO_COMPARECEU: {
    'pt-BR': {
      assunto: 'Sentimos a sua falta: {{espaco}}',
      titulo: 'Ninguém fez o check-in da sua reserva',
      paragrafos: [
        'Olá, {{nome}}.',
        'O código da reserva de {{espaco}}, em {{cidade}}, não foi apresentado até a tolerância, e o espaço foi liberado:',
        '{{periodo}}',
      ],
    },
    en: {
      assunto: 'We missed you: {{espaco}}',
      titulo: 'Nobody checked in for your booking',
      paragrafos: [
        'Hello, {{nome}}.',
        'The code of the booking of {{espaco}}, in {{cidade}}, was not presented in time, and the space was released:',
        '{{periodo}}',
      ],
    },
  },
  RESERVA_CONFIRMADA: {
    'pt-BR': {
      assunto: 'Reserva confirmada: {{espaco}}',
      titulo: 'Sua reserva está confirmada',
      paragrafos: [
        'Olá, {{nome}}!',
        '{{#if pago}}O pagamento de {{pago}} foi aprovado e {{espaco}}{{else}}{{espaco}}{{/if}}, em {{cidade}}, é seu:',
        '{{periodo}}',
        '{{#if saldo}}Faltam {{saldo}}, a pagar antes do início.{{/if}}',
      ],
    },
    en: {
      assunto: 'Booking confirmed: {{espaco}}',
      titulo: 'Your booking is confirmed',
      paragrafos: [
        'Hello, {{nome}}!',
        '{{#if pago}}Your payment of {{pago}} went through and {{espaco}}{{else}}{{espaco}}{{/if}}, in {{cidade}}, is yours:',
        '{{periodo}}',
        '{{#if saldo}}{{saldo}} remain to be paid before it begins.{{/if}}',
      ],
    },
  },
  RESERVA_CANCELADA: {
    'pt-BR': {
      assunto: 'Reserva cancelada: {{espaco}}',
      titulo: 'Sua reserva foi cancelada',
      paragrafos: [
        'Olá, {{nome}}.',
        'A reserva de {{espaco}}, em {{cidade}}, foi cancelada porque {{motivo}}:',
        '{{periodo}}',
        '{{#if justificativa}}Nas palavras de quem a cancelou: “{{justificativa}}”{{/if}}',
        '{{#if reembolso}}Vamos devolver {{reembolso}} pelo mesmo meio de pagamento.{{/if}}',
        '{{#if retido}}Do que você pagou, {{retido}} não podem ser devolvidos agora, porque o pagamento foi contestado no banco: fale com a administração do espaço.{{/if}}',
        '{{#if perdido}}O banco já devolveu {{perdido}} a quem contestou o pagamento.{{/if}}',
      ],
    },
    en: {
      assunto: 'Booking cancelled: {{espaco}}',
      titulo: 'Your booking was cancelled',
      paragrafos: [
        'Hello, {{nome}}.',
        'The booking of {{espaco}}, in {{cidade}}, was cancelled because {{motivo}}:',
        '{{periodo}}',
        '{{#if justificativa}}In the words of whoever cancelled it: “{{justificativa}}”{{/if}}',
        '{{#if reembolso}}We will refund {{reembolso}} to the same means of payment.{{/if}}',
        '{{#if retido}}Of what you paid, {{retido}} cannot be refunded now, because the payment was disputed at the bank: talk to the management of the space.{{/if}}',
        '{{#if perdido}}The bank has already given {{perdido}} back to whoever disputed the payment.{{/if}}',
      ],
    },
  },
};

type Escrever = (campos: CamposDoAviso) => string;
interface ModeloCompilado {
  readonly idioma: Idioma;
  readonly assunto: Escrever;
  readonly titulo: string;
  readonly html: readonly Escrever[];
  readonly texto: readonly Escrever[];
}

const compilar = (modelo: Modelo, idioma: Idioma): ModeloCompilado => {
  const simples = (fonte: string): Escrever => Handlebars.compile(fonte, { strict: false, noEscape: true });
  return {
    idioma,
    assunto: simples(modelo.assunto),
    titulo: modelo.titulo,
    html: modelo.paragrafos.map((fonte) => Handlebars.compile(fonte)),
    texto: modelo.paragrafos.map(simples),
  };
};

const compilados = Object.fromEntries(
  Object.entries(modelos).map(([tipo, { 'pt-BR': ptBr, en }]) => [
    tipo,
    { 'pt-BR': compilar(ptBr, 'pt-BR'), en: compilar(en, 'en') },
  ]),
) as Record<TipoNotificacao, Record<Idioma, ModeloCompilado>>;

const DATAS: Record<Idioma, string> = { 'pt-BR': 'datas', en: 'dates' };

/** A letter's HTML; its paragraphs are HTML already. */
export const pagina = (idioma: Idioma, titulo: string, paragrafos: readonly string[]): string =>
  `<!doctype html>
<html lang="${idioma}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${titulo}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 sans-serif;color:#1c1c1c;background:#ffffff">
<h1 style="font-size:20px">${titulo}</h1>
${paragrafos.map((paragrafo) => `<p>${paragrafo}</p>`).join('\n')}
</body>
</html>
`;

/** E-mails in Portuguese and English. What people typed is escaped in HTML, and cannot break the subject's line. */
export class HandlebarsModelos extends ModelosDeEmail {
  write(avisos: Avisos, { nome, idioma }: Contato): { assunto: string; html: string; texto: string } {
    const campos = descreverAvisos(avisos, nome, idioma);
    const { periodos } = campos;
    const modelo = compilados[avisos[0].tipo][idioma];
    // A paragraph that tells the time stands once for each, all others are the same and stand once.
    const preencher = (partes: readonly Escrever[]) =>
      partes
        .flatMap((escrever) => [...new Set(periodos.map((periodo) => escrever({ ...campos, periodo })))])
        .filter(Boolean);
    const quantas = periodos.length > 1 ? ` (${periodos.length} ${DATAS[idioma]})` : '';
    return {
      assunto: `${modelo.assunto(campos).replace(/\s+/g, ' ')}${quantas}`,
      html: pagina(idioma, modelo.titulo, preencher(modelo.html)),
      texto: `${[modelo.titulo, ...preencher(modelo.texto)].join('\n\n')}\n`,
    };
  }
}
