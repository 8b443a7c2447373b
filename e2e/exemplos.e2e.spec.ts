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
  readonly schema: { readonly example?: string | number; readonly enum?: readonly string[] };
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

const VINTE_MIL = 20_000;
it('um corpo de vinte mil níveis é recusado por todas as operações de todas as aplicações, e nenhuma falha com ele', async () => {
  const others: string[] = [];
  let asked = 0;
  for (const [app, paths] of documents)
    for (const [template, operations] of Object.entries(paths))
      for (const [method, { requestBody }] of Object.entries(operations)) {
        if (!requestBody) continue;
        for (const body of ['['.repeat(VINTE_MIL), '['.repeat(VINTE_MIL) + ']'.repeat(VINTE_MIL)]) {
          asked += 1;
          const answer = await fetch(
            urlOf(app) + template.replace(/\{\w+\}/g, '0192f0c4-0000-7000-8000-000000000001'),
            {
              method: method.toUpperCase(),
              headers: {
                'content-type': 'application/json',
                authorization: `Bearer ${tokens.get('admin')}`,
                'idempotency-key': 'vinte-mil-niveis',
                'if-match': '"1"',
              },
              body,
            },
          );
          const { code } = (await answer.json()) as { code?: string };
          const refused = code === 'requisicao.json-invalido' || code === 'requisicao.grande-demais';
          if (!refused) others.push(`${app} ${method} ${template}: ${answer.status} ${code}`);
        }
      }
  expect([others, asked > 200]).toEqual([[], true]);
});

/** What a reader gives for a parameter: what the document shows, or else what an answer told before. */
function given(template: string, { name, schema }: Parameter): string {
  // Another version serves what this one told of.
  const collection = template.slice(0, template.indexOf(`/{${name}}`)).replace(/^\/v\d+/, '/v1');
  const value = schema.example ?? schema.enum?.[0] ?? known.get(name) ?? known.get(collection);
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
  if (template === '/v1/usuarios/eu') known.set('usuarioId', one['id']);
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
  'vai ao acesso do espaço que viu': () => {
    known.set('/v1/acessos/espacos', known.get('/v1/espacos') ?? '');
    return Promise.resolve();
  },
};

