import { describe, expect, it } from '@jest/globals';
import { StripeOpenApi } from './open-api.ts';

const cliente = {
  type: 'object',
  properties: { id: { type: 'string' }, object: { type: 'string', enum: ['cliente'] } },
  required: ['id', 'object'],
};
const conta = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    object: { type: 'string', enum: ['conta'] },
    valor: { type: 'integer', nullable: true },
    situacao: { type: 'string', enum: ['aberta', 'fechada'] },
    // Expandable: an id, or the object itself.
    cliente: {
      nullable: true,
      anyOf: [{ type: 'string', maxLength: 5000 }, { $ref: '#/components/schemas/cliente' }],
      'x-expansionResources': { oneOf: [{ $ref: '#/components/schemas/cliente' }] },
    },
    metadata: { type: 'object', additionalProperties: { type: 'string' } },
  },
  required: ['id', 'object'],
};
const event = {
  type: 'object',
  properties: { id: { type: 'string' }, data: { type: 'object', properties: { object: { type: 'object' } } } },
  required: ['id', 'data'],
};
const answer = (schema: Record<string, unknown>) => ({ content: { 'application/json': { schema } } });

const judge = new StripeOpenApi({
  info: { version: 'teste' },
  paths: {
    '/v1/contas/{conta}': {
      get: {
        responses: {
          '200': answer({ $ref: '#/components/schemas/conta' }),
          default: answer({ $ref: '#/components/schemas/error' }),
        },
      },
    },
    '/v1/contas/search': { get: { responses: { '200': answer({ type: 'object' }) } } },
  },
  components: {
    schemas: {
      conta,
      cliente,
      event,
      error: { type: 'object', properties: { error: { type: 'object' } }, required: ['error'] },
    },
  },
});

const certa = { id: 'c1', object: 'conta', valor: 10, situacao: 'aberta', cliente: 'cli_1', metadata: { a: 'b' } };
const mistakes = (body: unknown, status = 200) => judge.mistakesInAnswer('/v1/contas/{conta}', 'GET', status, body);

describe('a resposta comparada com o OpenAPI', () => {
  it('passa quando é como a publicada, expandida ou não, e com null onde pode', () => {
    expect(mistakes(certa)).toEqual([]);
    expect(mistakes({ ...certa, cliente: { id: 'cli_1', object: 'cliente' }, valor: null })).toEqual([]);
    expect(mistakes({ ...certa, cliente: null })).toEqual([]);
    expect(mistakes({ error: {} }, 404)).toEqual([]);
  });

  it.each([
    ['um campo que não existe', { ...certa, saldo: 1 }, ': não existe o campo saldo'],
    ['um tipo errado', { ...certa, valor: '10' }, '.valor: must be integer'],
    ['null onde não pode', { ...certa, situacao: null }, '.situacao: must be string'],
    ['um valor desconhecido', { ...certa, situacao: 'sumida' }, '.situacao: must be equal'],
    ['a falta do obrigatório', { id: 'c1' }, "required property 'object'"],
    ['um erro dentro do expandido', { ...certa, cliente: { id: 1, object: 'cliente' } }, '.cliente.id: must be string'],
    ['um erro num mapa', { ...certa, metadata: { a: 1 } }, '.metadata.a: must be string'],
  ])('acusa %s', (_o_que, body, mistake) => {
    expect(mistakes(body).join('\n')).toContain(mistake);
  });

  it('acusa um erro no objeto que um evento traz', () => {
    const evento = (object: object) => ({ id: 'e1', data: { object } });
    expect(judge.mistakesInEvent(evento(certa))).toEqual([]);
    expect(judge.mistakesInEvent(evento({ ...certa, saldo: 1 }))).toEqual(['data.object: não existe o campo saldo']);
    expect(judge.mistakesInEvent(evento({ object: 'estranho' }))).toHaveLength(1);
  });
});

describe('a rota de um caminho', () => {
  it('é a mais literal das que servem', () => {
    expect(judge.templateOf('/v1/contas/c1')).toBe('/v1/contas/{conta}');
    expect(judge.templateOf('/v1/contas/search')).toBe('/v1/contas/search');
    expect(judge.templateOf('/v1/outras')).toBeUndefined();
  });
});
