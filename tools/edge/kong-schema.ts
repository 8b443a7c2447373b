import { z } from 'zod';
import { CLAIMS, RATE_DATABASE } from './kong-config.ts';

const name = z.string().regex(/^[\w.~-]+$/);
const header = z.string().regex(/^[\w-]+$/);
const ms = z.int().min(0).max(2_147_483_646);
const status = z.int().min(100).max(999);
const method = z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);
const limit = z.number().positive().optional();
const chunks = z.array(z.string().min(1)).optional();
const headers = z.strictObject({ headers: z.array(z.string().regex(/^[\w-]+(:.+)?$/)).optional() }).optional();
/** A secret stands in no file: it is named, and Kong asks its environment. */
const named = z.string().regex(/^\{vault:\/\/env\/[a-z0-9-]+\}$/, 'um segredo é só nomeado: {vault://env/nome}');

const redis = z.strictObject({
  host: z.string().min(1),
  port: z.int().min(1).max(65_535),
  username: z.string().optional(),
  password: named.optional(),
  database: z.literal(RATE_DATABASE, 'todas as instâncias contam no mesmo banco, que não é o 0'),
  timeout: ms.optional(),
  ssl: z.boolean().optional(),
  ssl_verify: z.boolean().optional(),
  server_name: z.string().optional(),
});

