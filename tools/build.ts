import { build } from './cli/build.ts';
import { command } from './cli/command.ts';
import { parseOptions } from './cli/arguments.ts';

await command(async (args) => {
  parseOptions(args, []);
  const started = Date.now();
  await build();
  console.log(`Compilado em ${((Date.now() - started) / 1000).toFixed(1)} s`);
});
