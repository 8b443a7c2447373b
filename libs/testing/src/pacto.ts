import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type CloudEvent,
  messageContract,
  type MessageData,
  type MessageType,
  type OperacaoHttp,
  type Transporte,
} from '@plataforma/contracts';

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
export async function lidos<T>(exemplo: T, ler: (exemplo: T) => unknown): Promise<string[]> {
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
  await ler(watched(exemplo, '$') as T);
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

export async function interacao<T>(
  description: string,
  estado: string,
  path: string,
  query: Readonly<Record<string, string>>,
  exemplo: T,
  ler: (exemplo: T) => unknown,
): Promise<Interacao> {
  const paths = await lidos(exemplo, ler);
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

export async function mensagemDePacto<T>(
  description: string,
  estado: string,
  exemplo: T,
  ler: (exemplo: T) => unknown,
  /** What is shown of it, where that is to be the same each time and the example is not. */
  mostrado: unknown = exemplo,
): Promise<MensagemDePacto> {
  const paths = await lidos(exemplo, ler);
  return {
    description,
    providerStates: [{ name: estado }],
    contents: so(mostrado, paths),
    matchingRules: regras(paths),
  };
}

/** What is answered to somebody who asks several operations for one screen. */
type Respostas = ReadonlyMap<OperacaoHttp, unknown>;

/**
 * What is read of each answer by whoever puts a screen together out of several.
 * @param servico of whose operations it is told
 * @param pedidos how each is asked for, in words and by its path and query
 * @param montar the screen, by what asks for the parts
 */
export async function interacoesDaTela(
  servico: string,
  estado: string,
  respostas: Respostas,
  pedidos: ReadonlyMap<OperacaoHttp, readonly [descricao: string, caminho: string, consulta?: Record<string, string>]>,
  montar: (transporte: Transporte) => Promise<unknown>,
): Promise<Interacao[]> {
  const deles = [...pedidos].filter(([operacao]) => operacao.servico === servico);
  const lidas = await Promise.all(
    deles.map(([operacao, [descricao, caminho, consulta = {}]]) =>
      interacao(descricao, estado, caminho, consulta, respostas.get(operacao), (vigiada) =>
        montar(({ operation, service }) => {
          const [asked, body] =
            [...respostas].find(
              ([{ metodo, rota, servico: dono }]) => `${metodo} ${rota}` === operation && dono === service,
            ) ?? [];
          if (!asked) return Promise.reject(new Error(`não há resposta para ${operation}`));
          return Promise.resolve({ body: asked === operacao ? vigiada : body, replayed: false });
        }),
      ),
    ),
  );
  // An answer of which nothing has to be there holds nobody to anything.
  return lidas.filter(({ response }) => Object.keys(response.matchingRules.body).length > 0);
}

interface Esquema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Esquema[];
  readonly oneOf?: readonly Esquema[];
  readonly format?: string;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly items?: Esquema;
  readonly properties?: Readonly<Record<string, Esquema>>;
  readonly required?: readonly string[];
}
const COM_FORMA: Readonly<Record<string, string>> = {
  uuid: '0192f0c4-0000-7000-8000-000000000001',
  'date-time': '2026-12-02T00:30:00.000Z',
  date: '2026-12-02',
  email: 'ana@exemplo.com',
  uri: 'https://exemplo.com/',
};
const COM_NOME: Readonly<Record<string, string>> = { fuso: 'America/Sao_Paulo', moeda: 'BRL' };

/** The least that fits a schema: nothing that may be absent, and of lists as few as there may be. */
function menor(esquema: Esquema, nome = ''): unknown {
  const { type, format, properties = {}, required = [] } = esquema;
  const [um] = esquema.anyOf ?? esquema.oneOf ?? [];
  if (um) return menor(um, nome);
  if (esquema.const !== undefined) return esquema.const;
  if (esquema.enum) return esquema.enum[0];
  if (type === 'object')
    return Object.fromEntries(required.map((campo) => [campo, menor(properties[campo] ?? {}, campo)]));
  if (type === 'array') return Array.from({ length: esquema.minItems ?? 0 }, () => menor(esquema.items ?? {}));
  if (type === 'integer' || type === 'number') return Math.max(1, esquema.minimum ?? 1);
  if (type === 'boolean') return true;
  return COM_FORMA[format ?? ''] ?? COM_NOME[nome] ?? 'x'.repeat(esquema.minLength ?? 1);
}

/** The least that a message may say. @throws ZodError when that is not known for its type */
function menorMensagem<T extends MessageType>(type: T, mudancas: Partial<MessageData<T>> = {}): CloudEvent<T> {
  const { schema } = messageContract(type);
  const data = schema.parse({ ...(menor(schema.toJSONSchema({ io: 'input' }) as Esquema) as object), ...mudancas });
  return {
    specversion: '1.0',
    id: '0192f0c4-0000-7000-8000-0000000000b1',
    source: `/servicos/${publicador(type)}`,
    type,
    subject: 'teste/1',
    time: '2026-12-02T00:30:00.000Z',
    datacontenttype: 'application/json',
    sequence: '2',
    correlationid: '0192f0c4-0000-7000-8000-0000000000f1',
    data,
  } as unknown as CloudEvent<T>;
}

/** Who publishes a message: an event whoever owns it, a command reservas, which asks the others. */
const publicador = (type: MessageType): string => {
  const { kind, owner } = messageContract(type);
  return kind === 'comando' ? 'reservas' : owner;
};

/**
 * The pacts of a consumer about messages: what its handlers read, each run on the least that its message may say.
 * @param tratar what it does with one, to the end
 */
export async function pactosDeMensagens(
  consumer: string,
  mensagens: readonly (readonly [type: MessageType, mudancas?: Record<string, unknown> | undefined])[],
  tratar: (evento: CloudEvent) => unknown,
): Promise<Pacto[]> {
  const porQuem = new Map<string, MensagemDePacto[]>();
  for (const [type, mudancas] of mensagens) {
    const lida = await mensagemDePacto(
      type,
      `${type} foi publicada`,
      // Each is another message.
      { ...(menorMensagem(type, mudancas as never) as CloudEvent), id: randomUUID() },
      tratar,
      menorMensagem(type),
    );
    const quem = publicador(type);
    porQuem.set(quem, [...(porQuem.get(quem) ?? []), lida]);
  }
  return [...porQuem].map(([provider, messages]) => pacto(consumer, provider, { messages }));
}

/** What handles messages of a type, out of these consumers: `@EventPattern` says it. @throws Error when none does */
export function tratadorDe(consumidores: readonly object[], type: MessageType): (evento: CloudEvent) => unknown {
  for (const consumidor of consumidores) {
    const prototype = Object.getPrototypeOf(consumidor) as Record<string, unknown>;
    for (const nome of Object.getOwnPropertyNames(prototype)) {
      const metodo = prototype[nome];
      if (typeof metodo !== 'function') continue;
      const padroes = [Reflect.getMetadata('microservices:pattern', metodo) as unknown].flat(2);
      if (padroes.includes(type))
        return (evento) => (metodo as (evento: CloudEvent) => unknown).call(consumidor, evento);
    }
  }
  throw new Error(`ninguém trata ${type}`);
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
function pactoDe(consumer: string, provider: string): Pacto {
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

/** What others have agreed on with this provider. */
export const pactosCom = (provider: string): Pacto[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(`-${provider}.json`))
    .map((file) => JSON.parse(readFileSync(`${folder}${file}`, 'utf8')) as Pacto)
    .filter((um) => um.provider.name === provider);

/**
 * What a provider published that does not hold to a pact: `<consumer>: <type>: <paths>`. What a contract lets be absent is
 * missed only where no message of that type had it.
 */
export function quebradosPor(provider: string, publicadas: readonly CloudEvent[]): string[] {
  const suas = publicadas.filter(({ source }) => source === `/servicos/${provider}`);
  return pactosCom(provider).flatMap(({ consumer, messages = [] }) =>
    messages.flatMap(({ description, matchingRules, contents }) => {
      const [uma = [], ...outras] = suas
        .filter(({ type }) => type === description)
        .map((publicada) => quebrados(matchingRules, contents, publicada));
      const faltam = uma.filter((path) => outras.every((estas) => estas.includes(path)));
      return faltam.length > 0 ? [`${consumer.name}: ${description}: ${faltam.join(', ')}`] : [];
    }),
  );
}
