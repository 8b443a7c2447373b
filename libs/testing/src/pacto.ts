import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/*
 * Contracts driven by their consumers, in the format of Pact (specification 3, https://github.com/pact-foundation/
 * pact-specification): what of an answer, or a message, somebody really reads, found by letting their code read it.
 */

interface Regras {
  readonly body: Readonly<
    Record<string, { readonly combine: 'AND'; readonly matchers: readonly [{ readonly match: 'type' }] }>
  >;
}
interface Estado {
  readonly name: string;
}
export interface Interacao {
  readonly description: string;
  readonly providerStates: readonly Estado[];
  readonly request: {
    readonly method: 'GET';
    readonly path: string;
    readonly query: Readonly<Record<string, readonly string[]>>;
  };
  readonly response: { readonly status: number; readonly body: unknown; readonly matchingRules: Regras };
}
export interface MensagemDePacto {
  readonly description: string;
  readonly providerStates: readonly Estado[];
  readonly contents: unknown;
  readonly matchingRules: Regras;
}
export interface Pacto {
  readonly consumer: Estado;
  readonly provider: Estado;
  readonly interactions?: readonly Interacao[];
  readonly messages?: readonly MensagemDePacto[];
  readonly metadata: { readonly pactSpecification: { readonly version: '3.0.0' } };
}

const folder = fileURLToPath(new URL('../../../docs/pactos/', import.meta.url));
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Every leaf of `exemplo` that `ler` looks at, as a path of Pact (`$.itens[*].id`); of what is taken whole, all. */
export function lidos<T>(exemplo: T, ler: (exemplo: T) => unknown): string[] {
  const paths = new Set<string>();
  const watched = (value: unknown, path: string): unknown => {
    if (!isObject(value)) {
      // That there is none is read as well, but what it would be is not known.
      if (value !== undefined && value !== null) paths.add(path);
      return value;
    }
    const stepTo = (key: string) => (Array.isArray(value) ? `${path}[*]` : `${path}.${key}`);
    return new Proxy(value, {
      get: (target, key, receiver) =>
        typeof key === 'string' && Object.hasOwn(target, key) && !(Array.isArray(target) && key === 'length')
          ? watched(target[key], stepTo(key))
          : (Reflect.get(target, key, receiver) as unknown),
    });
  };
  ler(watched(exemplo, '$') as T);
  return [...paths].sort();
}

const stepsOf = (path: string): string[] => path.slice(1).match(/\[\*\]|[^.[]+/g) ?? [];

/** Of `exemplo` only what is at these paths; of lists one item. */
function so(exemplo: unknown, paths: readonly string[], at = '$'): unknown {
  if (!isObject(exemplo)) return exemplo;
  if (Array.isArray(exemplo)) return exemplo.slice(0, 1).map((item) => so(item, paths, `${at}[*]`));
  return Object.fromEntries(
    Object.entries(exemplo)
      .filter(([key]) =>
        paths.some(
          (path) => path === `${at}.${key}` || path.startsWith(`${at}.${key}.`) || path.startsWith(`${at}.${key}[`),
        ),
      )
      .map(([key, value]) => [key, so(value, paths, `${at}.${key}`)]),
  );
}

const regras = (paths: readonly string[]): Regras => ({
  body: Object.fromEntries(paths.map((path) => [path, { combine: 'AND', matchers: [{ match: 'type' }] }])),
});

export function interacao<T>(
  description: string,
  estado: string,
  path: string,
  query: Readonly<Record<string, string>>,
  exemplo: T,
  ler: (exemplo: T) => unknown,
): Interacao {
  const paths = lidos(exemplo, ler);
  return {
    description,
    providerStates: [{ name: estado }],
    request: {
      method: 'GET',
      path,
      query: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value]])),
    },
    response: { status: 200, body: so(exemplo, paths), matchingRules: regras(paths) },
  };
}

export function mensagemDePacto<T>(
  description: string,
  estado: string,
  exemplo: T,
  ler: (exemplo: T) => unknown,
): MensagemDePacto {
  const paths = lidos(exemplo, ler);
  return {
    description,
    providerStates: [{ name: estado }],
    contents: so(exemplo, paths),
    matchingRules: regras(paths),
  };
}

export const pacto = (
  consumer: string,
  provider: string,
  conteudo: Pick<Pacto, 'interactions' | 'messages'>,
): Pacto => ({
  consumer: { name: consumer },
  provider: { name: provider },
  ...conteudo,
  metadata: { pactSpecification: { version: '3.0.0' } },
});

const fileOf = (consumer: string, provider: string): string => `${folder}${consumer}-${provider}.json`;

/**
 * The pact as it was agreed. With PACTOS=escrever it is written anew, for the provider to be held against.
 * @throws Error when there is none
 */
export function acordado(novo: Pacto): Pacto {
  const file = fileOf(novo.consumer.name, novo.provider.name);
  if (process.env['PACTOS'] === 'escrever') {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, `${JSON.stringify(novo, undefined, 2)}\n`);
  }
  return pactoDe(novo.consumer.name, novo.provider.name);
}

/** @throws Error when there is none */
export function pactoDe(consumer: string, provider: string): Pacto {
  const file = fileOf(consumer, provider);
  if (!existsSync(file)) throw new Error(`Não há pacto entre ${consumer} e ${provider}: PACTOS=escrever o escreve`);
  return JSON.parse(readFileSync(file, 'utf8')) as Pacto;
}

/** What is found at a path; of a list, in every item of it, of which there is at least one. */
function found(value: unknown, [step, ...rest]: readonly string[]): unknown[] {
  if (step === undefined) return [value];
  if (step !== '[*]') return found(isObject(value) ? value[step] : undefined, rest);
  return Array.isArray(value) && value.length > 0 ? value.flatMap((item) => found(item, rest)) : [undefined];
}

/** The paths of a pact at which what came is of another type than what is read, or is not there. */
export function quebrados(regras: Regras, exemplo: unknown, veio: unknown): string[] {
  return Object.keys(regras.body).filter((path) => {
    const steps = stepsOf(path);
    const [shown] = found(exemplo, steps);
    return !found(veio, steps).every((value) => value !== null && typeof value === typeof shown);
  });
}
