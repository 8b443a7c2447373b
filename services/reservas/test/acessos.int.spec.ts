import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  EspacoHttp,
  EspacosHttp,
  LinhaDoTempoHttp,
  PorQueHttp,
  RecorrenciaHttp,
  ReservaHttp,
} from '@plataforma/contracts';
import { eventually, type TestResponse } from '@plataforma/testing';
import { type Pessoa, recusa, ReservasFixture } from './reservas-fixture.js';

const DIREITOS = ['VER', 'RESERVAR', 'RESERVAR_SEM_APROVACAO', 'APROVAR', 'ADMINISTRAR'] as const;
type Direito = (typeof DIREITOS)[number];

let f: ReservasFixture;
let sequencia = 0;
let hora = 0;

beforeAll(async () => {
  f = await ReservasFixture.start({ RETENCOES_POR_PESSOA: '1000' });
});
afterAll(() => f.stop());

const livre = () => f.periodo(20 + Math.floor(hora / 10), 8 + (hora++ % 10));

/* What auth says, each change by its number. */

const contada = () => ({ sequencia: ++sequencia, anterior: sequencia - 1 });
const grupos = (usuarioId: string, lista: string[], mudanca = contada()) =>
  f.broker.publish('usuario.grupos-alterados.v1', { usuarioId, grupos: lista, ...mudanca });
const regras = (espacoId: string, ditas: Partial<Record<Direito, string[]>>, mudanca = contada()) =>
  f.broker.publish('espaco.acesso-alterado.v1', { espacoId, regras: ditas, ...mudanca });
const emDia = (em = new Date(), numero = sequencia, anterior?: number) =>
  f.broker.publish('usuario.grupos-em-dia.v1', {
    sequencia: numero,
    em: em.toISOString(),
    ...(anterior !== undefined && { anterior }),
  });
const estado = async () => {
  const [row] = await f.database.query<{ ate: number; vale_ate: Date }>(
    'SELECT ate::int, vale_ate FROM acessos_em_dia WHERE isfinite(vale_ate)',
  );
  return row;
};
const ate = async () => {
  const [row] = await f.database.query<{ ate: number }>('SELECT ate::int FROM acessos_em_dia');
  return row?.ate;
};
/** Everything that was said is here, and counts; no pulse is still on its way. */
const chegou = async () => {
  await eventually(async () => (await ate()) === sequencia);
  const em = new Date();
  await emDia(em);
  await eventually(async () => ((await estado())?.vale_ate.getTime() ?? 0) >= em.getTime() + 60_000);
};

const pede = (pessoa: Pessoa | undefined) => (pessoa ? { token: pessoa.token } : {});
const ver = (espaco: EspacoHttp, pessoa?: Pessoa) => f.app.get(`/v1/espacos/${espaco.id}`, pede(pessoa));
const reservar = (espaco: EspacoHttp, pessoa: Pessoa, campos = {}) =>
  f.app.post<ReservaHttp>('/v1/reservas', { espacoId: espaco.id, ...livre(), ...campos }, pede(pessoa));

const SEM_ACESSO = [403, 'reservas.sem-acesso-ao-espaco'];
const NAO_EXISTE = [404, 'reservas.espaco-inexistente'];
const NEM_RESERVA = [404, 'reservas.reserva-inexistente'];

