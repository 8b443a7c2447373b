import Handlebars from 'handlebars';
import { ModelosDeEmail } from '../application/ports.js';
import type { Aviso, Contato, Idioma, TipoNotificacao } from '../domain/entrega.js';
import { type CamposDoAviso, descreverAviso } from '../domain/texto.js';

interface Modelo {
  readonly assunto: string;
  readonly titulo: string;
  /** Paragraphs; the same words for HTML, where values are escaped, and for plain text, where they are not. */
  readonly paragrafos: readonly string[];
}

const modelos: Record<TipoNotificacao, Record<Idioma, Modelo>> = {
  RESERVA_CONFIRMADA: {
    'pt-BR': {
      assunto: 'Reserva confirmada: {{espaco}}',
      titulo: 'Sua reserva está confirmada',
      paragrafos: [
        'Olá, {{nome}}!',
        'O pagamento de {{valor}} foi aprovado e {{espaco}}, em {{cidade}}, é seu:',
        '{{periodo}}',
      ],
    },
    en: {
      assunto: 'Booking confirmed: {{espaco}}',
      titulo: 'Your booking is confirmed',
      paragrafos: [
        'Hello, {{nome}}!',
        'Your payment of {{valor}} went through and {{espaco}}, in {{cidade}}, is yours:',
        '{{periodo}}',
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
        '{{#if reembolso}}Vamos devolver {{reembolso}} pelo mesmo meio de pagamento.{{/if}}',
      ],
    },
    en: {
      assunto: 'Booking cancelled: {{espaco}}',
      titulo: 'Your booking was cancelled',
      paragrafos: [
        'Hello, {{nome}}.',
        'The booking of {{espaco}}, in {{cidade}}, was cancelled because {{motivo}}:',
        '{{periodo}}',
        '{{#if reembolso}}We will refund {{reembolso}} to the same means of payment.{{/if}}',
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

const pagina = (idioma: Idioma, titulo: string, paragrafos: readonly string[]): string =>
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
export class ModelosHandlebars extends ModelosDeEmail {
  escrever(aviso: Aviso, { nome, idioma }: Contato): { assunto: string; html: string; texto: string } {
    const campos = descreverAviso(aviso, nome, idioma);
    const modelo = compilados[aviso.tipo][idioma];
    const preencher = (partes: readonly Escrever[]) => partes.map((escrever) => escrever(campos)).filter(Boolean);
    return {
      assunto: modelo.assunto(campos).replace(/\s+/g, ' '),
      html: pagina(idioma, modelo.titulo, preencher(modelo.html)),
      texto: `${[modelo.titulo, ...preencher(modelo.texto)].join('\n\n')}\n`,
    };
  }
}
