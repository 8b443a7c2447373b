import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { operacoesDeReservas } from '@plataforma/contracts';
import { type CoisaDeAlguem, nadaAlcancado, nomeDa, operacoesSobreCoisas, pedirComo } from '@plataforma/testing';
import { contar, type Pessoa, ReservasFixture } from './reservas-fixture.js';

/** What groups of a space may is of the space, not of a person: `acessos.int.spec.ts` asks for each of them. */
const DE_GRUPOS: readonly string[] = ['espacos.gerir', 'reservas.decidir'];
const operacoes = operacoesSobreCoisas(operacoesDeReservas, ['espacoId', 'cupom']).filter(
  ({ acesso }) => !DE_GRUPOS.includes(acesso),
);

describe('Segurança: reservas', () => {
  let reservas: ReservasFixture;
  let ana: Pessoa;
  let bruno: Pessoa;
  /** What Ana would say of what is hers, by operation. */
  let dela: Readonly<Record<string, CoisaDeAlguem>>;
  let reservaId: string;

  const criada = async (rota: string, corpo: object, pessoa = ana): Promise<string> => {
    const { status, body } = await reservas.app.post<{ id: string; serie?: { id: string } }>(rota, corpo, {
      token: pessoa.token,
    });
    expect([rota, status]).toEqual([rota, 201]);
    return body.serie?.id ?? body.id;
  };
  const doBanco = (pessoa: Pessoa) =>
    reservas.database.query('SELECT status, inicio FROM reservas WHERE cliente_id = $1 ORDER BY id', [pessoa.id]);

  beforeAll(async () => {
    reservas = await ReservasFixture.start();
    [ana, bruno] = [await reservas.pessoa(), await reservas.pessoa()];
    const espacoId = reservas.espaco('Sala Ipê');
    const ocupado = reservas.periodo(20, 10);
    await criada('/v1/reservas', { espacoId, ...ocupado }, bruno);
    reservaId = await criada('/v1/reservas', { espacoId, ...reservas.periodo(20, 12) });
    const cotado = { espacoId, ...reservas.periodo(20, 16) };
    const serie = { espacoId, ...reservas.periodo(21, 9), regra: 'FREQ=WEEKLY;COUNT=2', modo: 'TUDO_OU_NADA' };
    const serieId = await criada('/v1/series', serie);
    const [daSerie] = await reservas.database.query<{ id: string }>('SELECT id FROM reservas WHERE serie_id = $1', [
      serieId,
    ]);
    const reserva = { parametros: { id: reservaId } };
    const aSerie = { parametros: { id: serieId } };
    const fila = { parametros: { id: await criada('/v1/fila', { espacoId, ...ocupado }) } };
    const outraHora = reservas.periodo(25, 9);
    dela = {
      'POST /v1/reservas': { corpo: { ...cotado, cotacaoId: await criada('/v1/cotacoes', cotado) } },
      'GET /v1/reservas': { consulta: { serieId } },
      'GET /v1/reservas/:id': reserva,
      'PATCH /v1/reservas/:id': { ...reserva, corpo: { titulo: 'Outra' } },
      'GET /v1/reservas/:id/repeticao': reserva,
      'GET /v1/reservas/:id/historico': reserva,
      'GET /v1/reservas/:id/cancelamento': reserva,
      'GET /v1/reservas/:id/remarcacao': { ...reserva, consulta: { ...outraHora } },
      'GET /v1/reservas/:id/horarios': { ...reserva, consulta: { de: outraHora.inicio, ate: outraHora.fim } },
      'POST /v1/reservas/:id/remarcacao': { ...reserva, corpo: outraHora },
      'POST /v1/reservas/:id/cancelamento': reserva,
      'POST /v1/reservas/:id/prorrogacao': reserva,
      'POST /v1/reservas/:id/checkin': { ...reserva, corpo: { codigo: '7KQ2-MZ8P' } },
      'POST /v1/series': {
        corpo: { espacoId, ...reservas.periodo(40, 9), regra: 'FREQ=WEEKLY;COUNT=2', paraId: ana.id },
      },
      'GET /v1/series/:id': aSerie,
      'POST /v1/series/:id/remarcacao': {
        ...aSerie,
        corpo: { escopo: 'ESTA', reservaId: daSerie?.id, ...reservas.periodo(21, 15) },
      },
      'GET /v1/series/:id/remarcacao': {
        ...aSerie,
        consulta: { escopo: 'ESTA', reservaId: daSerie?.id ?? '', ...reservas.periodo(21, 15) },
      },
      'GET /v1/series/:id/cancelamento': { ...aSerie, consulta: { escopo: 'TODAS' } },
      'POST /v1/series/:id/cancelamento': { ...aSerie, corpo: { escopo: 'TODAS' } },
      'GET /v1/fila/:id': fila,
      'DELETE /v1/fila/:id': fila,
      'DELETE /v1/calendarios/:id': {
        parametros: { id: await criada('/v1/calendarios', { escopo: 'USUARIO' }) },
      },
    };
  });
  afterAll(() => reservas.stop());

  it('24: de cada operação sobre o que é de alguém há um exemplo', () => {
    expect(operacoes.map(nomeDa).toSorted()).toEqual(Object.keys(dela).toSorted());
  });

  it.each(operacoes.map((operacao) => ({ nome: nomeDa(operacao), operacao })))(
    '24: $nome não alcança o que é de outra pessoa, e o dono o alcança',
    async ({ nome, operacao }) => {
      const pedido = dela[nome] ?? {};
      const antes = await doBanco(ana);
      const recusa = await pedirComo(reservas.app, operacao, pedido, bruno.token);
      expect([recusa.status, nadaAlcancado(recusa)]).toEqual([recusa.status, true]);
      expect(await doBanco(ana)).toEqual(antes);
      const resposta = await pedirComo(reservas.app, operacao, pedido, ana.token);
      expect([resposta.status, nadaAlcancado(resposta)]).toEqual([resposta.status, false]);
      expect(resposta.status).not.toBe(401);
    },
  );

  it('24: a própria série não alcança a reserva de outra pessoa', async () => {
    const serie = {
      espacoId: reservas.espaco('Sala Ipê'),
      ...reservas.periodo(26, 9),
      regra: 'FREQ=WEEKLY;COUNT=2',
      modo: 'TUDO_OU_NADA',
    };
    const id = await criada('/v1/series', serie, bruno);
    const deAna = await criada('/v1/reservas', { espacoId: serie.espacoId, ...reservas.periodo(27, 9) });
    const antes = await doBanco(ana);
    for (const [rota, corpo] of [
      ['cancelamento', { escopo: 'ESTA_E_SEGUINTES', reservaId: deAna }],
      ['remarcacao', { escopo: 'ESTA', reservaId: deAna, ...reservas.periodo(27, 15) }],
    ] as const)
      expect([
        rota,
        (await reservas.app.post(`/v1/series/${id}/${rota}`, corpo, { token: bruno.token })).status,
      ]).toEqual([rota, 404]);
    expect(await doBanco(ana)).toEqual(antes);
  });

  it.each([
    { valorCentavos: 1 },
    { status: 'CONFIRMADA' },
    { clienteId: '0192f0c4-0000-7000-8000-00000000000b' },
    { papeis: ['ADMIN'] },
  ])('26: uma reserva com %j é recusada', async (campo) => {
    const corpo = { espacoId: reservas.espaco('Sala Ipê'), ...reservas.periodo(22, 10), ...campo };
    expect(await reservas.app.post('/v1/reservas', corpo, { token: ana.token })).toMatchObject({
      status: 400,
      body: { code: 'requisicao.invalida' },
    });
  });

  it('27: dizer-se outro num cabeçalho não muda quem se é', async () => {
    const headers = { 'x-user-id': ana.id, 'x-user-roles': 'ADMIN', 'x-forwarded-user': ana.id };
    const rota = `/v1/reservas/${reservaId}`;
    expect((await reservas.app.get(rota, { headers })).status).toBe(401);
    expect([403, 404]).toContain((await reservas.app.get(rota, { token: bruno.token, headers })).status);
  });

  it('28: de cinquenta que querem um horário um o tem, e ninguém o confirma sem pagar', async () => {
    const espacoId = reservas.espaco('Sala Guanabara');
    const quando = reservas.periodo(23, 10);
    const pessoas = await reservas.pessoas(50);
    const respostas = await Promise.all(pessoas.map((pessoa) => reservas.reservar(pessoa, espacoId, quando)));
    expect(contar(respostas)).toEqual({ 201: 1, 409: 49 });
    const dona = pessoas[respostas.findIndex(({ status }) => status === 201)];
    const [feita] = await reservas.database.query<{ id: string; status: string }>(
      `SELECT id, status FROM reservas WHERE espaco_id = $1 AND inicio = $2`,
      [espacoId, quando.inicio],
    );
    if (!dona || !feita) throw new Error('Ninguém reservou');
    expect(feita.status).toBe('PENDENTE_PAGAMENTO');
    const { reservas: dela, sagas } = operacoesDeReservas;
    // What moves a booking on, asked for by whoever it is of: with what they may see, and as if it were paid.
    const passos = [
      [dela.approve.rota, { aprovada: true }, 403],
      [sagas.retry.rota, undefined, 403],
      [dela.checkIn.rota, { codigo: feita.id.slice(-8) }, 409],
    ] as const;
    for (const [rota, corpo, status] of passos) {
      const recusa = await reservas.app.post(rota.replace(':id', feita.id), corpo, { token: dona.token });
      expect([rota, recusa.status, recusa.body]).toEqual([rota, status, expect.anything()]);
    }
    const alterada = { titulo: 'Paga', status: 'CONFIRMADA' };
    const rota = `/v1/reservas/${feita.id}`;
    expect((await reservas.app.send('PATCH', rota, { token: dona.token, body: alterada })).status).toBe(400);
    expect((await reservas.app.get(rota, { token: dona.token })).body).toMatchObject({ status: 'PENDENTE_PAGAMENTO' });
  });

  it('30: páginas, intervalos e corpos têm limite', async () => {
    const { token } = ana;
    const id = reservas.espaco('Sala Ipê');
    expect((await reservas.app.get('/v1/espacos?limite=1000')).status).toBe(400);
    const seculo = `/v1/espacos/${id}/disponibilidade?de=2030-01-01T00:00:00Z&ate=2130-01-01T00:00:00Z`;
    expect([400, 422]).toContain((await reservas.app.get(seculo)).status);
    const enorme = { espacoId: id, ...reservas.periodo(22, 10), cupom: 'x'.repeat(2_000_000) };
    expect((await reservas.app.post('/v1/reservas', enorme, { token })).status).toBe(413);
  });

  it('31: uma recusa não diz onde no código foi, seja do que for', async () => {
    const respostas = await Promise.all([
      reservas.app.get('/v1/reservas/nao-e-uuid', { token: ana.token }),
      reservas.app.get('/v1/espacos?cursor=abc'),
      reservas.app.get('/v1/nada'),
      reservas.app.post('/v1/reservas', '{"a":', { token: ana.token }),
    ]);
    for (const { status, body } of respostas) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(JSON.stringify(body)).not.toMatch(/stack|node_modules|\.(ts|js):\d+|\bat [A-Z]\w+/);
    }
  });
});
