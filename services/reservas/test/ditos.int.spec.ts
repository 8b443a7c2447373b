import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  EspacoHttp,
  EspacosHttp,
  RepeticaoHttp,
  ReservaHttp,
  ReservasHttp,
  SerieCriadaHttp,
} from '@plataforma/contracts';
import { eventually } from '@plataforma/testing';
import { contar, type Periodo, type Pessoa, recusa, ReservasFixture } from './reservas-fixture.js';

let f: ReservasFixture;
let ana: Pessoa;
let bia: Pessoa;
let sala: EspacoHttp;
let hora = 0;

beforeAll(async () => {
  f = await ReservasFixture.start({ RETENCOES_POR_PESSOA: '1000' });
  [ana, bia] = (await f.pessoas(2)) as [Pessoa, Pessoa];
  sala = await f.publicado({ capacidade: 8 });
});
afterAll(() => f.stop());

/** A free hour of its own. */
const livre = () => f.periodo(20 + Math.floor(hora / 10), 8 + (hora++ % 10));
const reservar = (pessoa: Pessoa, campos: Record<string, unknown> = {}, periodo: Periodo = livre()) =>
  f.app.post<ReservaHttp>('/v1/reservas', { espacoId: sala.id, ...periodo, ...campos }, { token: pessoa.token });
const ler = (pessoa: Pessoa, id: string) => f.app.get<ReservaHttp>(`/v1/reservas/${id}`, { token: pessoa.token });
const descrever = (pessoa: Pessoa, id: string, corpo: object) =>
  f.app.send<ReservaHttp>('PATCH', `/v1/reservas/${id}`, { token: pessoa.token, body: corpo });

