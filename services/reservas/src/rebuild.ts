import '@plataforma/platform/closed-output';
import { parseArgs } from 'node:util';
import { Database, databaseSettings, loadConfig } from '@plataforma/platform';
import { type Diferenca, Reconstrucao } from './infrastructure/reconstrucao.js';

/**
 * Command: makes the projections of bookings anew from their events and proves the live ones equal to them; exit 1 when
 * they are not. With `--aplicar`, what differs is written anew.
 */
const SHOWN = 20;

function parseRequest(): { aplicar: boolean; json: boolean } {
  try {
    const options = {
      aplicar: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    } as const;
    return parseArgs({ options }).values;
  } catch {
    process.stderr.write('Uso: npm run reservas:rebuild -- [--aplicar] [--json] [--instance nome]\n');
    process.exit(2);
  }
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const line = ({ reservaId, coluna, viva, esperada }: Diferenca): string =>
  `  ${reservaId} ${coluna}: ${JSON.stringify(viva)} onde os eventos dizem ${JSON.stringify(esperada)}`;

const { aplicar, json } = parseRequest();
const database = new Database(loadConfig(databaseSettings));
await database.connect();
try {
  const resultado = await new Reconstrucao(database).run(aplicar);
  const { reservas, eventos, diferencas } = resultado;
  if (json) print(JSON.stringify(resultado, undefined, 2));
  else {
    print(`${reservas} reservas refeitas de ${eventos} eventos: ${diferencas.length} diferenças.`);
    for (const diferenca of diferencas.slice(0, SHOWN)) print(line(diferenca));
    if (diferencas.length > SHOWN) print(`  … e mais ${diferencas.length - SHOWN}`);
    if (diferencas.length > 0)
      print(aplicar ? 'As projeções foram reescritas.' : 'Para reescrevê-las, o mesmo comando com --aplicar.');
  }
  process.exitCode = diferencas.length > 0 && !aplicar ? 1 : 0;
} finally {
  await database.close();
}
