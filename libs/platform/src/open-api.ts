import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { loadSwagger } from './documentation.js';
import { type Documented, type ProblemStatuses, problemSchema } from './problem.js';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;
/** What the platform takes in the headers that it reads itself. */
const HEADERS: Readonly<Record<string, { readonly pattern: string; readonly example: string }>> = {
  'idempotency-key': { pattern: '^[\\x21-\\x7e]{8,128}$', example: 'pedido-0001' },
  'if-match': { pattern: '^(?:\\*|"\\d{1,9}")$', example: '"1"' },
};
const problemContent = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problema' } } };

interface Described {
  readonly name: string;
  readonly description: string;
  /** HTTP status of each code of the domain. */
  readonly problems: ProblemStatuses;
  /** Where its paths are, as others see them. */
  readonly prefix?: string;
}

/** What an operation may be refused with because of what it asks for; of its own rules the route itself says more. */
function refusals(
  method: string,
  { security = [], requestBody, parameters = [] }: Operation,
  { name, problems }: Described,
): Record<string, string | false> {
  const asked = parameters.flatMap((parameter) => ('$ref' in parameter ? [] : [`${parameter.in}:${parameter.name}`]));
  const asks = (what: string) => asked.some((parameter) => parameter.toLowerCase().startsWith(what));
  // A BFF hands on what the rules of its services say.
  const isBff = name.startsWith('bff-');
  const hasRule = (status: number) => isBff || Object.values(problems).includes(status);
  const needsToken = security.some((scheme) => 'bearer' in scheme);
  // What changes something may find it in another state. Of what is public, or only ends, the route itself says so.
  const changes = method !== 'get' && method !== 'delete' && needsToken;
  const repeats = asks('header:idempotency-key');
  const needsVersion = parameters.some(
    (parameter) => 'name' in parameter && parameter.required && parameter.name.toLowerCase() === 'if-match',
  );
  // Of what is only read, only a period, from one instant to another, can break a rule.
  const instants = parameters.filter((parameter) => JSON.stringify(parameter).includes('"format":"date-time"')).length;
  return {
    // Of what takes nothing, too: a field of a query that nobody asked for.
    400: 'Algum campo não é válido',
    401: needsToken && 'O token falta, venceu ou não é válido',
    403: needsToken && 'O papel de quem pede não permite',
    404: asks('path:') && 'Não existe, ou não é de quem pede',
    409:
      (changes && hasRule(409) && 'O estado de agora não permite') || (repeats && 'A primeira ainda está em andamento'),
    412: asks('header:if-match') && hasRule(412) && 'A versão já é outra',
    413: requestBody !== undefined && 'O corpo é grande demais',
    414: asks('path:') && 'O endereço é longo demais',
    415: requestBody !== undefined && 'O corpo não é application/json',
    422:
      (method === 'get' && instants > 1 && hasRule(422) && 'O período não serve') ||
      (repeats && 'Uma regra não permite, ou a chave já veio com outro conteúdo'),
    428: needsVersion && 'Falta If-Match',
    500: 'Falha interna',
    502: isBff && 'Um serviço respondeu de forma inesperada',
    503: 'O serviço, ou algo de que ele precisa, está indisponível',
    504: isBff && 'Um serviço não respondeu a tempo',
  };
}

/** The codes of the service's own rules that have this status, for whoever programs against them. */
const codesOf = (problems: ProblemStatuses, status: string): string => {
  const codes = Object.keys(problems).filter((code) => String(problems[code]) === status);
  return codes.length === 0 ? '' : `\n\nCódigos deste serviço: ${codes.sort().join(', ')}`;
};

/**
 * The OpenAPI document of an application, from its routes and their zod schemas. What holds for all of them is said
 * here: which statuses an operation has because of what it asks for, that every error is a problem document with one
 * of the service's codes, and that an operation without a token is a public one.
 */
