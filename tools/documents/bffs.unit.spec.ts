import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  type Operacoes,
  operacoesDeAuth,
  operacoesDeNotificacoes,
  operacoesDePagamentos,
  operacoesDeReservas,
  repassadasPelaAdministracao,
  repassadasPelaWeb,
  repassadasPeloAplicativo,
} from '@plataforma/contracts';

interface Media {
  readonly schema?: { readonly properties?: object };
}
interface Operation {
  readonly requestBody?: { readonly content: Record<string, Media> };
  readonly responses: Record<string, { readonly content?: Record<string, Media> }>;
}
interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
}

const BFFS = ['bff-web', 'bff-mobile', 'bff-admin'] as const;
const read = (name: string): Document =>
  JSON.parse(readFileSync(new URL(`../../docs/api/openapi/${name}.json`, import.meta.url), 'utf8')) as Document;
const operations = (name: string) =>
  Object.entries(read(name).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, '{}')}`,
      operation,
    })),
  );

/** The example may be that of a page's items, or of what is nested in the answer. */
const hasExample = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  ('example' in value || 'examples' in value || Object.values(value).some(hasExample));

/** Of an operation whose path says it all there is nothing to show. */
const isEmptyObject = (schema: Media['schema']): boolean => Object.keys(schema?.properties ?? { some: 1 }).length === 0;

describe('Os documentos dos BFFs', () => {
  it.each([
    ['reservas', 40],
    ['pagamentos', 12],
  ])('alcançam cada rota de %s', (service, atLeast) => {
    const reachable = new Set(BFFS.flatMap((name) => operations(name).map((operation) => operation.name)));
    // The line of a booking is put together of everybody's part; photos are shown at /fotos, beside what is drawn.
    const otherwise = ['GET /v1/pagamentos/linha-do-tempo', 'GET /v1/fotos/{}'];
    const own = operations(service).filter(({ name }) => name.includes(' /v1/') && !otherwise.includes(name));
    expect(own.length).toBeGreaterThan(atLeast);
    expect(own.map(({ name }) => name).filter((name) => !reachable.has(name))).toEqual([]);
  });

  it.each(BFFS)('mostram um exemplo de tudo o que %s recebe e dá', (name) => {
    const bodies = ({ requestBody, responses }: Operation) => [
      requestBody,
      ...Object.entries(responses).flatMap(([status, response]) => (status < '300' ? response : [])),
    ];
    const without = operations(name)
      .filter(({ name }) => name.includes(' /v1/'))
      .filter(({ operation }) =>
        bodies(operation)
          .map((body) => Object.values(body?.content ?? {}))
          // The same as a file needs none.
          .some(
            (kinds) => kinds.length > 0 && kinds.every(({ schema }) => !isEmptyObject(schema) && !hasExample(schema)),
          ),
      );
    expect(without.map((operation) => operation.name)).toEqual([]);
  });
});

describe('Uma rota a mais', () => {
  const described = (groups: Readonly<Record<string, Operacoes>>): number =>
    Object.values(groups).flatMap((group) => Object.values(group)).length;
  /** How many handlers the sources of a folder declare, by a description or by decorators of their own. */
  const handlers = (folder: string) => {
    const sources = globSync(`${folder}/src/**/*.ts`, { cwd: new URL('../..', import.meta.url) })
      .filter((file) => !file.includes('.spec.'))
      .map((file) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));
    const count = (what: RegExp): number => sources.flatMap((source) => source.match(what) ?? []).length;
    return { described: count(/@Operacao\(/g), undescribed: count(/@(?:Get|Post|Put|Patch|Delete|All)\(/g) };
  };

  // Webhooks come as their senders say: two of notices' providers, one of Stripe.
  it.each<[string, Readonly<Record<string, Operacoes>>, number]>([
    ['auth', operacoesDeAuth, 0],
    ['notificacoes', operacoesDeNotificacoes, 2],
    ['pagamentos', operacoesDePagamentos, 1],
    ['reservas', operacoesDeReservas, 0],
  ])('custa a %s uma descrição e um handler', (service, groups, undescribed) => {
    expect(handlers(`services/${service}`)).toEqual({ described: described(groups), undescribed });
  });

  it.each<[string, Readonly<Record<string, Operacoes>>]>([
    ['web', repassadasPelaWeb],
    ['mobile', repassadasPeloAplicativo],
    ['admin', repassadasPelaAdministracao],
  ])('não custa a bff-%s mais do que dizer que a repassa', (bff, passedOn) => {
    const own = handlers(`bffs/${bff}`);
    expect(own.undescribed).toBe(0);
    expect(own.described).toBeLessThan(described(passedOn));
  });
});
