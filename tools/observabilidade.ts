import { command } from './cli/command.ts';
import { observar } from './observability/observar.ts';
import { requireRunningPlatform } from './platform/state.ts';

await command('observabilidade', async ({ instance, values }) => {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  process.once('SIGINT', resolve).once('SIGTERM', resolve);
  const { relato, algo, stop } = await observar(requireRunningPlatform(instance), values.jaeger === true);
  try {
    console.log(`${relato}\n\n  Encerrar: Ctrl-C, ou npm stop`);
    if (!algo) return 1;
    await asked;
    return 0;
  } finally {
    await stop();
  }
});
