import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import * as contracts from './index.js';

/** Schemas of the HTTP APIs that show an example. */
const withExample = Object.entries(contracts).flatMap(([name, schema]) => {
  if (!(schema instanceof z.ZodType)) return [];
  const example = schema.meta()?.['example'];
  return example === undefined ? [] : ([[name, schema, example]] as [string, z.ZodType, unknown][]);
});

describe('exemplos da documentação', () => {
  it('existem', () => expect(withExample.length).toBeGreaterThan(20));

  it.each(withExample)('%s: o exemplo cumpre o próprio esquema', (_name, schema, example) => {
    expect(schema.safeParse(example).error?.issues ?? []).toEqual([]);
  });
});
