import { build } from './cli/build.ts';
import { command } from './cli/command.ts';

await command('build', async () => {
  const started = Date.now();
  await build();
  console.log(`Compilado em ${((Date.now() - started) / 1000).toFixed(1)} s`);
});
