import '@plataforma/platform/closed-output';
import { parseArgs } from 'node:util';
import { Database, databaseSettings, loadConfig } from '@plataforma/platform';
import { AdiantarRotacao } from './application/adiantar-rotacao.js';
import { settings } from './config.js';
import { ChaveMestra } from './infrastructure/chave-mestra.js';
import { PgChaveiro } from './infrastructure/pg-chaveiro.js';

/**
 * Command: shows the signing keys, in one line of JSON; with `--rotacionar` makes the next one first, and with `--ja` as
 * well that one signs as soon as verifiers can know it, in seconds. Exit code 1 with a sentence where another keeps the keys
 * (AUTH_CHAVES_ARQUIVO). Needs DATABASE_URL and AUTH_CHAVE_MESTRA, under which the private half is stored.
 */
const { values } = parseArgs({ options: { rotacionar: { type: 'boolean' }, ja: { type: 'boolean' } } });
const { AUTH_CHAVE_MESTRA, AUTH_ANTECEDENCIA_SEGUNDOS, AUTH_CHAVES_ARQUIVO } = settings;
const config = loadConfig({ ...databaseSettings, AUTH_CHAVE_MESTRA, AUTH_ANTECEDENCIA_SEGUNDOS, AUTH_CHAVES_ARQUIVO });
if (config.AUTH_CHAVES_ARQUIVO !== undefined) {
  process.stderr.write('As chaves vêm de AUTH_CHAVES_ARQUIVO: quem o escreve as mostra e as rotaciona\n');
  process.exit(1);
}
const database = new Database(config);
await database.connect();
try {
  const rotacao = new AdiantarRotacao(new PgChaveiro(database, new ChaveMestra(config.AUTH_CHAVE_MESTRA)));
  if (values.rotacionar) await rotacao.rotate(values.ja ? 0 : config.AUTH_ANTECEDENCIA_SEGUNDOS * 1000);
  process.stdout.write(`${JSON.stringify(await rotacao.list())}\n`);
} finally {
  await database.close();
}
