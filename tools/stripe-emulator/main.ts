import { startEmulator } from './emulator.ts';
import { jsonLog } from './log.ts';
import { InvalidSettingsError, readSettings } from './settings.ts';

try {
  const settings = readSettings(process.env);
  const log = jsonLog(settings.logLevel, (line) => process.stdout.write(line));
  const emulator = await startEmulator(settings, log, (error) => {
    log('error', 'o diário não pôde ser gravado; o emulador para, para não prometer o que não guardou', {
      erro: error.message,
    });
    process.exit(1);
  });
  const stop = (signal: string): void => {
    log('info', 'encerrando', { sinal: signal });
    emulator.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log('error', 'não encerrou em ordem', { erro: String(error) });
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  const message =
    error instanceof InvalidSettingsError
      ? error.message
      : `não foi possível iniciar: ${error instanceof Error ? error.message : String(error)}`;
  process.stderr.write(`stripe-emulator: ${message}\n`);
  process.exitCode = 1;
}
