import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EspacoHttp, NovaSerieHttp, RecorrenciaHttp, SerieCriadaHttp } from '@plataforma/contracts';
import { type Periodo, type Pessoa, recusa, ReservasFixture } from './reservas-fixture.js';

let f: ReservasFixture;
let outra: Pessoa;

beforeAll(async () => {
  f = await ReservasFixture.start({ RETENCOES_POR_PESSOA: '1000', RETENCOES_EM_SERIES_POR_PESSOA: '10000' });
  outra = await f.pessoa();
});
afterAll(() => f.stop());

const SEMANAS = 4;
const regra = `FREQ=WEEKLY;COUNT=${SEMANAS}`;
const semana = (n: number, hora = 10) => f.periodo(14 + 7 * n, hora);

const buscar = (busca: Record<string, unknown>, pessoa?: Pessoa) =>
  f.app.post<RecorrenciaHttp>(
    '/v1/buscas/recorrencia',
    { ...semana(0), regra, ...busca },
    pessoa && { token: pessoa.token },
  );
const ocupar = async (espaco: EspacoHttp, periodo: Periodo) =>
  expect((await f.reservar(outra, espaco.id, periodo)).status).toBe(201);
/** Spaces of a city of their own, by name. */
async function espacos(...campos: Record<string, unknown>[]): Promise<[string, ...EspacoHttp[]]> {
  const cidade = `Cidade ${randomUUID()}`;
  const feitos: EspacoHttp[] = [];
  for (const [i, campo] of campos.entries())
    feitos.push(await f.publicado({ cidade, nome: `Sala ${i + 1}`, ...campo }));
  return [cidade, ...feitos];
}
/** Books every body as it is, one after the other; what came of each. */
async function reservarTudo(pessoa: Pessoa, pedidos: readonly NovaSerieHttp[]) {
  const feitas: string[] = [];
  for (const pedido of pedidos) {
    const { status, body } = await f.app.post<SerieCriadaHttp>('/v1/series', pedido, { token: pessoa.token });
    expect([status, status === 201 ? null : body]).toEqual([201, null]);
    feitas.push(...body.ocorrencias.filter(({ resultado }) => resultado === 'RESERVADA').map(({ inicio }) => inicio));
  }
  return feitas.toSorted();
}
const saidas = ({ body }: { body: RecorrenciaHttp }, espaco: EspacoHttp) =>
  body.itens.find((item) => item.espaco.id === espaco.id)?.saidas ?? [];
const daSaida = (resposta: { body: RecorrenciaHttp }, espaco: EspacoHttp, tipo: string) => {
  const saida = saidas(resposta, espaco).find((uma) => uma.tipo === tipo);
  if (!saida) throw new Error(`sem ${tipo}: ${JSON.stringify(resposta.body)}`);
  return saida;
};

