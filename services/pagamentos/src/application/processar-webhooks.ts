import { Injectable } from '@nestjs/common';
import { Database, isUnavailable, Logger, metrics, Worker } from '@plataforma/platform';
import { observar } from '../domain/cobranca.js';
import { CobrancaRepository, EstornoRepository, ProvedorDePagamento } from './ports.js';
import { ProcessarEstornos } from './processar-estornos.js';

const POLL_FLOOR_MS = 500;

type Destino = 'PROCESSADO' | 'IGNORADO' | 'ESTACIONADO';

/**
 * Webhooks: stored as they come, answered, and only then processed, one transaction each. One that speaks of a payment
 * that we do not know is parked and looked at again; nothing is dropped.
 */
@Injectable()
export class ProcessarWebhooks extends Worker {
  constructor(
    private readonly database: Database,
    private readonly provedor: ProvedorDePagamento,
    private readonly cobrancas: CobrancaRepository,
    private readonly estornos: EstornoRepository,
    private readonly processarEstornos: ProcessarEstornos,
    logger: Logger,
  ) {
    super({ name: 'webhooks', floorMs: POLL_FLOOR_MS, drain: () => this.processOne() }, logger);
  }

  /** Stores a webhook; the same event again changes nothing. @throws AssinaturaInvalida */
  async receive(corpo: Buffer, assinatura: string): Promise<void> {
    const { eventoId, tipo } = this.provedor.verifyWebhook(corpo, assinatura);
    await this.database.change(
      `INSERT INTO webhooks (evento_id, tipo, corpo, estado) VALUES ($1, $2, $3, 'PENDENTE') ON CONFLICT DO NOTHING`,
      [eventoId, tipo, corpo.toString('utf8')],
    );
    this.wake();
  }

  private processOne(): Promise<number> {
    return this.database.transaction(async () => {
      const [row] = await this.database.query<{ evento_id: string; tipo: string; corpo: string }>(
        `SELECT evento_id, tipo, corpo FROM webhooks WHERE proxima_em <= now()
          ORDER BY proxima_em LIMIT 1 FOR UPDATE SKIP LOCKED`,
      );
      if (!row) return 0;
      const destino = await this.tryToApply(row);
      metrics.webhooks.inc({ tipo: row.tipo, destino });
      await this.database.change(
        `UPDATE webhooks SET estado = $2, tentativas = tentativas + 1,
                processado_em = CASE WHEN $2 = 'ESTACIONADO' THEN NULL ELSE now() END,
                proxima_em = CASE WHEN $2 = 'ESTACIONADO' THEN now() + least(interval '1 second' * 2 ^ tentativas, interval '1 hour') END
          WHERE evento_id = $1`,
        [row.evento_id, destino],
      );
      return 1;
    });
  }

  /** One that cannot be applied is parked, so that it does not hold up those behind it. */
  private async tryToApply({ evento_id, corpo }: { evento_id: string; corpo: string }): Promise<Destino> {
    try {
      return await this.database.savepoint(() => this.apply(corpo));
    } catch (error) {
      if (isUnavailable(error)) throw error;
      this.logger.error('Webhook não aplicado; fica estacionado', { eventoId: evento_id, error });
      return 'ESTACIONADO';
    }
  }

  private async apply(corpo: string): Promise<Destino> {
    const conteudo = this.provedor.readWebhook(corpo);
    switch (conteudo.sobre) {
      case 'OUTRO':
        return 'IGNORADO';
      case 'ESTORNO':
        if (!(await this.estornos.hasten(conteudo.estornoProvedorId))) return 'ESTACIONADO';
        this.database.afterCommit(() => this.processarEstornos.wake());
        return 'PROCESSADO';
      case 'INTENTO': {
        const { intento, reservaId } = conteudo;
        const cobranca =
          (await this.cobrancas.lock('provedor_id', intento.provedorId)) ??
          // The webhook may come before the answer to the call that opened the intent.
          (reservaId === null ? undefined : await this.cobrancas.lock('reserva_id', reservaId));
        if (!cobranca || (cobranca.provedorId !== null && cobranca.provedorId !== intento.provedorId))
          return 'ESTACIONADO';
        const resultado = observar(cobranca, intento);
        if (resultado.fatos.length > 0) await this.cobrancas.save(resultado.cobranca, resultado.fatos);
        return 'PROCESSADO';
      }
    }
  }
}
