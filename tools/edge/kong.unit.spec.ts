import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  configuracao,
  detalheDeReserva,
  eventos,
  entradasNoNavegador,
  entradasNoPainel,
  ligacaoNoNavegador,
  listaDaCasa,
  mensagensMortas,
  type OperacaoHttp,
  type Operacoes,
  repassadasPelaAdministracao,
  repassadasPelaWeb,
  repassadasPeloAplicativo,
  sessoesNoNavegador,
  sessoesNoPainel,
  painel,
  linhaDaReserva,
  telas,
} from '@plataforma/contracts';
import { parse } from 'yaml';
import { apps } from '../apps.ts';
import { root } from '../cli/paths.ts';
import { CLAIMS } from './kong-config.ts';
import { ERRORS, PERSON } from './kong-lua.ts';
import { kongFile } from './kong-file.ts';
import { passageOf } from './kong-router.ts';
import { type KongConfig, kongSchema, mistakesIn } from './kong-schema.ts';
import { rendered, secretsOf } from './render.ts';

const kept = parse(readFileSync(join(root, kongFile), 'utf8')) as KongConfig;
const config = kongSchema.parse(kept);
const ID = '0192f0c4-0000-7000-8000-000000000001';
const BFFS = { 'bff-web': '', 'bff-mobile': '/mobile', 'bff-admin': '/admin' } as const;
type Bff = keyof typeof BFFS;

