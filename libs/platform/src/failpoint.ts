import { readFileSync, rmSync } from 'node:fs';

/** The named places at which a test may make a process die, stand still, or fail. */
export const FAILPOINTS = [
  'messaging.relay.antes-de-publicar',
  'messaging.relay.antes-de-marcar',
  'messaging.consumidor.antes-do-commit',
  'messaging.consumidor.antes-do-ack',
  'auth.apagamento.pedido-aberto',
  'auth.apagamento.pedido-perguntado',
  'auth.apagamento.pedido-antes-do-commit',
  'auth.apagamento.pedido-depois-do-commit',
  'auth.apagamento.antes-do-commit',
  'auth.apagamento.depois-do-commit',
  'auth.exportacao.pedido-antes-do-commit',
  'auth.exportacao.pedido-depois-do-commit',
  'auth.exportacao.antes-do-commit',
  'auth.exportacao.depois-do-commit',
  'pagamentos.stripe.depois-da-cobranca',
  'pagamentos.stripe.depois-do-estorno',
  'pagamentos.recibos.antes-do-commit',
  'pagamentos.recibos.depois-do-commit',
  'notificacoes.lembretes.antes-do-commit',
  'notificacoes.envio.antes-de-entregar',
  'notificacoes.envio.depois-de-entregar',
  'notificacoes.cartas.antes-de-entregar',
  'notificacoes.cartas.depois-de-entregar',
  'notificacoes.ganchos.depois-do-envio',
] as const;
export type Failpoint = (typeof FAILPOINTS)[number];

/** What happens there: the process dies as in a crash, stands still for a time, ms, or an error is thrown. */
type Effect = { readonly kind: 'morte' } | { readonly kind: 'atraso'; readonly ms: number } | { readonly kind: 'erro' };

export interface Armed {
  readonly name: Failpoint;
  /** Only for what it is about: a message of this type. */
  readonly about: string | undefined;
  readonly effect: Effect;
}

const ARMED = /^(?<name>[a-z.-]+)(?:@(?<about>[\w.-]+))?(?:=(?<effect>morte|erro|atraso:(?<ms>\d{1,5})))?$/;

/** `nome[@tipo][=morte|=erro|=atraso:ms]`; without more it is death. @throws Error for what is none of that */
export function parseFailpoint(text: string): Armed {
  const { name, about, effect = 'morte', ms } = ARMED.exec(text)?.groups ?? {};
  const known = FAILPOINTS.find((each) => each === name);
  if (known === undefined) throw new Error(`FAILPOINT desconhecido; use um de: ${FAILPOINTS.join(', ')}`);
  const kind = effect === 'erro' ? 'erro' : 'morte';
  return { name: known, about, effect: ms === undefined ? { kind } : { kind: 'atraso', ms: Number(ms) } };
}

/** What FAILPOINT or the file that FAILPOINT_ARQUIVO names says; in production nothing, whatever they name. */
const inert = process.env['NODE_ENV'] === 'production';
const named = inert ? undefined : process.env['FAILPOINT'];
const fixed = named === undefined ? undefined : parseFailpoint(named);
/** Read anew at each point, so that one is armed while the process works. */
const file = inert ? undefined : process.env['FAILPOINT_ARQUIVO'];

/** Does nothing unless the environment arms this place; then what it asks for. @param about the message in hand, by type */
export function failpoint(name: Failpoint, about?: string): void {
  const armed = fixed ?? (file === undefined ? undefined : readArmed(file));
  if (armed?.name !== name || (armed.about !== undefined && armed.about !== about)) return;
  const { effect } = armed;
  if (effect.kind === 'erro') throw new Error(`FAILPOINT ${name}`);
  // The whole process, its timers and its heartbeats too: as when the machine gives it no time.
  if (effect.kind === 'atraso') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, effect.ms);
  if (effect.kind !== 'morte') return;
  // Once: who is started in its place lives, and who armed it sees that it happened.
  if (file !== undefined) rmSync(file, { force: true });
  process.kill(process.pid, 'SIGKILL');
}

function readArmed(path: string): Armed | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  return parseFailpoint(text.trim());
}
