import type { Rota } from '@plataforma/platform';
import { apps } from '../apps.ts';
import { ERRORS, PERSON } from './kong-lua.ts';

/** Kong's limits per second, minute and hour. */
interface Rate {
  readonly second: number;
  readonly minute: number;
  readonly hour: number;
}

/** The database of Redis that every instance counts in; not 0, and the same for all: `SELECT` is said once a connection. */
export const RATE_DATABASE = 1;
export const HEADER_OF_PERSON = 'x-limite-por';

const usual: Rate = { second: 10, minute: 100, hour: 1_000 };
/** Of what guesses are made with, or costs a letter. */
const proving: Rate = { second: 2, minute: 20, hour: 100 };
/** By address, of which a bank's provider has a dozen; one that is told to wait comes again. */
const told: Rate = { second: 5, minute: 60, hour: 1_000 };

/** What somebody may claim to be in a header; who they are, their token says, and every service reads it itself. */
export const CLAIMS = [
  'x-user-id',
  'x-user-email',
  'x-user-role',
  'x-user-roles',
  'x-usuario-id',
  'x-papel',
  'x-authenticated-userid',
  'x-consumer-id',
  'x-consumer-username',
  'x-consumer-custom-id',
  'x-credential-identifier',
  'x-anonymous-consumer',
  'x-original-url',
  'x-rewrite-url',
  'x-http-method-override',
  'forwarded',
  HEADER_OF_PERSON,
];

type Kind = 'publica' | 'catalogo' | 'prova' | 'protegida' | 'prova-protegida' | 'recebida';

const BFFS = { 'bff-web': '', 'bff-mobile': '/mobile', 'bff-admin': '/admin' } as const;
const ANONYMOUS = 'anonimo';
/** Public writes in which nothing is guessed: tabs and devices do it by themselves. */
const BY_ITSELF = /^\/v1\/sessoes\/(renovacao|encerramento)$/;
const PROOF = /^\/v1\/sessoes\/./;
/** A stream that never ends. */
const LIVE = /^\/v\d+\/eventos$/;
/** Of what `publicaPor` says in the contracts. */
const CATALOGUE = /^\/v1\/espacos(\/:id)?$/;

export interface Plugin {
  readonly name: string;
  readonly enabled?: boolean;
  readonly config?: Readonly<Record<string, unknown>>;
}
interface Route {
  readonly name: string;
  readonly methods?: readonly string[];
  readonly paths: readonly string[];
  readonly strip_path: boolean;
  readonly preserve_host: boolean;
  readonly regex_priority?: number;
  /** What comes goes on at once, however little. */
  readonly response_buffering?: false;
  readonly plugins: readonly Plugin[];
}

/** A route as it is served, where it is asked for at the gateway. */
interface Exposed {
  readonly rota: Rota;
  readonly kind: Kind;
  readonly priority: number;
}

function kindOf(app: string, { metodo, caminho, acesso }: Rota): Kind {
  if (acesso === 'PUBLICO' || acesso === 'TOKEN_OPCIONAL') {
    if (metodo === 'GET' && app !== 'bff-admin' && CATALOGUE.test(caminho)) return 'catalogo';
    if (acesso === 'TOKEN_OPCIONAL') return 'publica';
    return BY_ITSELF.test(caminho) || (metodo === 'GET' && !PROOF.test(caminho)) ? 'publica' : 'prova';
  }
  return metodo === 'POST' && PROOF.test(caminho) ? 'prova-protegida' : 'protegida';
}

const segments = (path: string): string[] => path.split('/');
/** Whether the address of `special` would also be taken for one of `general`, which has a parameter where it has a word. */
const covers = (general: string, special: string): boolean => {
  const [wide, narrow] = [segments(general), segments(special)];
  return (
    general !== special &&
    wide.length === narrow.length &&
    wide.every((part, index) => part === narrow[index] || part.startsWith(':'))
  );
};