const through = (method: string, path: string) => {
  const passage = passageOf(config, method, path);
  if (!passage) throw new Error(`${method} ${path} não tem rota`);
  return passage;
};

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly security?: readonly object[] }>>>>;
}
/** What an application serves, by its document. */
const served = (app: string) => {
  const { paths } = JSON.parse(readFileSync(join(root, `docs/api/openapi/${app}.json`), 'utf8')) as Document;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security = [] }]) => ({
      method: method.toUpperCase(),
      path: path.replace(/\{\w+\}/g, ID),
      template: path,
      // An empty requirement is one that may be left out; cookies are not the gateway's affair.
      token: !security.some((one) => 'bearer' in one)
        ? 'no'
        : security.every((one) => 'bearer' in one)
          ? 'must'
          : 'may',
    })),
  );
};
const ofVersion = (app: string) => served(app).filter(({ path }) => /^\/v\d+\//.test(path));

describe('As rotas do Kong', () => {
  it.each(Object.entries(BFFS))(
    'levam ao %s cada operação que ele serve, pelo endereço em que ele a serve',
    (app, prefix) => {
      const operations = ofVersion(app);
      expect(operations.length).toBeGreaterThan(40);
      const wrong = operations.filter(({ method, path }) => {
        const passage = passageOf(config, method, prefix + path);
        return passage?.service !== app || passage.path !== prefix + path;
      });
      expect(wrong).toEqual([]);
    },
  );

  const described: Readonly<Record<Bff, readonly (Operacoes | OperacaoHttp)[]>> = {
    'bff-web': [
      ...Object.values(repassadasPelaWeb),
      sessoesNoNavegador,
      entradasNoNavegador,
      telas,
      { configuracao, detalheDeReserva, eventos, ligacaoNoNavegador },
    ],
    'bff-mobile': [...Object.values(repassadasPeloAplicativo), { configuracao }],
    'bff-admin': [
      ...Object.values(repassadasPelaAdministracao),
      mensagensMortas,
      sessoesNoPainel,
      entradasNoPainel,
      { detalheDeReserva, listaDaCasa, linhaDaReserva, ...painel },
    ],
  };
  it.each(Object.entries(described))(
    'alcançam em %s cada operação descrita para ele, e em nenhum outro',
    (app, groups) => {
      const operations = groups.flatMap((group) => Object.values(group) as OperacaoHttp[]);
      const strayed = operations.filter(({ metodo, rota }) => {
        const path = rota.replace(/:\w+/g, ID);
        return passageOf(config, metodo, BFFS[app as Bff] + path)?.service !== app;
      });
      expect(strayed.map(({ metodo, rota }) => `${metodo} ${rota}`)).toEqual([]);
    },
  );

  it('levam o que provedores contam ao serviço que o ouve', () => {
    const told = ['pagamentos', 'notificacoes'].flatMap((service) =>
      served(service)
        .filter(({ path }) => path.startsWith('/webhooks/'))
        .map(({ method, path }) => ({ service, method, path })),
    );
    expect(told.length).toBeGreaterThan(2);
    expect(told.map(({ method, path }) => passageOf(config, method, path))).toMatchObject(
      told.map(({ service, path }) => ({ service, path })),
    );
  });

  it('alcançam por algum BFF cada operação dos serviços, salvo as que são só entre eles', () => {
    const ofServices = ['auth', 'reservas', 'pagamentos', 'notificacoes'].flatMap((service) => ofVersion(service));
    expect(ofServices.length).toBeGreaterThan(100);
    const unreached = ofServices.filter(
      ({ method, path }) =>
        !Object.entries(BFFS).some(([app, prefix]) => passageOf(config, method, prefix + path)?.service === app),
    );
    // What bff-admin tells of dead letters it tells auth; photos are shown at /fotos; the notices of a booking, and their
    // part of its line, come with it.
    expect([...new Set(unreached.map(({ method, template }) => `${method} ${template}`))]).toEqual([
      'POST /v1/auditoria/mensagens-mortas',
      'GET /v1/fotos/{arquivo}',
      'GET /v1/notificacoes',
      'GET /v1/notificacoes/linha-do-tempo',
    ]);
  });

  it.each(Object.entries(BFFS))('conferem o token em %s exatamente onde a operação o pede', (app, prefix) => {
    const wrong = ofVersion(app).filter(({ method, path, token }) => {
      const { jwt } = through(method, prefix + path).plugins;
      const found = jwt === undefined ? 'no' : 'anonymous' in jwt ? 'may' : 'must';
      return found !== token;
    });
    expect(wrong).toEqual([]);
  });

  it.each([
    ['GET', '/health'],
    ['GET', '/health/ready'],
    ['GET', '/metrics'],
    ['GET', '/docs'],
    ['GET', '/docs/json'],
    ['GET', '/'],
    ['GET', '/v1/espacos/'],
    ['DELETE', '/v1/espacos'],
    ['GET', '/v2/espacos'],
    ['GET', '/v1/mensagens-mortas'],
    ['GET', '/mobile/v1/relatorios/receita'],
    ['GET', '/mobile/health'],
    ['GET', '/admin/metrics'],
    ['GET', '/admin/v1/reservas/../mensagens-mortas/x'],
    ['GET', '/webhooks/stripe'],
    ['POST', '/webhooks/outro'],
    ['POST', '/.well-known/jwks.json'],
    ['TRACE', '/v1/espacos'],
  ])('não deixam passar %s %s: é de ninguém, e conta no ritmo', (method, path) => {
    const passage = through(method, path);
    expect(passage).toMatchObject({ route: 'ninguem', service: undefined });
    expect(passage.plugins['request-termination']).toMatchObject({ status_code: 404 });
    expect(passage.plugins['rate-limiting']).toMatchObject({ limit_by: 'ip' });
  });

  const ALWAYS = [
    'correlation-id',
    'cors',
    'post-function',
    'prometheus',
    'rate-limiting',
    'request-size-limiting',
    'request-transformer',
    'response-transformer',
  ];
  const usual = { second: 10, minute: 100, hour: 1_000 };
  const proving = { second: 2, minute: 20, hour: 100 };
  const byAddress = { limit_by: 'ip' };
  const byPerson = { limit_by: 'header', header_name: 'x-limite-por' };
  it.each<[string, string, string, string, string[], object]>([
    ['GET', '/v1/espacos', 'bff-web', '/v1/espacos', ['jwt', 'proxy-cache'], { ...usual, ...byAddress }],
    ['HEAD', '/v1/espacos', 'bff-web', '/v1/espacos', ['jwt', 'proxy-cache'], { ...usual, ...byAddress }],
    ['GET', `/v1/espacos/${ID}`, 'bff-web', `/v1/espacos/${ID}`, ['jwt', 'proxy-cache'], { ...usual, ...byAddress }],
    [
      'GET',
      `/mobile/v1/espacos/${ID}`,
      'bff-mobile',
      `/mobile/v1/espacos/${ID}`,
      ['jwt', 'proxy-cache'],
      { ...usual, ...byAddress },
    ],
    [
      'GET',
      `/admin/v1/espacos/${ID}`,
      'bff-admin',
      `/admin/v1/espacos/${ID}`,
      ['jwt', 'pre-function'],
      { ...usual, ...byPerson },
    ],
    ['GET', `/v1/espacos/${ID}/porque`, 'bff-web', `/v1/espacos/${ID}/porque`, ['jwt'], { ...usual, ...byAddress }],
    ['GET', '/v1/configuracao', 'bff-web', '/v1/configuracao', [], { ...usual, ...byAddress }],
    ['GET', '/v1/eventos', 'bff-web', '/v1/eventos', ['jwt'], { ...usual, ...byAddress }],
    ['GET', `/v2/reservas/${ID}`, 'bff-web', `/v2/reservas/${ID}`, ['jwt', 'pre-function'], { ...usual, ...byPerson }],
    ['GET', '/fotos/sala-ipe-1.svg', 'bff-web', '/fotos/sala-ipe-1.svg', [], { ...usual, ...byAddress }],
    ['POST', '/v1/reservas', 'bff-web', '/v1/reservas', ['jwt', 'pre-function'], { ...usual, ...byPerson }],
    [
      'POST',
      '/mobile/v1/reservas',
      'bff-mobile',
      '/mobile/v1/reservas',
      ['jwt', 'pre-function'],
      { ...usual, ...byPerson },
    ],
    ['POST', '/v1/sessoes', 'bff-web', '/v1/sessoes', [], { ...proving, ...byAddress }],
    ['POST', '/admin/v1/sessoes', 'bff-admin', '/admin/v1/sessoes', [], { ...proving, ...byAddress }],
    ['POST', '/v1/sessoes/segundo-fator', 'bff-web', '/v1/sessoes/segundo-fator', [], { ...proving, ...byAddress }],
    ['POST', '/v1/sessoes/renovacao', 'bff-web', '/v1/sessoes/renovacao', [], { ...usual, ...byAddress }],
    [
      'GET',
      '/v1/sessoes/externas/retorno',
      'bff-web',
      '/v1/sessoes/externas/retorno',
      [],
      { ...proving, ...byAddress },
    ],
    [
      'POST',
      '/v1/sessoes/elevacao',
      'bff-web',
      '/v1/sessoes/elevacao',
      ['jwt', 'pre-function'],
      { ...proving, ...byPerson },
    ],
    ['POST', '/v1/usuarios', 'bff-web', '/v1/usuarios', [], { ...proving, ...byAddress }],
    [
      'POST',
      '/mobile/v1/usuarios/senha/pedido',
      'bff-mobile',
      '/mobile/v1/usuarios/senha/pedido',
      [],
      { ...proving, ...byAddress },
    ],
    [
      'POST',
      '/v1/usuarios/senha/redefinicao',
      'bff-web',
      '/v1/usuarios/senha/redefinicao',
      [],
      { ...proving, ...byAddress },
    ],
    ['POST', '/v1/chaves-de-api/token', 'bff-web', '/v1/chaves-de-api/token', [], { ...proving, ...byAddress }],
    ['GET', '/.well-known/jwks.json', 'auth', '/.well-known/jwks.json', [], { ...usual, ...byAddress }],
    [
      'POST',
      '/webhooks/stripe',
      'pagamentos',
      '/webhooks/stripe',
      [],
      { second: 5, minute: 60, hour: 1_000, ...byAddress },
    ],
  ])('%s %s vai ao %s, como %s', (method, path, service, upstream, own, limits) => {
    const passage = through(method, path);
    expect(passage).toMatchObject({ service, path: upstream });
    expect(Object.keys(passage.plugins).sort()).toEqual([...ALWAYS, ...own].sort());
    expect(passage.plugins['rate-limiting']).toMatchObject({
      ...limits,
      policy: 'redis',
      redis: { host: 'redis', database: 1, password: '{vault://env/kong-redis-password}' },
    });
    expect(passage.plugins['request-transformer']).toMatchObject({ remove: { headers: CLAIMS } });
    if (passage.plugins['jwt'])
      expect(passage.plugins['jwt']).toMatchObject({ key_claim_name: 'kid', claims_to_verify: ['exp', 'nbf'] });
  });

  /*
   * The whole table: of each route, which plugins with which values. Written anew here, and not read from the generator:
   * a value that changes there has to change here.
   */
  const redis = {
    host: 'redis',
    port: 6379,
    username: 'kong',
    password: '{vault://env/kong-redis-password}',
    database: 1,
    timeout: 500,
  };
  const paced = (rate: object, by: object) => ({
    ...rate,
    ...by,
    policy: 'redis',
    redis,
    fault_tolerant: true,
    hide_client_headers: false,
    error_code: 429,
    error_message: 'Limite de requisições excedido',
  });
  const heldToken = {
    key_claim_name: 'kid',
    claims_to_verify: ['exp', 'nbf'],
    header_names: ['authorization'],
    uri_param_names: [],
    cookie_names: [],
    run_on_preflight: false,
    secret_is_base64: false,
  };
  const cached = {
    strategy: 'memory',
    cache_control: true,
    cache_ttl: 10,
    request_method: ['GET', 'HEAD'],
    response_code: [200],
    content_type: ['application/json', 'application/json; charset=utf-8'],
    vary_headers: ['accept-encoding', 'accept-language', 'authorization'],
    response_headers: { 'X-Cache-Key': false },
  };
  const everywhere = {
    'correlation-id': { header_name: 'X-Correlation-Id', generator: 'uuid', echo_downstream: false },
    cors: {
      origins: ['http://127.0.0.1:3101'],
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
    'request-size-limiting': { allowed_payload_size: 256, size_unit: 'kilobytes', require_content_length: false },
    'request-transformer': {
      remove: {
        headers: [
          ...['x-user-id', 'x-user-email', 'x-user-role', 'x-user-roles', 'x-usuario-id', 'x-papel'],
          ...['x-authenticated-userid', 'x-consumer-id', 'x-consumer-username', 'x-consumer-custom-id'],
          ...['x-credential-identifier', 'x-anonymous-consumer', 'x-original-url', 'x-rewrite-url'],
          ...['x-http-method-override', 'forwarded', 'x-limite-por'],
        ],
      },
    },
    'response-transformer': {
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
    'post-function': ERRORS,
    prometheus: {
      status_code_metrics: true,
      latency_metrics: true,
      bandwidth_metrics: true,
      upstream_health_metrics: true,
      per_consumer: false,
    },
  };
  const byName = { 'pre-function': { access: [PERSON] } };
  const tokenOf = {
    no: {},
    may: { jwt: { ...heldToken, anonymous: 'anonimo' } },
    must: { jwt: heldToken, ...byName },
  };
  const isProof = (method: string, path: string) =>
    /\/v1\/sessoes\/./.test(path) ? !/\/(renovacao|encerramento)$/.test(path) && method === 'POST' : false;

  /** Of what is longer than all else, kilobytes. */
  const long: Readonly<Record<string, number>> = { 'POST /v1/fotos': 7_814, 'POST /v1/importacoes': 3_907 };

  /** By what the documents say of the operation, and by nothing of the gateway's. */
  const expected = (app: Bff, { method, template, token }: ReturnType<typeof served>[number]) => {
    const isCatalogue = app !== 'bff-admin' && method === 'GET' && /^\/v1\/espacos(\/\{id\})?$/.test(template);
    const isGuessing =
      token === 'must'
        ? isProof(method, template)
        : token === 'no' &&
          !/\/v1\/sessoes\/(renovacao|encerramento)$/.test(template) &&
          (method !== 'GET' || /^\/v1\/sessoes\/./.test(template));
    const kilobytes = app === 'bff-admin' ? long[`${method} ${template}`] : undefined;
    return {
      ...everywhere,
      ...(kilobytes !== undefined && {
        'request-size-limiting': { ...everywhere['request-size-limiting'], allowed_payload_size: kilobytes },
      }),
      ...tokenOf[token as keyof typeof tokenOf],
      'rate-limiting': paced(isGuessing ? proving : usual, token === 'must' ? byPerson : byAddress),
      ...(isCatalogue && { 'proxy-cache': cached }),
    };
  };

  it.each(Object.keys(BFFS) as Bff[])(
    'têm em %s, de cada operação, estes plugins e só estes, com estes valores',
    (app) => {
      for (const operation of ofVersion(app)) {
        const { method, path } = operation;
        const { plugins } = through(method, BFFS[app] + path);
        expect([method, path, plugins]).toEqual([method, path, expected(app, operation)]);
      }
    },
  );

  it.each([
    ['GET', '/.well-known/jwks.json', usual],
    ['POST', '/webhooks/stripe', { second: 5, minute: 60, hour: 1_000 }],
    ['GET', '/fotos/sala-ipe-1.svg', usual],
  ])('têm em %s %s só o que vale para todas, e o ritmo', (method, path, rate) => {
    expect(through(method, path).plugins).toEqual({ ...everywhere, 'rate-limiting': paced(rate, byAddress) });
  });

  it.each([
    ['/webhooks/sendgrid', 'x-twilio-email-event-webhook-signature', 768],
    ['/webhooks/twilio', 'x-twilio-signature', 256],
  ])(
    'deixam vir em %s o que um provedor conta, por mais que seja, contado pela assinatura',
    (path, header_name, kilobytes) => {
      const size = everywhere['request-size-limiting' as keyof typeof everywhere] as object;
      expect(through('POST', path).plugins).toEqual({
        ...everywhere,
        'request-size-limiting': { ...size, allowed_payload_size: kilobytes },
        'rate-limiting': paced({ second: 5, minute: 60, hour: 1_000 }, { limit_by: 'header', header_name }),
      });
    },
  );

  it('não guardam o que se conta ao vivo: cada pedaço segue na hora', () => {
    const kept = config.services.flatMap(({ routes }) => routes);
    expect(kept.filter((route) => route.response_buffering === false).map(({ paths }) => paths)).toEqual([
      ['~/v1/eventos$'],
    ]);
  });

  it('têm atrás o que o docker-compose.yml executa, com sondas que trazem de volta quem saiu', () => {
    const { services } = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
      services: Record<string, { environment?: { PORT?: string } }>;
    };
    for (const { targets, healthchecks } of config.upstreams) {
      for (const { target } of targets) {
        const [host = '', port] = target.split(':');
        expect([services[host]?.environment?.PORT, apps.find(({ name }) => name === host)?.port]).toEqual([
          port,
          Number(port),
        ]);
      }
      expect(healthchecks.active.unhealthy.interval).toBeGreaterThan(0);
      expect(healthchecks.active.healthy.interval).toBeGreaterThan(0);
    }
  });
});

describe('A conferência do kong.yml', () => {
  it('o aceita como está', () => expect(mistakesIn(kept)).toEqual([]));

  const first = (draft: KongConfig) => draft.services[0]?.routes[0] as KongConfig['routes'][number];
  const ofPlugin = (draft: KongConfig, name: string) =>
    [...draft.plugins, ...draft.services.flatMap(({ routes }) => routes.flatMap(({ plugins }) => plugins))].find(
      (plugin) => plugin.name === name,
    )?.config as Record<string, unknown>;
  it.each<[string, string, (draft: KongConfig) => void]>([
    ['um plugin que não se usa', 'name', (draft) => first(draft).plugins.push({ name: 'acl', config: {} } as never)],
    [
      'redis_host, que o Kong 3 não tem',
      'rate-limiting',
      (draft) => (ofPlugin(draft, 'rate-limiting')['redis_host'] = 'redis'),
    ],
    [
      'o banco 0 do Redis',
      'mesmo banco',
      (draft) => (ofPlugin(draft, 'rate-limiting')['redis'] = { host: 'redis', port: 6379, database: 0 }),
    ],
    [
      'uma senha escrita',
      'só nomeado',
      (draft) =>
        (ofPlugin(draft, 'rate-limiting')['redis'] = { host: 'redis', port: 6379, database: 1, password: 'segredo' }),
    ],
    ['um minuto menor que o segundo', 'limite menor', (draft) => (ofPlugin(draft, 'rate-limiting')['minute'] = 5)],
    ['qualquer origem', 'origem', (draft) => (ofPlugin(draft, 'cors')['origins'] = ['*'])],
    ['nenhuma origem', 'origins', (draft) => (ofPlugin(draft, 'cors')['origins'] = [])],
    ['token no endereço', 'uri_param_names', (draft) => (ofPlugin(draft, 'jwt')['uri_param_names'] = ['jwt'])],
    ['token sem prazo', 'claims_to_verify', (draft) => (ofPlugin(draft, 'jwt')['claims_to_verify'] = ['exp'])],
    ['um anônimo que não há', 'consumidor', (draft) => (ofPlugin(draft, 'jwt')['anonymous'] = 'ninguem')],
    [
      'um cabeçalho de identidade que passa',
      'identidade',
      (draft) => (ofPlugin(draft, 'request-transformer')['remove'] = { headers: ['x-user-id'] }),
    ],
    [
      'cache do que não se diz público',
      'cache_control',
      (draft) => (ofPlugin(draft, 'proxy-cache')['cache_control'] = false),
    ],
    [
      'sondas sem intervalo',
      'intervalo',
      (draft) => ((draft.upstreams[0] as KongConfig['upstreams'][number]).healthchecks.active.unhealthy.interval = 0),
    ],
    ['um upstream que não há', 'upstream', (draft) => ((draft.services[0] as { host: string }).host = 'outro')],
    ['uma rota sem limite', 'ritmo', (draft) => (first(draft).plugins = [])],
    ['um nome repetido', 'duas vezes', (draft) => (first(draft).name = 'ninguem')],
    [
      'um HS256',
      'algorithm',
      (draft) =>
        (draft.consumers = [
          {
            username: 'x',
            jwt_secrets: [{ key: 'k', algorithm: 'HS256' as 'RS256', rsa_public_key: '-----BEGIN PUBLIC KEY-----' }],
          },
        ]),
    ],
    ['um campo que o Kong não tem', 'regex', (draft) => Object.assign(first(draft), { regex: true })],
  ])('recusa %s', (_what, told, breaking) => {
    const draft = structuredClone(kept);
    breaking(draft);
    expect(mistakesIn(draft).join('\n')).toContain(told);
  });
});

describe('npm run kong:render', () => {
  const jwk = (kid: string) => ({
    ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
    kid,
    alg: 'RS256',
    use: 'sig',
  });
  const own = { origins: ['https://reservas.exemplo.com'], otlp: undefined };

  it('põe no Kong todas as chaves publicadas ao mesmo tempo, e delas só o que é público', () => {
    const result = rendered(kept, { ...own, keys: secretsOf({ keys: [jwk('atual'), jwk('proxima')] }) });
    const [{ jwt_secrets: secrets = [] } = {}] = result.consumers;
    expect(secrets.map(({ key, algorithm }) => [key, algorithm])).toEqual([
      ['atual', 'RS256'],
      ['proxima', 'RS256'],
    ]);
    expect(new Set(secrets.map(({ rsa_public_key: pem }) => pem)).size).toBe(2);
    expect(JSON.stringify(result)).not.toContain('PRIVATE');
    expect(kept.consumers[0]?.jwt_secrets).toEqual([]);
  });

  it('diz de que origens se pede e para onde vão os rastros', () => {
    const keys = secretsOf({ keys: [jwk('atual')] });
    const plugin = (result: KongConfig, name: string) => result.plugins.find((one) => one.name === name);
    const without = rendered(kept, { ...own, keys });
    expect(plugin(without, 'cors')?.config).toMatchObject({ origins: own.origins, credentials: true });
    expect(plugin(without, 'opentelemetry')?.enabled).toBe(false);
    const traced = plugin(rendered(kept, { ...own, keys, otlp: 'http://coletor:4318/' }), 'opentelemetry');
    expect(traced).toMatchObject({ enabled: true, config: { traces_endpoint: 'http://coletor:4318/v1/traces' } });
  });

  it.each([
    ['nenhuma chave', { keys: [] }],
    ['o que não é um JWKS', 'olá'],
    ['uma chave simétrica', { keys: [{ kty: 'oct', k: 'AAAA', kid: 'a', alg: 'HS256', use: 'sig' }] }],
    ['uma chave sem nome', { keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB', alg: 'RS256', use: 'sig' }] }],
    ['uma chave vazia', { keys: [{ kty: 'RSA', kid: 'a', alg: 'RS256', use: 'sig' }] }],
  ])('recusa %s', (_what, jwks) => expect(() => secretsOf(jwks)).toThrow(/JWKS/));

  it('recusa duas chaves do mesmo nome', () =>
    expect(() => rendered(kept, { ...own, keys: secretsOf({ keys: [jwk('a'), jwk('a')] }) })).toThrow(/duas vezes/));
});