describe('A busca por recorrência', () => {
  it('diz, por espaço, o que está livre, o que não e por quê; o que está todo livre vem primeiro, com o pedido', async () => {
    const [cidade, cheia, vazia] = (await espacos({}, {})) as [string, EspacoHttp, EspacoHttp];
    await ocupar(cheia, semana(1));
    const { status, body } = await buscar({ cidade });
    expect(status).toBe(200);
    expect(body).toMatchObject({ examinados: 2, haMais: false });
    expect(body.itens.map(({ espaco }) => espaco.id)).toEqual([vazia.id, cheia.id]);
    expect(body.itens[0]).toMatchObject({ ocorrencias: SEMANAS, livres: SEMANAS, impedidas: [], saidas: [] });
    expect(body.itens[1]).toMatchObject({
      livres: SEMANAS - 1,
      pedido: null,
      impedidas: [{ ...semana(1), codigo: 'reservas.espaco-indisponivel' }],
    });
    const ana = await f.pessoa();
    expect(await reservarTudo(ana, body.itens[0]?.pedido ? [body.itens[0].pedido] : [])).toHaveLength(SEMANAS);
  });

  it('PULAR: as outras, sem os dias impedidos, são reservadas como vem', async () => {
    const [cidade, sala] = (await espacos({})) as [string, EspacoHttp];
    await ocupar(sala, semana(2));
    const saida = daSaida(await buscar({ cidade }), sala, 'PULAR');
    expect(saida.pedidos).toMatchObject([{ modo: 'TUDO_OU_NADA', excecoes: [semana(2).inicio.slice(0, 10)] }]);
    const feitas = await reservarTudo(await f.pessoa(), saida.pedidos);
    expect(feitas).toEqual([0, 1, 3].map((n) => semana(n).inicio));
  });

  it('PULAR, quando um dia tem livres e impedidas, deixa que só as impedidas se recusem', async () => {
    const [cidade, sala] = (await espacos({})) as [string, EspacoHttp];
    await ocupar(sala, semana(0, 15));
    const duas = 'FREQ=WEEKLY;BYHOUR=10,15;COUNT=4';
    const saida = daSaida(await buscar({ cidade, regra: duas }), sala, 'PULAR');
    expect(saida.pedidos).toMatchObject([{ modo: 'PULAR_CONFLITOS', excecoes: [] }]);
    expect(await reservarTudo(await f.pessoa(), saida.pedidos)).toHaveLength(3);
  });

  it('OUTRA_HORA: a mais próxima em que todas cabem, e cabe', async () => {
    const [cidade, sala] = (await espacos({ folgaDepoisMinutos: 15, passoMinutos: 15 })) as [string, EspacoHttp];
    // Until 10:15, and 15 minutes to get ready.
    const { inicio } = semana(1, 9);
    await ocupar(sala, { inicio, fim: new Date(Date.parse(inicio) + 75 * 60_000).toISOString() });
    const saida = daSaida(await buscar({ cidade }), sala, 'OUTRA_HORA');
    expect(saida.minutos).toBe(30);
    const feitas = await reservarTudo(await f.pessoa(), saida.pedidos);
    expect(feitas).toEqual([0, 1, 2, 3].map((n) => new Date(Date.parse(semana(n).inicio) + 30 * 60_000).toISOString()));
  });

  it('MAIS_CURTA: todas acabam antes do que está no caminho', async () => {
    const [cidade, sala] = (await espacos({})) as [string, EspacoHttp];
    await ocupar(sala, f.periodo(14, 11, 8));
    await ocupar(sala, f.periodo(14, 8, 2));
    const pedida = { inicio: semana(0).inicio, fim: semana(0, 11).fim };
    const resposta = await buscar({ cidade, ...pedida });
    const saida = daSaida(resposta, sala, 'MAIS_CURTA');
    expect(saida.minutos).toBe(60);
    expect(await reservarTudo(await f.pessoa(), saida.pedidos)).toHaveLength(SEMANAS);
  });

  it('OUTRO_ESPACO: as impedidas noutro, as outras aqui, e nada em dobro', async () => {
    const [cidade, sala, vizinha] = (await espacos({}, {})) as [string, EspacoHttp, EspacoHttp];
    await ocupar(sala, semana(0));
    await ocupar(sala, semana(3));
    await ocupar(vizinha, semana(1));
    const ana = await f.pessoa();
    const saida = daSaida(await buscar({ cidade }, ana), sala, 'OUTRO_ESPACO');
    // Of the other space no more than is documented.
    const { id, nome, tipo, cidade: onde, capacidade, fuso } = vizinha;
    expect(saida.outroEspaco).toEqual({ id, nome, tipo, cidade: onde, capacidade, fuso });
    expect(saida.pedidos.map(({ espacoId }) => espacoId)).toEqual([sala.id, vizinha.id]);
    expect(await reservarTudo(ana, saida.pedidos)).toEqual([0, 1, 2, 3].map((n) => semana(n).inicio));
  });

  it('não oferece um espaço que divide unidades com este', async () => {
    const cidade = `Cidade ${randomUUID()}`;
    const parte = await f.publicado({ cidade, nome: 'Metade' });
    const salao = await f.publicado({ cidade, nome: 'Salão', partes: [parte.id] });
    await ocupar(parte, semana(1));
    const resposta = await buscar({ cidade });
    for (const espaco of [parte, salao])
      expect(saidas(resposta, espaco).map(({ tipo }) => tipo)).not.toContain('OUTRO_ESPACO');
  });

  it('sabe das cotas de quem pergunta: o que oferece cabe nelas', async () => {
    const [cidade, sala] = (await espacos({ cotaReservasAtivas: 3 })) as [string, EspacoHttp];
    const ana = await f.pessoa();
    const resposta = await buscar({ cidade }, ana);
    expect(resposta.body.itens[0]).toMatchObject({ livres: 3, impedidas: [{ codigo: 'reservas.cota-de-reservas' }] });
    expect(saidas(resposta, sala).map(({ tipo }) => tipo)).toEqual(['PULAR']);
    expect(await reservarTudo(ana, daSaida(resposta, sala, 'PULAR').pedidos)).toHaveLength(3);
    expect((await buscar({ cidade }, ana)).body.itens[0]).toMatchObject({ livres: 0, saidas: [] });
    expect((await buscar({ cidade })).body.itens[0]?.impedidas).toHaveLength(3);
  });

  it('recusa o que não é regra, o que não dá nada e o que é demais', async () => {
    const REGRA = [422, 'reservas.regra-de-recorrencia-invalida'];
    expect(recusa(await buscar({ regra: 'FREQ=HOURLY;COUNT=2' }))).toEqual(REGRA);
    expect(recusa(await buscar({ regra: 'FREQ=DAILY;COUNT=105' }))).toEqual([422, 'reservas.ocorrencias-demais']);
    expect(recusa(await buscar({ fim: semana(0).inicio }))).toEqual([422, 'reservas.periodo-invalido']);
    for (const errada of [{ limite: 21 }, { espacos: [] }, { outro: 1 }, { regra: undefined }])
      expect((await buscar(errada)).status).toBe(400);
  });
});
