import { CLOUDEVENTS_CONTENT_TYPE, MAXIMO_DE_GANCHOS } from '@plataforma/contracts';
import { failpoint, type Logger, metrics } from '@plataforma/platform';
import { type Claim, LeasedWork } from '@plataforma/trabalho';
import { Webhook } from 'standardwebhooks';
import type { Destino, EventoDeGancho, GanchoRepository, Remetente, Tentativa } from './ports-ganchos.js';

/** What one receiver has to answer at the same time, at most. */
const AO_MESMO_TEMPO = 4;
/** What is looked up at once. */
const POR_VEZ = 20;
/** After so long what is left waits for the next turn, ms; a try may last ten seconds more. */
const VEZ_MS = 15_000;
const ITEM_MS = 60_000;

/** Sends an event and signs it, as https://www.standardwebhooks.com has it, with every secret that holds. */
export async function enviar(
  remetente: Remetente,
  { url, segredos }: Destino,
  { id, corpo }: Omit<EventoDeGancho, 'tipo'>,
): Promise<Tentativa> {
  const agora = new Date();
  const tentativa = await remetente.post(
    url,
    {
      'content-type': `${CLOUDEVENTS_CONTENT_TYPE}; charset=utf-8`,
      'user-agent': 'plataforma-de-reservas',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(agora.getTime() / 1_000)),
      'webhook-signature': segredos.map((segredo) => new Webhook(segredo).sign(id, agora, corpo)).join(' '),
    },
    corpo,
  );
  metrics.webhookAttempts.inc({ resultado: tentativa.erro ?? 'ACEITA' });
  return tentativa;
}

/**
 * Delivers to webhooks, at least once, each event by itself and in no promised order. The work is a webhook, not a
 * delivery: there is a hand for each that a house may have, and no more than a few of one's deliveries are under way.
 */
export class EntregarGanchos extends LeasedWork<string> {
  constructor(
    private readonly ganchos: GanchoRepository,
    private readonly remetente: Remetente,
    logger: Logger,
  ) {
    super({ table: ganchos.toDeliver, concurrency: MAXIMO_DE_GANCHOS, itemMs: ITEM_MS }, logger);
  }

  protected override async process(ganchoId: string, posse: Claim, signal: AbortSignal): Promise<void> {
    const [destino, fila] = await Promise.all([
      this.ganchos.destination(ganchoId),
      this.ganchos.due(ganchoId, POR_VEZ),
    ]);
    const ate = performance.now() + VEZ_MS;
    let segue = true;
    const lane = async (): Promise<void> => {
      // What is under way when the process stops is waited for: cut short it would come twice.
      while (segue && !signal.aborted && performance.now() < ate) {
        const entrega = fila.shift();
        if (!entrega) return;
        const tentativa = await enviar(this.remetente, destino, entrega.evento);
        failpoint('notificacoes.ganchos.depois-do-envio');
        segue = (await this.ganchos.record(entrega, tentativa)) && segue;
      }
    };
    const lanes = await Promise.allSettled(Array.from({ length: AO_MESMO_TEMPO }, lane));
    const falha = lanes.find((one) => one.status === 'rejected');
    if (falha) throw falha.reason;
    await this.ganchos.release(posse);
  }
}