export async function openApiDocument(app: INestApplication, described: Described): Promise<OpenAPIObject> {
  return documentOf(await loadSwagger(), app, described);
}

function documentOf(
  { DocumentBuilder, SwaggerModule }: Awaited<ReturnType<typeof loadSwagger>>,
  app: INestApplication,
  described: Described,
): OpenAPIObject {
  const { name, description, problems, prefix = '' } = described;
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(name)
    .setDescription(description)
    .setVersion('1')
    .addServer(`/${prefix}`)
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' });
  const document = SwaggerModule.createDocument(app, builder.build(), { autoTagControllers: false });
  // What has no version is answered without the prefix, and only so.
  if (prefix !== '')
    for (const [path, item] of Object.entries(document.paths))
      if (!/^\/v\d+\//.test(path)) item.servers = [{ url: '/' }];
  // `input`: more members than these may come, such as what is in the way.
  const problema = z.toJSONSchema(problemSchema, { target: 'openapi-3.0', io: 'input' }) as object;
  const operations = operationsOf(document);
  const { schemas, securitySchemes } = document.components ?? {};
  document.components = {
    ...document.components,
    schemas: { ...schemas, Problema: problema },
    securitySchemes: { ...securitySchemes, ...cookieSchemes(operations) },
  };
  for (const [method, operation] of operations) {
    for (const parameter of operation.parameters ?? [])
      if ('name' in parameter && parameter.in === 'header') describeHeader(parameter);
    operation.parameters &&= oncePerHeader(operation.parameters);
    operation.security ??= [];
    if (operation.requestBody && !('$ref' in operation.requestBody)) markOptional(operation.requestBody);
    for (const [status, reason] of Object.entries(refusals(method, operation, described)))
      if (reason) operation.responses[status] ??= { description: reason };
    for (const [status, response] of Object.entries(operation.responses)) {
      if (!response || '$ref' in response) continue;
      if (Number(status) < 400) {
        describeFiles(response.content);
        continue;
      }
      response.content = problemContent;
      response.description = `${response.description || 'Recusado'}${codesOf(problems, status)}`;
    }
  }
  nullAsType(document);
  return document;
}

/** By the problems of an application, which all its instances in a process share: a document costs more than a start. */
const knownPaths = new WeakMap<ProblemStatuses, OpenAPIObject['paths']>();

/**
 * Whether the document gives an operation of the contracts this status. Refusals are derived from what an operation
 * asks for: tests ask here whether that is all there is.
 */
export async function documentedStatuses(app: INestApplication, described: Described): Promise<Documented> {
  const swagger = await loadSwagger();
  return (method, route = '', status) => {
    const paths = knownPaths.get(described.problems) ?? documentOf(swagger, app, described).paths;
    knownPaths.set(described.problems, paths);
    const operation = paths[route.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase() as (typeof METHODS)[number]];
    return operation === undefined || String(status) in operation.responses;
  };
}

type Parameters = NonNullable<Operation['parameters']>;
type Response = Exclude<NonNullable<Operation['responses'][string]>, { readonly $ref: string }>;

/**
 * An example is what Swagger sends when nobody says anything else. Of a header that may be left out none is shown: a
 * second request with the key of the first would be answered with what the first one was.
 */
function describeHeader(parameter: Exclude<Parameters[number], { readonly $ref: string }>): void {
  const { example, ...known } = HEADERS[parameter.name.toLowerCase()] ?? {};
  parameter.schema = { type: 'string', ...known, ...(parameter.required && { example }), ...parameter.schema };
}

/** What a route says of a header (`ApiHeader`) and what it reads of it (`@Headers`) is one; names ignore case (RFC 9110). */
function oncePerHeader(parameters: Parameters): Parameters {
  const keyOf = (parameter: Parameters[number]) =>
    'name' in parameter ? `${parameter.in}:${parameter.name.toLowerCase()}` : parameter.$ref;
  return [...new Map(parameters.map((parameter) => [keyOf(parameter), parameter])).values()];
}

/** Of several types of an answer only JSON has the shape that the route's schema says: the others are files. */
function describeFiles(content: Response['content'] = {}): void {
  for (const [type, media] of Object.entries(content)) {
    const isText = media.schema && 'type' in media.schema && media.schema.type === 'string';
    if (type === 'application/json' || isText) continue;
    media.schema = { type: 'string', ...(!type.startsWith('text/') && { format: 'binary' }) };
  }
}

/** The Monday of the week in which the examples' dates were written. */
const EXAMPLES_WRITTEN = Date.parse('2026-11-23');
const WEEK_MS = 7 * 86_400_000;

/**
 * The document with the dates of its examples as far ahead of `now` as they were when they were written, in whole weeks,
 * which keeps their weekdays: what a reader tries out works for as long as the platform does. The documents in git, which
 * must not change by themselves, keep the dates that were written.
 */
export function withExamplesFrom<T>(document: T, now: Date): T {
  const weeks = Math.max(0, Math.floor((now.getTime() - EXAMPLES_WRITTEN) / WEEK_MS));
  const later = (date: string) => new Date(Date.parse(date) + weeks * WEEK_MS).toISOString().slice(0, 10);
  const shifted = (node: unknown, isExample: boolean): unknown => {
    if (typeof node === 'string') return isExample ? node.replace(/^\d{4}-\d\d-\d\d(?=$|T\d)/, later) : node;
    if (typeof node !== 'object' || node === null) return node;
    if (Array.isArray(node)) return node.map((item) => shifted(item, isExample));
    return Object.fromEntries(
      Object.entries(node).map(([name, inner]) => [name, shifted(inner, isExample || /^examples?$/.test(name))]),
    );
  };
  return shifted(document, false) as T;
}

type Body = Exclude<NonNullable<Operation['requestBody']>, { readonly $ref: string }>;

/** A schema says by `x-opcional` that nothing need come; of a body that is not needed documents say so beside it. */
function markOptional(body: Body): void {
  for (const { schema } of Object.values(body.content)) {
    const marked = schema as { 'x-opcional'?: boolean } | undefined;
    if (marked?.['x-opcional'] !== true) continue;
    delete marked['x-opcional'];
    body.required = false;
  }
}

/** Says as OpenAPI 3.1 does, by the type itself, what the schemas say as 3.0 did: that null is allowed too. */
function nullAsType(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  for (const child of Object.values(node)) nullAsType(child);
  const schema = node as { nullable?: unknown; type?: unknown; enum?: unknown; anyOf?: unknown[] };
  if (schema.nullable !== true) return;
  delete schema.nullable;
  if (Array.isArray(schema.enum) && !schema.enum.includes(null)) schema.enum.push(null);
  if (typeof schema.type === 'string') schema.type = [schema.type, 'null'];
  else if (schema.anyOf) schema.anyOf.push({ type: 'null' });
  else if (!schema.enum) {
    const own = { ...schema };
    for (const name of Object.keys(schema)) delete (schema as Record<string, unknown>)[name];
    schema.anyOf = [own, { type: 'null' }];
  }
}

const operationsOf = (document: OpenAPIObject): [method: string, operation: Operation][] =>
  Object.values(document.paths).flatMap((path) =>
    METHODS.flatMap((method): [string, Operation][] => (path[method] ? [[method, path[method]]] : [])),
  );

/** What `@ApiCookieAuth(name)` refers to: every scheme that is not our token is the cookie of that name. */
const cookieSchemes = (operations: readonly (readonly [method: string, operation: Operation])[]) =>
  Object.fromEntries(
    operations
      .flatMap(([, { security = [] }]) => security.flatMap(Object.keys))
      .filter((name) => name !== 'bearer')
      .map((name) => [name, { type: 'apiKey' as const, in: 'cookie', name }]),
  );
