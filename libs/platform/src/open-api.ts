import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import { type ProblemStatuses, problemSchema } from './problem.js';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;
const problemContent = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problema' } } };

interface Described {
  readonly name: string;
  readonly description: string;
  /** HTTP status of each code of the domain. */
  readonly problems: ProblemStatuses;
}

/** What an operation may be refused with because of what it asks for, besides what its route says. */
function refusals(
  { security = [], requestBody, parameters = [] }: Operation,
  behindBff: boolean,
): Record<number, string> {
  const asks = parameters.flatMap((parameter) => ('$ref' in parameter ? [] : [`${parameter.in}:${parameter.name}`]));
  const has = (what: string) => asks.some((asked) => asked.toLowerCase().startsWith(what));
  return {
    ...((has('path:') || has('query:') || requestBody) && { 400: 'Algum campo não é válido' }),
    ...(security.some((scheme) => 'bearer' in scheme) && {
      401: 'O token falta, venceu ou não é válido',
      403: 'O papel de quem pede não permite',
    }),
    ...(has('path:') && { 414: 'O endereço é longo demais' }),
    ...(requestBody && { 413: 'O corpo é grande demais', 415: 'O corpo não é application/json' }),
    ...(has('header:idempotency-key') && {
      409: 'A primeira requisição com esta chave ainda está em andamento',
      422: 'A chave já foi usada com outro conteúdo',
    }),
    ...(has('header:if-match') && { 428: 'Falta If-Match' }),
    500: 'Falha interna',
    503: 'O serviço, ou algo de que ele precisa, está indisponível',
    ...(behindBff && { 502: 'Um serviço respondeu de forma inesperada', 504: 'Um serviço não respondeu a tempo' }),
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
export function openApiDocument(app: INestApplication, { name, description, problems }: Described): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle(name)
    .setDescription(description)
    .setVersion('1')
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' });
  const document = SwaggerModule.createDocument(app, builder.build());
  // `input`: more members than these may come, such as what is in the way.
  const problema = z.toJSONSchema(problemSchema, { target: 'openapi-3.0', io: 'input' }) as object;
  const operations = operationsOf(document);
  const { schemas, securitySchemes } = document.components ?? {};
  document.components = {
    ...document.components,
    schemas: { ...schemas, Problema: problema },
    securitySchemes: { ...securitySchemes, ...cookieSchemes(operations) },
  };
  for (const operation of operations) {
    operation.security ??= [];
    for (const [status, reason] of Object.entries(refusals(operation, name.startsWith('bff-'))))
      operation.responses[status] ??= { description: reason };
    for (const [status, response] of Object.entries(operation.responses)) {
      if (Number(status) < 400 || !response || '$ref' in response) continue;
      response.content = problemContent;
      response.description = `${response.description || 'Recusado'}${codesOf(problems, status)}`;
    }
  }
  listNull(document);
  return document;
}

/** Where null is allowed beside an enumeration it must be one of its values (OpenAPI 3.0.3, "Clarify nullable"). */
function listNull(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  const { nullable, enum: values } = node as { nullable?: unknown; enum?: unknown };
  if (nullable === true && Array.isArray(values) && !values.includes(null)) values.push(null);
  for (const child of Object.values(node)) listNull(child);
}

const operationsOf = (document: OpenAPIObject): Operation[] =>
  Object.values(document.paths).flatMap((path) => METHODS.flatMap((method) => path[method] ?? []));

/** What `@ApiCookieAuth(name)` refers to: every scheme that is not our token is the cookie of that name. */
const cookieSchemes = (operations: readonly Operation[]) =>
  Object.fromEntries(
    operations
      .flatMap(({ security = [] }) => security.flatMap(Object.keys))
      .filter((name) => name !== 'bearer')
      .map((name) => [name, { type: 'apiKey' as const, in: 'cookie', name }]),
  );