/** The configuration of each plugin that is used, as Kong 3.9 has it (`kong/plugins/NAME/schema.lua`). */
const configs = {
  'correlation-id': z.strictObject({
    header_name: header,
    generator: z.enum(['uuid', 'uuid#counter', 'tracker']),
    echo_downstream: z.boolean(),
  }),
  cors: z.strictObject({
    // Without a list it would be everybody.
    origins: z.array(z.string().regex(/^https?:\/\/[\w.-]+(:\d+)?$/, 'uma origem, sem * nem expressão')).min(1),
    methods: z.array(method).min(1),
    headers: z.array(header).optional(),
    exposed_headers: z.array(header).optional(),
    credentials: z.boolean(),
    max_age: z.number().optional(),
    preflight_continue: z.literal(false),
    private_network: z.boolean().optional(),
    allow_origin_absent: z.boolean().optional(),
  }),
  jwt: z.strictObject({
    key_claim_name: z.literal('kid'),
    claims_to_verify: z.array(z.enum(['exp', 'nbf'])).length(2),
    header_names: z.array(header).min(1),
    uri_param_names: z.array(z.string()).length(0),
    cookie_names: z.array(z.string()).length(0),
    run_on_preflight: z.literal(false),
    secret_is_base64: z.literal(false),
    anonymous: z.string().optional(),
    maximum_expiration: z.number().min(0).max(31_536_000).optional(),
    realm: z.string().optional(),
  }),
  'rate-limiting': z
    .strictObject({
      second: limit,
      minute: limit,
      hour: limit,
      day: limit,
      month: limit,
      year: limit,
      limit_by: z.enum(['consumer', 'credential', 'ip', 'service', 'header', 'path', 'consumer-group']),
      header_name: header.optional(),
      path: z.string().startsWith('/').optional(),
      policy: z.literal('redis'),
      redis,
      fault_tolerant: z.boolean(),
      hide_client_headers: z.boolean(),
      error_code: z.number().optional(),
      error_message: z.string().optional(),
      sync_rate: z.number().optional(),
    })
    .refine(({ limit_by, header_name }) => (limit_by === 'header') === (header_name !== undefined), {
      error: 'header_name acompanha limit_by: header',
    })
    .refine(({ second, minute, hour, day, month, year }) => {
      const given = [second, minute, hour, day, month, year].filter((value) => value !== undefined);
      return given.length > 0 && given.every((value, index) => index === 0 || value >= (given[index - 1] ?? 0));
    }, 'um período maior não tem limite menor, e ao menos um tem limite'),
  'proxy-cache': z.strictObject({
    strategy: z.literal('memory'),
    cache_control: z.literal(
      true,
      'guarda-se o que a resposta diz que se pode guardar, e nada do que foi pedido com token',
    ),
    cache_ttl: z.int().positive().optional(),
    storage_ttl: z.int().optional(),
    request_method: z.array(z.enum(['HEAD', 'GET', 'POST', 'PATCH', 'PUT'])).min(1),
    response_code: z.array(status).min(1),
    content_type: z.array(z.string()).min(1),
    ignore_uri_case: z.boolean().optional(),
    memory: z.strictObject({ dictionary_name: z.string() }).optional(),
    vary_query_params: z.array(z.string()).optional(),
    vary_headers: z.array(header).optional(),
    response_headers: z
      .strictObject({ age: z.boolean(), 'X-Cache-Status': z.boolean(), 'X-Cache-Key': z.boolean() })
      .partial()
      .optional(),
  }),
  'request-size-limiting': z.strictObject({
    allowed_payload_size: z.int().positive(),
    size_unit: z.enum(['megabytes', 'kilobytes', 'bytes']),
    require_content_length: z.boolean(),
  }),
  'request-transformer': z.strictObject({
    remove: z
      .strictObject({ headers: z.array(header) })
      .refine(
        (remove) => CLAIMS.every((claim) => remove.headers.includes(claim)),
        'falta tirar um cabeçalho de identidade',
      ),
  }),
  'response-transformer': z.strictObject({ add: headers, set: headers, remove: headers, replace: headers }).partial(),
  'request-termination': z.strictObject({
    status_code: z.int().min(100).max(599),
    message: z.string().optional(),
    content_type: z.string().optional(),
    body: z.string().optional(),
    echo: z.boolean().optional(),
    trigger: header.optional(),
  }),
  'pre-function': z.strictObject({
    access: chunks,
    header_filter: chunks,
    body_filter: chunks,
    log: chunks,
    rewrite: chunks,
  }),
  'post-function': z.strictObject({
    access: chunks,
    header_filter: chunks,
    body_filter: chunks,
    log: chunks,
    rewrite: chunks,
  }),
  prometheus: z.strictObject({
    per_consumer: z.literal(false, 'consumidores não são nomeados em métricas'),
    status_code_metrics: z.boolean(),
    latency_metrics: z.boolean(),
    bandwidth_metrics: z.boolean(),
    upstream_health_metrics: z.boolean(),
    ai_metrics: z.boolean().optional(),
  }),
  opentelemetry: z.strictObject({
    traces_endpoint: z.url(),
    logs_endpoint: z.url().optional(),
    headers: z.record(header, named).optional(),
    resource_attributes: z.record(z.string(), z.string().min(1)).optional(),
    connect_timeout: ms.optional(),
    send_timeout: ms.optional(),
    read_timeout: ms.optional(),
    sampling_rate: z.number().min(0).max(1).optional(),
    propagation: z
      .strictObject({
        default_format: z.string(),
        extract: z.array(z.string()).optional(),
        inject: z.array(z.string()).optional(),
        clear: z.array(z.string()).optional(),
      })
      .optional(),
  }),
} as const satisfies Readonly<Record<string, z.ZodType>>;

const names = Object.keys(configs) as [keyof typeof configs, ...(keyof typeof configs)[]];
const plugin = z
  .strictObject({ name: z.enum(names), enabled: z.boolean().optional(), config: z.unknown().optional() })
  .superRefine(({ name: of, config }, context) => {
    for (const { path, message } of configs[of].safeParse(config).error?.issues ?? [])
      context.addIssue({ code: 'custom', path: ['config', ...path], message: `${of}: ${message}` });
  });
const plugins = z
  .array(plugin)
  .refine((all) => new Set(all.map((one) => one.name)).size === all.length, 'um plugin aparece uma vez em cada lugar');

const route = z.strictObject({
  name,
  methods: z.array(method).min(1).optional(),
  paths: z.array(z.string().regex(/^(\/|~\/)/, 'começa por / ou, expressão, por ~/')).min(1),
  strip_path: z.boolean(),
  preserve_host: z.boolean(),
  regex_priority: z.int().min(0).optional(),
  request_buffering: z.boolean().optional(),
  response_buffering: z.boolean().optional(),
  plugins,
});

