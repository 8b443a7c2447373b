import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import { problemSchema } from './problem.js';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;
const problemContent = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problema' } } };

/**
 * The OpenAPI document of an application, from its routes and their zod schemas. What holds for all of them is said
 * here: every error is a problem document, whatever went wrong, and an operation without a token is a public one.
 */
export function openApiDocument(
  app: INestApplication,
  { name, description }: { readonly name: string; readonly description: string },
): OpenAPIObject {
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
    for (const [status, response] of Object.entries(operation.responses))
      if (Number(status) >= 400 && response && !('$ref' in response)) response.content = problemContent;
    operation.responses['default'] ??= { description: 'Qualquer erro (RFC 9457)', content: problemContent };
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
