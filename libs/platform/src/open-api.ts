import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import { problemSchema } from './problem.js';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;
type Response = NonNullable<Operation['responses'][string]>;

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
  document.components = { ...document.components, schemas: { ...document.components?.schemas, Problema: problema } };
  for (const operation of operationsOf(document)) {
    operation.security ??= [];
    for (const [status, response] of Object.entries(operation.responses))
      if (Number(status) >= 400 && response) sayProblem(response);
    operation.responses['default'] ??= { description: 'Qualquer erro (RFC 9457)', content: problemContent };
  }
  return document;
}

const operationsOf = (document: OpenAPIObject): Operation[] =>
  Object.values(document.paths).flatMap((path) => METHODS.flatMap((method) => path[method] ?? []));

function sayProblem(response: Response): void {
  if ('$ref' in response) return;
  response.content = problemContent;
}