const READ_SPACE = ['', '/disponibilidade', '/porque'].map((what) => `GET /v1/espacos/{id}${what}`);
const SEARCHES = ['GET /v1/linha-do-tempo', 'POST /v1/buscas/recorrencia'];
const FAVOURITES = ['PUT /v1/favoritos/{espacoId}', 'GET /v1/favoritos', 'DELETE /v1/favoritos/{espacoId}'];
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
const GROUPS = [
  'POST /v1/grupos',
  'GET /v1/grupos',
  'PUT /v1/grupos/{id}/membros/{usuarioId}',
  'GET /v1/grupos/{id}/membros',
  'DELETE /v1/grupos/{id}/membros/{usuarioId}',
  'DELETE /v1/grupos/{id}',
];
const ACCESS = ['vai ao acesso do espaço que viu', 'GET /v1/acessos/espacos/{id}', 'PUT /v1/acessos/espacos/{id}'];
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
  ...['POST /v1/espacos/{id}/publicacao', 'POST /v1/espacos/{id}/arquivamento'],
  // What a front door tells of a space for a telephone is no version that one may replace.
  ...['GET /v1/espacos/{id}', 'PUT /v1/espacos/{id}'],
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
const PLACES = [
  'PUT /v1/destinos/telefone',
  'PUT /v1/destinos/aplicativo',
  'PUT /v1/destinos/navegador',
  'GET /v1/destinos',
  'DELETE /v1/destinos/{id}',
];
const HOOKS = ['POST /v1/ganchos', 'GET /v1/ganchos'].concat(
  ['GET', 'PATCH'].map((method) => `${method} /v1/ganchos/{id}`),
  ['teste', 'rotacao'].map((what) => `POST /v1/ganchos/{id}/${what}`),
);
const DELIVERIES = [
  'GET /v1/ganchos/{id}/entregas',
  'GET /v1/ganchos/{id}/entregas/{entregaId}',
  'POST /v1/ganchos/{id}/reenvios',
  'DELETE /v1/ganchos/{id}',
];
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
    'GET /v1/espacos/{id}/pagina',
    'GET /v1/espacos/{id}/vizinhos',
    ...SEARCHES,
  ],
  ['bff-admin', 'admin', ...HOOKS],
  ['bff-web', 'cliente', 'POST /v1/sessoes/elevacao', 'GET /v1/usuarios/eu/fatores', 'POST /v1/usuarios/eu/totp'],
  ['bff-web', 'cliente', 'POST /v1/usuarios/eu/chaves-de-acesso/opcoes'],
  ['bff-web', 'ninguem', 'POST /v1/sessoes/chave-de-acesso/opcoes', 'GET /v1/provedores'],
  ['bff-web', 'cliente', 'GET /v1/usuarios/eu/provedores', 'GET /v1/consentimentos'],
  ['bff-web', 'cliente', 'PUT /v1/consentimentos/{finalidade}'],
  ['bff-web', 'cliente', 'GET /v1/avisos/preferencias', 'PUT /v1/avisos/preferencias'],
  ['bff-web', 'ninguem', 'GET /v1/destinos/navegador'],
  ['bff-web', 'cliente', ...PLACES],
  ['bff-web', 'cliente', 'POST /v1/conta/exportacoes', 'GET /v1/conta/exportacoes'],
  ['bff-web', 'cliente', 'GET /v1/usuarios/eu', 'GET /v1/sessoes', ...KEYS, 'POST /v1/cotacoes'],
  ['bff-web', 'cliente', 'GET /v1/conta', ...FAVOURITES, ...BOOK, 'PATCH /v1/reservas/{id}'],
  ['bff-web', 'cliente', ...['historico', 'repeticao'].map((what) => `GET /v1/reservas/{id}/${what}`)],
  ['bff-web', 'cliente', 'GET /v2/reservas/{id}'],
  ['bff-web', 'cliente', 'paga o que a reserva deve', ...PAYMENTS, VERIFY, ...CALENDARS, ...LINE],
  ['bff-web', 'cliente', ...['PUT', 'GET'].map((method) => `${method} /v1/reservas/{id}/convidados`)],
  ['notificacoes', 'cliente', 'GET /v1/notificacoes'],
  ['notificacoes', 'operador', 'GET /v1/notificacoes/linha-do-tempo'],
  ['pagamentos', 'operador', 'GET /v1/pagamentos/linha-do-tempo'],
  ['bff-admin', 'operador', 'GET /v1/reservas/{id}/linha-do-tempo', 'GET /v1/sagas'],
  ['pagamentos', 'cliente', ...PAYMENTS, VERIFY],
  ['pagamentos', 'admin', 'POST /v1/pagamentos/{id}/estornos', ...HOUSE],
  [
    'bff-web',
    'cliente',
    'GET /v1/reservas/{id}/remarcacao',
    'GET /v1/reservas/{id}/horarios',
    'POST /v1/reservas/{id}/remarcacao',
    'paga o que a reserva deve',
    'POST /v1/reservas/{id}/cancelamento',
  ],
  ['bff-web', 'cliente', 'POST /v1/series/precos', ...SERIES, 'paga o que a reserva deve'],
  ['bff-web', 'cliente', 'GET /v1/series/{id}/remarcacao', 'PUT /v1/series/{id}/convidados'],
  ['bff-web', 'cliente', 'POST /v1/series/{id}/remarcacao', 'GET /v1/series/{id}/cancelamento'],
  ['bff-web', 'cliente', 'POST /v1/series/{id}/cancelamento'],
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
  [
    'bff-admin',
    'ninguem',
    ...SESSIONS,
    'POST /v1/navegador/sessoes',
    'POST /v1/navegador/sessoes/chave-de-acesso/opcoes',
  ],
  ['bff-admin', 'cliente', 'pede um espaço que precisa de aprovação'],
  ['bff-admin', 'admin', 'POST /v1/reservas/{id}/aprovacao', ...SPACES, ...BLOCKS, ...COUPONS],
  ['bff-admin', 'admin', ...HOLIDAYS, ...REPORTS, 'GET /v1/mensagens-mortas', 'GET /v1/pagamentos', ...HOUSE],
  ['bff-admin', 'admin', 'GET /v1/situacao', 'GET /v1/notificacoes/envios-locais', 'GET /v1/notificacoes/historico'],
  ['bff-admin', 'admin', 'PUT /v1/supressoes', 'GET /v1/supressoes', 'DELETE /v1/supressoes/{id}'],
  ['bff-admin', 'admin', ...DELIVERIES, ...AUDIT, 'GET /v1/apagamentos', 'GET /v1/exportacoes'],
  ['bff-admin', 'admin', ...SEARCHES, ...GROUPS, ...ACCESS],
  ['bff-admin', 'admin', 'POST /v1/simulacoes-de-preco', 'GET /v1/planilhas/{tipo}'],
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
  // Purposes and spaces are the same for everybody; any other parameter names a thing that is somebody's.
  if (
    !what.replace(/\{(finalidade|espacoId)\}/, '').includes('{') ||
    acesso === undefined ||
    acesso === 'PUBLICO' ||
    acesso === 'TOKEN_OPCIONAL'
  )
    return [];
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
    expect({ status, ...(status !== Number(success) && { answer }) }).toEqual({ status: Number(success) });
  },
);