describe('O que se diz de uma reserva', () => {
  const dito = { titulo: 'Banca de mestrado', nota: 'Levar o projetor\ne a tela', pessoas: 8 };

  it('vem com ela, e só para quem a vê', async () => {
    const { status, body } = await reservar(ana, dito);
    expect([status, body]).toEqual([201, expect.objectContaining({ ...dito, feitaPorId: null })]);
    expect((await ler(ana, body.id)).body).toMatchObject(dito);
    expect(recusa(await ler(bia, body.id))).toEqual([404, 'reservas.reserva-inexistente']);
    const { body: lista } = await f.app.get<ReservasHttp>('/v1/reservas?limite=1', { token: ana.token });
    expect(lista.itens).toMatchObject([dito]);
  });

  it('não sai em mensagem nenhuma', async () => {
    const titulo = `Segredo ${randomUUID()}`;
    const { body } = await reservar(ana, { titulo, nota: titulo });
    await f.pagar(body);
    await f.cancelar(ana, body.id);
    await f.comStatus(body.id, 'CANCELADA');
    expect(f.broker.published.length).toBeGreaterThan(0);
    expect(JSON.stringify(f.broker.published)).not.toContain(titulo);
    const [eventos] = await f.database.query<{ quantos: number }>(
      `SELECT count(*)::int AS quantos FROM eventos WHERE dados::text LIKE '%' || $1 || '%'`,
      [titulo],
    );
    expect(eventos?.quantos).toBe(0);
  });

  it('muda, parte por parte, até a reserva acabar; e não mais', async () => {
    const { body } = await reservar(ana, dito);
    expect((await descrever(ana, body.id, { titulo: 'Outra', pessoas: null })).body).toMatchObject({
      titulo: 'Outra',
      nota: dito.nota,
      pessoas: null,
    });
    expect(recusa(await descrever(bia, body.id, { titulo: 'Minha' }))).toEqual([404, 'reservas.reserva-inexistente']);
    // An id is the same in capitals, as far as the history of the booking.
    const MAIUSCULAS = body.id.toUpperCase();
    expect((await ler(ana, MAIUSCULAS)).body.id).toBe(body.id);
    const historico = await f.app.get<{ eventos: unknown[] }>(`/v1/reservas/${MAIUSCULAS}/historico`, {
      token: ana.token,
    });
    expect([historico.status, historico.body.eventos.length]).toEqual([200, 1]);
    expect((await descrever(f.admin, body.id, { nota: null })).body).toMatchObject({ titulo: 'Outra', nota: null });
    expect((await f.cancelar(ana, MAIUSCULAS)).status).toBe(200);
    expect(recusa(await descrever(ana, body.id, { titulo: 'Tarde' }))).toEqual([409, 'reservas.ja-encerrada']);
  });

  it('mais pessoas do que cabem é recusado em tudo por que se reserva, e nada fica', async () => {
    const CHEIA = [422, 'reservas.capacidade-insuficiente'];
    const periodo = livre();
    expect(recusa(await reservar(ana, { pessoas: 9 }, periodo))).toEqual(CHEIA);
    const serie = { espacoId: sala.id, ...periodo, regra: 'FREQ=WEEKLY;COUNT=2', pessoas: 9 };
    expect(recusa(await f.app.post('/v1/series', serie, { token: ana.token }))).toEqual(CHEIA);
    const { status, body } = await reservar(ana, { pessoas: 8 }, periodo);
    expect(status).toBe(201);
    expect(recusa(await descrever(ana, body.id, { pessoas: 9 }))).toEqual(CHEIA);
    expect((await ler(ana, body.id)).body.pessoas).toBe(8);
    for (const errado of [
      { pessoas: 0 },
      { titulo: ' ' },
      { titulo: 'x'.repeat(121) },
      { titulo: 'a\nb' },
      { nota: '4111 1111 1111 1111' },
    ])
      expect([errado, (await reservar(ana, errado)).status]).toEqual([errado, 400]);
  });

  it('some com a pessoa, e o que chega tarde não volta a dizê-lo', async () => {
    const carla = await f.pessoa();
    const { body } = await reservar(carla, dito);
    const { body: outra } = await reservar(carla, dito);
    await f.database.query('SELECT apagar_pessoa($1)', [carla.id]);
    const guardado = await f.database.query(
      'SELECT titulo, nota, pessoas FROM reserva_ditos WHERE reserva_id = ANY($1)',
      [[body.id, outra.id]],
    );
    expect(guardado).toEqual([0, 1].map(() => ({ titulo: null, nota: null, pessoas: 8 })));
    expect(recusa(await descrever(carla, body.id, { titulo: 'De volta' }))).toEqual([401, 'auth.sessao-encerrada']);
  });
});

