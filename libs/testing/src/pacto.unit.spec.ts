import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { lidos, type Pacto, quebrados } from './pacto.js';

const folder = new URL('../../../docs/pactos/', import.meta.url);
const agreed = readdirSync(folder).map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Pacto);
const parts = agreed.flatMap(({ consumer, provider, interactions = [], messages = [] }) =>
  [
    ...interactions.map(({ description, response }) => ({
      description,
      body: response.body,
      regras: response.matchingRules,
    })),
    ...messages.map(({ description, contents, matchingRules }) => ({
      description,
      body: contents,
      regras: matchingRules,
    })),
  ].map((part) => ({ ...part, name: `${consumer.name}-${provider.name}: ${part.description}` })),
);

/** The same without what is at a path. */
function without(value: unknown, [step = '', ...rest]: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => without(item, rest));
  const { [step]: inner, ...others } = value as Record<string, unknown>;
  return rest.length === 0 ? others : { ...others, [step]: without(inner, rest) };
}

describe('Um pacto', () => {
  it('tem o que se lê, e nada mais', async () => {
    const exemplo = { a: 1, b: { c: 'x', d: true }, e: [{ f: 1, g: 2 }], h: null };
    expect(await lidos(exemplo, ({ a, b, e, h }) => [a, b.c, e.map(({ g }) => g), h])).toEqual([
      '$.a',
      '$.b.c',
      '$.e[*].g',
    ]);
  });

  it.each(parts.map((part) => [part.name, part] as const))('%s: vale para o seu próprio exemplo', (_name, part) => {
    expect(Object.keys(part.regras.body).length).toBeGreaterThan(0);
    expect(quebrados(part.regras, part.body, part.body)).toEqual([]);
  });

  it.each(parts.map((part) => [part.name, part] as const))(
    '%s: sem um campo, ou com outro tipo nele, quebra só nesse',
    (_name, { regras, body }) => {
      for (const path of Object.keys(regras.body)) {
        const steps = path.slice(1).match(/\[\*\]|[^.[]+/g) ?? [];
        const [last = ''] = steps.slice(-1);
        if (last === '[*]') continue;
        expect(quebrados(regras, body, without(body, steps))).toEqual([path]);
      }
    },
  );
});
