import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DisponibilidadeHttp, EspacoHttp, EspacosHttp, PorQueHttp } from '@plataforma/contracts';
import { redisOfItsOwn, TcpProxy, type TestResponse } from '@plataforma/testing';
import { Database } from '@plataforma/platform';
import { Acessos } from '../src/application/acessos.js';
import { Agendas, OCUPACOES } from '../src/application/agendas.js';

import { PorQueNao, PorQueNaoHandler } from '../src/application/por-que-nao.js';
import { EspacoRepository, RestricaoDaPessoa } from '../src/application/ports.js';
import { FormasDeBusca } from '../src/infrastructure/formas-de-busca.js';
import { TransicaoInvalida } from '../src/domain/errors.js';
import { PeriodoReserva } from '../src/domain/periodo-reserva.js';
import { EspacosFixture, periodo } from './espacos-fixture.js';

let f: EspacosFixture;
let redis: TcpProxy;

beforeAll(async () => {
  redis = await TcpProxy.start(redisOfItsOwn());
  f = await EspacosFixture.start({ REDIS_URL: redis.url });
});
afterAll(async () => {
  await f.stop();
  await redis.cut();
});

const query = (parametros: Record<string, string | number>) =>
  new URLSearchParams(
    Object.fromEntries(Object.entries(parametros).map(([nome, valor]) => [nome, String(valor)])),
  ).toString();
const procurar = (parametros: Record<string, string | number>): Promise<TestResponse<EspacosHttp>> =>
  f.app.get<EspacosHttp>(`/v1/espacos?${query(parametros)}`);
const nomes = async (parametros: Record<string, string | number>) =>
  (await procurar(parametros)).body.itens.map(({ nome }) => nome);
const porQue = async (id: string, parametros: Record<string, string | number>) =>
  (await f.app.get<PorQueHttp>(`/v1/espacos/${id}/porque?${query(parametros)}`, { token: f.cliente })).body;
const disponibilidade = async (id: string, parametros: Record<string, string | number>) =>
  (await f.app.get<DisponibilidadeHttp>(`/v1/espacos/${id}/disponibilidade?${query(parametros)}`)).body;
const bloquear = (id: string, quando: { inicio: string; fim: string }) =>
  f.app.post(`/v1/espacos/${id}/bloqueios`, { ...quando, motivo: 'Obra' }, { token: f.admin });
const livreEm = ({ inicio, fim }: { inicio: string; fim: string }) => ({ livreDe: inicio, livreAte: fim });

