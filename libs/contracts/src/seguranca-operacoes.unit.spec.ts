import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import * as contracts from './index.js';

const isOperation = (value: object): value is contracts.OperacaoHttp => 'metodo' in value && 'rota' in value;
function operationsIn(value: unknown): contracts.OperacaoHttp[] {
  if (typeof value !== 'object' || value === null || value instanceof z.ZodType) return [];
  return isOperation(value) ? [value] : Object.values(value).flatMap(operationsIn);
}
const operations = [...new Set(operationsIn(contracts))];

interface Found {
  readonly path: string;
  readonly def: z.core.$ZodTypeDef & Record<string, unknown>;
  readonly schema: z.core.$ZodType;
}
/** Each schema within a schema, of what comes in. */
function within(schema: z.core.$ZodType, path: string): Found[] {
  const def = (schema as z.core.$ZodTypes)._zod.def;
  const inner = (): Found[] => {
    switch (def.type) {
      case 'object':
        return Object.entries(def.shape).flatMap(([name, each]) => within(each, `${path}.${name}`));
      case 'array':
        return within(def.element, `${path}[]`);
      case 'record':
        return within(def.valueType, `${path}{}`);
      case 'union':
        return def.options.flatMap((option) => within(option, path));
      case 'optional':
      case 'nullable':
      case 'default':
      case 'prefault':
      case 'nonoptional':
      case 'readonly':
        return within(def.innerType, path);
      case 'pipe':
        return within((def.in as z.core.$ZodTypes)._zod.def.type === 'transform' ? def.out : def.in, path);
      default:
        return [];
    }
  };
  return [{ path, def: def as never, schema }, ...inner()];
}

const inputs = operations.flatMap((operation) =>
  (['corpo', 'consulta'] as const).flatMap((part) => {
    const schema = operation[part];
    return schema ? within(schema, `${operation.metodo} ${operation.rota} ${part}`) : [];
  }),
);
const paths = (which: (found: Found) => boolean) => [...new Set(inputs.filter(which).map(({ path }) => path))];
/** How many elements a list takes at most, as its JSON schema says. */
const maximum = ({ schema }: Found) =>
  z.toJSONSchema(schema as z.ZodType, { io: 'input', unrepresentable: 'any' }).maxItems;

describe('Segurança: o que as operações aceitam', () => {
  it('é visto em todas', () => {
    expect(operations.length).toBeGreaterThan(150);
    expect(inputs.length).toBeGreaterThan(500);
  });

  it('o que não se desfaz, ou abre outras portas, pede que se confirme quem é, e nada além disso', () => {
    const pedem = operations.filter(({ exigeConfirmacao }) => exigeConfirmacao);
    expect([...new Set(pedem.map(({ metodo, rota }) => `${metodo} ${rota}`))].toSorted()).toEqual([
      'DELETE /v1/conta',
      'DELETE /v1/usuarios/eu/chaves-de-acesso/:chave',
      'DELETE /v1/usuarios/eu/totp',
      'PATCH /v1/ganchos/:id',
      'POST /v1/chaves-de-api',
      'POST /v1/chaves-de-api/:id/rotacao',
      'POST /v1/ganchos',
      'POST /v1/ganchos/:id/rotacao',
      'POST /v1/pagamentos/:id/estornos',
      'POST /v1/pagamentos/estornos/:id/decisao',
      'POST /v1/usuarios/eu/chaves-de-acesso/opcoes',
      'POST /v1/usuarios/eu/codigos-de-recuperacao',
      'POST /v1/usuarios/eu/provedores',
      'POST /v1/usuarios/eu/provedores/:provedor/desligamento',
      'POST /v1/usuarios/eu/totp',
      'PUT /v1/usuarios/:id/papeis',
    ]);
  });

  it('26: nenhuma aceita um campo que não conhece: nem valor, nem status, nem papel, nem de quem é', () => {
    const open = paths(
      ({ def }) =>
        def.type === 'object' && (def['catchall'] as z.core.$ZodTypes | undefined)?._zod.def.type !== 'never',
    );
    // A provider of identity says there whatever it pleases; what is not known is not read.
    expect(open).toEqual([
      'GET /v1/sessoes/externas/retorno consulta',
      'GET /v1/navegador/sessoes/externas/retorno consulta',
    ]);
  });

  it('26: valores, situações, papéis e de quem é só se dizem onde é isso que se pede, a quem administra', () => {
    const OF_OTHERS = /\.(valorCentavos|status|situacao|papel|papeis|clienteId|usuarioId|pagoCentavos)$/;
    const told = operations.filter(({ corpo }) => corpo && within(corpo, '').some(({ path }) => OF_OTHERS.test(path)));
    expect(told.length).toBeGreaterThan(2);
    for (const { metodo, rota, acesso } of told)
      expect([metodo, rota, contracts.papeisCom(acesso as contracts.Direito)]).toEqual([metodo, rota, ['ADMIN']]);
  });

  it('30: toda lista num pedido tem um máximo, e toda página também', () => {
    expect(paths((found) => found.def.type === 'array' && maximum(found) === undefined)).toEqual([]);
    const pages = inputs.filter(({ path }) => path.endsWith(' consulta.limite'));
    expect(pages.length).toBeGreaterThan(20);
    for (const { path, schema } of pages)
      expect([path, ...[1_001, '1001'].map((limite) => z.safeParse(schema, limite).success)]).toEqual([
        path,
        false,
        false,
      ]);
  });
});