const expression = (path: string): string => path.replace(/[.+*?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+');

const limits = (rate: Rate, by: 'ip' | 'header', header = HEADER_OF_PERSON): Plugin => ({
  name: 'rate-limiting',
  config: {
    ...rate,
    limit_by: by,
    ...(by === 'header' && { header_name: header }),
    policy: 'redis',
    redis: {
      host: 'redis',
      port: 6379,
      username: 'kong',
      password: '{vault://env/kong-redis-password}',
      database: RATE_DATABASE,
      timeout: 500,
    },
    // Without Redis the door stays open: BFFs and auth have limits of their own.
    fault_tolerant: true,
    hide_client_headers: false,
    error_code: 429,
    error_message: 'Limite de requisições excedido',
  },
});

const token = (anonymous?: string): Plugin => ({
  name: 'jwt',
  config: {
    key_claim_name: 'kid',
    claims_to_verify: ['exp', 'nbf'],
    header_names: ['authorization'],
    uri_param_names: [],
    cookie_names: [],
    run_on_preflight: false,
    secret_is_base64: false,
    ...(anonymous !== undefined && { anonymous }),
  },
});

/** What a BFF says may be kept (`Cache-Control: s-maxage`), and never what was asked for with a token. */
const kept: Plugin = {
  name: 'proxy-cache',
  config: {
    strategy: 'memory',
    cache_control: true,
    cache_ttl: 10,
    request_method: ['GET', 'HEAD'],
    response_code: [200],
    content_type: ['application/json', 'application/json; charset=utf-8'],
    vary_headers: ['accept-encoding', 'accept-language', 'authorization'],
    response_headers: { 'X-Cache-Key': false },
  },
};

const nameless: Plugin = { name: 'request-transformer', config: { remove: { headers: CLAIMS } } };

/** Who is counted is read from the token that `jwt` holds against its key before anything is counted. */
const person: Plugin = { name: 'pre-function', config: { access: [PERSON] } };

const PLUGINS: Readonly<Record<Kind, (optional: boolean) => Plugin[]>> = {
  publica: (optional) => [...(optional ? [token(ANONYMOUS)] : []), limits(usual, 'ip')],
  catalogo: (optional) => [...(optional ? [token(ANONYMOUS)] : []), limits(usual, 'ip'), kept],
  prova: () => [limits(proving, 'ip')],
  recebida: () => [limits(told, 'ip')],
  protegida: () => [token(), person, limits(usual, 'header')],
  'prova-protegida': () => [token(), person, limits(proving, 'header')],
};

const upstreamOf = (app: string): string => `${app}.upstream`;

/** Without the interval of the active checks a target that was put out would never come back. */
const upstream = (app: string) => ({
  name: upstreamOf(app),
  algorithm: 'least-connections',
  targets: [{ target: `${app}:${apps.find(({ name }) => name === app)?.port}`, weight: 100 }],
  healthchecks: {
    active: {
      type: 'http',
      http_path: '/health/ready',
      timeout: 2,
      concurrency: 4,
      healthy: { interval: 5, successes: 2, http_statuses: [200] },
      unhealthy: {
        interval: 5,
        tcp_failures: 2,
        timeouts: 2,
        http_failures: 2,
        http_statuses: [429, 500, 502, 503, 504],
      },
    },
    passive: {
      type: 'http',
      healthy: { successes: 3, http_statuses: [200, 201, 202, 204, 303, 304] },
      unhealthy: { tcp_failures: 3, timeouts: 5, http_failures: 10, http_statuses: [502] },
    },
  },
});

const service = (app: string, routes: readonly Route[]) => ({
  name: app,
  host: upstreamOf(app),
  protocol: 'http',
  port: 80,
  retries: 1,
  connect_timeout: 2_000,
  write_timeout: 30_000,
  // A BFF gives up after 25 s at most.
  read_timeout: 30_000,
  routes,
});

const sized = (kilobytes: number): Plugin => ({
  name: 'request-size-limiting',
  config: { allowed_payload_size: kilobytes, size_unit: 'kilobytes', require_content_length: false },
});
const kilobytesOf = (bytes: number): number => Math.ceil(bytes / 1024);

/** The routes of a BFF, those of one method and with the same plugins together. */
function routesOf(app: keyof typeof BFFS, rotas: readonly Rota[]): Route[] {
  const prefix = BFFS[app];
  const served = rotas.filter(
    ({ caminho, acesso }) =>
      acesso !== undefined && (/^\/v\d+\//.test(caminho) || (prefix === '' && caminho.startsWith('/fotos/'))),
  );
  const exposed = served.map((rota): Exposed => ({
    rota,
    kind: kindOf(app, rota),
    priority: served.filter(({ metodo, caminho }) => metodo === rota.metodo && covers(caminho, rota.caminho)).length,
  }));
  const groups = new Map<string, Exposed[]>();
  for (const one of exposed) {
    const { metodo, acesso, corpoMaximoBytes } = one.rota;
    const name = [
      metodo.toLowerCase(),
      one.kind,
      ...(acesso === 'TOKEN_OPCIONAL' ? ['com-token'] : []),
      ...(LIVE.test(one.rota.caminho) ? ['ao-vivo'] : []),
      ...(corpoMaximoBytes === undefined ? [] : [`ate-${kilobytesOf(corpoMaximoBytes)}-kb`]),
      ...(one.priority > 0 ? [one.priority] : []),
    ].join('-');
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups].map(([name, members]) => {
    const [{ rota, kind, priority }] = members as [Exposed, ...Exposed[]];
    return {
      name: `${app.replace('bff-', '')}-${name}`,
      methods: rota.metodo === 'GET' ? ['GET', 'HEAD'] : [rota.metodo],
      paths: members.map(({ rota: { caminho } }) => `~${prefix}${expression(caminho)}$`),
      strip_path: false,
      preserve_host: true,
      ...(priority > 0 && { regex_priority: priority }),
      ...(LIVE.test(rota.caminho) && { response_buffering: false as const }),
      plugins: [
        ...PLUGINS[kind](rota.acesso === 'TOKEN_OPCIONAL'),
        ...(rota.corpoMaximoBytes === undefined ? [] : [sized(kilobytesOf(rota.corpoMaximoBytes))]),
      ],
    };
  });
}

/** An address that others are given, of a service itself. */
const direct = (name: string, method: string, path: string, kind: Kind): Route => ({
  name,
  methods: method === 'GET' ? ['GET', 'HEAD'] : [method],
  paths: [`~${expression(path)}$`],
  strip_path: false,
  preserve_host: true,
  plugins: PLUGINS[kind](false),
});

/** By what each provider of messages signs its calls: many come from few addresses, and each of them once. */
const SIGNATURES = { sendgrid: 'x-twilio-email-event-webhook-signature', twilio: 'x-twilio-signature' } as const;

/** What a provider tells of messages: in batches, counted by the signature; without one, by address. */
const report = (provedor: keyof typeof SIGNATURES): Route => ({
  ...direct(`${provedor}-webhook`, 'POST', `/webhooks/${provedor}`, 'recebida'),
  plugins: [limits(told, 'header', SIGNATURES[provedor]), ...(provedor === 'sendgrid' ? [sized(768)] : [])],
});

/** What holds for every request, whoever it is for. @param origins whose pages may ask from a browser */
const everywhere = (origins: readonly string[]): Plugin[] => [
  // The BFFs echo it, in the form that they took it in.
  { name: 'correlation-id', config: { header_name: 'X-Correlation-Id', generator: 'uuid', echo_downstream: false } },
  {
    name: 'cors',
    config: {
      origins,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      headers: [
        'authorization',
        'content-type',
        'idempotency-key',
        'if-match',
        'if-none-match',
        'last-event-id',
        'accept-language',
        'x-correlation-id',
      ],
      exposed_headers: [
        'etag',
        'retry-after',
        'idempotency-replayed',
        'x-correlation-id',
        'content-disposition',
        'deprecation',
        'sunset',
        'link',
      ],
      credentials: true,
      max_age: 600,
      preflight_continue: false,
    },
  },
  // Of what any contract takes, and any event of Stripe.
  sized(256),
  nameless,
  {
    name: 'response-transformer',
    config: {
      add: {
        headers: [
          'Strict-Transport-Security:max-age=31536000; includeSubDomains',
          'X-Content-Type-Options:nosniff',
          'X-Frame-Options:DENY',
          'Referrer-Policy:no-referrer',
          'Permissions-Policy:geolocation=(), camera=(), microphone=()',
        ],
      },
      remove: { headers: ['Server', 'X-Powered-By'] },
    },
  },
  { name: 'post-function', config: ERRORS },
  {
    name: 'prometheus',
    config: {
      status_code_metrics: true,
      latency_metrics: true,
      bandwidth_metrics: true,
      upstream_health_metrics: true,
      per_consumer: false,
    },
  },
  {
    name: 'opentelemetry',
    enabled: false,
    config: {
      traces_endpoint: 'http://127.0.0.1:4318/v1/traces',
      resource_attributes: { 'service.name': 'kong' },
      propagation: { default_format: 'w3c', extract: ['w3c'], inject: ['w3c'] },
      sampling_rate: 0.1,
    },
  },
];

/**
 * The gateway's declaration (Kong 3.9, DB-less), from the routes that the BFFs serve. What differs from one installation
 * to the next – keys of tokens, origins, where traces go – `npm run kong:render` fills in.
 */
export function kongConfig(routes: Readonly<Record<string, readonly Rota[]>>) {
  const bffs = (Object.keys(BFFS) as (keyof typeof BFFS)[]).map((app) =>
    service(app, routesOf(app, routes[app] ?? [])),
  );
  return {
    _format_version: '3.0',
    _transform: true,
    upstreams: [...Object.keys(BFFS), 'auth', 'pagamentos', 'notificacoes'].map(upstream),
    services: [
      ...bffs,
      service('auth', [direct('auth-jwks', 'GET', '/.well-known/jwks.json', 'publica')]),
      service('pagamentos', [direct('stripe-webhook', 'POST', '/webhooks/stripe', 'recebida')]),
      service('notificacoes', [report('sendgrid'), report('twilio')]),
    ],
    // Of no service: what is nobody's address, and the preflights that `cors` answers before it.
    routes: [
      {
        name: 'ninguem',
        paths: ['/'],
        strip_path: false,
        preserve_host: true,
        plugins: [
          limits(usual, 'ip'),
          { name: 'request-termination', config: { status_code: 404, message: 'Não encontrado' } },
        ],
      },
    ],
    plugins: everywhere(['http://127.0.0.1:3101']),
    consumers: [{ username: 'plataforma', jwt_secrets: [] as JwtSecret[] }, { username: ANONYMOUS }],
  };
}

/** A key that tokens are held against, named by its `kid`. */
export interface JwtSecret {
  readonly key: string;
  readonly algorithm: 'RS256';
  readonly rsa_public_key: string;
}
