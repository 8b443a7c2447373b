import type { DeadLetterEntry } from '@plataforma/messaging';
import { command } from './cli/command.ts';
import { npmLine } from './cli/commands.mjs';
import { consentOf, requireConsent } from './cli/terminal.ts';
import { UsageError, UserError } from './cli/user-error.ts';
import { type DlqRequest, dlqRequest } from './dlq/request.ts';
import { requireRunningServers } from './platform/running-servers.ts';
import { table } from './platform/summary.ts';

/** As many as can be looked through at once; beyond it the list says that there are more. */
const shownAtMost = 1_000;

await command('dlq', async (asked) => {
  const request = dlqRequest(asked);
  const { servers } = await requireRunningServers(request.instance, 'rabbitmq');
  const url = servers.brokers.operacao;
  // Loaded only now: it takes a moment, and must have been compiled.
  const {
    AmbiguousDeadLetterError,
    deadLetters,
    namedBy,
    PEOPLE_IN_DEAD_LETTERS_DAYS: days,
  } = await import('@plataforma/messaging');
  const { redact } = await import('@plataforma/platform');
  const visible = (entry: DeadLetterEntry): DeadLetterEntry =>
    request.raw ? entry : { ...entry, conteudo: redact(entry.conteudo) };
  const waiting = await deadLetters.list(url, shownAtMost).catch((error: unknown) => {
    throw new UserError(`O RabbitMQ da instância ${request.instance} não responde: ${String(error)}`);
  });
  const named = (id: string): string[] => {
    try {
      return namedBy(id, waiting);
    } catch (error) {
      if (!(error instanceof AmbiguousDeadLetterError)) throw error;
      const which = error.candidatas.map((entry) => `  ${entry.id}  ${entry.fila}`).join('\n');
      throw new UsageError(`${error.message}:\n${which}`);
    }
  };
  const chosen = request.ids ? pick(waiting, request.ids, named, request.instance) : waiting;
  const ids = request.ids && chosen.map(({ id }) => id);

  if (request.action !== 'list' && request.action !== 'show')
    await audit(servers.databases.auth.app, request.action, chosen, ids === undefined);

  switch (request.action) {
    case 'list':
      return show(chosen.map(visible), request, listing);
    case 'show':
      return show(chosen.map(visible), request, details);
    case 'replay':
      return report(await deadLetters.replay(url, ids), request, 'reenviada', 'de volta à fila em que falhou');
    case 'drop':
      if (chosen.length > 0) {
        const question = `Descartar ${chosen.length} mensagem(ns) da DLQ, sem volta?`;
        await requireConsent(question, { ...consentOf(request.yes), ci: false });
      }
      return report(await deadLetters.drop(url, ids), request, 'descartada', 'não há volta');
    case 'forget': {
      const question = `Descartar, sem volta, o que pode nomear pessoas e está na DLQ há mais de ${days} dias?`;
      await requireConsent(question, { ...consentOf(request.yes), ci: false });
      return report(await deadLetters.forgetPeople(url, days), request, 'esquecida', 'não há volta', 'tão antigas');
    }
  }
});

/** Before it is done: what cannot be recorded is not done. Who did it has the installation in hands. */
async function audit(
  url: string,
  action: 'replay' | 'drop' | 'forget',
  entries: readonly DeadLetterEntry[],
  all: boolean,
): Promise<void> {
  const { Auditoria } = await import('@plataforma/messaging');
  const { Database } = await import('@plataforma/platform');
  const database = new Database({ DATABASE_URL: url, DATABASE_REPLICA_URLS: [], DATABASE_POOL_SIZE: 1 });
  try {
    await database.connect();
    const log = new Auditoria(database);
    const por = 'npm run dlq';
    if (action === 'forget')
      await log.record('mensagem-morta.excluida', { alvo: 'mensagem-morta/de pessoas, antigas', dados: { por } });
    else if (action === 'replay' && all)
      await log.record('mensagem-morta.reenviada', { alvo: 'mensagem-morta/todas', dados: { por } });
    // Of what is dropped every delivery is named: the invariants know by it that it will never come.
    else
      for (const { id, fila, mensagemId } of entries)
        await log.record(action === 'replay' ? 'mensagem-morta.reenviada' : 'mensagem-morta.excluida', {
          alvo: `mensagem-morta/${id}`,
          dados: { por, ...(action === 'drop' && { fila, mensagemId }) },
        });
  } catch (error) {
    throw new UserError(`A auditoria não pôde registrar a ação, e nada foi feito: ${String(error)}`);
  } finally {
    await database.close();
  }
}

/** @throws UsageError naming the ids that are not there: then nothing is done to the others either */
function pick(
  entries: DeadLetterEntry[],
  ids: string[],
  named: (id: string) => string[],
  instance: string,
): DeadLetterEntry[] {
  const unknown = ids.filter((id) => named(id).length === 0);
  if (unknown.length > 0)
    throw new UsageError(
      `Não está na DLQ: ${unknown.join(', ')}. Veja o que está: ${npmLine('dlq', 'list', { instance })}`,
    );
  const chosen = new Set(ids.flatMap(named));
  return entries.filter(({ id }) => chosen.has(id));
}

function printJson(value: unknown): void {
  console.log(JSON.stringify(value, undefined, 2));
}

function show(entries: DeadLetterEntry[], { json }: DlqRequest, form: (entries: DeadLetterEntry[]) => string): void {
  if (json) printJson(entries);
  else console.log(entries.length === 0 ? 'Não há mensagens mortas.' : form(entries));
}

function report(entries: DeadLetterEntry[], { json }: DlqRequest, done: string, remark: string, which = ''): void {
  if (json) return printJson(entries.map(({ id, fila, tipo }) => ({ id, fila, tipo })));
  if (entries.length === 0) return console.log(`Não há mensagens mortas${which && ` ${which}`}.`);
  for (const { id, tipo, fila } of entries) console.log(`  ${done}: ${id}  ${tipo}  ${fila}`);
  console.log(`${entries.length} ${done}(s): ${remark}.`);
}

function listing(entries: DeadLetterEntry[]): string {
  const rows = entries.map((entry) => [
    since(entry.desde),
    entry.fila,
    entry.tipo,
    entry.causa,
    String(entry.tentativas),
    entry.id,
    entry.mensagemId,
    entry.detalhe.length > 60 ? `${entry.detalhe.slice(0, 59)}…` : entry.detalhe,
  ]);
  const more = entries.length === shownAtMost ? `\n\nHá pelo menos ${shownAtMost}; só as mais antigas aparecem.` : '';
  return `${table([['DESDE', 'FILA', 'TIPO', 'CAUSA', 'TENTATIVAS', 'ID', 'MENSAGEM', 'DETALHE'], ...rows])}${more}`;
}

function details(entries: DeadLetterEntry[]): string {
  return entries
    .map(({ conteudo, ...entry }) => {
      const fields = table([
        ['id', entry.id],
        ['mensagem', entry.mensagemId],
        ['tipo', entry.tipo],
        ['fila', entry.fila],
        ['causa', entry.causa],
        ['detalhe', entry.detalhe],
        ['tentativas', String(entry.tentativas)],
        ['desde', since(entry.desde)],
      ]);
      return `${fields}\n\n${typeof conteudo === 'string' ? conteudo : JSON.stringify(conteudo, undefined, 2)}`;
    })
    .join('\n\n');
}

function since(instant: string | null): string {
  if (instant === null) return 'não se sabe';
  return new Intl.DateTimeFormat('pt-BR', { dateStyle: 'short', timeStyle: 'medium' }).format(new Date(instant));
}