describe('Uma reserva para outra pessoa', () => {
  /** What auth tells of somebody, and that everything was told until now. */
  const contada = async (pessoa: Pessoa, ativa = true) => {
    await f.broker.publish('usuario.grupos-alterados.v1', {
      usuarioId: pessoa.id,
      grupos: [],
      ativa,
      sequencia: ++sequencia,
      anterior: sequencia - 1,
    });
    await emDia();
    await eventually(async () => {
      const [row] = await f.database.query<{ ate: number }>(
        'SELECT ate::int FROM acessos_em_dia WHERE vale_ate > now() AND ate >= $1',
        [sequencia],
      );
      return row !== undefined;
    });
  };
  const emDia = () =>
    f.broker.publish('usuario.grupos-em-dia.v1', { sequencia, em: new Date(Date.now() + 3_600_000).toISOString() });
  let sequencia = 0;
  const recusasPara = async (paraId: string) => {
    const periodo = livre();
    const serie = { espacoId: sala.id, ...periodo, regra: 'FREQ=DAILY;COUNT=2', paraId };
    return [
      recusa(await reservar(f.admin, { paraId }, periodo)),
      recusa(await f.app.post('/v1/series', serie, { token: f.admin.token })),
    ];
  };

  it('espera que se saiba quem existe: sem notícia recente, nada se faz', async () => {
    const POR_SABER = [503, 'reservas.pessoas-por-saber'];
    expect(await recusasPara(ana.id)).toEqual([POR_SABER, POR_SABER]);
    await contada(ana);
  });

  it('não é feita para quem não existe, para quem foi desativado nem para quem está sendo apagado', async () => {
    const NAO_EXISTE = [404, 'reservas.pessoa-inexistente'];
    expect(await recusasPara(randomUUID())).toEqual([NAO_EXISTE, NAO_EXISTE]);
    const carla = await f.pessoa();
    await contada(carla, false);
    expect(await recusasPara(carla.id)).toEqual([NAO_EXISTE, NAO_EXISTE]);
    const [row] = await f.database.query<{ quantas: number }>(
      'SELECT count(*)::int AS quantas FROM reservas WHERE cliente_id = $1',
      [carla.id],
    );
    expect(row?.quantas).toBe(0);
    await contada(carla);
    expect((await reservar(f.admin, { paraId: carla.id })).status).toBe(201);
  });

  it('também não a faz a fila, que atende a pessoa quando a conta volta', async () => {
    const carla = await f.pessoa();
    await contada(carla);
    const periodo = livre();
    const { body: ocupada } = await reservar(bia, {}, periodo);
    const corpo = { espacoId: sala.id, ...periodo, flexibilidadeMinutos: 0 };
    const { status, body: espera } = await f.app.post<{ id: string }>('/v1/fila', corpo, { token: carla.token });
    expect(status).toBe(201);
    await contada(carla, false);
    await f.cancelar(bia, ocupada.id);
    const naFila = async () => {
      const [row] = await f.database.query<{ situacao: string; ultima_recusa: string | null }>(
        'SELECT situacao, ultima_recusa FROM fila WHERE id = $1',
        [espera.id],
      );
      return row;
    };
    await eventually(async () => (await naFila())?.ultima_recusa !== null);
    expect(await naFila()).toEqual({ situacao: 'ESPERANDO', ultima_recusa: 'reservas.pessoa-inexistente' });
  });

  it('conta como retenção de quem a fez, e não de quem é', async () => {
    const retidas = async (pessoa: Pessoa) => {
      const [row] = await f.database.query<{ holds: [number, number] }>(
        'SELECT retencoes_da_pessoa_e_series($1, NULL) AS holds',
        [pessoa.id],
      );
      return row?.holds;
    };
    const carla = await f.pessoa();
    await contada(carla);
    const [antes = 0, emSeries = 0] = (await retidas(f.admin)) ?? [];
    expect((await reservar(f.admin, { paraId: carla.id })).status).toBe(201);
    const serie = { espacoId: sala.id, ...f.periodo(70, 8), regra: 'FREQ=DAILY;COUNT=3', paraId: carla.id };
    expect((await f.app.post('/v1/series', serie, { token: f.admin.token })).status).toBe(201);
    expect(await retidas(carla)).toEqual([0, 0]);
    expect(await retidas(f.admin)).toEqual([antes + 2, emSeries + 3]);
    expect((await reservar(carla)).status).toBe(201);
    expect([await retidas(carla), await retidas(f.admin)]).toEqual([
      [1, 0],
      [antes + 2, emSeries + 3],
    ]);
  });

  it('é dela, que paga; quem a fez também a vê, a muda e a cancela, como ela o faria', async () => {
    const { status, body } = await reservar(f.admin, { paraId: ana.id, titulo: 'Visita' });
    expect([status, body]).toEqual([201, expect.objectContaining({ clienteId: ana.id, feitaPorId: f.admin.id })]);
    const [criada] = f.broker.publishedOf('reserva.criada.v1').filter(({ data }) => data.reservaId === body.id);
    expect(criada?.data ?? (await evento(body.id))).toMatchObject({ clienteId: ana.id, feitaPorId: f.admin.id });
    expect((await ler(ana, body.id)).body.titulo).toBe('Visita');
    // Who made it and no longer administers the space knows of it, and not how to get in.
    const semCasa = { id: f.admin.id, token: await f.issuer.token(f.admin.id, ['CLIENTE']) };
    expect((await ler(ana, body.id)).body.checkin?.codigo).toBe((await ler(f.admin, body.id)).body.checkin?.codigo);
    expect((await ler(semCasa, body.id)).body).toMatchObject({ titulo: 'Visita', checkin: null });
    const { body: suas } = await f.app.get<ReservasHttp>('/v1/reservas?feitas=true', { token: semCasa.token });
    expect(suas.itens.find(({ id }) => id === body.id)).toMatchObject({ checkin: null });
    const { body: feitas } = await f.app.get<ReservasHttp>('/v1/reservas?feitas=true', { token: f.admin.token });
    expect(feitas.itens.map(({ id }) => id)).toContain(body.id);
    const { body: dela } = await f.app.get<ReservasHttp>('/v1/reservas', { token: ana.token });
    expect(dela.itens.map(({ id }) => id)).toContain(body.id);
    expect((await f.cancelar(ana, body.id)).body.motivo).toBe('CLIENTE');
  });

  it('também em série', async () => {
    const corpo = { espacoId: sala.id, ...f.periodo(60, 8), regra: 'FREQ=DAILY;COUNT=2', paraId: ana.id };
    const { status, body } = await f.app.post<SerieCriadaHttp>('/v1/series', corpo, { token: f.admin.token });
    expect([status, body.serie.clienteId]).toEqual([201, ana.id]);
    for (const id of body.serie.reservas) expect((await ler(ana, id)).body.feitaPorId).toBe(f.admin.id);
  });

  it('só a faz quem administra o espaço; para si mesmo é como sempre', async () => {
    expect(recusa(await reservar(bia, { paraId: ana.id }))).toEqual([403, 'reservas.sem-acesso-ao-espaco']);
    expect((await reservar(bia, { paraId: bia.id })).body).toMatchObject({ clienteId: bia.id, feitaPorId: null });
  });

  it('não é feita para quem foi apagado', async () => {
    const carla = await f.pessoa();
    await f.database.query('SELECT apagar_pessoa($1)', [carla.id]);
    expect(recusa(await reservar(f.admin, { paraId: carla.id }))).toEqual([404, 'reservas.pessoa-inexistente']);
  });

  const evento = async (id: string) => {
    const [row] = await f.database.query<{ dados: object }>(
      `SELECT dados FROM eventos WHERE fluxo = 'reserva/' || $1 AND versao = 1`,
      [id],
    );
    return row?.dados;
  };
});

