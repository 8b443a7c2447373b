import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EsperaHttp, EspacosHttp, FeriadosHttp } from '@plataforma/contracts';
import { SEM_GRUPOS } from '../src/domain/acesso.js';
import { achadosPorPalavras, consultaDeEspacos, type FiltroDeEspacos } from '../src/application/consultar-espacos.js';
import { FormasDeBusca } from '../src/infrastructure/formas-de-busca.js';
import { EspacosFixture, periodo } from './espacos-fixture.js';

let f: EspacosFixture;

beforeAll(async () => {
  f = await EspacosFixture.start();
});
afterAll(() => f.stop());

const nomes = async (parametros: Record<string, string>) => {
  const { status, body } = await f.app.get<EspacosHttp>(`/v1/espacos?${new URLSearchParams(parametros).toString()}`);
  expect(status).toBe(200);
  return body.itens.map(({ nome }) => nome);
};
/** The ways in which people write these places. */
const LUGARES = [
  ['São Paulo', 'sao paulo', 'SÃO PAULO', 'Sa\u0303o Paulo', 'são  paulo'],
  ['Łódź', 'lodz', 'ŁÓDŹ', 'Ło\u0301dz\u0301', 'Lodz'],
  ['Đà Nẵng', 'da nang', 'ĐÀ NẴNG', 'đà nẵng'.normalize('NFD'), 'Da Nang'],
  ['हिन्दी', 'हिन्दी', 'हिन्दी'.normalize('NFKD'), ' हिन्दी ', 'हिन्दी'],
] as const;

describe('como as pessoas escrevem', () => {
  it.each(LUGARES)('%s é achado pela cidade e pelo texto de cada escrita', async (cidade, ...escritas) => {
    const nome = `Sala ${randomUUID()}`;
    await f.publicado({ nome, cidade });
    for (const escrita of [cidade, ...escritas]) {
      expect(await nomes({ cidade: escrita, texto: nome })).toEqual([nome]);
      expect(await nomes({ texto: `${escrita} ${nome}` })).toEqual([nome]);
    }
    expect(await nomes({ cidade: 'हिन्द', texto: nome })).toEqual([]);
  });

  it('um espaço cadastrado por um Mac é achado por quem não tem um, e o contrário', async () => {
    const marca = randomUUID();
    await f.publicado({ nome: `Galpão ${marca}`.normalize('NFD'), cidade: 'Brasília'.normalize('NFD') });
    expect(await nomes({ texto: `galpão ${marca}`, cidade: 'BRASÍLIA' })).toHaveLength(1);
    expect(await nomes({ texto: `galpao ${marca}`, cidade: 'brasilia' })).toHaveLength(1);
  });

  it('o que muda no espaço muda na procura', async () => {
    const espaco = await f.publicado({ nome: `Antes ${randomUUID()}`, cidade: 'Poá' });
    const nome = `Depois ${randomUUID()}`;
    expect((await f.mudar(espaco, { nome, cidade: 'Itajaí' })).status).toBe(200);
    expect(await nomes({ texto: espaco.nome })).toEqual([]);
    expect(await nomes({ texto: nome.toUpperCase(), cidade: 'itajai' })).toEqual([nome]);
  });

  it('um feriado vale para a cidade, escreva-a cada um como quiser, e é um só', async () => {
    const data = periodo(5, 10).inicio.slice(0, 10);
    const feriado = { data, cidade: 'SAO PAULO', nome: 'Aniversário' };
    const { id } = await f.publicado({ cidade: 'São Paulo' });
    expect((await f.app.post('/v1/feriados', feriado, { token: f.admin })).status).toBe(201);
    const repetido = await f.app.post('/v1/feriados', { ...feriado, cidade: 'são paulo' }, { token: f.admin });
    expect([repetido.status, repetido.body['code']]).toEqual([409, 'reservas.feriado-repetido']);
    expect((await f.reservar(id, periodo(5, 10))).body['code']).toBe('reservas.fora-do-horario');
    const lista = await f.app.get<FeriadosHttp>(
      `/v1/feriados?${new URLSearchParams({ cidade: 'sa\u0303o paulo', de: data, ate: data }).toString()}`,
      { token: f.admin },
    );
    expect(lista.body.itens).toHaveLength(1);
    const ocupacao = await f.app.get<{ linhas: { minutosAbertos: number }[] }>(
      `/v1/relatorios/ocupacao?de=${data}&ate=${data}&espacoId=${id}`,
      { token: f.admin },
    );
    expect(ocupacao.body.linhas.map(({ minutosAbertos }) => minutosAbertos)).toEqual([0]);
  });

  it('quem espera por uma cidade é atendido por um espaço dela', async () => {
    const cidade = `Ribeirão ${randomUUID()}`;
    await f.publicado({ cidade });
    const pedido = { busca: { cidade: cidade.toUpperCase().normalize('NFD') }, ...periodo(4, 10) };
    const { status, body } = await f.app.post<EsperaHttp>('/v1/fila', pedido, { token: f.cliente });
    expect([status, body.situacao]).toEqual([201, 'OFERTADA']);
  });
});

