import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import * as contracts from './index.js';

/** Schemas of the HTTP APIs that show an example. */
const withExample = Object.entries(contracts).flatMap(([name, schema]) => {
  if (!(schema instanceof z.ZodType)) return [];
  const example = schema.meta()?.['example'];
  return example === undefined ? [] : ([[name, schema, example]] as [string, z.ZodType, unknown][]);
});

/** Every amount in a JSON Schema, by the name of its field, with the most that it may be. */
function amounts(schema: unknown, name = ''): [name: string, maximum: number][] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { type, maximum } = schema as { type?: string; maximum?: number };
  const own: [string, number][] =
    type === 'integer' && name.endsWith('Centavos') ? [[name, maximum ?? Number.POSITIVE_INFINITY]] : [];
  return [
    ...own,
    ...Object.entries(schema).flatMap(([key, inner]) => amounts(inner, /^(anyOf|oneOf|\d+)$/.test(key) ? name : key)),
  ];
}

describe('valores de dinheiro', () => {
  const messages = new Set(Object.values(contracts.messages).map(({ schema }) => schema as unknown));
  const all = Object.entries(contracts).flatMap(([schemaName, schema]) =>
    schema instanceof z.ZodType && !messages.has(schema)
      ? amounts(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' })).map(
          ([name, maximum]) => [`${schemaName}.${name}`, maximum] as const,
        )
      : [],
  );

  it('existem', () => expect(all.length).toBeGreaterThan(50));

  it('que se podem cobrar vão até R$ 999.999,99, o máximo da Stripe; os demais são somas', () => {
    expect(contracts.MAXIMO_CENTAVOS).toBe(99_999_999);
    const wrong = all.filter(
      ([, maximum]) => maximum !== contracts.MAXIMO_CENTAVOS && maximum !== Number.MAX_SAFE_INTEGER,
    );
    expect(wrong).toEqual([]);
  });

  it.each(['novoEstornoHttp', 'cancelamentoHttp', 'edicaoDeEspacoHttp'] as const)(
    'em %s, acima dele são recusados',
    (name) => {
      const asked = all.filter(([field]) => field.startsWith(`${name}.`));
      expect(asked.length).toBeGreaterThan(0);
      for (const [, maximum] of asked) expect(maximum).toBe(contracts.MAXIMO_CENTAVOS);
    },
  );
});

describe('exemplos da documentação', () => {
  it('existem', () => expect(withExample.length).toBeGreaterThan(20));

  it.each(withExample)('%s: o exemplo cumpre o próprio esquema', (_name, schema, example) => {
    expect(schema.safeParse(example).error?.issues ?? []).toEqual([]);
  });
});
