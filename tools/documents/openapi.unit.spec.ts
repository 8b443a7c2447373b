import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

interface Schema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  /** Of several patterns each has to fit. */
  readonly allOf?: readonly { readonly pattern?: string }[];
  readonly maxLength?: number;
  readonly description?: string;
  readonly example?: unknown;
  readonly additionalProperties?: unknown;
}
interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema?: Schema;
  }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema?: Schema }> };
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema?: Schema }> }>;
  readonly security?: readonly object[];
}
interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
}

const folder = new URL('../../docs/api/openapi/', import.meta.url);
const operations = readdirSync(folder).flatMap((file) =>
  Object.entries((JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Document).paths).flatMap(
    ([path, methods]) =>
      Object.entries(methods)
        .filter(([key]) => key !== 'servers')
        .map(([method, operation]): [string, Operation] => [`${file} ${method.toUpperCase()} ${path}`, operation]),
  ),
);

/** The strings and objects of a schema that take anything at all, each by where it is. */
function unbounded(schema: Schema | undefined, where: string): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const types = [schema.type].flat();
  const hasPattern = [schema, ...(schema.allOf ?? [])].some(({ pattern }) => pattern !== undefined);
  const anyText = types.includes('string') && !hasPattern && !schema.enum && schema.format !== 'uuid';
  const anyName = types.includes('object') && schema.additionalProperties !== false;
  return [
    ...(anyText || anyName ? [where] : []),
    ...Object.entries(schema).flatMap(([name, inner]) =>
      name === 'example' || name === 'examples' ? [] : unbounded(inner as Schema, `${where}.${name}`),
    ),
  ];
}

describe('Os documentos OpenAPI', () => {
  it('são de todas as operações', () => expect(operations.length).toBeGreaterThan(200));

  it.each(readdirSync(folder))('%s é OpenAPI 3.1, em que null é um dos tipos', (file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    expect(JSON.parse(text)).toHaveProperty('openapi', '3.1.0');
    expect(text).not.toContain('"nullable"');
  });

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

  it.each(operations)(
    '%s: cada cabeçalho aparece uma vez, com exemplo só se é preciso, e só JSON tem a forma de um objeto',
    (_name, operation) => {
      const { parameters = [], responses } = operation;
      const names = parameters.map((parameter) => `${parameter.in}:${parameter.name.toLowerCase()}`);
      expect(names).toEqual([...new Set(names)]);
      // What may be left out is not sent by who says nothing of it.
      expect(parameters.filter((p) => p.in === 'header' && !p.required && p.schema?.example !== undefined)).toEqual([]);
      for (const { content = {} } of Object.values(responses))
        for (const [type, { schema }] of Object.entries(content))
          if (!type.endsWith('json')) expect([type, schema?.type]).toEqual([type, 'string']);
    },
  );

  it('nenhuma parte de um caminho aceita %, que quem arruma endereços decodificaria outra vez', () => {
    const accepts = ({ schema: { pattern, format, enum: values } = {} }: { readonly schema?: Schema }) =>
      pattern
        ? ['%41', 'a%41', '%41.svg', '%41.ics'].some((text) => new RegExp(pattern, 'u').test(text))
        : !format && !values;
    const those = operations.flatMap(([name, { parameters = [] }]) =>
      parameters.filter((parameter) => parameter.in === 'path' && accepts(parameter)).map((p) => `${name}: ${p.name}`),
    );
    expect(those).toEqual([]);
  });

  it('dizem que um relatório vem também em CSV', () =>
    expect(
      operations
        .filter(([name]) => name.includes('/relatorios/'))
        .map(([, { responses }]) => Object.keys(responses['200']?.content ?? {})),
    ).toEqual(Array.from({ length: 10 }, () => ['application/json', 'text/csv'])));

  it.each([
    ['só o que se lê não tem', 'GET', '/v1/feriados', '422'],
    ['só o que se lê não tem', 'GET', '/v1/reservas/{id}/historico', '422'],
    ['nada mais a apagar não tem', 'DELETE', '/v1/fila/{id}', '409'],
    ['quem entra não tem', 'POST', '/v1/sessoes', '422'],
    ['quem se cadastra não tem', 'POST', '/v1/usuarios', '401'],
    ['quem não precisa dizer a versão não tem', 'POST', '/v1/espacos/{id}/publicacao', '428'],
  ])('não dizem o que não pode ser: %s, %s %s, %s', (_why, method, path, status) => {
    const those = operations.filter(([name]) => name.endsWith(` ${method} ${path}`));
    expect(those.length).toBeGreaterThan(1);
    expect(those.filter(([, { responses }]) => status in responses).map(([name]) => name)).toEqual([]);
  });
});
