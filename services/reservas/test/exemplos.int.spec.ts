import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ReservaHttp, versoesDoEspacoHttp } from '@plataforma/contracts';
import { withExamplesFrom } from '@plataforma/platform';
import type { TestMethod } from '@plataforma/testing';
import { type Pessoa, ReservasFixture } from './reservas-fixture.js';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: { readonly example?: string | number };
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: { readonly example?: unknown } }> };
  readonly responses: Readonly<Record<string, unknown>>;
}

const written = JSON.parse(
  readFileSync(new URL('../../../docs/api/openapi/reservas.json', import.meta.url), 'utf8'),
) as { paths: Record<string, Record<string, Operation>> };
/** As the service would show it today. */
const { paths } = withExamplesFrom(written, new Date());

let reservas: ReservasFixture;
let cliente: Pessoa;
/** What was made before, by the path that made it: paths of documents cannot name it. */
const made = new Map<string, string>();

beforeAll(async () => {
  reservas = await ReservasFixture.start();
  cliente = await reservas.pessoa();
  // As versions were written before these rules were there.
  await reservas.database.query(
    "UPDATE espaco_versoes SET regras = regras - '{unidadeDuracao,precoDiaCentavos,prorrogacaoMaximaMinutos}'::text[]",
  );
});
afterAll(() => reservas.stop());

/** The occurrence of a series that changes of it name. */
let ocorrencia: string | undefined;

/** The request that the document shows; where a path names what was made before, `of` says where. */
function documented(method: string, path: string, of?: string) {
  const operation = paths[path]?.[method.toLowerCase()];
  if (!operation) throw new Error(`${method} ${path} não está no documento`);
  const { parameters = [], requestBody, responses } = operation;
  const shown = (parameter: Parameter) =>
    encodeURIComponent(String(parameter.schema?.example ?? (of && made.get(of)) ?? `sem exemplo de ${parameter.name}`));
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const parameter = parameters.find((candidate) => candidate.in === 'path' && candidate.name === name);
    return parameter ? shown(parameter) : '';
  });
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required)
    .map((parameter) => `${parameter.name}=${shown(parameter)}`);
  const headers = parameters
    .filter((parameter) => parameter.in === 'header' && parameter.schema?.example !== undefined)
    .map((parameter): [string, string] => [parameter.name, String(parameter.schema?.example)]);
  const example = requestBody?.content['application/json']?.schema.example;
  const body = example as object | undefined;
  return {
    address: query.length > 0 ? `${address}?${query.join('&')}` : address,
    body: body && 'reservaId' in body ? { ...body, reservaId: ocorrencia } : body,
    headers: Object.fromEntries(headers),
    success: Object.keys(responses).find((status) => status.startsWith('2')),
  };
}