describe('procura', () => {
  let cidade: string;
  beforeAll(async () => {
    cidade = `Cidade ${randomUUID()}`;
    await f.publicado({ cidade, nome: 'Sala Açaí', precoHoraCentavos: 5_000, recursos: ['projetor', 'som'] });
    await f.publicado({ cidade, nome: 'Quadra Ipê', tipo: 'QUADRA', capacidade: 20, recursos: ['som'] });
    await f.publicado({ cidade, nome: 'Sala Pitanga', descricao: 'Junto à estação 100%', precoHoraCentavos: 12_000 });
  });

  it.each([
    [{ tipo: 'QUADRA' }, ['Quadra Ipê']],
    [{ capacidade: 10 }, ['Quadra Ipê']],
    [{ recursos: 'som' }, ['Quadra Ipê', 'Sala Açaí']],
    [{ recursos: 'som,projetor' }, ['Sala Açaí']],
    [{ precoMaximoCentavos: 9_000 }, ['Quadra Ipê', 'Sala Açaí']],
    [{ texto: 'ACAI' }, ['Sala Açaí']],
    [{ texto: 'açaí sala' }, ['Sala Açaí']],
    [{ texto: 'estacao' }, ['Sala Pitanga']],
    [{ texto: '100%' }, ['Sala Pitanga']],
    [{ texto: '%' }, ['Sala Pitanga']],
    [{ texto: 'sala', precoMaximoCentavos: 5_000, recursos: 'projetor', capacidade: 8 }, ['Sala Açaí']],
  ])('%j', async (filtro, esperados) => {
    expect(await nomes({ cidade, ...filtro })).toEqual(esperados);
  });

  it.each([
    [{ livreDe: '2030-01-01T12:00:00Z' }, 400, 'requisicao.invalida'],
    [{ livreMinutos: 60 }, 400, 'requisicao.invalida'],
    [{ livreDe: '2030-01-01T12:00:00Z', livreAte: '2030-03-01T12:00:00Z' }, 422, 'requisicao.intervalo-grande-demais'],
    [{ livreDe: '2030-01-02T12:00:00Z', livreAte: '2030-01-01T12:00:00Z' }, 422, 'reservas.periodo-invalido'],
  ])('recusa %j', async (filtro, status, code) => {
    const resposta = await procurar(filtro);
    expect([resposta.status, (resposta.body as unknown as { code: string }).code]).toEqual([status, code]);
  });

  it('livre num período quer dizer que se pode reservar: horário, folga, antecedência, duração e unidades', async () => {
    const local = `Cidade ${randomUUID()}`;
    const quando = periodo(4, 10, 2);
    const comum = { cidade: local };
    const ocupado = await f.publicado({ ...comum, nome: 'Ocupado' });
    const vizinho = await f.publicado({ ...comum, nome: 'Vizinho sem folga' });
    const folga = await f.publicado({ ...comum, nome: 'Vizinho com folga', folgaAntesMinutos: 15 });
    const mesas = await f.publicado({ ...comum, nome: 'Mesas', quantidadeUnidades: 2 });
    await f.publicado({ ...comum, nome: 'Só amanhã', horizonteDias: 1 });
    await f.publicado({ ...comum, nome: 'Com meses', antecedenciaMinimaMinutos: 60 * 24 * 60 });
    await f.publicado({ ...comum, nome: 'Curto', duracaoMaximaMinutos: 60 });
    await f.publicado({ ...comum, nome: 'Fechado', horarios: [] });
    await f.publicado({ ...comum, nome: 'De hora em hora e meia', passoMinutos: 90 });
    await f.publicado({ ...comum, nome: 'Sessões de uma hora', passoMinutos: 90, duracaoMinimaMinutos: 60 });
    for (const id of [ocupado.id, mesas.id]) expect((await f.reservar(id, periodo(4, 11))).status).toBe(201);
    for (const id of [vizinho.id, folga.id]) expect((await f.reservar(id, periodo(4, 8, 2))).status).toBe(201);
    expect(await nomes({ cidade: local, ...livreEm(quando) })).toEqual(['Mesas', 'Vizinho sem folga']);
    // One hour somewhere within the two: the busy one cannot from 11 on, but can at 10.
    expect(await nomes({ cidade: local, ...livreEm(quando), livreMinutos: 60 })).toEqual([
      'Curto',
      'Mesas',
      'Ocupado',
      'Sessões de uma hora',
      'Vizinho com folga',
      'Vizinho sem folga',
    ]);
  });

  it('homônimos aparecem todos, ainda que a página acabe entre eles', async () => {
    const local = `Cidade ${randomUUID()}`;
    for (let i = 0; i < 3; i++) await f.publicado({ cidade: local, nome: 'Sala' });
    const vistos = await f.app.everyPage<EspacoHttp>(`/v1/espacos?${query({ cidade: local })}`, 1);
    expect(new Set(vistos.map(({ id }) => id)).size).toBe(3);
    expect(vistos).toHaveLength(3);
  });

  it('um rascunho nunca está livre', async () => {
    const local = `Cidade ${randomUUID()}`;
    await f.criar({ cidade: local });
    const rascunhos = async (filtro: Record<string, string | number>) => {
      const rota = `/v1/espacos?${query({ cidade: local, situacao: 'RASCUNHO', ...filtro })}`;
      return (await f.app.get<EspacosHttp>(rota, { token: f.admin })).body.itens.length;
    };
    const livre = livreEm(periodo(4, 10, 2));
    expect([await rascunhos({}), await rascunhos(livre), await rascunhos({ ...livre, livreMinutos: 60 })]).toEqual([
      1, 0, 0,
    ]);
  });

  it('as páginas dos livres não repetem nem pulam nenhum, ainda que o filtro derrube candidatos', async () => {
    const local = `Cidade ${randomUUID()}`;
    const quando = periodo(5, 10);
    const modelo = await f.publicado({ cidade: local, nome: 'Espaço 000' });
    // Every fourth is open; the others are copies that never open.
    await f.database.query(
      `WITH copias AS (
         INSERT INTO espacos (id, nome, tipo, descricao, cidade, endereco, fuso, capacidade, horarios, ocupa,
                              duracao_minima_minutos, duracao_maxima_minutos, passo_minutos, preco_hora_centavos, politica_cancelamento)
         SELECT gen_random_uuid(), 'Espaço ' || lpad(n::text, 3, '0'), tipo, descricao, cidade, endereco, fuso, capacidade,
                CASE WHEN n % 4 = 0 THEN horarios ELSE '[]' END, ocupa, duracao_minima_minutos, duracao_maxima_minutos,
                passo_minutos, preco_hora_centavos, politica_cancelamento
           FROM espacos, generate_series(1, 399) AS n WHERE id = $1 RETURNING id),
       novas AS (INSERT INTO unidades SELECT gen_random_uuid(), id::text FROM copias RETURNING id, nome)
       INSERT INTO espaco_unidades SELECT nome::uuid, id FROM novas`,
      [modelo.id],
    );
    await f.app.nest.get(FormasDeBusca).onModuleInit();
    const esperados = Array.from({ length: 100 }, (_, i) => `Espaço ${String(i * 4).padStart(3, '0')}`);
    for (const limite of [7, 25, 100]) {
      const rota = `/v1/espacos?${query({ cidade: local, ...livreEm(quando) })}`;
      const vistos = await f.app.everyPage<EspacoHttp>(rota, limite);
      expect(vistos.map(({ nome }) => nome)).toEqual(esperados);
    }
    const fim = await procurar({ cidade: local, ...livreEm(quando), texto: '396', limite: 1 });
    expect([fim.body.itens.length, fim.body.proximo]).toEqual([1, null]);
  });
});