const counts = z.int().min(1).max(255);
const statuses = z.array(status).min(1);
const unhealthy = { tcp_failures: counts, timeouts: counts, http_failures: counts, http_statuses: statuses };
/** 0 would turn the probes off, and a target that was put out would never be let in again. */
const every = z.number().positive('sem intervalo, quem saiu nunca volta');
const upstream = z.strictObject({
  name,
  algorithm: z.enum(['round-robin', 'least-connections', 'consistent-hashing', 'latency']),
  targets: z
    .array(z.strictObject({ target: z.string().regex(/^[\w.-]+:\d{1,5}$/), weight: z.int().min(0).max(65_535) }))
    .min(1),
  healthchecks: z.strictObject({
    active: z.strictObject({
      type: z.enum(['tcp', 'http', 'https', 'grpc', 'grpcs']),
      http_path: z.string().startsWith('/'),
      timeout: z.number().positive(),
      concurrency: z.int().positive(),
      healthy: z.strictObject({ interval: every, successes: counts, http_statuses: statuses }),
      unhealthy: z.strictObject({ interval: every, ...unhealthy }),
    }),
    passive: z.strictObject({
      type: z.enum(['tcp', 'http', 'https', 'grpc', 'grpcs']),
      healthy: z.strictObject({ successes: counts, http_statuses: statuses }),
      unhealthy: z.strictObject(unhealthy),
    }),
  }),
});

const repeated = (values: readonly string[]): string[] => values.filter((value, at) => values.indexOf(value) !== at);

/** A declaration of Kong 3.9, DB-less, as this platform writes them: shapes, and what refers to something that must be there. */
export const kongSchema = z
  .strictObject({
    _format_version: z.literal('3.0'),
    _transform: z.literal(true),
    upstreams: z.array(upstream).min(1),
    services: z
      .array(
        z.strictObject({
          name,
          host: z.string(),
          protocol: z.enum(['http', 'https']),
          port: z.int().min(1).max(65_535),
          retries: z.int().min(0).max(32_767),
          connect_timeout: ms.min(1),
          write_timeout: ms.min(1),
          read_timeout: ms.min(1),
          routes: z.array(route).min(1),
        }),
      )
      .min(1),
    routes: z.array(route),
    plugins,
    consumers: z.array(
      z.strictObject({
        username: z.string().min(1),
        jwt_secrets: z
          .array(
            z.strictObject({
              key: z.string().min(1),
              algorithm: z.literal('RS256'),
              rsa_public_key: z.string().startsWith('-----BEGIN PUBLIC KEY-----'),
            }),
          )
          .optional(),
      }),
    ),
  })
  .superRefine(({ upstreams, services, routes, consumers }, context) => {
    const tell = (message: string): void => context.addIssue({ code: 'custom', message });
    const all = [...services.flatMap((one) => one.routes), ...routes];
    for (const twice of repeated([...services, ...all].map((one) => one.name)))
      tell(`o nome ${twice} aparece duas vezes`);
    for (const { name: of, host } of services)
      if (!upstreams.some((one) => one.name === host)) tell(`${of}: não há o upstream ${host}`);
    for (const { name: of, plugins: own } of all) {
      const anonymous = own.find((one) => one.name === 'jwt')?.config as { anonymous?: string } | undefined;
      if (anonymous?.anonymous !== undefined && !consumers.some(({ username }) => username === anonymous.anonymous))
        tell(`${of}: não há o consumidor ${anonymous.anonymous}`);
      if (!own.some((one) => one.name === 'rate-limiting')) tell(`${of}: sem limite de ritmo`);
    }
    for (const twice of repeated(consumers.flatMap(({ jwt_secrets = [] }) => jwt_secrets.map(({ key }) => key))))
      tell(`a chave ${twice} aparece duas vezes`);
  });

export type KongConfig = z.output<typeof kongSchema>;

/** What is wrong with a declaration, a line each; nothing when it is right. */
export const mistakesIn = (config: unknown): string[] =>
  (kongSchema.safeParse(config).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.') || 'kong.yml'}: ${message}`,
  );
