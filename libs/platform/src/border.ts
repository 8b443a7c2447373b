import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import { badAddress, PROBLEM_CONTENT_TYPE, Problem, problemDocument, problemOfStatus, wrongMethod } from './problem.js';
import { correlationIdFrom } from './request-context.js';

/** How deep a JSON body may be nested: contracts need six levels, Stripe's events a dozen; recursion has an end. */
const MAX_DEPTH = 32;
/** Names and values together: a provider's longest account of two thousand letters has half as many. */
const MAX_PARTS = 50_000;
/** A body that is longer takes tens of milliseconds to be read. */
const LONG_BYTES = 500_000;
/** Of a form. */
const MAX_FIELDS = 200;

const invalidJson = (detail?: string) =>
  new Problem(400, 'requisicao.json-invalido', 'O corpo não é um JSON válido', detail === undefined ? {} : { detail });

/** Where a text ends that begins before `from`: at the first quotation mark that is not escaped. */
function endOfText(json: string, from: number): number {
  for (let at = json.indexOf('"', from); at >= 0; at = json.indexOf('"', at + 1)) {
    let escapes = 0;
    while (json[at - 1 - escapes] === '\\') escapes += 1;
    if (escapes % 2 === 0) return at;
  }
  return json.length;
}

/** How deep the brackets of a JSON go, how many names of fields stand in it, and how many values one after another. */
function shapeOf(json: string): { depth: number; names: number; more: number } {
  let [depth, deepest, names, more] = [0, 0, 0, 0];
  for (let at = 0; at < json.length; at += 1) {
    const char = json[at];
    if (char === '"') at = endOfText(json, at + 1);
    else if (char === ':') names += 1;
    else if (char === ',') more += 1;
    else if (char === '[' || char === '{') deepest = Math.max(deepest, (depth += 1));
    else if (char === ']' || char === '}') depth -= 1;
  }
  return { depth: deepest, names, more };
}

/** The fields of a value, and of all that is in it. */
function fieldsOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let fields = 0;
  if (Array.isArray(value)) for (const inner of value) fields += fieldsOf(inner);
  else for (const name in value) fields += 1 + fieldsOf(value[name as keyof typeof value]);
  return fields;
}

/** The field of a JSON that would change what its objects are; none when that is not why it is refused. */
function poison(json: string): string | undefined {
  let name: string | undefined;
  try {
    JSON.parse(json, (key, value: unknown) => {
      if (key === '__proto__' || (key === 'constructor' && Object.hasOwn(Object(value) as object, 'prototype')))
        name = key;
      return value;
    });
  } catch {
    return undefined;
  }
  return name;
}

const unknownField = (campo: string) =>
  new Problem(400, 'requisicao.invalida', 'A requisição tem campos inválidos', {
    extensions: { erros: [{ campo, mensagem: 'campo desconhecido' }] },
  });

/** Of a route (`RouteConfig`): whether a form may come, and whether its fields are read; elsewhere it is refused. */
export interface TakesForm {
  readonly formulario?: 'LIDO' | 'IGNORADO';
}
/** Of a route: how long its body may be, bytes, where it is longer than others. */
export interface TakesMore {
  readonly corpoMaximoBytes?: number;
}
const formOf = ({ routeOptions }: FastifyRequest) => (routeOptions.config as TakesForm).formulario;

/**
 * Bodies are JSON in UTF-8 and nothing else (RFC 8259): forms and plain text are 415. An empty one is no body, whatever
 * its type says; the schema of the route knows whether one is needed.
 */
