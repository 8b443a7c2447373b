import { invalidParameter } from './errors.ts';
import type { PaymentIntent } from './model.ts';

interface Clause {
  readonly negated: boolean;
  readonly field: string;
  readonly metadataKey: string | undefined;
  readonly operator: ':' | '>' | '<' | '>=' | '<=';
  readonly value: string;
}

export interface SearchQuery {
  readonly matches: (intent: PaymentIntent) => boolean;
  /** A metadata pair that every match has, when there is one: it is looked up instead of scanning. */
  readonly key: { readonly name: string; readonly value: string } | undefined;
}

const clausePattern =
  /\s*(-?)(\w+)(?:\[(?:'([^']*)'|"([^"]*)")\])?\s*(>=|<=|:|>|<)\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(-?\d+|null))/y;
const joinPattern = /\s+(AND|OR)(?=\s)/y;
const textFields = ['status', 'currency', 'metadata'];
const numberFields = ['amount', 'created'];

/** Stripe's query language, for the fields of a PaymentIntent. https://docs.stripe.com/search#search-query-language */
export function parseSearch(query: string): SearchQuery {
  const clauses: Clause[] = [];
  let join: string | undefined;
  for (let position = 0; ;) {
    clausePattern.lastIndex = position;
    const found = clausePattern.exec(query);
    if (found === null) throw malformed(query);
    clauses.push(clauseOf(found, query));
    position = clausePattern.lastIndex;
    if (query.slice(position).trim() === '') break;
    joinPattern.lastIndex = position;
    const word = joinPattern.exec(query)?.[1];
    if (word === undefined || (join !== undefined && word !== join)) throw malformed(query);
    join = word;
    position = joinPattern.lastIndex;
  }
  const matches = (intent: PaymentIntent): boolean =>
    join === 'OR' ? clauses.some((clause) => holds(clause, intent)) : clauses.every((clause) => holds(clause, intent));
  const exact =
    join === 'OR'
      ? undefined
      : clauses.find((clause) => clause.metadataKey !== undefined && !clause.negated && clause.value !== 'null');
  return {
    matches,
    key: exact?.metadataKey === undefined ? undefined : { name: exact.metadataKey, value: exact.value },
  };
}

function clauseOf(found: RegExpExecArray, query: string): Clause {
  const field = found[2] ?? '';
  const metadataKey = found[3] ?? found[4];
  const operator = found[5] as Clause['operator'];
  const quoted = found[6] ?? found[7];
  if ((field === 'metadata') !== (metadataKey !== undefined)) throw malformed(query);
  if (!textFields.includes(field) && !numberFields.includes(field)) {
    throw invalidParameter(
      'query',
      `Field \`${field}\` is an unsupported search field for resource \`payment_intents\`.`,
    );
  }
  if (textFields.includes(field) && operator !== ':') throw malformed(query);
  return {
    negated: found[1] === '-',
    field,
    metadataKey,
    operator,
    value: (quoted ?? found[8] ?? '').replace(/\\(.)/g, '$1'),
  };
}

function holds(clause: Clause, intent: PaymentIntent): boolean {
  return test(clause, intent) !== clause.negated;
}

function test({ field, metadataKey, operator, value }: Clause, intent: PaymentIntent): boolean {
  if (metadataKey !== undefined)
    return value === 'null' ? intent.metadata[metadataKey] === undefined : intent.metadata[metadataKey] === value;
  if (field === 'status') return intent.status === value;
  if (field === 'currency') return value === 'brl';
  const actual = field === 'amount' ? intent.amount : Math.floor(intent.created / 1000);
  const wanted = Number(value);
  switch (operator) {
    case ':':
      return actual === wanted;
    case '>':
      return actual > wanted;
    case '<':
      return actual < wanted;
    case '>=':
      return actual >= wanted;
    case '<=':
      return actual <= wanted;
  }
}

function malformed(query: string): Error {
  return invalidParameter('query', `We were unable to parse your search query: ${query.slice(0, 200)}`);
}
