import { join } from 'node:path';
import { runQuietly } from './cli/build.ts';
import { command } from './cli/command.ts';
import { root } from './cli/paths.ts';

await command('format', async () => {
  const { code, output } = await runQuietly(join(root, 'node_modules/.bin/prettier'), [
    '--write',
    '--log-level=warn',
    '.',
  ]);
  console.log(output || 'Tudo formatado.');
  return code;
});