describe('O acesso por espaço', () => {
  let espaco: EspacoHttp;
  /** By the right that their group has; `ninguem` has none. */
  const de = new Map<Direito | 'ninguem', Pessoa>();
  let cliente: Pessoa;
  let cidade: string;

  beforeAll(async () => {
    cidade = `Restrita ${randomUUID()}`;
    espaco = await f.publicado({ cidade, nome: 'Restrita', requerAprovacao: false });
    const doDireito = new Map(DIREITOS.map((direito) => [direito, randomUUID()]));
    for (const direito of [...DIREITOS, 'ninguem'] as const) de.set(direito, await f.pessoa());
    cliente = await f.pessoa();
    const grupoDoCliente = randomUUID();
    for (const [direito, grupo] of doDireito) await grupos(pessoa(direito).id, [grupo]);
    await grupos(cliente.id, [grupoDoCliente]);
    await regras(espaco.id, {
      ...Object.fromEntries([...doDireito].map(([direito, grupo]) => [direito, [grupo]])),
      RESERVAR: [doDireito.get('RESERVAR') ?? '', grupoDoCliente],
    });
    await chegou();
    await eventually(async () => (await ver(espaco, cliente)).status === 200);
  });

  const pessoa = (direito: Direito | 'ninguem'): Pessoa => {
    const uma = de.get(direito);
    if (!uma) throw new Error(direito);
    return uma;
  };
  const pedido = async () => (await reservar(espaco, cliente)).body.id;

  type Chamada = (quem: Pessoa) => Promise<TestResponse<unknown>>;
  const com = (quem: Pessoa) => ({ token: quem.token });
  /** Each operation, and who may; the others are refused. */
  const TABELA: readonly [string, readonly Direito[], Chamada, number][] = [
    ['ver o espaço', DIREITOS, (q) => f.app.get(`/v1/espacos/${espaco.id}`, com(q)), 200],
    [
      'ver o que está livre',
      DIREITOS,
      (q) =>
        f.app.get(
          `/v1/espacos/${espaco.id}/disponibilidade?${new URLSearchParams({ de: f.periodo(9, 0).inicio, ate: f.periodo(10, 0).inicio }).toString()}`,
          com(q),
        ),
      200,
    ],
    ['marcar como favorito', DIREITOS, (q) => f.app.send('PUT', `/v1/favoritos/${espaco.id}`, com(q)), 204],
    [
      'cotar',
      ['RESERVAR', 'RESERVAR_SEM_APROVACAO', 'ADMINISTRAR'],
      (q) => f.app.post('/v1/cotacoes', { espacoId: espaco.id, ...f.periodo(9, 10) }, com(q)),
      201,
    ],
    ['reservar', ['RESERVAR', 'RESERVAR_SEM_APROVACAO', 'ADMINISTRAR'], (q) => reservar(espaco, q), 201],
    [
      'reservar em série',
      ['RESERVAR', 'RESERVAR_SEM_APROVACAO', 'ADMINISTRAR'],
      (q) =>
        f.app.post(
          '/v1/series',
          { espacoId: espaco.id, ...f.periodo(80 + hora++, 8), regra: 'FREQ=DAILY;COUNT=1' },
          com(q),
        ),
      201,
    ],
    [
      'esperar na fila',
      ['RESERVAR', 'RESERVAR_SEM_APROVACAO', 'ADMINISTRAR'],
      (q) => f.app.post('/v1/fila', { espacoId: espaco.id, ...f.periodo(200 + hora++, 8) }, com(q)),
      201,
    ],
    [
      'aprovar',
      ['APROVAR', 'ADMINISTRAR'],
      async (q) => f.app.post(`/v1/reservas/${await pedido()}/aprovacao`, { aprovada: true }, com(q)),
      200,
    ],
    [
      'ver as reservas de outros',
      ['APROVAR', 'ADMINISTRAR'],
      async (q) => f.app.get(`/v1/reservas/${await pedido()}`, com(q)),
      200,
    ],
    [
      'cancelar as de outros',
      ['ADMINISTRAR'],
      async (q) => f.app.post(`/v1/reservas/${await pedido()}/cancelamento`, undefined, com(q)),
      200,
    ],
    ['reservar para outros', ['ADMINISTRAR'], (q) => reservar(espaco, q, { paraId: cliente.id }), 201],
    [
      'bloquear',
      ['ADMINISTRAR'],
      (q) =>
        f.app.post(`/v1/espacos/${espaco.id}/bloqueios`, { ...f.periodo(300 + hora++, 8), motivo: 'Obra' }, com(q)),
      201,
    ],
    ['ver os bloqueios', ['ADMINISTRAR'], (q) => f.app.get(`/v1/espacos/${espaco.id}/bloqueios`, com(q)), 200],
    ['ver as versões', ['ADMINISTRAR'], (q) => f.app.get(`/v1/espacos/${espaco.id}/versoes`, com(q)), 200],
  ];

  it.each(TABELA)('%s: só quem pode', async (_, podem, chamada, status) => {
    for (const direito of [...DIREITOS, 'ninguem'] as const) {
      const resposta = await chamada(pessoa(direito));
      const pode = direito !== 'ninguem' && podem.includes(direito);
      expect([direito, resposta.status, pode ? null : recusa(resposta)[1]]).toEqual(
        pode
          ? [direito, status, null]
          : [
              direito,
              expect.any(Number),
              expect.stringMatching(/sem-acesso-ao-espaco|espaco-inexistente|reserva-inexistente|sem-permissao/),
            ],
      );
      if (!pode) expect([403, 404]).toContain(resposta.status);
    }
    expect((await chamada(f.admin)).status).toBe(status);
  });

  it('para quem não o vê, ele não existe, e não aparece em lugar nenhum; para quem o vê, sim', async () => {
    const janela = new URLSearchParams({ cidade, de: f.periodo(9, 0).inicio, ate: f.periodo(10, 0).inicio }).toString();
    const aparece = async (quem: Pessoa | undefined) => {
      const [busca, linha, recorrencia] = await Promise.all([
        f.app.get<EspacosHttp>(`/v1/espacos?cidade=${encodeURIComponent(cidade)}`, pede(quem)),
        f.app.get<LinhaDoTempoHttp>(`/v1/linha-do-tempo?${janela}`, pede(quem)),
        f.app.post<RecorrenciaHttp>(
          '/v1/buscas/recorrencia',
          { cidade, ...f.periodo(9, 10), regra: 'FREQ=WEEKLY;COUNT=2' },
          pede(quem),
        ),
      ]);
      return [busca, linha, recorrencia].map(({ body }) => body.itens.length);
    };
    for (const quem of [undefined, pessoa('ninguem')]) {
      expect(await aparece(quem)).toEqual([0, 0, 0]);
      expect(recusa(await ver(espaco, quem))).toEqual(NAO_EXISTE);
    }
    expect(await aparece(pessoa('VER'))).toEqual([1, 1, 0]);
    for (const quem of [pessoa('RESERVAR'), pessoa('ADMINISTRAR'), f.admin])
      expect(await aparece(quem)).toEqual([1, 1, 1]);
  });

  it('o "por que não" diz que é o acesso', async () => {
    const { inicio, fim } = f.periodo(9, 10);
    const porque = (quem: Pessoa) =>
      f.app.get<PorQueHttp>(
        `/v1/espacos/${espaco.id}/porque?${new URLSearchParams({ inicio, fim }).toString()}`,
        pede(quem),
      );
    expect((await porque(pessoa('VER'))).body).toMatchObject({
      livre: false,
      impedimento: { regra: 'ACESSO', code: SEM_ACESSO[1] },
    });
    expect((await porque(pessoa('RESERVAR'))).body).toMatchObject({ livre: true });
    expect(recusa(await porque(pessoa('ninguem')))).toEqual(NAO_EXISTE);
  });

  it('quem pode sem aprovação não a espera, e os outros sim', async () => {
    expect((await reservar(espaco, pessoa('RESERVAR'))).body.status).toBe('PENDENTE_APROVACAO');
    for (const quem of [pessoa('RESERVAR_SEM_APROVACAO'), pessoa('ADMINISTRAR'), f.admin])
      expect((await reservar(espaco, quem)).body.status).toBe('PENDENTE_PAGAMENTO');
  });

  it('quem aprova vê os nomes na linha do tempo e a lista do espaço; e não aprova os próprios pedidos sem esse direito', async () => {
    const id = await pedido();
    const lista = (quem: Pessoa) =>
      f.app.get<{ itens: ReservaHttp[] }>(
        `/v1/reservas?espacoId=${espaco.id}&status=PENDENTE_APROVACAO&limite=100`,
        pede(quem),
      );
    expect((await lista(pessoa('APROVAR'))).body.itens.map((uma) => uma.id)).toContain(id);
    expect((await lista(pessoa('VER'))).body.itens).toEqual([]);
    expect(recusa(await f.app.post(`/v1/reservas/${id}/aprovacao`, { aprovada: true }, pede(cliente)))).toEqual(
      SEM_ACESSO,
    );
    expect(
      recusa(await f.app.post(`/v1/reservas/${id}/aprovacao`, { aprovada: true }, pede(pessoa('ninguem')))),
    ).toEqual(NEM_RESERVA);
  });

  it('quem administra um espaço não toma por ele as unidades de outro', async () => {
    const alheio = await f.publicado({ cidade });
    const { body, headers } = await f.app.get<EspacoHttp>(`/v1/espacos/${espaco.id}`, pede(pessoa('ADMINISTRAR')));
    const {
      id: _,
      versao: __,
      situacao: ___,
      unidades: ____,
      moeda: _5,
      alteradoEm: _6,
      restrito: _7,
      ...campos
    } = body;
    const mudar = (partes: string[]) =>
      f.app.send('PUT', `/v1/espacos/${espaco.id}`, {
        token: pessoa('ADMINISTRAR').token,
        headers: { 'if-match': headers.get('etag') ?? '' },
        body: { ...campos, partes, quantidadeUnidades: 1 },
      });
    expect(recusa(await mudar([alheio.id]))).toEqual([403, 'auth.sem-permissao']);
    const bloqueio = { ...livre(), motivo: 'Obra' };
    const bloquear = (id: string) =>
      f.app.post(`/v1/espacos/${id}/bloqueios`, bloqueio, { token: pessoa('ADMINISTRAR').token });
    for (const id of [alheio.id, randomUUID()]) expect(recusa(await bloquear(id))).toEqual(SEM_ACESSO);
    expect((await bloquear(espaco.id)).status).toBe(201);
    expect((await mudar([])).status).toBe(200);
  });
});

