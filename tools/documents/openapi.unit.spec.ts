import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly maxLength?: number;
  readonly description?: string;
  readonly additionalProperties?: unknown;
}
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema?: Schema }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema?: Schema }> };
  readonly responses: Record<string, { readonly content?: Record<string, unknown> }>;
  readonly security?: readonly object[];
}
interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
}

const folder = new URL('../../docs/api/openapi/', import.meta.url);
const operations = readdirSync(folder).flatMap((file) =>
  Object.entries((JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Document).paths).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, Operation] => [
        `${file} ${method.toUpperCase()} ${path}`,
        operation,
      ]),
  ),
);

/** The strings and objects of a schema that take anything at all, each by where it is. */
function unbounded(schema: Schema | undefined, where: string): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const anyText = schema.type === 'string' && !schema.pattern && !schema.enum && schema.format !== 'uuid';
  const anyName = schema.type === 'object' && schema.additionalProperties !== false;
  return [
    ...(anyText || anyName ? [where] : []),
    ...Object.entries(schema).flatMap(([name, inner]) =>
      name === 'example' || name === 'examples' ? [] : unbounded(inner as Schema, `${where}.${name}`),
    ),
  ];
}

describe('Os documentos OpenAPI', () => {
  it('são de todas as operações', () => expect(operations.length).toBeGreaterThan(200));

  it.each(operations)(
    '%s: nada do que se envia aceita um texto qualquer',
    (_name, { parameters = [], requestBody }) => {
      // What a header says is read by the platform itself, which knows what it takes.
      const params = parameters.filter((parameter) => parameter.in !== 'header');
      expect([
        ...params.flatMap(({ name, schema }) => unbounded(schema, name)),
        ...Object.entries(requestBody?.content ?? {}).flatMap(([type, { schema }]) => unbounded(schema, type)),
      ]).toEqual([]);
    },
  );

  it.each(operations)('%s: diz cada status com que pode responder', (_name, operation) => {
    const { responses, requestBody, security = [], parameters = [] } = operation;
    const body = requestBody ? ['400', '413', '415'] : [];
    const token = security.some((scheme) => 'bearer' in scheme) ? ['401', '403'] : [];
    const path = parameters.some((parameter) => parameter.in === 'path') ? ['400', '414'] : [];
    expect(Object.keys(responses)).toEqual(expect.arrayContaining([...body, ...token, ...path, '500', '503']));
    expect(responses).not.toHaveProperty('default');
    for (const [status, { content = {} }] of Object.entries(responses))
      if (status >= '400') expect(Object.keys(content)).toEqual(['application/problem+json']);
  });
});
