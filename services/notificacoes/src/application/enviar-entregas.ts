import { type Logger, Worker } from '@plataforma/platform';
import { depoisDaFalha, type PoliticaEnvio } from '../domain/entrega.js';
import {
  type EmailSender,
  type EntregaEmMaos,
  type EntregaRepository,
  FalhaDeEnvioError,
  type ModelosDeEmail,
} from './ports.js';

const LOTE = 10;
const SONDAGEM_MS = 1_000;

export interface AjustesDeEnvio extends PoliticaEnvio {
  /** For how long a claim holds, ms; longer than a send can take. */
  readonly prazoMs: number;
}

/**
 * Sends what is due. A claim is a row with a lease, not an open transaction: the provider may take its time. A process
 * that dies between the send and the mark leaves a lease that ends, and the e-mail goes out again: at least once.
 */
export class EnviarEntregas extends Worker {
  constructor(
    private readonly entregas: EntregaRepository,
    private readonly modelos: ModelosDeEmail,
    private readonly emails: EmailSender,
    private readonly ajustes: AjustesDeEnvio,
    logger: Logger,
  ) {
    super({ name: 'envio de notificações', floorMs: SONDAGEM_MS, drain: () => this.enviarLote() }, logger);
  }

  private async enviarLote(): Promise<number> {
    const lote = await this.entregas.reivindicar(LOTE, this.ajustes.prazoMs);
    const resultados = await Promise.allSettled(lote.map((entrega) => this.enviar(entrega)));
    for (const resultado of resultados) if (resultado.status === 'rejected') throw resultado.reason;
    return lote.length;
  }

  private async enviar(entrega: EntregaEmMaos): Promise<void> {
    if (entrega.superada) return this.entregas.marcarSuperada(entrega);
    // Its earlier attempts all ended without a word, as when they took the process with them.
    if (entrega.tentativas > this.ajustes.tentativas)
      return this.entregas.marcarFalhou(entrega, 'as tentativas se esgotaram sem resposta');
    const { contato } = entrega;
    const email = { id: entrega.id, para: contato, ...this.modelos.escrever(entrega.aviso, contato) };
    try {
      await this.emails.enviar(email);
    } catch (error) {
      return this.depoisDaFalha(entrega, error);
    }
    await this.entregas.marcarEnviada(entrega, email.assunto);
  }

  private async depoisDaFalha(entrega: EntregaEmMaos, error: unknown): Promise<void> {
    if (!(error instanceof FalhaDeEnvioError)) throw error;
    const continuacao = depoisDaFalha(entrega.tentativas, error.definitiva, this.ajustes);
    this.logger.warn('E-mail não enviado', {
      notificacaoId: entrega.id,
      tentativas: entrega.tentativas,
      ...continuacao,
      error,
    });
    if (continuacao.tipo === 'DESISTIR') await this.entregas.marcarFalhou(entrega, error.message);
    else await this.entregas.adiar(entrega, continuacao.pausaMs, error.message);
  }
}
