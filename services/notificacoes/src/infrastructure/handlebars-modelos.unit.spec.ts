import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { PAGINAS, PAGINAS_DO_PAINEL } from '@plataforma/contracts';
import { Descadastro } from '../application/descadastro.js';
import { LinkDoConvite } from '../application/link-do-convite.js';
import { TIPOS_DA_CASA } from '../domain/carta-da-casa.js';
import { TIPOS_DE_CARTA } from '../domain/carta-de-conta.js';
import { type Aviso, type Avisos, type Contato, TIPOS_DE_AVISO } from '../domain/entrega.js';
import { AVISOS_DE_EXEMPLO } from './exemplos.js';
import { previas } from './previas.js';
import { HandlebarsModelos } from './handlebars-modelos.js';

/** Intl writes with narrow and non-breaking spaces. */
const legivel = (texto: string) => texto.replace(/\s+/g, ' ');
const SITE = 'https://reservas.exemplo.com';
const origens = { site: SITE, painel: 'https://painel.exemplo.com' };
const modelos = new HandlebarsModelos(
  origens,
  'reservas@exemplo.com',
  new Descadastro(Buffer.alloc(32)),
  new LinkDoConvite(Buffer.alloc(32)),
);
const contato: Contato = { usuarioId: 'u', nome: 'Ana & <b>Bia</b>', email: 'ana@exemplo.com', idioma: 'pt-BR' };
const reserva = {
  espacoNome: "Sala <Ipê>\nD'Ouro",
  cidade: 'São Paulo',
  inicio: '2026-12-04T13:00:00Z',
  fim: '2026-12-04T15:00:00Z',
  fuso: 'America/Sao_Paulo',
  valorCentavos: 12_000,
  moeda: 'BRL',
};
const confirmada = { tipo: 'RESERVA_CONFIRMADA', reserva, pagoCentavos: 12_000 } as const;
const cancelada = { tipo: 'RESERVA_CANCELADA', reserva, motivo: 'PAGAMENTO_RECUSADO', reembolsoCentavos: 0 } as const;

