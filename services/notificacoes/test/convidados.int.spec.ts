import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ConvidadosHttp, ConviteHttp } from '@plataforma/contracts';
import { duePerRule } from '@plataforma/messaging';
import { eventually, type TestApp } from '@plataforma/testing';
import { REGRAS_DE_EXPURGO } from '../src/infrastructure/expurgo.js';
import { type Caso, NotificacoesFixture, novoCaso } from './notificacoes-fixture.js';

interface Carta {
  readonly tipo: string;
  readonly para_email: string;
  readonly assunto: string;
  readonly texto: string;
  readonly calendario: string;
}

describe('Quem é convidado por e-mail', () => {
  let notificacoes: NotificacoesFixture;
  let app: TestApp;

  beforeAll(async () => {
    notificacoes = await NotificacoesFixture.create();
    app = await notificacoes.start();
  });
  afterAll(() => notificacoes.stop());

  /** Of a booking that begins tomorrow, and whose person can be written to. */
  const casoNovo = async (): Promise<Caso> => {
    const caso = { ...novoCaso(), inicio: new Date(Date.now() + 86_400_000).toISOString() };
    await notificacoes.registrar(caso);
    return caso;
  };
  const pedir = async (usuario: string, { reservaId }: Caso, emails?: readonly string[], papeis: ['ADMIN'?] = []) =>
    app.send<ConvidadosHttp>(emails ? 'PUT' : 'GET', `/v1/reservas/${reservaId}/convidados`, {
      token: await notificacoes.issuer.token(usuario, ['CLIENTE', ...(papeis as 'ADMIN'[])]),
      ...(emails && { body: { emails } }),
    });
  const convidar = (caso: Caso, emails: readonly string[]) => pedir(caso.clienteId, caso, emails);
  const avisados = async (caso: Caso) =>
    (await pedir(caso.clienteId, caso)).body.itens.map(({ email, avisado }) => [email, avisado]);
  const conhecida = ({ reservaId }: Caso) =>
    eventually(
      async () =>
        (await notificacoes.database.query('SELECT FROM reservas_conhecidas WHERE reserva_id = $1', [reservaId]))
          .length > 0,
    );
  /** What left for guests, in the order of what is told. */
  const cartas = (caso: Caso, quantas: number) =>
    eventually(async () => {
      const saidas = await notificacoes.database.query<Carta & Record<string, unknown>>(
        `SELECT e.tipo, l.* FROM entregas e JOIN emails_locais l ON l.entrega_id = e.id
          WHERE e.reserva_id = $1 AND e.tipo LIKE 'CONVITE%' AND e.estado = 'ENVIADA' ORDER BY e.versao, e.tipo, l.para_email`,
        [caso.reservaId],
      );
      return saidas.length >= quantas && saidas;
    });
  const desdobrado = ({ calendario }: Carta) => calendario.replace(/\r\n /g, '');

  it('recebe a entrada da agenda quando a reserva se confirma, sem dinheiro nem código', async () => {
    const caso = await casoNovo();
    await notificacoes.criar(caso);
    await conhecida(caso);
    const { status, body } = await convidar(caso, ['bia@exemplo.com', 'caio@exemplo.org']);
    expect([status, body.itens.map(({ email, avisado }) => [email, avisado])]).toEqual([
      200,
      [
        ['bia@exemplo.com', null],
        ['caio@exemplo.org', null],
      ],
    ]);
    await notificacoes.confirmar(caso);
    const [aBia, aCaio, ...outras] = await cartas(caso, 2);
    expect([aBia?.para_email, aCaio?.para_email, outras]).toEqual(['bia@exemplo.com', 'caio@exemplo.org', []]);
    expect(aBia?.tipo).toBe('CONVITE_RECEBIDO');
    expect(aBia?.texto).toContain('Ana Souza convidou você para Sala Ipê, em São Paulo:');
    expect(aBia?.texto).not.toMatch(/R\$|K7QF|preferencias/);
    // What is kept of it names nobody.
    expect(aBia?.assunto).not.toContain('Ana');
    const agenda = desdobrado(aBia as Carta);
    expect(agenda).toContain('METHOD:REQUEST');
    expect(agenda).toContain(`UID:${caso.reservaId}@plataforma-de-reservas`);
    expect(agenda).toMatch(/ATTENDEE;.*PARTSTAT=NEEDS-ACTION.*:mailto:bia@exemplo\.com/i);
    expect(agenda).not.toContain('caio@exemplo.org');
    expect(await avisados(caso)).toEqual([
      ['bia@exemplo.com', 'ENVIADA'],
      ['caio@exemplo.org', 'ENVIADA'],
    ]);
  });

  it('é avisado quando o horário muda e quando a reserva é cancelada, e a agenda com ele', async () => {
    const caso = await casoNovo();
    await notificacoes.criar(caso);
    await conhecida(caso);
    await convidar(caso, ['bia@exemplo.com']);
    await notificacoes.confirmar(caso);
    await cartas(caso, 1);
    await notificacoes.remarcar(caso);
    await cartas(caso, 2);
    await notificacoes.cancelar(caso, { sequence: '5' });
    const saidas = await cartas(caso, 3);
    expect(
      saidas.map((carta) => [
        carta.tipo,
        /METHOD:(\w+)/.exec(carta.calendario)?.[1],
        /SEQUENCE:(\d+)/.exec(carta.calendario)?.[1],
      ]),
    ).toEqual([
      ['CONVITE_RECEBIDO', 'REQUEST', '2'],
      ['CONVITE_MUDOU', 'REQUEST', '4'],
      ['CONVITE_RETIRADO', 'CANCEL', '5'],
    ]);
    expect((await convidar(caso, ['caio@exemplo.org'])).body).toMatchObject({ code: 'notificacoes.reserva-encerrada' });
  });

  it('que entra ou sai depois de confirmada é avisado já; quem fica não é avisado outra vez', async () => {
    const caso = await casoNovo();
    await notificacoes.confirmar(caso);
    await conhecida(caso);
    await convidar(caso, ['bia@exemplo.com', 'caio@exemplo.org']);
    await cartas(caso, 2);
    // The same address otherwise written is the same guest.
    await convidar(caso, ['BIA@exemplo.com', 'bia@exemplo.com', 'davi@exemplo.org']);
    const saidas = await cartas(caso, 4);
    expect(saidas.map(({ tipo, para_email }) => [tipo, para_email]).toSorted()).toEqual([
      ['CONVITE_RECEBIDO', 'bia@exemplo.com'],
      ['CONVITE_RECEBIDO', 'caio@exemplo.org'],
      ['CONVITE_RECEBIDO', 'davi@exemplo.org'],
      ['CONVITE_RETIRADO', 'caio@exemplo.org'],
    ]);
    expect((await avisados(caso)).map(([email]) => email)).toEqual(['bia@exemplo.com', 'davi@exemplo.org']);
  });

  it('que sai antes de a reserva se confirmar nunca ouve dela', async () => {
    const caso = await casoNovo();
    await notificacoes.criar(caso);
    await conhecida(caso);
    await convidar(caso, ['bia@exemplo.com', 'caio@exemplo.org']);
    await convidar(caso, ['caio@exemplo.org']);
    await notificacoes.confirmar(caso);
    expect((await cartas(caso, 1)).map(({ para_email }) => para_email)).toEqual(['caio@exemplo.org']);
  });

  it('pode ser dito antes de a reserva ser conhecida; só conta o que disse quem é dela', async () => {
    const caso = await casoNovo();
    const estranho = randomUUID();
    expect((await pedir(estranho, caso, ['golpe@exemplo.net'])).status).toBe(200);
    expect((await convidar(caso, ['bia@exemplo.com'])).status).toBe(200);
    await notificacoes.confirmar(caso);
    expect((await cartas(caso, 1)).map(({ para_email }) => para_email)).toEqual(['bia@exemplo.com']);
    expect(await avisados(caso)).toEqual([['bia@exemplo.com', 'ENVIADA']]);
    for (const emails of [undefined, ['outro@exemplo.net']])
      expect((await pedir(estranho, caso, emails)).body).toMatchObject({ code: 'notificacoes.reserva-inexistente' });
  });

  it('também o convida quem fez a reserva para outro, e quem administra', async () => {
    const [caso, quemFez, admin] = [await casoNovo(), randomUUID(), randomUUID()];
    await notificacoes.criar(caso, { feitaPorId: quemFez });
    await conhecida(caso);
    expect((await pedir(quemFez, caso, ['bia@exemplo.com'])).status).toBe(200);
    expect((await pedir(admin, caso, ['bia@exemplo.com', 'caio@exemplo.org'], ['ADMIN'])).status).toBe(200);
    await notificacoes.confirmar(caso);
    const saidas = await cartas(caso, 2);
    expect(saidas.map(({ para_email }) => para_email)).toEqual(['bia@exemplo.com', 'caio@exemplo.org']);
    // Nobody knows how these two are called: no name is made up.
    for (const { texto } of saidas) expect(texto).toContain('Convidaram você para Sala Ipê');
  });

  it('recebe um convite, nem dois nem nenhum, entre enquanto a reserva se confirma', async () => {
    const casos = await Promise.all(Array.from({ length: 10 }, casoNovo));
    await Promise.all(casos.map((caso) => notificacoes.criar(caso)));
    for (const caso of casos) await conhecida(caso);
    await Promise.all(
      casos.flatMap((caso) => [notificacoes.confirmar(caso), convidar(caso, ['bia@exemplo.com'])] as const),
    );
    for (const caso of casos) expect((await cartas(caso, 1)).map(({ tipo }) => tipo)).toEqual(['CONVITE_RECEBIDO']);
  });

  it('tem limite: por reserva, e por dia de quem convida, também o que já se tirou', async () => {
    const endereco = (n: number) => `pessoa${n}@exemplo.com`;
    const lista = (de: number, quantos = 20) => Array.from({ length: quantos }, (_, n) => endereco(de + n));
    const [primeiro] = [await casoNovo()];
    expect((await convidar(primeiro, lista(0, 21))).status).toBe(400);
    for (let rodada = 0; rodada < 10; rodada++) expect((await convidar(primeiro, lista(rodada * 20))).status).toBe(200);
    const demais = await convidar(primeiro, [...lista(180, 19), endereco(999)]);
    expect([demais.status, demais.body]).toMatchObject([429, { code: 'notificacoes.convites-demais' }]);
    expect((await convidar(primeiro, lista(180, 5))).status).toBe(200);
  });

  describe('responde pelo link do convite', () => {
    const tokenDe = (carta: Carta | undefined) => /\/convite#token=([\w-]{70})/.exec(carta?.texto ?? '')?.[1] ?? '';
    const ler = (token: string) => app.send<ConviteHttp>('POST', '/v1/convites/leitura', { body: { token } });
    const responder = (token: string, resposta: string) =>
      app.send('POST', '/v1/convites/resposta', { body: { token, resposta } });
    const respostas = async (caso: Caso) =>
      (await pedir(caso.clienteId, caso)).body.itens.map(({ email, resposta }) => [email, resposta]);
    const confirmadaCom = async (caso: Caso, emails: readonly string[]) => {
      await notificacoes.criar(caso);
      await conhecida(caso);
      await convidar(caso, emails);
      await notificacoes.confirmar(caso);
      return cartas(caso, emails.length);
    };

    it('sem conta e uma vez só, e quem convidou vê quem vem', async () => {
      const caso = await casoNovo();
      const [aBia, aCaio] = await confirmadaCom(caso, ['bia@exemplo.com', 'caio@exemplo.org']);
      expect((await ler(tokenDe(aBia))).body).toMatchObject({
        espaco: 'Sala Ipê',
        anfitriao: 'Ana Souza',
        periodos: [{ inicio: caso.inicio }],
      });
      expect(await respostas(caso)).toEqual([
        ['bia@exemplo.com', null],
        ['caio@exemplo.org', null],
      ]);
      expect((await responder(tokenDe(aBia), 'VEM')).status).toBe(204);
      expect((await responder(tokenDe(aCaio), 'NAO_VEM')).status).toBe(204);
      for (const { status, body } of [await responder(tokenDe(aBia), 'NAO_VEM'), await ler(tokenDe(aBia))])
        expect([status, body]).toMatchObject([409, { code: 'notificacoes.convite-respondido' }]);
      expect(await respostas(caso)).toEqual([
        ['bia@exemplo.com', 'VEM'],
        ['caio@exemplo.org', 'NAO_VEM'],
      ]);
    });

    it('ao mesmo tempo, só uma das respostas conta', async () => {
      const caso = await casoNovo();
      const [aBia] = await confirmadaCom(caso, ['bia@exemplo.com']);
      const todas = await Promise.all(
        ['VEM', 'NAO_VEM', 'VEM', 'NAO_VEM'].map((resposta) => responder(tokenDe(aBia), resposta)),
      );
      expect(todas.map(({ status }) => status).toSorted()).toEqual([204, 409, 409, 409]);
    });

    it('de novo quando o horário muda, e o link de antes não vale mais', async () => {
      const caso = await casoNovo();
      const [antes] = await confirmadaCom(caso, ['bia@exemplo.com']);
      await responder(tokenDe(antes), 'VEM');
      await notificacoes.remarcar(caso);
      const [, mudou] = await cartas(caso, 2);
      expect(await respostas(caso)).toEqual([['bia@exemplo.com', null]]);
      expect((await responder(tokenDe(antes), 'VEM')).status).toBe(409);
      expect((await responder(tokenDe(mudou), 'NAO_VEM')).status).toBe(204);
      expect(await respostas(caso)).toEqual([['bia@exemplo.com', 'NAO_VEM']]);
    });

    it('não por um link inventado, nem de quem saiu da lista, nem do que já não acontece', async () => {
      const caso = await casoNovo();
      const [aBia, aCaio] = await confirmadaCom(caso, ['bia@exemplo.com', 'caio@exemplo.org']);
      const inventado = tokenDe(aBia).slice(0, -4) + 'AAAA';
      expect((await responder(inventado, 'VEM')).body).toMatchObject({ code: 'notificacoes.convite-desconhecido' });
      await convidar(caso, ['caio@exemplo.org']);
      expect((await responder(tokenDe(aBia), 'VEM')).status).toBe(404);
      await notificacoes.cancelar(caso, { sequence: '5' });
      await eventually(async () => (await ler(tokenDe(aCaio))).status === 409);
      expect((await responder(tokenDe(aCaio), 'VEM')).body).toMatchObject({ code: 'notificacoes.convite-encerrado' });
    });

    it('de toda uma série de uma vez: uma carta, um link, uma resposta', async () => {
      const primeira = { ...(await casoNovo()), serieId: randomUUID() };
      const segunda = {
        ...primeira,
        reservaId: randomUUID(),
        inicio: new Date(Date.now() + 8 * 86_400_000).toISOString(),
      };
      for (const caso of [primeira, segunda]) {
        await notificacoes.criar(caso);
        await conhecida(caso);
      }
      const daSerie = async (usuario: string, emails: readonly string[]) =>
        app.send('PUT', `/v1/series/${primeira.serieId}/convidados`, {
          token: await notificacoes.issuer.token(usuario, ['CLIENTE']),
          body: { emails },
        });
      expect((await daSerie(randomUUID(), ['golpe@exemplo.net'])).status).toBe(404);
      const { status, body } = await daSerie(primeira.clienteId, ['bia@exemplo.com']);
      expect([status, body]).toEqual([200, { reservas: 2 }]);
      await Promise.all([notificacoes.confirmar(primeira), notificacoes.confirmar(segunda)]);
      const saidas = (await Promise.all([primeira, segunda].map((caso) => enviadas(caso)))).flat();
      expect(saidas).toHaveLength(1);
      expect((await ler(tokenDe(saidas[0]))).body.periodos).toHaveLength(2);
      expect((await responder(tokenDe(saidas[0]), 'VEM')).status).toBe(204);
      for (const caso of [primeira, segunda]) expect(await respostas(caso)).toEqual([['bia@exemplo.com', 'VEM']]);
      // Who leaves one of them stays in the other.
      await convidar(primeira, []);
      expect(await respostas(segunda)).toEqual([['bia@exemplo.com', 'VEM']]);
    });

    /** Letters of this booking, once each of its notices to guests has left; one is under the id of the letter's first. */
    const enviadas = async ({ reservaId }: Caso) => {
      await eventually(async () => {
        const [aviso] = await notificacoes.database.query<{ estado: string }>(
          `SELECT estado FROM entregas WHERE reserva_id = $1 AND tipo = 'CONVITE_RECEBIDO'`,
          [reservaId],
        );
        return aviso?.estado === 'ENVIADA';
      });
      return notificacoes.database.query<Carta & Record<string, unknown>>(
        `SELECT l.* FROM entregas e JOIN emails_locais l ON l.entrega_id = e.id WHERE e.reserva_id = $1 AND e.tipo = 'CONVITE_RECEBIDO'`,
        [reservaId],
      );
    };
  });

  it.each(['bia', 'bia@exemplo.com\r\nBcc: x@y.z', ''])('não é %j', async (email) => {
    expect((await convidar(await casoNovo(), [email])).status).toBe(400);
  });

  it('some com quem convidou, e um mês depois da reserva', async () => {
    const caso = await casoNovo();
    await notificacoes.confirmar(caso);
    await conhecida(caso);
    await convidar(caso, ['bia@exemplo.com']);
    await cartas(caso, 1);
    const guardado = async () =>
      JSON.stringify([
        await notificacoes.database.query('SELECT * FROM convidados'),
        await notificacoes.database.query('SELECT * FROM emails_locais'),
      ]);
    expect(await guardado()).toContain('bia@exemplo.com');
    await notificacoes.database.query('SELECT apagar_pessoa($1)', [caso.clienteId]);
    const deste = async () =>
      notificacoes.database.query(
        `SELECT l.para_email FROM entregas e JOIN emails_locais l ON l.entrega_id = e.id WHERE e.reserva_id = $1`,
        [caso.reservaId],
      );
    expect(await deste()).toEqual([{ para_email: '' }, { para_email: '' }]);
    expect(await notificacoes.database.query('SELECT FROM convidados WHERE reserva_id = $1', [caso.reservaId])).toEqual(
      [],
    );

    const outro = await casoNovo();
    await notificacoes.confirmar(outro);
    await conhecida(outro);
    await convidar(outro, ['bia@exemplo.com']);
    const [regra] = REGRAS_DE_EXPURGO.filter(({ table }) => table.startsWith('convidados'));
    if (!regra) throw new Error('não há regra');
    await notificacoes.database.query(`UPDATE convidados SET criado_em = now() - interval '31 days'`);
    const fimDepoisDe = async (dias: number) => {
      await notificacoes.database.query(`UPDATE reservas_conhecidas SET fim = now() + make_interval(days => $1)`, [
        dias,
      ]);
      return (await notificacoes.database.query(duePerRule(regra), [regra.days])).length > 0;
    };
    // Those of a booking that nobody knows go by themselves.
    await notificacoes.database.query(
      'DELETE FROM convidados WHERE reserva_id NOT IN (SELECT reserva_id FROM reservas_conhecidas)',
    );
    expect([await fimDepoisDe(-29), await fimDepoisDe(-31)]).toEqual([false, true]);
  });
});
