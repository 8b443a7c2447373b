import type { z } from 'zod';

const TIPOS: Readonly<Record<string, string>> = {
  string: 'um texto',
  number: 'um número',
  int: 'um número inteiro',
  boolean: 'true ou false',
  object: 'um objeto',
  record: 'um objeto',
  array: 'uma lista',
  null: 'null',
};
const FORMATOS: Readonly<Record<string, string>> = {
  uuid: 'um UUID',
  email: 'um endereço de e-mail',
  url: 'um URL',
  datetime: 'um instante RFC 3339',
  date: 'uma data, por exemplo 2026-12-01',
};
const UNIDADES: Readonly<Record<string, readonly [um: string, varios: string]>> = {
  string: ['caractere', 'caracteres'],
  array: ['item', 'itens'],
};
/** As many of what somebody sent as a message repeats, and as long. */
const REPETIDOS = 10;
const REPETIDO = 60;

const listados = (valores: readonly unknown[]): string => valores.map(String).join(', ');

/** What is wrong with what was sent, in the words of this house; undefined where it has none. */
export function mensagem(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `esperado ${TIPOS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `esperado ${issue.values.length > 1 ? 'um de: ' : ''}${listados(issue.values)}`;
    case 'too_small':
      return limite(issue, issue.minimum, issue.inclusive === false ? 'mais de' : 'pelo menos', 'deve');
    case 'too_big':
      return limite(issue, issue.maximum, issue.inclusive === false ? 'menos de' : 'no máximo', 'pode');
    case 'not_multiple_of':
      return `esperado um múltiplo de ${issue.divisor}`;
    case 'invalid_format':
      return FORMATOS[issue.format] ? `esperado ${FORMATOS[issue.format]}` : 'não tem a forma esperada';
    case 'unrecognized_keys': {
      const nomes = issue.keys.slice(0, REPETIDOS).map((nome) => nome.slice(0, REPETIDO));
      return issue.keys.length > 1 ? `campos desconhecidos: ${listados(nomes)}` : `campo desconhecido: ${nomes[0]}`;
    }
    case 'invalid_union':
      return Array.isArray(issue['options'])
        ? `esperado um de: ${listados(issue['options'])}`
        : 'não tem nenhuma das formas aceitas';
    default:
      return undefined;
  }
}

function limite({ origin }: { readonly origin: string }, quanto: number | bigint, palavra: string, verbo: string) {
  const unidade = UNIDADES[origin];
  return unidade
    ? `${verbo} ter ${palavra} ${quanto} ${unidade[Number(quanto) === 1 ? 0 : 1]}`
    : `${verbo} ser ${palavra} ${quanto}`;
}