it.each<[TestMethod, string, 'admin' | 'cliente' | 'outra', string?]>([
  ['GET', '/v1/espacos', 'cliente'],
  ['GET', '/v1/espacos/{id}', 'cliente'],
  ['GET', '/v1/espacos/{id}/disponibilidade', 'cliente'],
  ['GET', '/v1/espacos/{id}/porque', 'cliente'],
  ['GET', '/v1/linha-do-tempo', 'cliente'],
  ['POST', '/v1/buscas/recorrencia', 'cliente'],
  ['PUT', '/v1/favoritos/{espacoId}', 'cliente'],
  ['GET', '/v1/favoritos', 'cliente'],
  ['GET', '/v1/espacos/{id}/unidades', 'admin'],
  ['GET', '/v1/espacos/{id}/versoes', 'admin'],
  ['POST', '/v1/cotacoes', 'cliente'],
  ['POST', '/v1/reservas', 'cliente'],
  ['POST', '/v1/fila', 'outra'],
  ['GET', '/v1/reservas/{id}', 'cliente', '/v1/reservas'],
  ['PATCH', '/v1/reservas/{id}', 'cliente', '/v1/reservas'],
  ['GET', '/v1/reservas/{id}/repeticao', 'cliente', '/v1/reservas'],
  ['GET', '/v1/reservas/{id}/historico', 'cliente', '/v1/reservas'],
  ['GET', '/v1/reservas/{id}/cancelamento', 'cliente', '/v1/reservas'],
  ['GET', '/v1/reservas/{id}/remarcacao', 'cliente', '/v1/reservas'],
  ['GET', '/v1/reservas/{id}/horarios', 'cliente', '/v1/reservas'],
  ['POST', '/v1/reservas/{id}/remarcacao', 'cliente', '/v1/reservas'],
  ['POST', '/v1/reservas/{id}/cancelamento', 'cliente', '/v1/reservas'],
  ['POST', '/v1/series', 'cliente'],
  ['GET', '/v1/series/{id}', 'cliente', '/v1/series'],
  ['GET', '/v1/series/{id}/cancelamento', 'cliente', '/v1/series'],
  ['POST', '/v1/series/{id}/cancelamento', 'cliente', '/v1/series'],
  ['POST', '/v1/calendarios', 'cliente'],
  ['POST', '/v1/espacos/{id}/bloqueios', 'admin', 'espaco'],
  ['POST', '/v1/espacos', 'admin'],
  ['POST', '/v1/feriados', 'admin'],
  ['POST', '/v1/cupons', 'admin'],
  ['PATCH', '/v1/cupons/{id}', 'admin', '/v1/cupons'],
  ['GET', '/v1/relatorios/ocupacao', 'admin'],
  ['GET', '/v1/relatorios/receita', 'admin'],
])('%s %s: o exemplo do documento funciona com os dados de demonstração', async (...[method, path, who, of]) => {
  const { body: itens } = await reservas.app.get<{ itens: { id: string }[] }>('/v1/espacos?texto=jacarand%C3%A1');
  made.set('espaco', itens.itens[0]?.id ?? '');
  const { address, body, headers, success } = documented(method, path, of);
  if (method === 'GET' && path === '/v1/reservas/{id}/remarcacao') {
    const { body: reserva } = await reservas.app.get<ReservaHttp>(
      `/v1/reservas/${made.get('/v1/reservas') ?? ''}`,
      cliente,
    );
    await reservas.pagar(reserva);
  }
  const token = { admin: reservas.admin, cliente, outra: await reservas.pessoa() }[who].token;
  const answer = await reservas.app.send(method, address, { token, headers, ...(body !== undefined && { body }) });
  expect([answer.status, answer.body]).toEqual([Number(success), expect.anything()]);
  // Of before the rules that came later, too, every version has what the document promises.
  if (path.endsWith('/versoes')) expect(versoesDoEspacoHttp.safeParse(answer.body).error?.issues ?? []).toEqual([]);
  ocorrencia ??= (answer.body['serie'] as { reservas?: string[] } | undefined)?.reservas?.[0];
  const created = (answer.body['serie'] as Record<string, unknown> | undefined)?.['id'] ?? answer.body['id'];
  if (typeof created === 'string') made.set(path, created);
});

it.each([
  ['/v1/reservas/{id}/checkin', 'cliente'],
  ['/v1/checkins', 'admin'],
] as const)('POST %s: o exemplo do documento funciona com o código de uma reserva de agora', async (path, who) => {
  const meiaHora = 1_800_000;
  const inicio = Math.ceil(Date.now() / meiaHora) * meiaHora;
  const { id: espacoId } = await reservas.publicado({
    horarios: [1, 2, 3, 4, 5, 6, 7].map((diaSemana) => ({ diaSemana, abre: '00:00', fecha: '00:00' })),
  });
  const { body: reserva } = await reservas.reservar(cliente, espacoId, {
    inicio: new Date(inicio).toISOString(),
    fim: new Date(inicio + meiaHora).toISOString(),
  });
  await reservas.pagar(reserva);
  made.set('a de agora', reserva.id);
  const { address, body } = documented('POST', path, 'a de agora');
  expect(Object.keys(body ?? {})).toEqual(['codigo']);
  const { token } = { admin: reservas.admin, cliente }[who];
  const answer = await reservas.app.post(address, { ...body, codigo: reserva.checkin?.codigo }, { token });
  expect(answer).toMatchObject({ status: 200, body: { id: reserva.id, iniciada: true } });
});