describe('Um e-mail', () => {
  it('escapa em HTML o que pessoas digitaram, e o deixa como é em texto puro', () => {
    const { html, texto } = modelos.write('EMAIL', [confirmada], contato);
    expect(html).toContain('Ana &amp; &lt;b&gt;Bia&lt;/b&gt;');
    expect(html).not.toContain('<b>Bia</b>');
    expect(texto).toContain('Ana & <b>Bia</b>');
  });

  it('tem um assunto de uma linha', () => {
    expect(modelos.write('EMAIL', [confirmada], contato).assunto).toBe("Reserva confirmada: Sala <Ipê> D'Ouro");
  });

  it('fala a língua de quem o lê', () => {
    const en = modelos.write('EMAIL', [cancelada], { ...contato, idioma: 'en' });
    expect(en.assunto).toMatch(/^Booking cancelled/);
    expect(en.html).toContain('<html lang="en"');
    expect(en.texto).toContain('the payment was declined');
    expect(modelos.write('EMAIL', [cancelada], contato).texto).toContain('o pagamento foi recusado');
  });

  it('omite o parágrafo do reembolso quando não há reembolso', () => {
    expect(modelos.write('EMAIL', [cancelada], contato).html).not.toContain('devolver');
  });

  it('diz o que um banco retém do reembolso, e o que já devolveu, e não promete nem um nem outro', () => {
    const contestada = { ...cancelada, reembolsoRetidoCentavos: 6_000, perdidoCentavos: 3_000 };
    const texto = legivel(modelos.write('EMAIL', [contestada], contato).texto);
    expect(texto).toContain('R$ 60,00 não podem ser devolvidos agora, porque o pagamento foi contestado no banco');
    expect(texto).toContain('O banco já devolveu R$ 30,00 a quem contestou o pagamento');
    expect(texto).not.toContain('Vamos devolver');
    const english = legivel(modelos.write('EMAIL', [contestada], { ...contato, idioma: 'en' }).texto);
    expect(english).toMatch(/R\$60\.00 cannot be refunded now.*given R\$30\.00 back/);
  });

  it('há de cada tipo, e de cada carta, um exemplo em cada língua, que diz o que tem de dizer e nada vazio', () => {
    const todas = previas(origens);
    const tipos: readonly string[] = [...TIPOS_DE_AVISO, ...TIPOS_DE_CARTA, ...TIPOS_DA_CASA];
    for (const idioma of ['pt-BR', 'en'])
      expect(new Set(todas.filter((uma) => uma.idioma === idioma).map(({ nome }) => nome.split(' ')[0]))).toEqual(
        new Set(tipos),
      );
    for (const { email, idioma } of todas) {
      expect(email.html).toContain(`<html lang="${idioma}"`);
      expect(email.html).not.toMatch(/\{\{|undefined|<img|googleapis/);
      expect(`${email.assunto}${email.texto}`).not.toMatch(/\{\{|undefined|\n\n\n|@\w+ /);
    }
  });

  it('só se deixa desligar (RFC 8058) o que pede consentimento', () => {
    const desligaveis = AVISOS_DE_EXEMPLO.filter(
      ([, avisos]) => modelos.write('EMAIL', avisos, contato).descadastro !== undefined,
    ).map(([, [{ tipo }]]) => tipo);
    expect(desligaveis).toEqual(['COMO_FOI', 'CONVITE_A_VOLTAR']);
  });

  it('leva a páginas que existem: o que é de pessoas ao site, o que é da casa ao painel', () => {
    const caminhos = (paginas: object) =>
      Object.values(paginas as Record<string, string>).map(
        (caminho) => new RegExp(`^${caminho.replace(':id', '[0-9a-f-]+')}$`),
      );
    for (const { nome, email } of previas(origens)) {
      const daCasa = (TIPOS_DA_CASA as readonly string[]).includes(nome.split(' ')[0] ?? '');
      const links = [...email.html.matchAll(/href="([^"]*)"/g)].map(([, link = '']) => new URL(link));
      if (daCasa) expect(links).not.toEqual([]);
      for (const { origin, pathname } of links) {
        expect(origin).toBe(daCasa ? origens.painel : origens.site);
        const existe = caminhos(daCasa ? PAGINAS_DO_PAINEL : PAGINAS).some((caminho) => caminho.test(pathname));
        expect([nome, pathname, existe]).toEqual([nome, pathname, true]);
      }
    }
  });

  it('só pede campos que existem: um nome errado num modelo não some em silêncio', () => {
    const conhecidos = [
      'nome espaco cidade quando periodos valor pago saldo saldoVence aPagar pedido convite prazo prazoCurto recebidoEm semResposta codigo tolerancia',
      'anterior acrescimo abatimento motivo justificativa reembolso retido perdido link linkDoEspaco linkDoRecibo linkDoConvite',
      'aparelho rede origem situacao explicacao motivoDoBanco disputa referencia servico quantidade desde causa anfitriao if else',
    ].flatMap((nomes) => nomes.split(' '));
    const pasta = new URL('../../modelos/', import.meta.url);
    for (const idioma of ['pt-BR', 'en'])
      for (const arquivo of readdirSync(new URL(idioma, pasta))) {
        const fonte = readFileSync(new URL(`${idioma}/${arquivo}`, pasta), 'utf8');
        const nomes = [...fonte.matchAll(/\{\{[#/]?(\w+)(?: (\w+))?\}\}/g)].flatMap(([, a, b]) => [a, b]);
        expect(nomes.filter((nome) => nome !== undefined && !conhecidos.includes(nome))).toEqual([]);
      }
  });

  it('não faz link do que pessoas digitaram: só leva ao próprio site', () => {
    const golpe = 'Ana http://mau.exemplo.net www.mau.net mau@exemplo.net';
    const { html, texto } = modelos.write(
      'EMAIL',
      [
        {
          ...cancelada,
          reserva: { ...reserva, reservaId: 'r1', espacoNome: golpe, cidade: golpe },
          justificativa: golpe,
        },
      ],
      { ...contato, nome: golpe },
    );
    const destinos = [...html.matchAll(/href="([^"]*)"/g)].map(([, destino = '']) => new URL(destino).origin);
    expect(new Set(destinos)).toEqual(new Set([SITE]));
    for (const escrito of [html, texto]) expect(escrito).not.toMatch(/http:\/\/mau|www\.mau|mau\.net|mau@exemplo/);
  });

  it('não deixa que palavras de alguém virem outra parte da mensagem', () => {
    const { html, texto } = modelos.write(
      'EMAIL',
      [{ ...cancelada, justificativa: '@botao Pague | https://mau.net' }],
      {
        ...contato,
        nome: '{{link}}\n\n@nota <script>',
      },
    );
    expect(html.match(/role="presentation"[^>]*class="botao/g) ?? []).toHaveLength(0);
    expect(html).not.toMatch(/<script>|href="https:\/\/mau/);
    expect(texto).toContain('{{link}}');
  });

  it('diz até quando uma retenção espera ser paga, no relógio do espaço', () => {
    const atendida: Aviso = { tipo: 'FILA_ATENDIDA', reserva, expiraEm: '2026-12-02T20:00:00Z' };
    expect(legivel(modelos.write('EMAIL', [atendida], contato).texto)).toContain(
      'pague R$ 120,00 até quarta-feira, 2 de dezembro de 2026 às 17:00 BRT',
    );
  });

  it('de um horário da fila só manda pagar o que se paga agora, e nada do que espera resposta ou não custa', () => {
    const dito = (mais: object, idioma: 'pt-BR' | 'en' = 'pt-BR') => {
      const avisos: Avisos = [{ tipo: 'FILA_ATENDIDA', reserva, expiraEm: '2026-12-02T20:00:00Z', ...mais }];
      const para = { ...contato, idioma };
      return legivel(modelos.write('EMAIL', avisos, para).texto + modelos.write('SMS', avisos, para).texto);
    };
    expect(dito({ aPagarCentavos: 3_600 })).toMatch(/pague R\$ 36,00 até.*Pague R\$ 36,00/);
    expect(dito({ aPagarCentavos: 3_600 })).not.toContain('120,00');
    for (const mais of [{ aPagarCentavos: 0 }, { aPagarCentavos: 12_000, requerAprovacao: true }]) {
      expect(dito(mais)).not.toMatch(/[Pp]ague|Pagar:|R\$/);
      expect(dito(mais, 'en')).not.toMatch(/\bPay\b|to keep it, pay|R\$/);
    }
    expect(dito({ requerAprovacao: true })).toContain('a administração do espaço responde até quarta-feira');
  });

  it('de um pedido aprovado manda pagar o sinal, onde o há', () => {
    const aprovada: Aviso = {
      tipo: 'RESERVA_APROVADA',
      reserva,
      expiraEm: '2026-12-02T20:00:00Z',
      aPagarCentavos: 3_600,
    };
    const texto = legivel(modelos.write('EMAIL', [aprovada], contato).texto);
    expect(texto).toContain('pague R$ 36,00 até');
    expect(texto).not.toContain('120,00');
  });

  it('só fala do convite anexo onde há um', () => {
    const mudada: Aviso = {
      tipo: 'RESERVA_REMARCADA',
      reserva,
      anterior: { inicio: '2026-12-03T13:00:00Z', fim: '2026-12-03T15:00:00Z', valorCentavos: 12_000 },
      reembolsoCentavos: 0,
    };
    for (const aviso of [confirmada, mudada]) {
      const [com, sem] = [true, undefined].map((convite) =>
        modelos.write('EMAIL', [{ ...aviso, convite, reserva: { ...reserva, feitaParaOutro: !convite } }], contato),
      );
      expect([com?.texto.includes('convite anexo'), com?.calendario !== undefined]).toEqual([true, true]);
      expect([sem?.texto.includes('convite anexo'), sem?.calendario !== undefined]).toEqual([false, false]);
    }
  });

  it('diz o horário velho e o novo de uma reserva que mudou, e o que custa a mais ou a menos', () => {
    const anterior = { inicio: '2026-12-03T13:00:00Z', fim: '2026-12-03T15:00:00Z', valorCentavos: 10_000 };
    const mudou = (valorCentavos: number, reembolsoCentavos: number) =>
      legivel(
        modelos.write(
          'EMAIL',
          [{ tipo: 'RESERVA_REMARCADA', reserva, anterior: { ...anterior, valorCentavos }, reembolsoCentavos }],
          contato,
        ).texto,
      );
    expect(mudou(10_000, 0)).toContain('Antes era: quinta-feira, 3 de dezembro de 2026 10:00 – 12:00 BRT');
    expect(mudou(10_000, 0)).toContain('custa R$ 20,00 a mais: R$ 120,00');
    expect(mudou(15_000, 3_000)).toContain('custa R$ 30,00 a menos: R$ 120,00. Vamos devolver R$ 30,00');
    expect(mudou(12_000, 0)).not.toMatch(/custa|devolver/);
  });

  it('diz por que um pedido foi recusado, nas palavras de quem o recusou, escapadas', () => {
    const recusada: Aviso = { ...cancelada, motivo: 'ADMIN', justificativa: 'Obra <no> prédio' };
    expect(modelos.write('EMAIL', [recusada], contato).texto).toContain('“Obra <no> prédio”');
    expect(modelos.write('EMAIL', [recusada], contato).html).toContain('“Obra &lt;no&gt; prédio”');
  });

  it('diz de um sinal o que foi pago e o que resta, e do que nada custa que é da pessoa', () => {
    const pago = (pagoCentavos: number, valorCentavos = 12_000) =>
      legivel(
        modelos.write('EMAIL', [{ ...confirmada, reserva: { ...reserva, valorCentavos }, pagoCentavos }], contato)
          .texto,
      );
    expect(pago(3_600)).toMatch(/pagamento de R\$ 36,00 foi aprovado.*Faltam R\$ 84,00/);
    expect(pago(12_000)).not.toContain('Faltam');
    expect(pago(0, 0)).not.toMatch(/pagamento|Faltam/);
  });

  describe('de várias ocorrências de uma série', () => {
    const depois = { ...reserva, inicio: '2026-12-11T13:00:00Z', fim: '2026-12-11T15:00:00Z' };

    it('conta cada horário uma vez, em ordem, e as somas do dinheiro', () => {
      const pagas = [depois, reserva].map((uma) => ({ ...confirmada, reserva: uma, pagoCentavos: 3_600 }));
      const { assunto, texto } = modelos.write('EMAIL', pagas as unknown as Avisos, contato);
      expect(assunto).toBe("Reserva confirmada: Sala <Ipê> D'Ouro (2 datas)");
      expect(legivel(texto)).toMatch(
        /foi aprovado.*4 de dezembro.*11 de dezembro de 2026 10:00 – 12:00.*Faltam R\$ 168,00/,
      );
      expect(legivel(texto)).toContain('pagamento de R$ 72,00');
      for (const umaVez of ['Olá', '4 de dezembro', 'Faltam']) expect(texto.split(umaVez)).toHaveLength(2);
    });

    it('do que mudou conta os novos horários, e a diferença de todos', () => {
      const anterior = { inicio: '2026-12-03T13:00:00Z', fim: '2026-12-03T15:00:00Z', valorCentavos: 10_000 };
      const remarcada = { tipo: 'RESERVA_REMARCADA', anterior, reembolsoCentavos: 500 } as const;
      const { assunto, texto } = modelos.write(
        'EMAIL',
        [
          { ...remarcada, reserva },
          { ...remarcada, reserva: depois },
        ],
        { ...contato, idioma: 'en' },
      );
      expect(assunto).toContain('(2 dates)');
      expect(legivel(texto)).toContain('costs R$40.00 more: R$240.00. We will refund R$10.00');
      expect(texto).not.toContain('It was');
    });
  });
});