describe('O que auth diz chega a reservas apesar de tudo:', () => {
  let espaco: EspacoHttp;
  let ana: Pessoa;
  let grupo: string;

  beforeEach(async () => {
    [espaco, ana, grupo] = [await f.publicado(), await f.pessoa(), randomUUID()];
    await regras(espaco.id, { RESERVAR: [grupo] });
    await grupos(ana.id, [grupo]);
    await chegou();
    await eventually(async () => (await reservar(espaco, ana)).status === 201);
  });
  const negada = () => eventually(async () => recusa(await reservar(espaco, ana))[1] === SEM_ACESSO[1]);

  it('quem sai do grupo é recusado logo que se sabe', async () => {
    await grupos(ana.id, []);
    await negada();
  });

  it('o que vem fora de ordem, ou de novo, não desfaz o que é mais novo', async () => {
    const [entrada, saida] = [contada(), contada()];
    await grupos(ana.id, [], saida);
    await negada();
    await grupos(ana.id, [grupo], entrada);
    await grupos(ana.id, [grupo], { sequencia: 1, anterior: 0 });
    await regras(espaco.id, {}, { sequencia: 1, anterior: 0 });
    // What came last has been dealt with once this is known.
    await chegou();
    expect(recusa(await reservar(espaco, ana))).toEqual(SEM_ACESSO);
  });

  it('o que se perdeu é pedido de novo, e até lá o prazo não se prolonga', async () => {
    const perdida = contada();
    const pedidos = () =>
      f.broker.publishedOf('acesso.reenviar.v1').filter(({ data }) => data.desde === perdida.anterior);
    // Told by a clock that is ahead, so that it would count for longer than anything before.
    const em = new Date(Date.now() + 30_000);
    await emDia(em);
    await eventually(() => Promise.resolve(pedidos().length > 0));
    expect(await ate()).toBe(perdida.anterior);
    const [prazo] = await f.database.query<{ vale_ate: Date }>('SELECT vale_ate FROM acessos_em_dia');
    expect(prazo?.vale_ate.getTime()).toBeLessThan(em.getTime() + 60_000);
    await grupos(ana.id, [], perdida);
    await chegou();
    expect(recusa(await reservar(espaco, ana))).toEqual(SEM_ACESSO);
  });

  it('de quem foi apagado nada resta a contar, e mesmo assim se chega ao fim', async () => {
    const perdida = contada();
    await emDia(new Date(), perdida.sequencia, perdida.anterior);
    await eventually(async () => (await ate()) === perdida.sequencia);
  });

  it('sem notícia há mais de um minuto, grupo nenhum deixa entrar; o que é de todos continua, e quem administra também', async () => {
    await f.database.query(`UPDATE acessos_em_dia SET vale_ate = now() - interval '1 ms'`);
    expect(recusa(await reservar(espaco, ana))).toEqual(SEM_ACESSO);
    expect((await reservar(await f.publicado(), ana)).status).toBe(201);
    expect((await reservar(espaco, f.admin)).status).toBe(201);
    // What was so longer ago does not count, whenever it comes.
    await emDia(new Date(Date.now() - 61_000));
    await grupos(randomUUID(), []);
    await eventually(async () => (await ate()) === sequencia);
    expect(recusa(await reservar(espaco, ana))).toEqual(SEM_ACESSO);
    await chegou();
    expect((await reservar(espaco, ana)).status).toBe(201);
  });

  it('quem foi tirado do grupo não é servido pela fila em que entrou antes', async () => {
    const ocupado = f.periodo(400, 8);
    const outra = await f.pessoa();
    await grupos(outra.id, [grupo]);
    await chegou();
    const { body } = await f.app.post<ReservaHttp>('/v1/reservas', { espacoId: espaco.id, ...ocupado }, pede(outra));
    const { body: espera } = await f.app.post<{ id: string }>(
      '/v1/fila',
      { espacoId: espaco.id, ...ocupado },
      pede(ana),
    );
    await grupos(ana.id, []);
    await negada();
    await f.cancelar(outra, body.id);
    await eventually(async () => {
      const [row] = await f.database.query<{ recusas: number; ultima_recusa: string | null }>(
        'SELECT recusas, ultima_recusa FROM fila WHERE id = $1',
        [espera.id],
      );
      return row?.ultima_recusa === SEM_ACESSO[1];
    });
    expect((await f.app.get(`/v1/fila/${espera.id}`, pede(ana))).body).toMatchObject({ situacao: 'ESPERANDO' });
  });

  it('um espaço volta a ser de todos, e as cópias que diziam outra coisa se vão', async () => {
    const oculto = await f.publicado();
    expect((await ver(oculto)).status).toBe(200);
    await regras(oculto.id, { VER: [grupo] });
    await eventually(async () => (await ver(oculto)).status === 404);
    await regras(oculto.id, {});
    await eventually(async () => (await ver(oculto)).status === 200);
  });

  it('remarcar pede o mesmo direito que reservar, e cancelar não', async () => {
    const { body } = await reservar(espaco, ana);
    await f.pagar(body);
    await grupos(ana.id, []);
    await negada();
    const { inicio, fim } = livre();
    expect(recusa(await f.app.post(`/v1/reservas/${body.id}/remarcacao`, { inicio, fim }, pede(ana)))).toEqual(
      SEM_ACESSO,
    );
    expect((await f.cancelar(ana, body.id)).status).toBe(200);
  });
});
