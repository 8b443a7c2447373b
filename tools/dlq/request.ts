import { parseArgs } from 'node:util';
import { parseOptions } from '../cli/arguments.ts';
import { UsageError } from '../cli/user-error.ts';

const actions = ['list', 'show', 'replay', 'drop'] as const;
type Action = (typeof actions)[number];

/** What was asked of the dead-letter queue. */
export interface DlqRequest {
  action: Action;
  /** Of which messages; every one of them when undefined. */
  ids: string[] | undefined;
  json: boolean;
  /** Shows payloads as they are, personal data included. */
  raw: boolean;
  yes: boolean;
  instance: string;
}

const usage = `Uso:
  npm run dlq -- list [--json]
  npm run dlq -- show <id> [--json] [--bruto]
  npm run dlq -- replay <id…> | --all
  npm run dlq -- drop <id…> | --all [--yes]`;

const options = {
  all: { type: 'boolean' },
  json: { type: 'boolean' },
  bruto: { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
  instance: { type: 'string' },
} as const;

const isAction = (text: string | undefined): text is Action => actions.some((action) => action === text);
const wrong = (why: string): UsageError => new UsageError(`${why}\n${usage}`);

/** @throws UsageError saying how the command is used */
export function parseDlqRequest(args: string[]): DlqRequest {
  const { values, positionals } = parse(args);
  const [action, ...ids] = positionals;
  if (!isAction(action)) throw wrong(action === undefined ? 'Diga o que fazer.' : `Não existe a ação "${action}".`);
  const all = values.all === true;
  if (action === 'list' && (all || ids.length > 0)) throw wrong('list mostra todas, e não recebe ids nem --all.');
  if (action === 'show' && (all || ids.length !== 1)) throw wrong('show recebe exatamente um id.');
  if ((action === 'replay' || action === 'drop') && all === ids.length > 0)
    throw wrong(`${action} recebe ids, ou --all para todas; um dos dois.`);
  return {
    action,
    ids: ids.length > 0 ? ids : undefined,
    json: values.json === true,
    raw: values.bruto === true,
    yes: values.yes === true,
    instance: parseOptions(values.instance === undefined ? [] : ['--instance', values.instance], ['instance']).instance,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    const name = /'(?:-\w, )?(-[^'\s=]*)/.exec((error as Error).message)?.[1] ?? args.join(' ');
    throw wrong(`A opção ${name} é desconhecida ou está incompleta.`);
  }
}
