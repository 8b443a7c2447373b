import { Injectable } from '@nestjs/common';
import { jsonSemNumerosDeCartao } from '@plataforma/contracts';
import { Database, isUnavailable, Logger, metrics, Worker } from '@plataforma/platform';
import { ConferirCobrancas } from './conferir-cobrancas.js';
import { ObservarIntento } from './observar-intento.js';
import {
  type AvisoDoProvedor,
  CobrancaRepository,
  type IntentoMarcado,
  OrfaoRepository,
  ProvedorDePagamento,
} from './ports.js';

const POLL_FLOOR_MS = 500;

type Destino = 'PROCESSADO' | 'IGNORADO' | 'ESTACIONADO';

/**
 * Webhooks: stored as they come, answered, and only then processed, one transaction each, by what they mean: nothing
 * depends on the order of their arrival. One that speaks of a payment that we do not know is parked and looked at
 * again; nothing is dropped.
 */
@Injectable()
export class ProcessarWebhooks extends Worker {
  constructor(
    private readonly database: Database,
    private readonly provedor: ProvedorDePagamento,
    private readonly cobrancas: CobrancaRepository,
    private readonly orfaos: OrfaoRepository,
    private readonly conferirCobrancas: ConferirCobrancas,
    private readonly observarIntento: ObservarIntento,
    logger: Logger,
  ) {
    super({ name: 'webhooks', floorMs: POLL_FLOOR_MS, drain: () => this.processOne() }, logger);
  }

  /** Stores a webhook; the same event again changes nothing. @throws AssinaturaInvalida */
  async receive(corpo: Buffer, assinatura: string): Promise<void> {
    await this.store(this.provedor.verifyWebhook(corpo, assinatura), corpo.toString('utf8'), 'PROVEDOR');
  }

  /**
   * Stores an event, however it was come by, as it came but for card numbers, which somebody may have typed into a text
   * at the provider's desk: refused, it would be sent again for days and its effect lost. False when it was there already.
   */
  async store(
    { eventoId, tipo, intentoId }: AvisoDoProvedor,
    corpo: string,
    origem: 'PROVEDOR' | 'RECONCILIACAO',
  ): Promise<boolean> {
    const stored = await this.database.change(
      `INSERT INTO webhooks (evento_id, tipo, corpo, estado, intento_id, origem) VALUES ($1, $2, $3, 'PENDENTE', $4, $5)
       ON CONFLICT DO NOTHING`,
      [eventoId, tipo, jsonSemNumerosDeCartao(corpo), intentoId, origem],
    );
    this.database.afterCommit(() => this.wake());
    return stored > 0;
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
      case 'MEIO':
        return (await this.cobrancas.noteMethod(conteudo.intentoId, conteudo.metodo)) ? 'PROCESSADO' : 'IGNORADO';
      case 'CONFERENCIA':
        if (await this.cobrancas.requestCheck('provedor_id', conteudo.intentoId)) {
          this.database.afterCommit(() => this.conferirCobrancas.wake());
          return 'PROCESSADO';
        }
        return (await this.orfaos.isKnown(conteudo.intentoId)) ? 'PROCESSADO' : 'ESTACIONADO';
      case 'INTENTO':
        return this.applyIntent(conteudo);
    }
  }

  private async applyIntent({ intento, marca }: IntentoMarcado): Promise<Destino> {
    const cobranca = await this.cobrancas.lockByIntent(intento.provedorId, marca);
    if (!cobranca) {
      // Without our marks it is somebody else's; with them, we shall know it sooner or later.
      if (marca === null) return 'IGNORADO';
      return (await this.orfaos.isKnown(intento.provedorId)) ? 'PROCESSADO' : 'ESTACIONADO';
    }
    const { cobranca: depois, fatos } = await this.observarIntento.observe(cobranca, intento);
    if (depois !== cobranca) await this.cobrancas.save(depois, fatos);
    return 'PROCESSADO';
  }
}
