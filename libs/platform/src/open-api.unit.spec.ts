import { expect, it } from '@jest/globals';
import { withExamplesFrom } from './open-api.js';

const document = {
  description: 'Desde 2026-11-23',
  schema: {
    enum: ['2026-11-23'],
    properties: { em: { type: 'string', example: '2027-06-08T10:00:00-03:00' }, dia: { examples: ['2027-06-08'] } },
    example: {
      numero: '2026-000042',
      versaoApi: '2026-10-28.endive',
      lista: [{ dia: '2027-06-08', horas: 2 }],
      nada: null,
    },
  },
};

it.each(['2026-11-26T17:00:00Z', '2026-11-29T23:59:59Z', '2020-01-01T00:00:00Z'])(
  'em %s as datas dos exemplos são as que foram escritas',
  (now) => expect(withExamplesFrom(document, new Date(now))).toEqual(document),
);

it('depois, ficam tantas semanas inteiras mais tarde quantas passaram, e só elas mudam', () =>
  expect(withExamplesFrom(document, new Date('2027-11-29T00:00:00Z'))).toEqual({
    ...document,
    schema: {
      ...document.schema,
      properties: { em: { type: 'string', example: '2028-06-13T10:00:00-03:00' }, dia: { examples: ['2028-06-13'] } },
      example: { ...document.schema.example, lista: [{ dia: '2028-06-13', horas: 2 }] },
    },
  }));

it.each([0, 1, 30, 365, 3_650])(
  'passados %s dias, um exemplo segue tão adiante quanto hoje, no mesmo dia da semana',
  (days) => {
    const now = new Date(Date.parse('2026-11-26T12:00:00Z') + days * 86_400_000);
    const { schema } = withExamplesFrom(document, now);
    const [shown = ''] = schema.properties.dia.examples;
    const ahead = (Date.parse(shown) - now.getTime()) / 86_400_000;
    expect(new Date(shown).getUTCDay()).toBe(2);
    expect(ahead).toBeGreaterThan(190);
    expect(ahead).toBeLessThan(198);
  },
);