describe('Os favoritos', () => {
  const marcar = (pessoa: Pessoa, id: string) => f.app.send('PUT', `/v1/favoritos/${id}`, { token: pessoa.token });
  const listar = (pessoa: Pessoa) => f.app.get<EspacosHttp>('/v1/favoritos', { token: pessoa.token });

  it('são de cada pessoa, por nome, e marcar ou desmarcar de novo nada muda', async () => {
    const [carla, davi] = (await f.pessoas(2)) as [Pessoa, Pessoa];
    const ids = [f.espaco('Sala Jacarandá'), f.espaco('Sala Ipê')];
    for (const id of [...ids, ...ids]) expect((await marcar(carla, id)).status).toBe(204);
    expect((await listar(carla)).body.itens.map(({ nome }) => nome)).toEqual(['Sala Ipê', 'Sala Jacarandá']);
    expect((await listar(davi)).body.itens).toEqual([]);
    for (const _ of [1, 2])
      expect((await f.app.send('DELETE', `/v1/favoritos/${ids[0]}`, { token: carla.token })).status).toBe(204);
    expect((await listar(carla)).body.itens.map(({ id }) => id)).toEqual([ids[1]]);
    expect(recusa(await marcar(carla, randomUUID()))).toEqual([404, 'reservas.espaco-inexistente']);
    expect((await f.app.get('/v1/favoritos')).status).toBe(401);
  });

  it('são limitados, também para quem marca tudo de uma vez; e somem com a pessoa', async () => {
    const carla = await f.pessoa();
    const [{ colunas } = { colunas: '' }] = await f.database.query<{ colunas: string }>(
      `SELECT string_agg(column_name, ', ') AS colunas FROM information_schema.columns
        WHERE table_name = 'espacos' AND is_generated = 'NEVER' AND column_name NOT IN ('id', 'nome')`,
    );
    await f.database.query(
      `WITH novos AS (
         INSERT INTO espacos (id, nome, ${colunas}) SELECT gen_random_uuid(), 'Cópia ' || n, ${colunas}
           FROM espacos, generate_series(1, 199) n WHERE id = $2 RETURNING id)
       INSERT INTO favoritos (pessoa_id, espaco_id) SELECT $1, id FROM novos`,
      [carla.id, sala.id],
    );
    const nomes = ['Sala Ipê', 'Sala Jacarandá', 'Auditório Cerrado', 'Mesas Guarani'];
    const respostas = await Promise.all([sala.id, ...nomes.flatMap(existente)].map((id) => marcar(carla, id)));
    expect(contar(respostas)[204]).toBe(1);
    expect(new Set(respostas.filter(({ status }) => status !== 204).map((r) => String(recusa(r))))).toEqual(
      new Set(['409,reservas.favoritos-demais']),
    );
    await f.database.query('SELECT apagar_pessoa($1)', [carla.id]);
    expect(await f.database.query('SELECT FROM favoritos WHERE pessoa_id = $1', [carla.id])).toHaveLength(0);
    expect((await marcar(carla, sala.id)).status).toBe(401);
  });

  const existente = (nome: string): string[] => {
    try {
      return [f.espaco(nome)];
    } catch {
      return [];
    }
  };
});

