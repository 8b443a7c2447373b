import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type TestApp } from '@plataforma/testing';
import { Lembrar } from '../src/application/lembrar.js';
import { type Caso, NotificacoesFixture, novoCaso } from './notificacoes-fixture.js';

const CASA = {
  EMAIL_ADMINISTRACAO: 'administracao@exemplo.com',
  EMAIL_OPERACAO: 'operacao@exemplo.com, plantao@exemplo.com',
  PAINEL_URL: 'https://painel.exemplo.com/',
};
const em = (horas: number) => new Date(Date.now() + horas * 3_600_000).toISOString();

describe('O que se sabe de uma reserva', () => {
  let notificacoes: NotificacoesFixture;
  let app: TestApp;

  beforeAll(async () => {
    notificacoes = await NotificacoesFixture.create();
    app = await notificacoes.start(CASA);
  });
  afterAll(() => notificacoes.stop());

  const consumida = ({ id }: { readonly id: string }) =>
    eventually(
      async () =>
        (
          await notificacoes.database.query(
            "SELECT FROM inbox WHERE mensagem_id = $1 AND consumidor <> 'notificacoes.ganchos'",
            [id],
          )
        ).length > 0,
    );
  const aviso = (caso: Caso, tipo: string, estado = 'ENVIADA') =>
    eventually(async () =>
      (await notificacoes.listar(app, caso)).find((um) => um.tipo === tipo && um.estado === estado),
    );
  it('a quem opera vai uma carta por endereço do que um serviço não conserta, uma vez, com o caminho do painel', async () => {
    const causa = `prazos da saga ${randomUUID()}`;
    const alertar = (sujeito: string) =>
      notificacoes.broker.publish(
        'operacao.alertada.v1',
        { tipo: 'SAGA_PARADA', causa, quantidade: 2, desde: em(0) },
        { subject: sujeito, sequence: '1' },
      );
    const sujeito = `alerta/${randomUUID()}`;
    const vezes = [await alertar(sujeito), await alertar(sujeito)];
    for (const vez of vezes) await consumida(vez);
    const cartas = await eventually(async () => {
      const todas = await notificacoes.database.query<{ para_email: string; assunto: string; html: string }>(
        `SELECT l.para_email, l.assunto, l.html FROM cartas_de_conta c JOIN emails_locais l ON l.entrega_id = c.id
          WHERE c.fato ->> 'causa' = $1 ORDER BY l.para_email`,
        [causa],
      );
      return todas.length === 2 && todas;
    });
    expect(cartas.map((carta) => [carta.para_email, carta.assunto])).toEqual(
      ['operacao', 'plantao'].map((quem) => [`${quem}@exemplo.com`, 'Reservas paradas em todos: 2']),
    );
    for (const { html } of cartas) expect(html).toContain('href="https://painel.exemplo.com/sagas"');
    expect(
      await notificacoes.database.query('SELECT FROM cartas_de_conta WHERE fato ->> $2 = $1', [causa, 'causa']),
    ).toHaveLength(2);
  });

  const tipos = async (caso: Caso) => (await notificacoes.listar(app, caso)).map(({ tipo }) => tipo);
  const email = async (id: string) =>
    (
      await notificacoes.database.query<{ texto: string; html: string; calendario: string | null }>(
        'SELECT * FROM emails_locais WHERE entrega_id = $1',
        [id],
      )
    )[0];
  const lembretes = ({ reservaId }: Caso) =>
    notificacoes.database.query<{ tipo: string; para: Date | null; devida_em: Date | null }>(
      'SELECT tipo, para, devida_em FROM lembretes WHERE reserva_id = $1 ORDER BY tipo',
      [reservaId],
    );
  const vencer = async ({ reservaId }: Caso, tipo: string) => {
    await notificacoes.database.query(
      'UPDATE lembretes SET devida_em = now() WHERE reserva_id = $1 AND tipo = $2 AND devida_em IS NOT NULL',
      [reservaId, tipo],
    );
    app.nest.get(Lembrar).wake();
  };
  const confirmada = async (inicio: string): Promise<Caso> => {
    const caso = { ...novoCaso(), inicio };
    await notificacoes.registrar(caso);
    await consumida(await notificacoes.criar(caso));
    await consumida(await notificacoes.confirmar(caso));
    await aviso(caso, 'RESERVA_CONFIRMADA');
    return caso;
  };

  it('lembra dela 24 h e 1 h antes, uma vez cada, com o código que se apresenta', async () => {
    const caso = await confirmada(em(48));
    const marcados = await lembretes(caso);
    expect(
      marcados.map(({ tipo, devida_em }) => [
        tipo,
        devida_em && Math.round((devida_em.getTime() - Date.now()) / 3_600_000),
      ]),
    ).toEqual([
      ['LEMBRETE_1H', 47],
      ['LEMBRETE_24H', 24],
      ['SALDO_A_VENCER', null],
    ]);
    await vencer(caso, 'LEMBRETE_24H');
    const { id } = await aviso(caso, 'LEMBRETE_24H');
    expect((await email(id))?.texto).toContain('K7QF-29XM');
    await vencer(caso, 'LEMBRETE_1H');
    await aviso(caso, 'LEMBRETE_1H');
    await vencer(caso, 'LEMBRETE_24H');
    expect(await tipos(caso)).toEqual(['RESERVA_RETIDA', 'RESERVA_CONFIRMADA', 'LEMBRETE_24H', 'LEMBRETE_1H']);
  });

  it('de duas instâncias que ouvem ao mesmo tempo que foi feita e confirmada, nada se perde', async () => {
    await notificacoes.start(CASA);
    const casos = Array.from({ length: 25 }, () => ({ ...novoCaso(), inicio: em(48) }));
    const ditas = await Promise.all(
      casos.flatMap((caso) => [notificacoes.criar(caso), notificacoes.confirmar(caso, {}, 3_600)]),
    );
    for (const dita of ditas) await consumida(dita);
    const sabidas = await notificacoes.database.query(
      'SELECT estado, versao, codigo, saldo_centavos FROM reservas_conhecidas WHERE reserva_id = ANY($1)',
      [casos.map(({ reservaId }) => reservaId)],
    );
    expect(sabidas).toEqual(
      casos.map(() => ({ estado: 'CONFIRMADA', versao: 2, codigo: 'K7QF-29XM', saldo_centavos: 8_400 })),
    );
  });

  it('não diz que falta o que se pagou enquanto o lembrete esperava', async () => {
    const caso = { ...novoCaso(), inicio: em(48) };
    await consumida(await notificacoes.criar(caso, { sinalCentavos: 3_600, saldoVenceEm: em(40) }));
    await consumida(await notificacoes.confirmar(caso, {}, 3_600));
    await vencer(caso, 'LEMBRETE_24H');
    await aviso(caso, 'LEMBRETE_24H', 'AGUARDANDO_CONTATO');
    await consumida(await notificacoes.quitar(caso));
    await notificacoes.registrar(caso);
    const { id } = await aviso(caso, 'LEMBRETE_24H');
    expect((await email(id))?.texto).not.toContain('faltam');
  });

  it('muda os lembretes quando ela muda de horário, e lembra do novo também quem já foi lembrado do velho', async () => {
    const caso = await confirmada(em(48));
    await vencer(caso, 'LEMBRETE_24H');
    await aviso(caso, 'LEMBRETE_24H');
    const mudada = { ...caso, inicio: em(72) };
    await consumida(await notificacoes.remarcar(mudada));
    const [hora, dia] = await lembretes(caso);
    expect([hora?.devida_em?.toISOString(), dia?.devida_em?.toISOString()]).toEqual([
      new Date(Date.parse(mudada.inicio) - 3_600_000).toISOString(),
      new Date(Date.parse(mudada.inicio) - 86_400_000).toISOString(),
    ]);
    await vencer(mudada, 'LEMBRETE_24H');
    await eventually(async () => (await tipos(caso)).filter((tipo) => tipo === 'LEMBRETE_24H').length === 2);
  });

  it('de uma reserva cancelada não lembra, nem se o lembrete já estava na fila', async () => {
    const caso = { ...novoCaso(), inicio: em(48) };
    await consumida(await notificacoes.criar(caso));
    await consumida(await notificacoes.confirmar(caso));
    await vencer(caso, 'LEMBRETE_24H');
    await aviso(caso, 'LEMBRETE_24H', 'AGUARDANDO_CONTATO');
    await consumida(await notificacoes.cancelar(caso));
    expect((await lembretes(caso)).map(({ devida_em }) => devida_em)).toEqual([null, null, null]);
    await notificacoes.registrar(caso);
    await aviso(caso, 'RESERVA_CANCELADA');
    await aviso(caso, 'LEMBRETE_24H', 'SUPERADA');
  });

  it('não lembra do que já passou quando se soube dela, mas lembra, embora tarde, do que venceu sem ninguém para dizê-lo', async () => {
    const caso = await confirmada(em(5));
    expect((await lembretes(caso)).map(({ devida_em }) => devida_em !== null)).toEqual([true, false, false]);
    await notificacoes.database.query(
      `UPDATE lembretes SET devida_em = now() - interval '2 hours' WHERE reserva_id = $1 AND tipo = 'LEMBRETE_1H'`,
      [caso.reservaId],
    );
    app.nest.get(Lembrar).wake();
    await aviso(caso, 'LEMBRETE_1H');
  });

  it('vence uma vez, por mais instâncias que haja', async () => {
    const casos = await Promise.all(Array.from({ length: 10 }, () => confirmada(em(48))));
    const outras = await Promise.all([notificacoes.start(CASA), notificacoes.start(CASA)]);
    await notificacoes.database.query(
      `UPDATE lembretes SET devida_em = now() WHERE tipo = 'LEMBRETE_24H' AND devida_em IS NOT NULL AND reserva_id = ANY($1)`,
      [casos.map(({ reservaId }) => reservaId)],
    );
    for (const cada of [app, ...outras]) cada.nest.get(Lembrar).wake();
    await Promise.all(casos.map((caso) => aviso(caso, 'LEMBRETE_24H')));
    for (const caso of casos) expect((await tipos(caso)).filter((tipo) => tipo === 'LEMBRETE_24H')).toHaveLength(1);
    const anunciados = () =>
      notificacoes.broker
        .publishedOf('notificacao.enviada.v1')
        .filter(({ data }) => data.tipo === 'LEMBRETE_24H' && casos.some((caso) => caso.reservaId === data.reservaId))
        .map(({ data }) => data.reservaId)
        .toSorted();
    await eventually(() => anunciados().length >= casos.length);
    expect(anunciados()).toEqual(casos.map(({ reservaId }) => reservaId).toSorted());
  });

  it('a quem ainda não pagou diz o que falta, e não a quem pagou logo', async () => {
    const [pagou, espera] = [novoCaso(), novoCaso()];
    for (const caso of [pagou, espera]) {
      await notificacoes.registrar(caso);
      await consumida(await notificacoes.criar(caso));
      await aviso(caso, 'RESERVA_RETIDA', 'PENDENTE');
    }
    await consumida(await notificacoes.confirmar(pagou));
    await notificacoes.database.query('UPDATE entregas SET disponivel_em = now() WHERE tipo = $1', ['RESERVA_RETIDA']);
    await aviso(pagou, 'RESERVA_CONFIRMADA');
    await aviso(pagou, 'RESERVA_RETIDA', 'SUPERADA');
    const { id } = await aviso(espera, 'RESERVA_RETIDA');
    expect((await email(id))?.texto).toContain('A pagar: R$\u00A0120,00');
  });

  it('conta de um pedido: recebido, recusado com as palavras de quem respondeu, e à administração que há um', async () => {
    const caso = novoCaso();
    await notificacoes.registrar(caso);
    await consumida(await notificacoes.criar(caso, { requerAprovacao: true }));
    await aviso(caso, 'PEDIDO_RECEBIDO');
    const casa = await eventually(async () =>
      (
        await notificacoes.database.query<{ assunto: string; texto: string }>(
          `SELECT assunto, texto FROM emails_locais WHERE para_email = 'administracao@exemplo.com' AND texto LIKE '%' || $1 || '%'`,
          [caso.reservaId],
        )
      ).at(0),
    );
    expect(casa.assunto).toBe('Há um pedido a responder: Sala Ipê');
    await notificacoes.cancelar(caso, { sequence: '2' }, 'Obra no prédio', 'ADMIN');
    const { id } = await aviso(caso, 'PEDIDO_RECUSADO');
    expect(await email(id)).toMatchObject({
      texto: expect.stringContaining('“Obra no prédio”') as unknown,
      calendario: null,
    });
  });

  it('a quem não pagou a tempo diz que o horário foi liberado', async () => {
    const caso = novoCaso();
    await notificacoes.registrar(caso);
    await consumida(await notificacoes.criar(caso));
    await notificacoes.expirar(caso);
    await aviso(caso, 'RESERVA_EXPIRADA');
    await eventually(async () => (await tipos(caso)).length === 2);
  });

  it('põe a reserva na agenda, muda-a e tira-a, com o mesmo UID', async () => {
    const caso = await confirmada(em(48));
    await notificacoes.remarcar({ ...caso, inicio: em(72) });
    const mudada = await aviso(caso, 'RESERVA_REMARCADA');
    await consumida(await notificacoes.cancelar(caso, { sequence: '5' }));
    const cancelada = await aviso(caso, 'RESERVA_CANCELADA');
    const primeira = await aviso(caso, 'RESERVA_CONFIRMADA');
    const ics = await Promise.all(
      [primeira, mudada, cancelada].map(async ({ id }) => (await email(id))?.calendario ?? ''),
    );
    expect(ics.map((um) => /METHOD:(\w+)/.exec(um)?.[1])).toEqual(['REQUEST', 'REQUEST', 'CANCEL']);
    expect(ics.map((um) => /SEQUENCE:(\d+)/.exec(um)?.[1])).toEqual(['2', '4', '5']);
    expect(new Set(ics.map((um) => /UID:(\S+)/.exec(um)?.[1])).size).toBe(1);
  });

  it('conta do dinheiro: cada cobrança e cada devolução uma vez, também de uma série paga de uma vez', async () => {
    const um = novoCaso();
    const [serieId, outra] = [randomUUID(), { ...um, reservaId: randomUUID(), inicio: '2026-12-11T13:00:00Z' }];
    await notificacoes.registrar(um);
    for (const caso of [um, outra])
      await consumida(await notificacoes.criar({ ...caso, serieId }, { cobrancaId: serieId }));
    const { id: mensagem } = await notificacoes.pagamento('pagamento.aprovado.v1', serieId);
    const { id } = await aviso(um, 'PAGAMENTO_RECEBIDO');
    const texto = ((await email(id))?.texto ?? '').replace(/\s/g, ' ');
    expect(texto).toMatch(/Valor: R\$ 120,00.*4 de dezembro.*11 de dezembro.*PDF: http/);
    expect(mensagem).toBeDefined();
    for (const parcela of [1, 2])
      await notificacoes.pagamento('pagamento.estornado.v1', serieId, { sequence: '3', parcela });
    await eventually(async () => {
      const devolvidos = (await notificacoes.listar(app, um)).filter(({ tipo }) => tipo === 'REEMBOLSO_FEITO');
      return devolvidos.length === 2 && devolvidos.every(({ estado }) => estado === 'ENVIADA');
    });
  });

  it('diz quando vence o saldo, e não a quem já o pagou', async () => {
    const casos = [novoCaso(), novoCaso()].map((caso) => ({ ...caso, inicio: em(96) }));
    for (const caso of casos) {
      await notificacoes.registrar(caso);
      await consumida(await notificacoes.criar(caso, { sinalCentavos: 3_600, saldoVenceEm: em(72) }));
      await consumida(await notificacoes.confirmar(caso, {}, 3_600));
    }
    const [deve, pagou] = casos as [Caso, Caso];
    await consumida(await notificacoes.quitar(pagou));
    expect((await lembretes(pagou)).at(-1)).toMatchObject({ tipo: 'SALDO_A_VENCER', devida_em: null });
    await vencer(deve, 'SALDO_A_VENCER');
    const { id } = await aviso(deve, 'SALDO_A_VENCER');
    expect(((await email(id))?.texto ?? '').replace(/\s/g, ' ')).toContain('A pagar: R$ 84,00');
  });

  it('vai com a pessoa, quando ela é apagada', async () => {
    const caso = await confirmada(em(48));
    await notificacoes.database.query('SELECT apagar_pessoa($1)', [caso.clienteId]);
    expect(await lembretes(caso)).toEqual([]);
    await consumida(await notificacoes.remarcar(caso));
    expect(
      await notificacoes.database.query('SELECT FROM reservas_conhecidas WHERE usuario_id = $1', [caso.clienteId]),
    ).toEqual([]);
  });
});
