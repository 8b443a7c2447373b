import { Injectable } from '@nestjs/common';
import { jsonSemNumerosDeCartao, mascararNumerosDeCartao } from '@plataforma/contracts';
import { Database, isUnavailable, Logger, metrics } from '@plataforma/platform';
import { type Claim, LeasedWork, Notifier, WorkTable } from '@plataforma/trabalho';
import { ErroDePagamento } from '../domain/errors.js';
import { ObservarIntento } from './observar-intento.js';
import {
  type AvisoDoProvedor,
  CobrancaRepository,
  type IntentoMarcado,
  OrfaoRepository,
  ProvedorDePagamento,
} from './ports.js';

const CONCURRENCY = 4;
const LEASE_MS = 30_000;
const ITEM_MS = 30_000;

interface Webhook {
  readonly evento_id: string;
  readonly tipo: string;
  readonly corpo: string;
}

/** What became of a webhook, and why it had no effect. */
interface Destino {
  readonly estado: 'PROCESSADO' | 'IGNORADO' | 'ESTACIONADO' | 'INESPERADO';
  readonly explicacao?: string;
}
const PROCESSADO: Destino = { estado: 'PROCESSADO' };
const IGNORADO: Destino = { estado: 'IGNORADO' };
const ESTACIONADO: Destino = { estado: 'ESTACIONADO', explicacao: 'fala de um pagamento que não conhecemos' };

/**
 * Webhooks: stored as they come, answered, and only then processed, one transaction each, by what they mean: nothing
 * depends on the order of their arrival. One that speaks of a payment that we do not know is parked and looked at
 * again, and what is no event that we understand is kept for somebody to see: nothing is dropped but by a person.
 */
@Injectable()
export class ProcessarWebhooks extends LeasedWork<Webhook> {
  constructor(
    private readonly database: Database,
    private readonly provedor: ProvedorDePagamento,
    private readonly cobrancas: CobrancaRepository,
    private readonly orfaos: OrfaoRepository,
    private readonly observarIntento: ObservarIntento,
    notifier: Notifier,
    logger: Logger,
  ) {
    const table = new WorkTable<Webhook>(database, notifier, {
      name: 'webhooks',
      channel: 'webhooks',
      table: 'webhooks',
      key: ['evento_id'],
      due: 'proxima_em',
      lease: 'proxima_em',
      attempts: 'tentativas',
      keepsAttempts: true,
      stuck: `estado = 'INESPERADO' OR (estado = 'ESTACIONADO' AND tentativas >= 10)`,
      returning: 'w.evento_id, w.tipo, w.corpo',
      toItem: (row: Webhook) => row,
      leaseMs: LEASE_MS,
      backoff: { firstMs: 1_000, maxMs: 3_600_000 },
    });
    super({ table, concurrency: CONCURRENCY, itemMs: ITEM_MS }, logger);
  }

  /**
   * Stores an event, however it was come by, as it came but for card numbers, which somebody may have typed into a text
   * at the provider's desk: refused, it would be sent again for days and its effect lost. False when it was there already.
   */
  async store(
    { eventoId, tipo, intentoId, versaoApi, inesperado }: AvisoDoProvedor,
    corpo: string,
    origem: 'PROVEDOR' | 'RECONCILIACAO',
  ): Promise<boolean> {
    const stored = await this.database.change(
      `INSERT INTO webhooks (evento_id, tipo, corpo, estado, intento_id, origem, versao_api, explicacao, proxima_em)
       VALUES ($1, $2, $3, CASE WHEN $7::text IS NULL THEN 'PENDENTE' ELSE 'INESPERADO' END, $4, $5, $6, $7,
               CASE WHEN $7::text IS NULL THEN now() END)
       ON CONFLICT DO NOTHING`,
      [
        eventoId,
        tipo,
        inesperado === null ? jsonSemNumerosDeCartao(corpo) : unreadable(corpo),
        intentoId,
        origem,
        versaoApi,
        inesperado,
      ],
    );
    if (inesperado !== null && stored > 0) {
      metrics.webhooks.inc({ tipo: 'inesperado', destino: 'INESPERADO' });
      this.logger.error('Webhook de forma inesperada; fica à espera de alguém', { eventoId, explicacao: inesperado });
    }
    if (stored > 0) this.table.announce();
    return stored > 0;
  }

  protected override process(webhook: Webhook, posse: Claim): Promise<unknown> {
    return this.table.holding(posse, async () => {
      const { estado, explicacao = null } = await this.tryToApply(webhook);
      // The provider has hundreds of types, and no limit to them.
      metrics.webhooks.inc({ tipo: estado === 'IGNORADO' ? 'outro' : webhook.tipo, destino: estado });
      await this.database.change(
        `UPDATE webhooks SET estado = $2, explicacao = $3,
                processado_em = CASE WHEN $2 IN ('PROCESSADO', 'IGNORADO') THEN now() END WHERE evento_id = $1`,
        [webhook.evento_id, estado, explicacao],
      );
      await (estado === 'ESTACIONADO' ? this.table.postpone(posse) : this.table.finish(posse));
    });
  }

  /** One that cannot be applied is parked, so that it does not hold up those behind it. */
  private async tryToApply({ evento_id, corpo }: Webhook): Promise<Destino> {
    try {
      return await this.database.savepoint(() => this.apply(corpo));
    } catch (error) {
      if (isUnavailable(error)) throw error;
      this.logger.error('Webhook não aplicado; fica estacionado', { eventoId: evento_id, error });
      const explicacao = error instanceof ErroDePagamento ? `${error.code}: ${error.message}` : (error as Error).name;
      return { estado: 'ESTACIONADO', explicacao };
    }
  }

  private async apply(corpo: string): Promise<Destino> {
    const conteudo = this.provedor.readWebhook(corpo);
    switch (conteudo.sobre) {
      case 'OUTRO':
        return IGNORADO;
      case 'INESPERADO':
        return { estado: 'INESPERADO', explicacao: conteudo.explicacao };
      case 'MEIO':
        return (await this.cobrancas.noteMethod(conteudo.intentoId, conteudo.metodo)) ? PROCESSADO : IGNORADO;
      case 'CONFERENCIA':
      case 'RELEITURA':
        return (await this.cobrancas.requestCheck('provedor_id', conteudo.intentoId)) ||
          (await this.orfaos.reopen(conteudo.intentoId))
          ? PROCESSADO
          : ESTACIONADO;
      case 'INTENTO':
        return this.applyIntent(conteudo);
    }
  }

  private async applyIntent({ intento, marca }: IntentoMarcado): Promise<Destino> {
    const cobranca = await this.cobrancas.lockByIntent(intento.provedorId, marca);
    if (!cobranca) {
      // Without our marks it is somebody else's; with them, we shall know it sooner or later.
      if (marca === null) return IGNORADO;
      return (await this.orfaos.isKnown(intento.provedorId)) ? PROCESSADO : ESTACIONADO;
    }
    const { cobranca: depois, fatos } = await this.observarIntento.observe(cobranca, intento);
    if (depois !== cobranca) await this.cobrancas.save(depois, fatos);
    return PROCESSADO;
  }
}

/** As it came, but for what the database cannot keep, and card numbers. */
const unreadable = (corpo: string): string => mascararNumerosDeCartao(corpo.replaceAll('\0', '\uFFFD'));