export function acceptJsonOnly(app: NestFastifyApplication): void {
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  const { bodyLimit } = fastify.initialConfig;
  fastify.addHook('onRoute', (route) => {
    const { corpoMaximoBytes } = (route.config ?? {}) as TakesMore;
    if (corpoMaximoBytes !== undefined) route.bodyLimit = corpoMaximoBytes;
  });
  const parse = fastify.getDefaultJsonParser('error', 'error');
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  app.useBodyParser('application/json', { ...(bodyLimit !== undefined && { bodyLimit }) }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    let json: string;
    try {
      json = utf8.decode(body);
    } catch {
      return done(invalidJson('Não está em UTF-8'));
    }
    const { depth, names, more } = shapeOf(json);
    if (depth > MAX_DEPTH) return done(invalidJson(`Tem mais de ${MAX_DEPTH} níveis`));
    if (names + more > MAX_PARTS) return done(problemOfStatus(413));
    return parse(request as never, json, (error, value) => {
      const campo = error ? poison(json) : undefined;
      if (campo !== undefined) return done(unknownField(campo));
      // Of one that stands there twice, one reader takes the first and another the last (RFC 8259, section 4).
      if (!error && fieldsOf(value) < names) return done(invalidJson('Um campo aparece mais de uma vez'));
      // To read it was a turn of its own; what is done with it is another.
      if (body.length > LONG_BYTES) return void setImmediate(done, error, value);
      return done(error, value);
    });
  });
  fastify.addHook('onRequest', ({ headers }, _reply, done) => {
    // Nothing is unpacked here, and what stays packed is no JSON.
    const packed = headers['content-encoding'];
    // Read as UTF-8 whatever it says, its letters would be others. A type that is no type is refused later.
    const [, charset] = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(headers['content-type'] ?? '') ?? [];
    const readable = charset === undefined || /^utf-?8$/i.test(charset);
    done((packed === undefined || packed === 'identity') && readable ? undefined : problemOfStatus(415));
  });
  // Others send those, not we.
  app.useBodyParser('application/x-www-form-urlencoded', {}, (request: FastifyRequest, body: Buffer, done) => {
    const form = formOf(request);
    if (form === undefined) return done(problemOfStatus(415));
    if (form === 'IGNORADO') return done(null, undefined);
    const fields = [...new URLSearchParams(body.toString('utf8'))];
    if (fields.length > MAX_FIELDS) return done(problemOfStatus(413));
    return done(null, Object.fromEntries(fields));
  });
  app.useBodyParser('multipart/form-data', {}, (request: FastifyRequest, _body, done) =>
    formOf(request) === 'IGNORADO' ? done(null, undefined) : done(problemOfStatus(415)),
  );
  fastify.removeContentTypeParser('text/plain');
}

/**
 * Addresses are written in one way: the one that ends in a slash is another, of nothing. Of one host (RFC 9112, section
 * 3.2), and with each field of the query once, for whoever reads the first would mean another than who reads the last.
 */
export function refuseAmbiguous(request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void {
  const { raw, url, query, routeOptions } = request;
  const hosts = raw.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  if (hosts > 1 || (hosts === 0 && raw.httpVersion === '1.1'))
    return done(new Problem(400, 'requisicao.invalida', 'A requisição deve ter um cabeçalho Host, e um só'));
  const route = routeOptions.url ?? '*';
  if (/^[^?]+\/(?:\?|$)/.test(url) && !/[/*]$/.test(route))
    return done(
      new Problem(404, 'requisicao.nao-encontrada', 'Não encontrado', { detail: 'Nenhum endereço termina em barra' }),
    );
  const repeated = Object.entries(query as Record<string, unknown>).filter(([, value]) => Array.isArray(value));
  done(
    repeated.length === 0 || request.is404
      ? undefined
      : new Problem(400, 'requisicao.invalida', 'A requisição tem campos inválidos', {
          extensions: {
            erros: repeated.slice(0, 50).map(([campo]) => ({ campo, mensagem: 'aparece mais de uma vez' })),
          },
        }),
  );
}

/** The methods of each address, from the routes as they are registered. */
export class MethodsByAddress {
  private readonly routes = new Map<string, { readonly address: RegExp; readonly methods: Set<string> }>();

  constructor(fastify: FastifyInstance) {
    fastify.addHook('onRoute', ({ url, method }) => {
      if (url.includes('*')) return;
      const pattern = url.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+');
      const route = this.routes.get(url) ?? { address: new RegExp(`^${pattern}$`), methods: new Set<string>() };
      for (const name of [method].flat()) route.methods.add(name.toUpperCase());
      this.routes.set(url, route);
    });
  }

  /** The methods of an address that is exactly this path; undefined when it is none, or one with parameters. */
  exactly(path: string): ReadonlySet<string> | undefined {
    return path.includes(':') ? undefined : this.routes.get(path)?.methods;
  }

  readonly of = (path: string): string[] => {
    const matching = [...this.routes.values()].filter(({ address }) => address.test(path));
    return [...(this.exactly(path) ?? new Set(matching.flatMap(({ methods }) => [...methods])))].sort();
  };

  /** A path that is an address of its own is not the parameter of another one, which has the method it lacks. */
  refuseMistaken({ method, url }: { readonly method: string; readonly url: string }): void {
    const path = url.split('?')[0] ?? url;
    if (this.exactly(path)?.has(method) === false) throw wrongMethod(this.of(path));
  }
}

/** What Fastify's router refuses (bad escapes, too long a parameter), before any hook and filter of ours. */
export const refuseAddress: NonNullable<FastifyServerOptions['frameworkErrors']> = (error, request, reply) => {
  const correlationId = correlationIdFrom(request.headers['x-correlation-id']);
  const problem = error.code === 'FST_ERR_BAD_URL' ? badAddress : problemOfStatus(error.statusCode ?? 400);
  // Of whatever route it would have been.
  void (reply as unknown as FastifyReply)
    .status(problem.status)
    .headers({ 'x-correlation-id': correlationId, 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
    .type(PROBLEM_CONTENT_TYPE)
    .send(problemDocument(problem, undefined, correlationId));
};
