import { type OperacaoHttp, type Operacoes, politica, type Permissao } from '@plataforma/contracts';
import type { TestApp, TestResponse } from './test-app.js';

interface JsonSchema {
  readonly format?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** Names of the fields that hold an id. */
function idsIn({ properties = {}, items, anyOf = [], oneOf = [] }: JsonSchema): string[] {
  return [
    ...Object.entries(properties).flatMap(([name, schema]) =>
      schema.format === 'uuid' || schema.items?.format === 'uuid' ? [name] : idsIn(schema),
    ),
    ...[...(items ? [items] : []), ...anyOf, ...oneOf].flatMap(idsIn),
  ];
}

/** What an operation is told by, wherever it is said. */
const namedBy = ({ parametros = {}, consulta, corpo }: OperacaoHttp): string[] => [
  ...Object.keys(parametros),
  ...[consulta, corpo].flatMap((schema) =>
    schema ? idsIn(schema.toJSONSchema({ unrepresentable: 'any', io: 'input' }) as JsonSchema) : [],
  ),
];

/** Whether who it is meant for may use it on their own alone; what asks for a right over everyone's refuses all others at once. */
const isOnesOwn = ({ acesso }: OperacaoHttp): boolean =>
  acesso !== 'PUBLICO' &&
  acesso !== 'TOKEN_OPCIONAL' &&
  !acesso.endsWith(':todos') &&
  'seu' in politica[acesso as Permissao];

/**
 * The operations that anyone may use on what is theirs, and that are told which thing by its name: each of them could be
 * told that of somebody else's.
 *
 * @param deTodos names of things that are the house's, not a person's
 */
export const operacoesSobreCoisas = (
  grupos: Readonly<Record<string, Operacoes>>,
  deTodos: readonly string[],
): readonly OperacaoHttp[] =>
  Object.values(grupos)
    .flatMap((grupo) => Object.values(grupo))
    .filter((operacao) => isOnesOwn(operacao) && namedBy(operacao).some((name) => !deTodos.includes(name)));

export const nomeDa = ({ metodo, rota }: OperacaoHttp): string => `${metodo} ${rota}`;

/** What the owner of a thing would say to an operation; made when it is needed, since operations use things up. */
export interface CoisaDeAlguem {
  readonly parametros?: Readonly<Record<string, string>>;
  readonly consulta?: Readonly<Record<string, string>>;
  readonly corpo?: object;
}

/** Says it to the operation in the name of whoever has the token. */
export function pedirComo<Corpo = Record<string, unknown>>(
  app: TestApp,
  { metodo, rota }: OperacaoHttp,
  { parametros = {}, consulta = {}, corpo }: CoisaDeAlguem,
  token: string,
): Promise<TestResponse<Corpo>> {
  const path = Object.entries(parametros).reduce((sofar, [name, value]) => sofar.replace(`:${name}`, value), rota);
  const query = new URLSearchParams(consulta).toString();
  return app.send<Corpo>(metodo, query === '' ? path : `${path}?${query}`, { token, ...(corpo && { body: corpo }) });
}

/** Whether nothing of a thing was reached: it is not there for who asks, or a list that it is not in. */
export const nadaAlcancado = ({ status, body }: TestResponse<{ readonly itens?: readonly unknown[] }>): boolean =>
  status === 403 || status === 404 || (status === 200 && body.itens?.length === 0);