describe('a ordem', () => {
  it('é a que se espera em português, também de uma página para a outra', async () => {
    const cidade = `Cidade ${randomUUID()}`;
    const esperados = ['Ábaco', 'Acai', 'Açaí', 'água', 'Érica', 'Mesa', 'Sala', 'sala a', 'Sala B', 'Salada', 'Zebra'];
    for (const nome of [...esperados].sort(() => -1).reverse()) await f.publicado({ nome, cidade });
    const rota = `/v1/espacos?${new URLSearchParams({ cidade }).toString()}`;
    for (const limite of [1, 4, 100])
      expect((await f.app.everyPage<{ nome: string }>(rota, limite)).map(({ nome }) => nome)).toEqual(esperados);
  });
});

it('nomes sem fim de qualquer alfabeto cabem no índice e no cursor', async () => {
  const cidade = '\ufdfa'.repeat(100);
  for (const letra of ['\ufdfa', 'é', '😀']) await f.publicado({ nome: letra.repeat(120), cidade });
  const rota = `/v1/espacos?${new URLSearchParams({ cidade }).toString()}`;
  expect(await f.app.everyPage(rota, 1)).toHaveLength(3);
});

describe('quando nada serve', () => {
  const semUmFiltro = async (parametros: Record<string, string>) => {
    const rota = `/v1/espacos?${new URLSearchParams(parametros).toString()}`;
    const { body } = await f.app.get<EspacosHttp>(rota);
    return [body.itens.length, body.semUmFiltro];
  };

  it('diz sem qual filtro algo serviria, e quantos', async () => {
    const cidade = `Cidade ${randomUUID()}`;
    const { id } = await f.publicado({ cidade, nome: 'Sala Ipê', capacidade: 4 });
    for (const nome of ['Sala Pau', 'Sala Brasil']) await f.publicado({ cidade, nome, capacidade: 4 });
    expect(await semUmFiltro({ cidade, texto: 'sala', capacidade: '9' })).toEqual([
      0,
      [{ filtro: 'capacidade', aoMenos: 3 }],
    ]);
    expect(await semUmFiltro({ cidade, texto: 'ipe', tipo: 'QUADRA' })).toEqual([0, [{ filtro: 'tipo', aoMenos: 1 }]]);
    const quando = periodo(6, 10);
    expect((await f.reservar(id, quando)).status).toBe(201);
    const livre = { livreDe: quando.inicio, livreAte: quando.fim };
    expect(await semUmFiltro({ cidade, texto: 'ipe', ...livre })).toEqual([
      0,
      [
        { filtro: 'texto', aoMenos: 2 },
        { filtro: 'livreDe', aoMenos: 1 },
      ],
    ]);
    expect(await semUmFiltro({ cidade, texto: 'quadra', capacidade: '9' })).toEqual([0, undefined]);
    expect(await semUmFiltro({ cidade, texto: 'ipe' })).toEqual([1, undefined]);
  });
});

describe('o que não foi esta versão que escreveu', () => {
  it('é achado depois que o serviço começa', async () => {
    const { id } = await f.publicado({ nome: `Velho ${randomUUID()}` });
    const nome = `Mudado à mão ${randomUUID()}`;
    await f.database.query(`UPDATE espacos SET nome = $2, cidade = 'Łomża' WHERE id = $1`, [id, nome]);
    await f.database.query(
      `INSERT INTO feriados (id, data, cidade, nome) VALUES (gen_random_uuid(), '2030-01-01', 'Łomża', 'Antigo')`,
    );
    await f.app.nest.get(FormasDeBusca).onModuleInit();
    expect(await nomes({ texto: `mudado a mao ${nome.slice(-36)}`, cidade: 'lomza' })).toEqual([nome]);
    const { body } = await f.app.get<FeriadosHttp>('/v1/feriados?cidade=lomza&de=2030-01-01', { token: f.admin });
    expect(body.itens.map((feriado) => feriado.nome)).toEqual(['Antigo']);
  });
});

