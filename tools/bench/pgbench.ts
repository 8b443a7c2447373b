import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from '../cli/build.ts';
import { UserError } from '../cli/user-error.ts';
import { unpackFolder } from '../infra/native/data-folder.ts';
import { findInstallation } from '../infra/native/installation.ts';

export interface PgbenchRun {
  /** As superuser, to the database. */
  url: string;
  /** The name of a file in `sql/`, without its end. */
  script: string;
  clients: number;
  /** One of the two. */
  seconds?: number;
  transactionsPerClient?: number;
  /** As node-pg speaks, each statement is parsed and planned anew; `prepared` is for information. */
  protocol?: 'extended' | 'prepared';
  variables?: Record<string, number>;
}

export interface PgbenchFigures {
  perSecond: number;
  transactions: number;
  failed: number;
}

/** Runs a script of ours against a server. @throws UserError when there is no pgbench, Error for transactions that fail */
export async function pgbench(run: PgbenchRun): Promise<PgbenchFigures> {
  const { hostname, port, username, password, pathname } = new URL(run.url);
  const { code, output } = await runQuietly(
    program(),
    [
      ...['--no-vacuum', '--protocol', run.protocol ?? 'extended', '--client', String(run.clients), '--jobs', '1'],
      ...(run.seconds === undefined
        ? ['--transactions', String(run.transactionsPerClient ?? 1)]
        : ['--time', String(run.seconds)]),
      ...Object.entries(run.variables ?? {}).flatMap(([name, value]) => ['--define', `${name}=${value}`]),
      ...['--file', join(import.meta.dirname, 'sql', `${run.script}.sql`)],
    ],
    undefined,
    {
      PGHOST: hostname,
      PGPORT: port,
      PGUSER: username,
      PGPASSWORD: decodeURIComponent(password),
      PGDATABASE: pathname.slice(1),
    },
  );
  if (code !== 0) throw new Error(`pgbench: ${output}`);
  return parsePgbench(output);
}

export function parsePgbench(output: string): PgbenchFigures {
  const number = (form: RegExp): number => Number(form.exec(output)?.[1] ?? NaN);
  const figures = {
    perSecond: number(/^tps = ([\d.]+)/m),
    transactions: number(/^number of transactions actually processed: (\d+)/m),
    failed: number(/^number of failed transactions: (\d+)/m) || 0,
  };
  if (Number.isNaN(figures.perSecond) || figures.failed > 0 || /aborted/.test(output))
    throw new Error(`pgbench: ${output}`);
  return figures;
}

function program(): string {
  const path = join(findInstallation(unpackFolder()).postgresBin, 'pgbench');
  if (!existsSync(path)) throw new UserError(`${path} não foi encontrado: vem com o pacote postgresql`);
  return path;
}