describe('Reservar de novo', () => {
  const repetir = (pessoa: Pessoa, id: string) =>
    f.app.get<RepeticaoHttp>(`/v1/reservas/${id}/repeticao`, { token: pessoa.token });

  it('dá o corpo do próximo mesmo dia e hora que está livre, e ele é aceito como está', async () => {
    const outro = await f.publicado();
    const na = (dias: number) => ({ espacoId: outro.id, ...f.periodo(dias, 10) });
    const dito = { titulo: 'Reunião', pessoas: 3 };
    const { body: feita } = await f.app.post<ReservaHttp>('/v1/reservas', { ...na(3), ...dito }, { token: ana.token });
    await f.app.post('/v1/reservas', na(10), { token: bia.token });
    await f.cancelar(ana, feita.id);
    const { status, body } = await repetir(ana, feita.id);
    expect([status, body]).toEqual([200, { pedido: { ...na(17), ...dito }, semanasDepois: 2 }]);
    expect((await f.app.post('/v1/reservas', body.pedido, { token: ana.token })).status).toBe(201);
    expect(recusa(await repetir(bia, feita.id))).toEqual([404, 'reservas.reserva-inexistente']);
  });

  it('de uma que passou há muito, olha de agora em diante', async () => {
    const { body: feita } = await reservar(ana);
    await f.database.query(
      `UPDATE reservas SET inicio = inicio - interval '364 days', fim = fim - interval '364 days' WHERE id = $1`,
      [feita.id],
    );
    const carla = await f.pessoa();
    await f.database.query('UPDATE reservas SET cliente_id = $2 WHERE id = $1', [feita.id, carla.id]);
    const { body } = await repetir(carla, feita.id);
    expect(Date.parse(body.pedido?.inicio ?? '')).toBeGreaterThan(Date.now());
    expect((await f.app.post('/v1/reservas', body.pedido, { token: carla.token })).status).toBe(201);
  });

  it('diz que não há, quando nenhuma das próximas semanas serve', async () => {
    const curto = await f.publicado({ horizonteDias: 3 });
    const corpo = { espacoId: curto.id, ...f.periodo(1, 10) };
    const { body: feita } = await f.app.post<ReservaHttp>('/v1/reservas', corpo, { token: ana.token });
    expect((await repetir(ana, feita.id)).body).toEqual({ pedido: null, semanasDepois: null });
  });
});
