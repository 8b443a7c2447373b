import { join } from 'node:path';
import { parseOptions } from './cli/arguments.ts';
import { runQuietly } from './cli/build.ts';
import { command } from './cli/command.ts';
import { root } from './cli/paths.ts';

await command(async (args) => {
  parseOptions(args, []);
  const { code, output } = await runQuietly(join(root, 'node_modules/.bin/prettier'), [
    '--write',
    '--log-level=warn',
    '.',
  ]);
  console.log(output || 'Tudo formatado.');
  return code;
});
