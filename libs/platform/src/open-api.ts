import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import { type ProblemStatuses, problemSchema } from './problem.js';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;
/** What the platform takes in the headers that it reads itself. */
const HEADERS: Readonly<Record<string, object>> = {
  'idempotency-key': { pattern: '^[\\x21-\\x7e]{8,128}$', example: 'pedido-0001' },
  'if-match': { pattern: '^(?:\\*|"\\d{1,9}")$', example: '"1"' },
};
const problemContent = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problema' } } };

interface Described {
  readonly name: string;
  readonly description: string;
  /** HTTP status of each code of the domain. */
  readonly problems: ProblemStatuses;
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
  const writes = method !== 'get' && hasRule(409);
  const chooses = asks('path:') || asks('query:') || requestBody !== undefined;
  const needsToken = security.some((scheme) => 'bearer' in scheme);
  // Only what is named can be missing; and of what is only read, only a period can break a rule.
  const mentions = (format: string) => JSON.stringify([requestBody, parameters]).includes(`"format":"${format}`);
  const names = asks('path:') || mentions('uuid');
  const breaksRules = method === 'get' ? mentions('date') : requestBody !== undefined || method !== 'delete';
  return {
    400: chooses && 'Algum campo não é válido',
    401:
      (needsToken && 'O token falta, venceu ou não é válido') ||
      (writes && hasRule(401) && 'Quem pede não provou quem é'),
    403: needsToken && 'O papel de quem pede não permite',
    404: names && 'Não existe, ou não é de quem pede',
    409:
      (writes && 'O estado de agora não permite') ||
      (asks('header:idempotency-key') && 'A primeira ainda está em andamento'),
    412: asks('header:if-match') && hasRule(412) && 'A versão já é outra',
    413: requestBody !== undefined && 'O corpo é grande demais',
    414: asks('path:') && 'O endereço é longo demais',
    415: requestBody !== undefined && 'O corpo não é application/json',
    422: chooses && breaksRules && hasRule(422) && 'Uma regra não permite',
    428: asks('header:if-match') && 'Falta If-Match',
    429: writes && (hasRule(429) || !needsToken) && 'Foram tentativas ou pedidos demais',
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
export function openApiDocument(app: INestApplication, described: Described): OpenAPIObject {
  const { name, description, problems } = described;
  const builder = new DocumentBuilder()
    .setTitle(name)
    .setDescription(description)
    .setVersion('1')
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' });
  const document = SwaggerModule.createDocument(app, builder.build(), { autoTagControllers: false });
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
      if ('name' in parameter && parameter.in === 'header')
        parameter.schema = { type: 'string', ...HEADERS[parameter.name.toLowerCase()], ...parameter.schema };
    operation.security ??= [];
    if (operation.requestBody && !('$ref' in operation.requestBody)) markOptional(operation.requestBody);
    for (const [status, reason] of Object.entries(refusals(method, operation, described)))
      if (reason) operation.responses[status] ??= { description: reason };
    for (const [status, response] of Object.entries(operation.responses)) {
      if (Number(status) < 400 || !response || '$ref' in response) continue;
      response.content = problemContent;
      response.description = `${response.description || 'Recusado'}${codesOf(problems, status)}`;
    }
  }
  listNull(document);
  return document;
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

/** Where null is allowed beside an enumeration it must be one of its values (OpenAPI 3.0.3, "Clarify nullable"). */
function listNull(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  const { nullable, enum: values } = node as { nullable?: unknown; enum?: unknown };
  if (nullable === true && Array.isArray(values) && !values.includes(null)) values.push(null);
  for (const child of Object.values(node)) listNull(child);
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