describe('disponibilidade', () => {
  it('os inícios respeitam antecedência e horizonte, e uma estadia pode terminar depois da janela', async () => {
    const espaco = await f.publicado({
      horarios: [1, 2, 3, 4, 5, 6, 7].map((diaSemana) => ({ diaSemana, abre: '00:00', fecha: '00:00' })),
      duracaoMaximaMinutos: 3_000,
      passoMinutos: 60,
      horizonteDias: 3,
      antecedenciaMinimaMinutos: 1_440,
    });
    const agora = Date.now();
    const janela = { de: periodo(0, 0).inicio, ate: periodo(6, 0).inicio };
    const { inicios } = await disponibilidade(espaco.id, { ...janela, duracaoMinutos: 2_880 });
    const limites = [agora + 86_400_000, agora + 3 * 86_400_000];
    expect(inicios.length).toBeGreaterThanOrEqual(48);
    for (const inicio of inicios) {
      expect(Date.parse(inicio)).toBeGreaterThanOrEqual(limites[0] ?? 0);
      expect(Date.parse(inicio)).toBeLessThanOrEqual((limites[1] ?? 0) + 60_000);
    }
    // Long after the window: then no start of the window leaves room for two days.
    expect((await bloquear(espaco.id, { inicio: periodo(3, 0).inicio, fim: periodo(9, 0).inicio })).status).toBe(201);
    const depois = await disponibilidade(espaco.id, {
      de: periodo(1, 12).inicio,
      ate: periodo(2, 12).inicio,
      duracaoMinutos: 2_880,
    });
    expect(depois.inicios).toEqual([]);
  });

  it('uma consulta de unidades e período é servida pelo índice da restrição, sem olhar o resto da tabela', async () => {
    const espaco = await f.publicado({ quantidadeUnidades: 10 });
    await f.database.query(
      `WITH novas AS (INSERT INTO unidades SELECT gen_random_uuid(), 'outra' FROM generate_series(1, 300) RETURNING id)
       INSERT INTO ocupacoes (unidade_id, periodo, origem)
       SELECT id, tstzrange(now() + n * interval '2 hours', now() + n * interval '2 hours' + interval '1 hour'), 'BLOQUEIO'
         FROM novas, generate_series(1, 100) AS n`,
    );
    await f.database.query('ANALYZE ocupacoes');
    const unidades = await f.database.query<{ unidade_id: string }>(
      'SELECT unidade_id FROM espaco_unidades WHERE espaco_id = $1',
      [espaco.id],
    );
    const plano = await f.database.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${OCUPACOES}`, [
      unidades.map(({ unidade_id }) => unidade_id),
      Date.now(),
      Date.now() + 92 * 86_400_000,
    ]);
    const texto = JSON.stringify(plano);
    expect(texto).toMatch(/"Index Cond":"\(\(unidade_id = u\.id\) AND \(periodo && /);
    expect(texto).toContain('ocupacoes_sem_sobreposicao');
    expect(texto).not.toContain('Seq Scan');
  });
});

describe('por que não?', () => {
  it('o que pode ser reservado está livre', async () => {
    const { id } = await f.publicado();
    expect(await porQue(id, periodo(3, 10))).toEqual({
      livre: true,
      impedimento: null,
      alternativas: { outrosHorarios: [], outrosEspacos: [] },
    });
  });

  it('diz a primeira regra que impede, com o código que a reserva receberia', async () => {
    const cidade = `Cidade ${randomUUID()}`;
    const espaco = await f.publicado({
      cidade,
      folgaDepoisMinutos: 30,
      antecedenciaMinimaMinutos: 1_440,
      horizonteDias: 30,
      duracaoMaximaMinutos: 120,
    });
    expect((await f.reservar(espaco.id, periodo(5, 10))).status).toBe(201);
    await bloquear(espaco.id, periodo(5, 14, 2));
    const casos = [
      [{ inicio: '2020-01-01T12:00:00Z', fim: '2020-01-01T13:00:00Z' }, 'PASSADO', 'reservas.periodo-no-passado'],
      [periodo(5, 12, 0.25), 'CURTO_DEMAIS', 'reservas.duracao-fora-do-permitido'],
      [periodo(5, 12, 3), 'LONGO_DEMAIS', 'reservas.duracao-fora-do-permitido'],
      [
        { inicio: new Date(Date.now() + 3_600_000).toISOString(), fim: new Date(Date.now() + 7_200_000).toISOString() },
        'ANTECEDENCIA',
        'reservas.antecedencia-insuficiente',
      ],
      [periodo(40, 12), 'HORIZONTE', 'reservas.alem-do-horizonte'],
      [periodo(5, 6), 'FECHADO', 'reservas.fora-do-horario'],
      [periodo(5, 12.25), 'FORA_DA_GRADE', 'reservas.inicio-fora-da-grade'],
      [periodo(5, 10), 'RESERVADO', 'reservas.espaco-indisponivel'],
      [periodo(5, 11), 'FOLGA', 'reservas.espaco-indisponivel'],
      [periodo(5, 9), 'FOLGA', 'reservas.espaco-indisponivel'],
      [periodo(5, 15), 'BLOQUEADO', 'reservas.espaco-indisponivel'],
    ] as const;
    for (const [quando, regra, code] of casos) {
      const resposta = await porQue(espaco.id, quando);
      expect([quando, resposta.livre, resposta.impedimento?.regra]).toEqual([quando, false, regra]);
      expect(resposta.impedimento?.code).toBe(code);
      expect(resposta.impedimento?.explicacao).not.toBe('');
      expect((await f.reservar(espaco.id, quando)).body['code']).toBe(code);
    }
    const cheio = await porQue(espaco.id, { ...periodo(5, 12), pessoas: 9 });
    expect(cheio.impedimento).toMatchObject({ regra: 'CAPACIDADE', code: 'reservas.capacidade-insuficiente' });
    // At no other time do more people fit.
    expect(cheio.alternativas.outrosHorarios).toEqual([]);
  });

  it('de unidades iguais, conta a razão mais leve; de um composto, a mais grave', async () => {
    const mesas = await f.publicado({ quantidadeUnidades: 2, folgaDepoisMinutos: 30 });
    for (const quando of [periodo(6, 10), periodo(6, 9.5)])
      expect((await f.reservar(mesas.id, quando)).status).toBe(201);
    expect((await porQue(mesas.id, periodo(6, 10.5))).impedimento?.regra).toBe('FOLGA');
    const [a, b] = [await f.publicado(), await f.publicado()];
    const salao = await f.publicado({ partes: [a.id, b.id] });
    await bloquear(a.id, periodo(6, 10));
    expect((await porQue(salao.id, periodo(6, 10))).impedimento?.regra).toBe('BLOQUEADO');
    await f.reservar(b.id, periodo(6, 10));
    expect((await porQue(salao.id, periodo(6, 10))).impedimento?.regra).toBe('RESERVADO');
  });

  it('oferece os horários mais próximos e outros espaços da cidade, os parecidos primeiro, todos reserváveis', async () => {
    const cidade = `Cidade ${randomUUID()}`;
    const espaco = await f.publicado({ cidade });
    const quando = periodo(7, 10);
    const parecido = await f.publicado({ cidade, capacidade: 10 });
    const outroTipo = await f.publicado({ cidade, tipo: 'AUDITORIO' });
    await f.publicado({ cidade, capacidade: 2 });
    const ocupado = await f.publicado({ cidade });
    for (const { id } of [espaco, ocupado]) expect((await f.reservar(id, quando)).status).toBe(201);
    const { alternativas } = await porQue(espaco.id, quando);
    expect(alternativas.outrosHorarios).toEqual([periodo(7, 8.5), periodo(7, 9), periodo(7, 11), periodo(7, 11.5)]);
    expect(alternativas.outrosEspacos.map(({ id }) => id)).toEqual([parecido.id, outroTipo.id]);
    for (const horario of alternativas.outrosHorarios.slice(1, 3))
      expect((await f.reservar(espaco.id, horario)).status).toBe(201);
    for (const { id } of alternativas.outrosEspacos) expect((await f.reservar(id, quando)).status).toBe(201);
  });

  it('pergunta também pelo que depende da pessoa, só quando sabe quem é', async () => {
    const { id } = await f.publicado();
    const { nest } = f.app;
    class SoAdultos extends RestricaoDaPessoa {
      override async check(_espaco: unknown, _periodo: unknown, pessoaId: string): Promise<void> {
        throw new TransicaoInvalida('menor', `reservar por ${pessoaId}`);
      }
    }
    const explicador = new PorQueNaoHandler(
      nest.get(Database),
      nest.get(EspacoRepository),
      nest.get(Agendas),
      new SoAdultos(),
      nest.get(Acessos),
    );
    const { inicio, fim } = periodo(3, 10);
    const quando = PeriodoReserva.de(new Date(inicio), new Date(fim));
    expect((await explicador.execute(new PorQueNao(id, quando, undefined, undefined))).livre).toBe(true);
    expect(
      (await explicador.execute(new PorQueNao(id, quando, undefined, { id: randomUUID(), papeis: [] }))).impedimento,
    ).toMatchObject({
      regra: 'COTA',
      code: 'reservas.transicao-invalida',
    });
  });

  it('e a reserva dão sempre o mesmo veredito', async () => {
    const espaco = await f.publicado({
      quantidadeUnidades: 2,
      folgaAntesMinutos: 15,
      folgaDepoisMinutos: 30,
      duracaoMaximaMinutos: 180,
      antecedenciaMinimaMinutos: 600,
      horizonteDias: 9,
    });
    await bloquear(espaco.id, periodo(8, 12, 2));
    let reservas = 0;
    for (let i = 0; i < 120; i++) {
      const quando = periodo(i % 11, 7 + ((i * 7) % 27) / 2, 0.25 + ((i * 5) % 14) / 4);
      const antes = await porQue(espaco.id, quando);
      const { status, body } = await f.reservar(espaco.id, quando);
      expect([quando, antes.livre, antes.impedimento?.code]).toEqual([quando, status === 201, body['code']]);
      if (status === 201) reservas++;
    }
    expect(reservas).toBeGreaterThan(10);
    expect(reservas).toBeLessThan(110);
  });
});

describe('sem Redis', () => {
  it('o catálogo segue certo, só mais devagar', async () => {
    const espaco = await f.publicado();
    const ler = async () => (await f.app.get<EspacoHttp>(`/v1/espacos/${espaco.id}`)).body.nome;
    expect(await ler()).toBe(espaco.nome);
    await redis.cut();
    const mudado = await f.mudar(espaco, { nome: 'Mudado sem Redis' });
    expect(mudado.status).toBe(200);
    expect(await ler()).toBe('Mudado sem Redis');
    await redis.restore();
    for (let i = 0; i < 20; i++) expect(await ler()).toBe('Mudado sem Redis');
  });
});