it('de todas as operações, só ficam de fora as que precisam do que nenhum exemplo traz', () => {
  const plain = (operation: string) => operation.replaceAll(/\{\w+\}/g, '{}');
  const tried = new Set(steps.flatMap(([, , ...operations]) => operations.map(plain)));
  const all = [...documents.values()].flatMap((paths) =>
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        // Beside them a path may say where it is served.
        .filter((key) => key !== 'servers')
        .map((m) => plain(`${m.toUpperCase()} ${path}`)),
    ),
  );
  expect([...new Set(all)].filter((operation) => !tried.has(operation)).sort()).toEqual(
    [
      // Of the house itself: who looks whether it is well, its front page and its pictures.
      'GET /',
      'GET /fotos/{}',
      'GET /health',
      'GET /health/ready',
      // What a reader has in a file of one's own: see reservas' own specs.
      'GET /v1/fotos/{}',
      'POST /v1/fotos',
      'POST /v1/importacoes',
      // An answer that goes on for as long as somebody listens: see bff-web's own specs.
      'GET /v1/eventos',
      // A check-in is of a booking of now, and these are of what went wrong: see their own specs.
      'DELETE /v1/mensagens-mortas/{}',
      'POST /v1/ganchos/{}/entregas/{}/reenvio',
      'POST /v1/sagas/{}/retomada',
      'POST /v1/mensagens-mortas/{}/reenvio',
      'POST /v1/mensagens-mortas/{}/exclusao',
      'GET /v1/pagamentos/disputas/{}',
      'GET /v1/pagamentos/disputas/{}/evidencias',
      'POST /v1/checkins',
      'POST /v1/pagamentos/estornos/{}/decisao',
      'POST /v1/pagamentos/webhooks/{}/descarte',
      'POST /v1/reservas/{}/checkin',
      'POST /webhooks/sendgrid',
      'POST /webhooks/stripe',
      'POST /webhooks/twilio',
      // Of providers of identity there are none here, and of accounts that are being erased neither: see their own specs.
      'GET /v1/sessoes/externas/retorno',
      'POST /v1/sessoes/externas',
      'POST /v1/sessoes/externas/ligacao',
      'POST /v1/sessoes/externas/retorno',
      'POST /v1/usuarios/eu/provedores',
      'POST /v1/usuarios/eu/provedores/{}/desligamento',
      'POST /v1/apagamentos/comprovante',
      'POST /v1/apagamentos/{}/retomada',
      'GET /v1/navegador/sessoes/externas/retorno',
      'POST /v1/navegador/sessoes/externas',
      'POST /v1/navegador/sessoes/externas/ligacao',
      // Of calendars elsewhere there are none either, and no notice was given up: see reservas' and notificacoes' own specs.
      'GET /v1/espacos/{}/calendarios-seguidos',
      'POST /v1/espacos/{}/calendarios-seguidos',
      'PATCH /v1/espacos/{}/calendarios-seguidos/{}',
      'DELETE /v1/espacos/{}/calendarios-seguidos/{}',
      'POST /v1/espacos/{}/calendarios-seguidos/{}/busca',
      'POST /v1/notificacoes/{}/reenvio',
      // A letter's link, and an export that is under way: see auth's own specs.
      'POST /v1/exportacoes/arquivo',
      'POST /v1/exportacoes/{}/retomada',
      'POST /v1/auditoria/mensagens-mortas',
      'POST /v1/destinos/{}/verificacao',
      // What a letter's link brings, or what would shut out those who go on here: see auth's own specs.
      'DELETE /v1/conta',
      'POST /v1/avisos/descadastros/{}',
      'POST /v1/convites/leitura',
      'POST /v1/convites/resposta',
      // Time is given near the end of a hold: see reservas' own specs.
      'POST /v1/reservas/{}/prorrogacao',
      'POST /v1/usuarios/verificacao',
      'POST /v1/usuarios/senha/redefinicao',
      'POST /v1/usuarios/eu/email',
      'POST /v1/usuarios/eu/senha',
      'DELETE /v1/sessoes/{}',
      'POST /v1/sessoes/encerramento-geral',
      'POST /v1/usuarios/{}/desativacao',
      'POST /v1/usuarios/{}/reativacao',
      'PUT /v1/usuarios/{}/papeis',
      // Of the panel's session, in its cookie: see the panel's own spec.
      'POST /v1/navegador/sessoes/chave-de-acesso',
      'POST /v1/navegador/sessoes/encerramento',
      'POST /v1/navegador/sessoes/renovacao',
      'POST /v1/navegador/sessoes/segundo-fator',
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
