import { describe, expect, it } from '@jest/globals';
import { incompatibilities, type JsonSchema } from './compatibility.ts';

const published: JsonSchema = {
  type: 'object',
  properties: {
    id: { type: 'string', format: 'uuid' },
    valorCentavos: { type: 'integer', minimum: 0 },
    motivo: { type: 'string', enum: ['CLIENTE', 'ADMIN'] },
    faixas: {
      type: 'array',
      items: { type: 'object', properties: { horas: { type: 'number' } }, required: ['horas'] },
    },
    pagamentoId: { anyOf: [{ type: 'string' }, { type: 'null' }] },
  },
  required: ['id', 'valorCentavos'],
};

const withProperty = (name: string, schema: JsonSchema, required = published['required']): JsonSchema => ({
  ...published,
  properties: { ...(published['properties'] as object), [name]: schema },
  required,
});

describe('incompatibilidades', () => {
  it('nada encontra no mesmo esquema, noutra descrição ou numa propriedade opcional nova', () => {
    expect(incompatibilities(published, published)).toEqual([]);
    expect(incompatibilities(published, { ...published, description: 'outra' })).toEqual([]);
    expect(incompatibilities(published, withProperty('cupom', { type: 'string' }))).toEqual([]);
  });

  it('recusa uma propriedade que desapareceu', () => {
    const { id: _, ...rest } = published['properties'] as Record<string, JsonSchema>;
    expect(incompatibilities(published, { ...published, properties: rest })).toEqual(['data.id desapareceu']);
  });

  it('recusa uma propriedade nova que é obrigatória', () => {
    const after = withProperty('cupom', { type: 'string' }, ['id', 'valorCentavos', 'cupom']);
    expect(incompatibilities(published, after)).toEqual(['data.cupom é novo e obrigatório']);
  });

  it('recusa uma propriedade opcional que se tornou obrigatória, e o contrário', () => {
    expect(incompatibilities(published, { ...published, required: ['id', 'valorCentavos', 'motivo'] })).toEqual([
      'data.motivo passou a ser obrigatório',
    ]);
    expect(incompatibilities(published, { ...published, required: ['id'] })).toEqual([
      'data.valorCentavos deixou de ser obrigatório',
    ]);
  });

  it('recusa outro tipo, outros limites e outros valores enumerados, uma lista maior também', () => {
    const of = (name: string, schema: JsonSchema) => incompatibilities(published, withProperty(name, schema));
    expect(of('id', { type: 'integer', format: 'uuid' })).toEqual(['data.id mudou de type']);
    expect(of('valorCentavos', { type: 'integer', minimum: 1 })).toEqual(['data.valorCentavos mudou de minimum']);
    expect(of('motivo', { type: 'string', enum: ['CLIENTE', 'ADMIN', 'OUTRO'] })).toEqual([
      'data.motivo mudou de enum',
    ]);
  });

  it('olha dentro de listas e alternativas', () => {
    const items = { type: 'object', properties: { horas: { type: 'string' } }, required: ['horas'] };
    expect(incompatibilities(published, withProperty('faixas', { type: 'array', items }))).toEqual([
      'data.faixas[].horas mudou de type',
    ]);
    const onlyText = { anyOf: [{ type: 'string' }] };
    expect(incompatibilities(published, withProperty('pagamentoId', onlyText))).toEqual([
      'data.pagamentoId mudou de anyOf',
    ]);
  });
});
