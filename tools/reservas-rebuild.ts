import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseOptions } from './cli/arguments.ts';
import { command } from './cli/command.ts';
import { root } from './cli/paths.ts';
import { UserError } from './cli/user-error.ts';
import { readState } from './platform/state.ts';

/** Runs the service's own command on the database of an instance; the servers must run, the service need not. */
await command(async (args) => {
  const { values, tokens } = parseArgs({
    args,
    options: { instance: { type: 'string' } },
    strict: false,
    tokens: true,
  });
  const { instance } = parseOptions(typeof values['instance'] === 'string' ? ['--instance', values['instance']] : [], [
    'instance',
  ]);
  const state = readState(instance);
  if (!state) throw new UserError(`A instância ${instance} nunca foi iniciada. Inicie com: npm start`);
  const passedOn = tokens.flatMap((token) =>
    token.kind === 'option' && token.name !== 'instance' ? [token.rawName] : [],
  );
  const child = spawn(process.execPath, [join(root, 'services/reservas/dist/rebuild.js'), ...passedOn], {
    stdio: 'inherit',
    env: { ...process.env, DATABASE_URL: state.servers.databases.reservas.app },
  });
  return new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
});
