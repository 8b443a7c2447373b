import '@plataforma/platform/closed-output';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { EventStore } from '@plataforma/messaging';
import { registroHttp } from '@plataforma/contracts';
import { Database, databaseSettings, loadConfig } from '@plataforma/platform';
import { z } from 'zod';
import { DarPapel } from './application/dar-papel.js';
import { Argon2Hash, ListaDeSenhasComuns } from './infrastructure/argon2-hash.js';
import { ContarAcessos } from './application/contar-acessos.js';
import { PgUsuarioRepository } from './infrastructure/pg-usuario-repository.js';

/**
 * Command: gives somebody the role ADMIN or OPERADOR, which no HTTP route does. With `--criar` opens an account, whose
 * password it reads from standard input; with `--promover` adds the role to the one there is; with neither only says
 * what there is. Answers in one line of JSON, `{"situacao": …}`; exit code 1 with a sentence when it cannot be done. `--promover` needs DATABASE_URL to be the owner's:
 * the service's own role may not change what an account is.
 */
const pedido = z.object({
  email: registroHttp.shape.email,
  nome: registroHttp.shape.nome,
  papel: z.enum(['ADMIN', 'OPERADOR']),
  criar: z.boolean().default(false),
  promover: z.boolean().default(false),
});

const { values } = parseArgs({
  options: {
    email: { type: 'string' },
    nome: { type: 'string', default: 'Administração' },
    papel: { type: 'string', default: 'ADMIN' },
    criar: { type: 'boolean' },
    promover: { type: 'boolean' },
  },
});

const lido = pedido.safeParse(values);
if (!lido.success) {
  for (const { path, message } of lido.error.issues) process.stderr.write(`--${path.join('.')}: ${message}\n`);
  process.exit(2);
}
const { email, nome, papel, criar, promover } = lido.data;
const database = new Database(loadConfig(databaseSettings));
await database.connect();
try {
  // The service's own relay publishes what is told: now if it runs, else when it starts.
  const eventos = new EventStore(database, () => undefined);
  const usuarios = new PgUsuarioRepository(database, eventos, new ContarAcessos(database, eventos));
  const handler = new DarPapel(usuarios, new Argon2Hash(), new ListaDeSenhasComuns());
  process.stdout.write(`${JSON.stringify({ situacao: await executar(handler) })}\n`);
} catch (error) {
  // The errors of the domain are written for people; anything else says more with its stack.
  process.stderr.write(
    `${error instanceof Error && 'code' in error ? error.message : String((error as Error).stack)}\n`,
  );
  process.exitCode = 1;
} finally {
  await database.close();
}

async function executar(handler: DarPapel): Promise<'NOVA' | 'EXISTE' | 'JA_TEM' | 'CRIADA' | 'PROMOVIDA'> {
  const conta = await handler.conta(email);
  if (conta?.papeis.includes(papel)) return 'JA_TEM';
  if (conta && promover) {
    await handler.promover(conta, papel);
    return 'PROMOVIDA';
  }
  if (conta) return 'EXISTE';
  if (!criar) return 'NOVA';
  await handler.criar({ nome, email, papel, senha: (await text(process.stdin)).replace(/\r?\n$/, '') });
  return 'CRIADA';
}
