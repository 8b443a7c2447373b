import { type Logger, Worker } from '@plataforma/platform';
import { type Avisos, depoisDaFalha, type PoliticaEnvio } from '../domain/entrega.js';
import {
  type Carta,
  type EmailSender,
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
    const resultados = await Promise.allSettled(lote.map((carta) => this.enviar(carta)));
    for (const resultado of resultados) if (resultado.status === 'rejected') throw resultado.reason;
    return lote.length;
  }

  private async enviar(reivindicada: Carta): Promise<void> {
    for (const entrega of reivindicada) if (entrega.superada) await this.entregas.marcarSuperada(entrega);
    const [primeira, ...demais] = reivindicada.filter(({ superada }) => !superada);
    if (!primeira) return;
    const carta: Carta = [primeira, ...demais];
    // Its earlier attempts all ended without a word, as when they took the process with them.
    if (primeira.tentativas > this.ajustes.tentativas)
      return this.entregas.marcarFalhou(carta, 'as tentativas se esgotaram sem resposta');
    const { id, contato } = primeira;
    const avisos: Avisos = [primeira.aviso, ...demais.map(({ aviso }) => aviso)];
    let assunto: string;
    try {
      const email = { id, para: contato, ...this.modelos.escrever(avisos, contato) };
      await this.emails.enviar(email);
      assunto = email.assunto;
    } catch (error) {
      if (error instanceof FalhaDeEnvioError) return this.depoisDaFalha(carta, error);
      // A defect, such as a text that cannot be written: of this letter alone, and perhaps mended by the next version.
      this.logger.error('E-mail não pôde ser escrito ou enviado', { notificacaoId: id, error });
      return this.depoisDaFalha(carta, new FalhaDeEnvioError('falha interna', false));
    }
    await this.entregas.marcarEnviada(carta, assunto);
  }

  private async depoisDaFalha(carta: Carta, error: FalhaDeEnvioError): Promise<void> {
    const [{ id, tentativas }] = carta;
    const continuacao = depoisDaFalha(tentativas, error.definitiva, this.ajustes);
    this.logger.warn('E-mail não enviado', {
      notificacaoId: id,
      tentativas,
      ...continuacao,
      error,
    });
    if (continuacao.tipo === 'DESISTIR') await this.entregas.marcarFalhou(carta, error.message);
    else await this.entregas.adiar(carta, continuacao.pausaMs, error.message);
  }
}
