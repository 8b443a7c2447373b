import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  type Direito,
  type Operacoes,
  operacoesDeAuth,
  operacoesDeNotificacoes,
  operacoesDePagamentos,
  operacoesDeReservas,
  papeisCom,
} from '@plataforma/contracts';
import { eventually } from '@plataforma/testing';
import { Person } from '../tools/demo/client.ts';
import { demoPassword } from '../tools/platform/demo-accounts.ts';
import { E2ePlatform } from './platform.ts';

type Who = 'ninguem' | 'cliente' | 'cliente2' | 'operador' | 'admin';
type Json = Record<string, unknown>;

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: { readonly example?: string | number };
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: { readonly example?: Json } }> };
  readonly responses: Readonly<Record<string, unknown>>;
}
type Paths = Record<string, Record<string, Operation>>;

let platform: E2ePlatform;
/** The documents as they are served, by application. */
const documents = new Map<string, Paths>();
const tokens = new Map<Who, string>();
/** What the answers told: ids by the path of their collection, and codes and numbers by their name. */
const known = new Map<string, string>();

const urlOf = (app: string): string => platform.state.apps[app] ?? '';

beforeAll(async () => {
  platform = await E2ePlatform.start();
  for (const app of ['auth', 'reservas', 'pagamentos', 'notificacoes', 'bff-web', 'bff-mobile', 'bff-admin']) {
    const document = (await (await fetch(`${urlOf(app)}/docs/json`)).json()) as { paths: Paths };
    documents.set(app, document.paths);
  }
  for (const who of ['cliente', 'cliente2', 'operador', 'admin'] as const) {
    const answer = await fetch(`${urlOf('auth')}/v1/sessoes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: `${who}@demo.local`, senha: demoPassword }),
    });
    tokens.set(who, ((await answer.json()) as { tokenAcesso: string }).tokenAcesso);
  }
});
afterAll(() => platform?.stop());

/** What a reader gives for a parameter: what the document shows, or else what an answer told before. */
function given(template: string, { name, schema }: Parameter): string {
  const collection = template.slice(0, template.indexOf(`/{${name}}`));
  const value = schema.example ?? known.get(name) ?? known.get(collection);
  if (value === undefined) throw new Error(`${template}: nada diz ${name}`);
  return String(value);
}

const exampleOf = (app: string, method: string, template: string): Json =>
  documents.get(app)?.[template]?.[method.toLowerCase()]?.requestBody?.content['application/json']?.schema.example ??
  {};

/** As Swagger's "Try it out" sends the operation of `template` with all that the document fills in. */
async function tryOut(app: string, who: Who, method: string, template: string, hear = true) {
  const operation = documents.get(app)?.[template]?.[method.toLowerCase()];
  if (!operation) throw new Error(`${method} ${template} não está no documento de ${app}`);
  const { parameters = [], requestBody, responses } = operation;
  const of = (place: Parameter['in']) => parameters.filter((parameter) => parameter.in === place);
  let path = template;
  for (const parameter of of('path'))
    path = path.replace(`{${parameter.name}}`, encodeURIComponent(given(template, parameter)));
  const query = of('query')
    .filter(({ schema, required }) => required || schema.example !== undefined)
    .map((parameter): [string, string] => [parameter.name, given(template, parameter)]);
  const headers = new Headers();
  for (const { name, schema } of of('header'))
    if (schema.example !== undefined) headers.set(name, known.get(`${name} ${path}`) ?? String(schema.example));
  const token = tokens.get(who);
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  const example = requestBody && exampleOf(app, method, template);
  // Of a body, too, only the answers before can say what is the reader's own.
  const body =
    example && Object.fromEntries(Object.entries(example).map(([name, value]) => [name, known.get(name) ?? value]));
  if (requestBody) headers.set('content-type', 'application/json');
  const answer = await fetch(
    `${urlOf(app)}${path}${query.length > 0 ? `?${new URLSearchParams(query).toString()}` : ''}`,
    {
      method,
      headers,
      ...(requestBody && { body: JSON.stringify(body ?? {}) }),
    },
  );
  const text = await answer.text();
  const json = (answer.headers.get('content-type') ?? '').includes('json') ? (JSON.parse(text) as Json) : {};
  if (hear) learn(template, path, answer.headers.get('etag'), json);
  return { status: answer.status, success: Object.keys(responses).find((status) => status < '300'), answer: json };
}

/** What is learnt of an answer: of lists only what nobody knew, for they may begin with somebody else's. */
function learn(template: string, path: string, etag: string | null, answer: Json): void {
  const itens = answer['itens'] as Json[] | undefined;
  const one = (answer['serie'] ?? itens?.[0] ?? answer) as Json;
  for (const name of ['numero', 'codigo', 'tokenRenovacao', 'chave'])
    if (typeof one[name] === 'string') known.set(name, one[name]);
  if (typeof one['caminho'] === 'string') known.set('arquivo', one['caminho'].split('/').at(-1) ?? '');
  if (etag !== null) known.set(`If-Match ${path}`, etag);
  if (typeof one['id'] !== 'string' || (itens && known.has(template))) return;
  known.set(template, one['id']);
  const [occurrence] = (one['reservas'] as string[] | undefined) ?? [];
  if (template === '/v1/reservas') known.set('reservaId', one['id']);
  else if (template === '/v1/series' && occurrence !== undefined) known.set('reservaId', occurrence);
}

const cliente = () => Person.withToken(platform.state, 'cliente', tokens.get('cliente') ?? '');

/** What no document can do, and what some examples need before. */
const meanwhile: Record<string, () => Promise<void>> = {
  'paga o que a reserva deve': async () => {
    const id = known.get('reservaId') ?? '';
    expect((await cliente().pay(id, 'pm_card_visa')).status).toBe(200);
    const { pagamento } = await cliente().until(
      id,
      'a reserva confirmada e avisada',
      ({ reserva, notificacoes }) =>
        reserva.status === 'CONFIRMADA' && reserva.remarcacao === null && notificacoes.length > 0,
    );
    await eventually(
      async () =>
        (await cliente().api('GET /v1/pagamentos/:id/recibos', { parametros: { id: pagamento?.id ?? '' } })).body.itens
          .length > 0,
    );
  },
  'pede um espaço que precisa de aprovação': async () => {
    const [inicio, fim] = ['inicio', 'fim'].map((name) => exampleOf('bff-web', 'POST', '/v1/reservas')[name]);
    const { id: espacoId } = await cliente().findSpace('Auditório Ibirapuera');
    const { id } = await cliente().book({ espacoId, inicio: String(inicio), fim: String(fim) });
    known.set('/v1/reservas', id);
  },
};

const READ_SPACE = ['', '/disponibilidade', '/porque'].map((what) => `GET /v1/espacos/{id}${what}`);
const SESSIONS = ['POST /v1/sessoes', 'POST /v1/sessoes/renovacao', 'POST /v1/sessoes/encerramento'];
const BOOK = ['POST /v1/reservas', 'GET /v1/reservas', 'GET /v1/reservas/{id}', 'GET /v1/reservas/{id}/cancelamento'];
const SERIES = ['POST /v1/series', 'GET /v1/series', 'GET /v1/series/{id}'];
const CALENDARS = [
  'POST /v1/calendarios',
  'GET /v1/calendarios',
  'GET /v1/calendarios/feed/{arquivo}',
  'DELETE /v1/calendarios/{id}',
];
const KEYS = [
  'POST /v1/chaves-de-api',
  'GET /v1/chaves-de-api',
  'POST /v1/chaves-de-api/token',
  'POST /v1/chaves-de-api/{id}/rotacao',
  'DELETE /v1/chaves-de-api/{id}',
];
const LINE = ['POST /v1/fila', 'GET /v1/fila', 'GET /v1/fila/{id}', 'DELETE /v1/fila/{id}'];
const PAYMENTS = [
  'GET /v1/pagamentos',
  'GET /v1/pagamentos/{id}',
  'GET /v1/pagamentos/{id}/estornos',
  'GET /v1/pagamentos/{id}/recibos',
  'GET /v1/pagamentos/recibos/{numero}',
];
const VERIFY = 'GET /v1/pagamentos/recibos/verificacoes/{codigo}';
const HOUSE = [
  'GET /v1/pagamentos/estornos',
  'GET /v1/pagamentos/disputas',
  'GET /v1/pagamentos/webhooks',
  'GET /v1/pagamentos/razao',
  'POST /v1/pagamentos/reconciliacoes',
  'GET /v1/pagamentos/reconciliacoes/{id}',
];
const SPACES = [
  ...['GET /v1/espacos/{id}/versoes', 'GET /v1/espacos/{id}/unidades', 'POST /v1/espacos'],
  ...['POST /v1/espacos/{id}/publicacao', 'POST /v1/espacos/{id}/arquivamento', 'PUT /v1/espacos/{id}'],
];
const BLOCKS = [
  'POST /v1/espacos/{id}/bloqueios',
  'GET /v1/espacos/{id}/bloqueios',
  'DELETE /v1/espacos/{id}/bloqueios/{bloqueioId}',
];
const COUPONS = [
  'POST /v1/cupons',
  'GET /v1/cupons',
  'GET /v1/cupons/{id}',
  'PATCH /v1/cupons/{id}',
  'DELETE /v1/cupons/{id}',
];
const HOLIDAYS = ['POST /v1/feriados', 'GET /v1/feriados', 'DELETE /v1/feriados/{id}'];
const AUDIT = ['auth', 'notificacoes', 'pagamentos', 'reservas'].map((service) => `GET /v1/auditoria/${service}`);
const REPORTS = ['antecedencia', 'ausencias', 'cancelamentos', 'ocupacao', 'receita'].map(
  (report) => `GET /v1/relatorios/${report}`,
);

/** What somebody tries, document by document, in an order in which each example finds what it needs. */
const steps: [app: string, who: Who, ...tried: string[]][] = [
  [
    'bff-web',
    'ninguem',
    'POST /v1/usuarios',
    'POST /v1/usuarios/verificacao/pedido',
    'POST /v1/usuarios/senha/pedido',
    'POST /v1/sessoes',
    'GET /v1/configuracao',
    'GET /v1/espacos',
    ...READ_SPACE,
  ],
  ['bff-web', 'cliente', 'POST /v1/sessoes/elevacao', 'GET /v1/usuarios/eu/fatores', 'POST /v1/usuarios/eu/totp'],
  ['bff-web', 'cliente', 'POST /v1/usuarios/eu/chaves-de-acesso/opcoes'],
  ['bff-web', 'ninguem', 'POST /v1/sessoes/chave-de-acesso/opcoes', 'GET /v1/provedores'],
  ['bff-web', 'cliente', 'GET /v1/usuarios/eu/provedores'],
  ['bff-web', 'cliente', 'GET /v1/usuarios/eu', 'GET /v1/sessoes', ...KEYS, 'POST /v1/cotacoes'],
  ['bff-web', 'cliente', ...BOOK, 'GET /v1/reservas/{id}/historico'],
  ['bff-web', 'cliente', 'paga o que a reserva deve', ...PAYMENTS, VERIFY, ...CALENDARS, ...LINE],
  ['notificacoes', 'cliente', 'GET /v1/notificacoes'],
  ['pagamentos', 'cliente', ...PAYMENTS, VERIFY],
  ['pagamentos', 'admin', 'POST /v1/pagamentos/{id}/estornos', ...HOUSE],
  [
    'bff-web',
    'cliente',
    'POST /v1/reservas/{id}/remarcacao',
    'paga o que a reserva deve',
    'POST /v1/reservas/{id}/cancelamento',
  ],
  ['bff-web', 'cliente', ...SERIES, 'paga o que a reserva deve'],
  ['bff-web', 'cliente', 'POST /v1/series/{id}/remarcacao', 'POST /v1/series/{id}/cancelamento'],
  ['bff-mobile', 'ninguem', ...SESSIONS, 'GET /v1/configuracao', 'GET /v1/espacos', ...READ_SPACE.slice(0, 2)],
  [
    'bff-mobile',
    'cliente2',
    'POST /v1/cotacoes',
    ...BOOK,
    'POST /v1/reservas/{id}/cancelamento',
    ...LINE,
    ...CALENDARS,
  ],
  ['auth', 'ninguem', 'GET /.well-known/jwks.json', ...SESSIONS],
  ['auth', 'admin', 'GET /v1/usuarios/eu', 'GET /v1/usuarios', 'GET /v1/usuarios/{id}'],
  ['bff-admin', 'ninguem', ...SESSIONS],
  ['bff-admin', 'cliente', 'pede um espaço que precisa de aprovação'],
  ['bff-admin', 'admin', 'POST /v1/reservas/{id}/aprovacao', ...SPACES, ...BLOCKS, ...COUPONS],
  ['bff-admin', 'admin', ...HOLIDAYS, ...REPORTS, 'GET /v1/mensagens-mortas', 'GET /v1/pagamentos', ...HOUSE],
  ['bff-admin', 'admin', ...AUDIT, 'GET /v1/apagamentos'],
  ['reservas', 'admin', ...READ_SPACE, 'PUT /v1/espacos/{id}', ...REPORTS],
];

/** The line of the table of who may what that an operation names, by its method and path. */
const rights = new Map(
  [operacoesDeAuth, operacoesDeNotificacoes, operacoesDePagamentos, operacoesDeReservas]
    .flatMap((service): Operacoes[] => Object.values<Operacoes>(service))
    .flatMap((group) => Object.values(group))
    .map(({ metodo, rota, acesso }) => [`${metodo} ${rota.replace(/:(\w+)/g, '{$1}')}`, acesso]),
);

/** Who may not do this with what is somebody else's, of those who could with their own. */
function strangersTo(who: Who, what: string): Who[] {
  const acesso = rights.get(what);
  if (!what.includes('{') || acesso === undefined || acesso === 'PUBLICO' || acesso === 'TOKEN_OPCIONAL') return [];
  if (papeisCom(acesso) !== null) return [];
  const deTodos = papeisCom(`${acesso}:todos` as Direito);
  const others: [Who, 'CLIENTE' | 'OPERADOR'][] = [
    [who === 'cliente' ? 'cliente2' : 'cliente', 'CLIENTE'],
    ['operador', 'OPERADOR'],
  ];
  return others.filter(([, papel]) => !deTodos?.includes(papel)).map(([other]) => other);
}

it.each(steps.flatMap(([app, who, ...tried]) => tried.map((what): [string, Who, string] => [app, who, what])))(
  'em %s, %s: %s',
  async (app, who, what) => {
    if (meanwhile[what]) return meanwhile[what]();
    const [method = '', template = ''] = what.split(' ');
    // Statement 24: whose it is not may not, and learns of it no more than of what there is not.
    for (const stranger of strangersTo(who, what)) {
      const refused = await tryOut(app, stranger, method, template, false);
      expect([stranger, refused.status]).toEqual([stranger, refused.status === 403 ? 403 : 404]);
    }
    const { status, success, answer } = await tryOut(app, who, method, template);
    expect([status, answer]).toEqual([Number(success), expect.anything()]);
  },
);

it('de todas as operações, só ficam de fora as que precisam do que nenhum exemplo traz', () => {
  const plain = (operation: string) => operation.replaceAll(/\{\w+\}/g, '{}');
  const tried = new Set(steps.flatMap(([, , ...operations]) => operations.map(plain)));
  const all = [...documents.values()].flatMap((paths) =>
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((m) => plain(`${m.toUpperCase()} ${path}`)),
    ),
  );
  expect([...new Set(all)].filter((operation) => !tried.has(operation)).sort()).toEqual(
    [
      // Of the house itself: who looks whether it is well, its front page and its pictures.
      'GET /',
      'GET /fotos/{}',
      'GET /health',
      'GET /health/ready',
      // A check-in is of a booking of now, and these are of what went wrong: see their own specs.
      'DELETE /v1/mensagens-mortas/{}',
      'POST /v1/mensagens-mortas/{}/reenvio',
      'GET /v1/pagamentos/disputas/{}',
      'GET /v1/pagamentos/disputas/{}/evidencias',
      'POST /v1/checkins',
      'POST /v1/pagamentos/estornos/{}/decisao',
      'POST /v1/pagamentos/webhooks/{}/descarte',
      'POST /v1/reservas/{}/checkin',
      'POST /webhooks/stripe',
      // Of providers of identity there are none here, and of accounts that are being erased neither: see their own specs.
      'GET /v1/sessoes/externas/retorno',
      'POST /v1/sessoes/externas',
      'POST /v1/sessoes/externas/ligacao',
      'POST /v1/sessoes/externas/retorno',
      'POST /v1/usuarios/eu/provedores',
      'POST /v1/usuarios/eu/provedores/{}/desligamento',
      'POST /v1/apagamentos/comprovante',
      'POST /v1/apagamentos/{}/retomada',
      'POST /v1/auditoria/mensagens-mortas',
      // What a letter's link brings, or what would shut out those who go on here: see auth's own specs.
      'DELETE /v1/conta',
      'POST /v1/usuarios/verificacao',
      'POST /v1/usuarios/senha/redefinicao',
      'POST /v1/usuarios/eu/email',
      'POST /v1/usuarios/eu/senha',
      'DELETE /v1/sessoes/{}',
      'POST /v1/sessoes/encerramento-geral',
      'POST /v1/usuarios/{}/desativacao',
      'POST /v1/usuarios/{}/reativacao',
      'PUT /v1/usuarios/{}/papeis',
      // Of second factors: what only an authenticator can answer, or what would ask for one from here on.
      'POST /v1/sessoes/segundo-fator',
      'POST /v1/sessoes/chave-de-acesso',
      'POST /v1/sessoes/elevacao/opcoes',
      'POST /v1/usuarios/eu/totp/confirmacao',
      'DELETE /v1/usuarios/eu/totp',
      'POST /v1/usuarios/eu/codigos-de-recuperacao',
      'POST /v1/usuarios/eu/chaves-de-acesso',
      'PATCH /v1/usuarios/eu/chaves-de-acesso/{}',
      'DELETE /v1/usuarios/eu/chaves-de-acesso/{}',
    ].sort(),
  );
});
