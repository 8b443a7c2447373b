import { describe, expect, it } from '@jest/globals';
import type { Aviso, Avisos, Contato } from '../domain/entrega.js';
import { HandlebarsModelos } from './handlebars-modelos.js';

/** Intl writes with narrow and non-breaking spaces. */
const legivel = (texto: string) => texto.replace(/\s+/g, ' ');
const modelos = new HandlebarsModelos();
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
    const { html, texto } = modelos.write([confirmada], contato);
    expect(html).toContain('Ana &amp; &lt;b&gt;Bia&lt;/b&gt;');
    expect(html).not.toContain('<b>Bia</b>');
    expect(texto).toContain('Ana & <b>Bia</b>');
  });

  it('tem um assunto de uma linha', () => {
    expect(modelos.write([confirmada], contato).assunto).toBe("Reserva confirmada: Sala <Ipê> D'Ouro");
  });

  it('fala a língua de quem o lê', () => {
    const en = modelos.write([cancelada], { ...contato, idioma: 'en' });
    expect(en.assunto).toMatch(/^Booking cancelled/);
    expect(en.html).toContain('<html lang="en">');
    expect(en.texto).toContain('the payment was declined');
    expect(modelos.write([cancelada], contato).texto).toContain('o pagamento foi recusado');
  });

  it('omite o parágrafo do reembolso quando não há reembolso', () => {
    expect(modelos.write([cancelada], contato).html).not.toContain('<p></p>');
  });

  it('diz o que um banco retém do reembolso, e o que já devolveu, e não promete nem um nem outro', () => {
    const contestada = { ...cancelada, reembolsoRetidoCentavos: 6_000, perdidoCentavos: 3_000 };
    const texto = legivel(modelos.write([contestada], contato).texto);
    expect(texto).toContain('R$ 60,00 não podem ser devolvidos agora, porque o pagamento foi contestado no banco');
    expect(texto).toContain('O banco já devolveu R$ 30,00 a quem contestou o pagamento');
    expect(texto).not.toContain('Vamos devolver');
    const english = legivel(modelos.write([contestada], { ...contato, idioma: 'en' }).texto);
    expect(english).toMatch(/R\$60\.00 cannot be refunded now.*given R\$30\.00 back/);
  });

  const avisos: readonly Aviso[] = [
    confirmada,
    cancelada,
    { tipo: 'RESERVA_APROVADA', reserva, expiraEm: '2026-12-02T20:00:00Z' },
    { tipo: 'FILA_ATENDIDA', reserva, expiraEm: '2026-12-02T20:00:00Z' },
    {
      tipo: 'RESERVA_REMARCADA',
      reserva,
      anterior: { inicio: '2026-12-03T13:00:00Z', fim: '2026-12-03T15:00:00Z', valorCentavos: 10_000 },
      reembolsoCentavos: 0,
    },
    { tipo: 'RESERVA_NAO_COMPARECEU', reserva },
  ];
  it.each(avisos.flatMap((aviso) => [[aviso.tipo, 'pt-BR', aviso] as const, [aviso.tipo, 'en', aviso] as const]))(
    'do tipo %s em %s diz tudo o que tem de dizer, e nada vazio',
    (_tipo, idioma, aviso) => {
      const { assunto, html, texto } = modelos.write([aviso], { ...contato, idioma });
      expect(assunto).toContain('Sala <Ipê>');
      expect(texto).toContain(idioma === 'en' ? 'Friday, December 4, 2026' : 'sexta-feira, 4 de dezembro de 2026');
      expect(html).not.toMatch(/\{\{|<p><\/p>|undefined/);
      expect(texto).not.toMatch(/\{\{|undefined|\n\n\n/);
    },
  );

  it('diz até quando uma retenção espera ser paga, no relógio do espaço', () => {
    const atendida: Aviso = { tipo: 'FILA_ATENDIDA', reserva, expiraEm: '2026-12-02T20:00:00Z' };
    expect(legivel(modelos.write([atendida], contato).texto)).toContain(
      'pague R$ 120,00 até quarta-feira, 2 de dezembro de 2026 às 17:00 BRT',
    );
  });

  it('diz o horário velho e o novo de uma reserva que mudou, e o que custa a mais ou a menos', () => {
    const anterior = { inicio: '2026-12-03T13:00:00Z', fim: '2026-12-03T15:00:00Z', valorCentavos: 10_000 };
    const mudou = (valorCentavos: number, reembolsoCentavos: number) =>
      legivel(
        modelos.write(
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
    expect(modelos.write([recusada], contato).texto).toContain('“Obra <no> prédio”');
    expect(modelos.write([recusada], contato).html).toContain('“Obra &lt;no&gt; prédio”');
  });

  it('diz de um sinal o que foi pago e o que resta, e do que nada custa que é da pessoa', () => {
    const pago = (pagoCentavos: number, valorCentavos = 12_000) =>
      legivel(modelos.write([{ ...confirmada, reserva: { ...reserva, valorCentavos }, pagoCentavos }], contato).texto);
    expect(pago(3_600)).toMatch(/pagamento de R\$ 36,00 foi aprovado.*Faltam R\$ 84,00/);
    expect(pago(12_000)).not.toContain('Faltam');
    expect(pago(0, 0)).not.toMatch(/pagamento|Faltam/);
  });

  describe('de várias ocorrências de uma série', () => {
    const depois = { ...reserva, inicio: '2026-12-11T13:00:00Z', fim: '2026-12-11T15:00:00Z' };

    it('conta cada horário uma vez, em ordem, e as somas do dinheiro', () => {
      const pagas = [depois, reserva].map((uma) => ({ ...confirmada, reserva: uma, pagoCentavos: 3_600 }));
      const { assunto, texto } = modelos.write(pagas as unknown as Avisos, contato);
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
