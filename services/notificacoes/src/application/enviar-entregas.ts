import type { Logger } from '@plataforma/platform';
import { type Claim, LeasedWork } from '@plataforma/trabalho';
import { type Avisos, depoisDaFalha, type PoliticaEnvio } from '../domain/entrega.js';
import { type Canal, type Carta, type EntregaRepository, FalhaDeEnvio } from './ports.js';

const EM_MAOS = 10;

export interface AjustesDeEnvio extends PoliticaEnvio {
  /** How long one letter may take, ms; longer than a send can. */
  readonly prazoMs: number;
}

/**
 * Sends what is due in one channel. A claim is a row with a lease, not an open transaction: the provider may take its time. A process
 * that dies between the send and the mark leaves a lease that ends, and the message goes out again: at least once.
 */
export class EnviarEntregas extends LeasedWork<Carta> {
  constructor(
    private readonly entregas: EntregaRepository,
    private readonly canal: Canal,
    private readonly ajustes: AjustesDeEnvio,
    logger: Logger,
  ) {
    super({ table: entregas.toSend(canal.tipo), concurrency: EM_MAOS, itemMs: ajustes.prazoMs }, logger);
  }

  protected override async process(reivindicada: Carta, posse: Claim): Promise<void> {
    const superadas = reivindicada.filter(({ superada }) => superada);
    const [primeira, ...demais] = reivindicada.filter(({ superada }) => !superada);
    if (primeira) await this.send([primeira, ...demais], posse);
    // Last: while the first of the letter waits, nobody else takes the others.
    if (superadas.length > 0) await this.entregas.markOutdated(superadas);
  }

  private async send(carta: Carta, posse: Claim): Promise<void> {
    const [{ id, contato, tentativas }] = carta;
    // Its earlier attempts all ended without a word, as when they took the process with them.
    if (tentativas > this.ajustes.tentativas)
      return this.entregas.markFailed(carta, posse, 'as tentativas se esgotaram sem resposta');
    const avisos = carta.map(({ aviso }) => aviso) as [...Avisos];
    await this.entregas.markSent(carta, await this.canal.deliver(id, avisos, contato));
  }

  /** A defect, such as a text that cannot be written, is of this letter alone, and perhaps mended by the next version. */
  protected override failed(carta: Carta, posse: Claim, error: unknown): Promise<void> {
    const { message, definitiva } = error instanceof FalhaDeEnvio ? error : new FalhaDeEnvio('falha interna', false);
    const continuacao = depoisDaFalha(posse.attempts, definitiva, this.ajustes);
    return continuacao.tipo === 'DESISTIR'
      ? this.entregas.markFailed(carta, posse, message)
      : this.entregas.postpone(carta, posse, continuacao.pausaMs, message);
  }
}
