import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { command, text } from './cli/command.ts';
import { commands, npmLine } from './cli/commands.mjs';
import { UserError } from './cli/user-error.ts';
import { requireRunningServers } from './platform/running-servers.ts';
import { requireRunningPlatform } from './platform/state.ts';
import { table } from './platform/summary.ts';

interface Outcome {
  conferidos: { intentos: number; estornosEDisputas: number; reservas: number };
  divergencias: { tipo: string; chave: string; situacao: 'ABERTA' | 'REPARADA'; detalhe: object }[];
}

interface Request {
  instance: string;
  days: number;
  timeoutS: number;
  json: boolean;
}

const pollMs = 300;

/** Asks the running service for a comparison of provider, ledger and bookings, and shows what it found. */
await command('pagamentos:reconciliar', async ({ values, instance }) => {
  const request: Request = {
    instance,
    days: Number(text(values.dias) ?? 30),
    timeoutS: Number(text(values.timeout) ?? commands['pagamentos:reconciliar'].defaults.timeout),
    json: values.json === true,
  };
  const state = requireRunningPlatform(request.instance);
  await requireRunningServers(instance, 'postgres');
  const client = new pg.Client({
    connectionString: state.servers.databases.pagamentos.app,
    connectionTimeoutMillis: 5_000,
  });
  await client.connect();
  try {
    const outcome = await reconcile(client, request);
    if (request.json) console.log(JSON.stringify(outcome, undefined, 2));
    else show(outcome, request);
    return outcome.divergencias.some(({ situacao }) => situacao === 'ABERTA') ? 1 : 0;
  } finally {
    await client.end();
  }
});

/** @throws UserError when no instance of the service takes the request up in time */
async function reconcile(client: pg.Client, { days, timeoutS, instance }: Request): Promise<Outcome> {
  const id = randomUUID();
  await client.query(`INSERT INTO reconciliacoes (id, desde) VALUES ($1, now() - make_interval(days => $2))`, [
    id,
    days,
  ]);
  const deadline = Date.now() + timeoutS * 1_000;
  for (;;) {
    const { rows } = await client.query<{ resultado: Outcome | null }>(
      'SELECT resultado FROM reconciliacoes WHERE id = $1',
      [id],
    );
    const outcome = rows[0]?.resultado;
    if (outcome) return outcome;
    if (Date.now() > deadline)
      throw new UserError(
        `Sem resposta de pagamentos em ${timeoutS} s; o pedido ${id} segue na fila. Ele está em execução? ${npmLine('status', { instance })}`,
      );
    await delay(pollMs);
  }
}

function show({ conferidos, divergencias }: Outcome, { days }: Request): void {
  const { intentos, estornosEDisputas, reservas } = conferidos;
  console.log(
    `Últimos ${days} dias: ${intentos} pagamentos, ${estornosEDisputas} estornos e disputas, ${reservas} reservas conferidos.\n`,
  );
  if (divergencias.length === 0) return console.log('Provedor, razão e reservas concordam.');
  const rows = divergencias.map(({ tipo, chave, situacao, detalhe }) => [
    situacao === 'ABERTA' ? '✖ aberta' : '✔ reparada',
    tipo,
    chave,
    JSON.stringify(detalhe),
  ]);
  console.log(table([['SITUAÇÃO', 'TIPO', 'QUAL', 'DETALHE'], ...rows]));
  const open = divergencias.filter(({ situacao }) => situacao === 'ABERTA').length;
  console.log(open === 0 ? '\nTudo o que divergia foi reparado.' : `\n${open} à espera de alguém.`);
}
