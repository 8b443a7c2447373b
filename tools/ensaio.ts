import { command } from './cli/command.ts';
import { UsageError, UserError } from './cli/user-error.ts';
import { Vigia } from './observability/ensaio.ts';
import { ensaios } from './observability/ensaios.ts';
import { PalcoDoEnsaio } from './observability/palco-do-ensaio.ts';
import { alvosDe } from './observability/servidores.ts';
import { table } from './platform/summary.ts';
import { requireRunningPlatform } from './platform/state.ts';

await command('ensaio', async ({ instance, values, operands }) => {
  if (values.list === true) {
    console.log(
      table(
        Object.entries(ensaios).map(([alerta, ensaio]) => [
          alerta,
          'porque' in ensaio ? `não se ensaia: ${ensaio.porque}` : ensaio.como,
        ]),
      ),
    );
    return 0;
  }
  const asked = operands.map((alerta) => {
    const ensaio = ensaios[alerta];
    if (!ensaio) throw new UsageError(`Não existe o alerta "${alerta}"; há ${Object.keys(ensaios).join(', ')}.`);
    if ('porque' in ensaio) throw new UserError(`${alerta} não se ensaia: ${ensaio.porque}`);
    return [alerta, ensaio] as const;
  });
  const state = requireRunningPlatform(instance);
  const palco = new PalcoDoEnsaio(state);
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () =>
      ending.abort(new UserError('Interrompido: o que se fez à plataforma foi desfeito', 130)),
    );
  const vigia = await Vigia.start(palco.pasta, alvosDe(state), values['prazos-reais'] === true);
  let failed = 0;
  try {
    await vigia.pronta(ending.signal);
    for (const [alerta, ensaio] of asked) {
      const begun = Date.now();
      console.log(`\n${alerta}: ${ensaio.como}`);
      const say = (line: string): void =>
        console.log(`  ${((Date.now() - begun) / 1_000).toFixed(0).padStart(4)} s  ${line}`);
      try {
        await vigia.ensaiar(alerta, ensaio, palco, say, ending.signal);
      } catch (error) {
        if (ending.signal.aborted) throw error;
        failed += 1;
        if (!(error instanceof UserError)) console.error(error);
        say(`NÃO: ${(error as Error).message}`);
      }
    }
  } finally {
    await vigia.stop();
  }
  return failed === 0 ? 0 : 1;
});