describe('entre sessenta mil espaços', () => {
  beforeAll(async () => {
    const { id } = await f.publicado({ descricao: '' });
    await f.database.query(
      `INSERT INTO espacos (id, nome, tipo, descricao, cidade, endereco, fuso, capacidade, horarios, ocupa, duracao_minima_minutos,
                            duracao_maxima_minutos, passo_minutos, preco_hora_centavos, politica_cancelamento,
                            cidade_buscada, texto_buscado, nome_ordenado, formas_de)
       SELECT gen_random_uuid(), novo.nome, tipo, '', novo.cidade, '', fuso, capacidade, horarios, ocupa, duracao_minima_minutos,
              duracao_maxima_minutos, passo_minutos, preco_hora_centavos, politica_cancelamento,
              lower(novo.cidade), ' ' || lower(novo.nome || ' ' || novo.cidade) || (ARRAY[' jardim ', ' piscina ', ' teatro '])[1 + n % 3], lower(novo.nome),
              md5(novo.nome || '||' || novo.cidade || '|')
         FROM espacos e CROSS JOIN generate_series(1, 60000) AS n
        CROSS JOIN LATERAL (SELECT 'Sala ' || md5(n::text) AS nome, 'Cidade ' || n % 500 AS cidade) AS novo
        WHERE e.id = $1`,
      [id],
    );
    await f.database.query('ANALYZE espacos');
  });

  const explicar = async (filtro: Partial<FiltroDeEspacos>, como: string) => {
    const busca = { situacao: 'PUBLICADO' as const, limite: 21, vista: SEM_GRUPOS, ...filtro };
    const { sql, parametros } = filtro.texto ? achadosPorPalavras(busca) : consultaDeEspacos(busca, null, 21);
    return JSON.stringify(await f.database.query(`EXPLAIN (${como}, FORMAT JSON) ${sql}`, parametros));
  };
  const plano = (filtro: Partial<FiltroDeEspacos>) => explicar(filtro, 'COSTS');

  it.each([
    ['uma palavra', { texto: 'açaí' }, 'espacos_texto_buscado'],
    ['um pedaço de palavra', { texto: 'c4ca4' }, 'espacos_texto_buscado'],
    ['palavras de que uma está em todos', { texto: 'sala Łódź' }, 'espacos_texto_buscado'],
    ['uma palavra curta', { texto: 'zo' }, 'espacos_texto_buscado'],
    ['outra escrita', { texto: 'हिन्दी' }, 'espacos_texto_buscado'],
    ['uma cidade', { cidade: 'CIDADE 7' }, 'espacos_cidade_buscada'],
    ['nada em particular', {}, 'espacos_nome_ordenado'],
  ])('%s é procurada pelo índice', async (_o, filtro, indice) => {
    const texto = await plano(filtro);
    expect(texto).toContain(indice);
    expect(texto).not.toMatch(/"Seq Scan","Parallel Aware":\w+,"Async Capable":\w+,"Relation Name":"espacos"/);
  });

  it('palavras que muitos têm e quase nenhum junto são procuradas sem percorrer os nomes', async () => {
    const rara = await f.publicado({ nome: 'Zênite', descricao: 'piscina e teatro' });
    const achado = await f.app.get<EspacosHttp>('/v1/espacos?texto=piscina%20teatro');
    expect(achado.body.itens.map(({ id }) => id)).toEqual([rara.id]);
    const explicado = await explicar({ texto: 'piscina teatro' }, 'ANALYZE, BUFFERS');
    const blocos = (qual: string) => Number(new RegExp(`"Shared ${qual} Blocks":(\\d+)`).exec(explicado)?.[1]);
    // Of all names there are more than twenty thousand.
    expect(blocos('Hit') + blocos('Read')).toBeLessThan(2_000);
  });

  it('do que muitos têm, as páginas vêm pelo nome, inteiras e sem repetição', async () => {
    const ids = new Set<string>();
    let cursor = '';
    const nomes: string[] = [];
    for (let pagina = 0; pagina < 3; pagina++) {
      const { body } = await f.app.get<EspacosHttp>(`/v1/espacos?texto=jardim&limite=20${cursor}`);
      for (const { id, nome } of body.itens) {
        ids.add(id);
        nomes.push(nome.toLowerCase());
      }
      cursor = `&cursor=${body.proximo}`;
    }
    expect(ids.size).toBe(60);
    expect(nomes).toEqual(nomes.toSorted());
  });
});
