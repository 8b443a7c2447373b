import { Injectable } from '@nestjs/common';
import { jsonSemNumerosDeCartao, mascararNumerosDeCartao } from '@plataforma/contracts';
import { Database, isUnavailable, Logger, metrics, origins } from '@plataforma/platform';
import { Batches, type Claim, LeasedWork, Notifier, WorkTable } from '@plataforma/trabalho';
import { ErroDePagamento } from '../domain/errors.js';
import { ObservarIntento } from './observar-intento.js';
import {
  type AvisoDoProvedor,
  CobrancaRepository,
  type ConteudoDoAviso,
  type Mudanca,
  OrfaoRepository,
  ProvedorDePagamento,
} from './ports.js';

/** How many are taken, and how many are applied, or stored, in one transaction at most. */
const CONCURRENCY = 128;
const BATCH = 64;
const LEASE_MS = 30_000;
const ITEM_MS = 30_000;

interface Webhook {
  readonly evento_id: string;
  readonly tipo: string;
  readonly corpo: string;
}

type Origem = 'PROVEDOR' | 'RECONCILIACAO';
type Visto = Extract<ConteudoDoAviso, { sobre: 'INTENTO' }>;

interface Chegado extends AvisoDoProvedor {
  readonly corpo: string;
  readonly origem: Origem;
}

interface Tomado {
  readonly webhook: Webhook;
  readonly claim: Claim;
}

/** What became of a webhook, and why it had no effect. */
interface Destino {
  readonly estado: 'PROCESSADO' | 'IGNORADO' | 'ESTACIONADO' | 'INESPERADO';
  readonly explicacao?: string;
}
/** The booking that the provider was told it is about, and the request that brought it. */
const assuntosDe = ({ evento_id, corpo }: Webhook): string[] => {
  const [, reservaId] = /"reservaId":\s*"([0-9a-f-]{36})"/.exec(corpo) ?? [];
  return [...(reservaId === undefined ? [] : [`reserva:${reservaId}`]), `webhook:${evento_id}`];
};
const PROCESSADO: Destino = { estado: 'PROCESSADO' };
const IGNORADO: Destino = { estado: 'IGNORADO' };
const ESTACIONADO: Destino = { estado: 'ESTACIONADO', explicacao: 'fala de um pagamento que não conhecemos' };

/**
 * Webhooks: stored as they come, answered, and only then processed, many in a transaction, by what they mean: nothing
 * depends on the order of their arrival. One that speaks of a payment that we do not know is parked and looked at
 * again, and what is no event that we understand is kept for somebody to see: nothing is dropped but by a person.
 */
@Injectable()
export class ProcessarWebhooks extends LeasedWork<Webhook> {
  private readonly arrivals = new Batches<Chegado, boolean>({ max: BATCH, all: (chegados) => this.insert(chegados) });
  private readonly batches = new Batches<Tomado>({ max: BATCH, all: (tomados) => this.settle(tomados) });

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
    super({ table, concurrency: CONCURRENCY, itemMs: ITEM_MS, subjects: assuntosDe }, logger);
  }

  /**
   * Stores an event, however it was come by, as it came but for card numbers, which somebody may have typed into a text
   * at the provider's desk: refused, it would be sent again for days and its effect lost. False when it was there already.
   */
  async store(aviso: AvisoDoProvedor, corpo: string, origem: Origem): Promise<boolean> {
    const { eventoId, inesperado } = aviso;
    origins.remember(`webhook:${eventoId}`);
    const guardado = inesperado === null ? jsonSemNumerosDeCartao(corpo) : unreadable(corpo);
    const stored = await this.arrivals.do({ ...aviso, corpo: guardado, origem });
    if (inesperado !== null && stored) {
      metrics.webhooks.inc({ tipo: 'inesperado', destino: 'INESPERADO' });
      this.logger.error('Webhook de forma inesperada; fica à espera de alguém', { eventoId, explicacao: inesperado });
    }
    return stored;
  }

  private async insert(chegados: readonly Chegado[]): Promise<boolean[]> {
    const column = (value: (chegado: Chegado) => string | null) => chegados.map(value);
    const rows = await this.database.query<{ evento_id: string }>(
      `INSERT INTO webhooks (evento_id, tipo, corpo, intento_id, origem, versao_api, explicacao, estado, proxima_em)
       SELECT a.*, CASE WHEN a.explicacao IS NULL THEN 'PENDENTE' ELSE 'INESPERADO' END,
              CASE WHEN a.explicacao IS NULL THEN now() END
         FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
              AS a(evento_id, tipo, corpo, intento_id, origem, versao_api, explicacao)
       ON CONFLICT DO NOTHING RETURNING evento_id`,
      [
        column(({ eventoId }) => eventoId),
        column(({ tipo }) => tipo),
        column(({ corpo }) => corpo),
        column(({ intentoId }) => intentoId),
        column(({ origem }) => origem),
        column(({ versaoApi }) => versaoApi),
        column(({ inesperado }) => inesperado),
      ],
    );
    if (rows.length > 0) this.table.announce();
    const novos = new Set(rows.map(({ evento_id }) => evento_id));
    // Of the same one twice, the first was stored.
    return chegados.map(({ eventoId }) => novos.delete(eventoId));
  }

  /** One that cannot be applied is parked, so that it does not hold up those behind it. */
  protected override async process(webhook: Webhook, claim: Claim): Promise<void> {
    try {
      await this.batches.do({ webhook, claim });
    } catch (error) {
      if (isUnavailable(error)) throw error;
      this.logger.error('Webhook não aplicado; fica estacionado', { eventoId: webhook.evento_id, error });
      const explicacao = error instanceof ErroDePagamento ? `${error.code}: ${error.message}` : (error as Error).name;
      await this.table.holding(claim, () => this.end([{ webhook, claim }], [{ estado: 'ESTACIONADO', explicacao }]));
    }
  }

  private async settle(tomados: readonly Tomado[]): Promise<void[]> {
    await this.table.holdingAll(tomados, async (nossos) => {
      await this.end(nossos, await this.apply(nossos.map(({ webhook }) => webhook)));
    });
    return [];
  }

  private async end(tomados: readonly Tomado[], destinos: readonly Destino[]): Promise<void> {
    const rows = tomados.map(({ webhook }, index) => ({ evento_id: webhook.evento_id, ...destinos[index] }));
    await this.database.query(
      `UPDATE webhooks w SET estado = d.estado, explicacao = d.explicacao,
              processado_em = CASE WHEN d.estado IN ('PROCESSADO', 'IGNORADO') THEN now() END,
              proxima_em = CASE WHEN d.estado = 'ESTACIONADO' THEN w.proxima_em END
         FROM jsonb_populate_recordset(NULL::webhooks, $1::jsonb) d WHERE w.evento_id = d.evento_id`,
      [JSON.stringify(rows)],
    );
    for (const [index, { webhook, claim }] of tomados.entries()) {
      const estado = destinos[index]?.estado ?? 'ESTACIONADO';
      if (estado === 'ESTACIONADO') await this.table.postpone(claim);
      // The provider has hundreds of types, and no limit to them.
      metrics.webhooks.inc({ tipo: estado === 'IGNORADO' ? 'outro' : webhook.tipo, destino: estado });
    }
  }

  /** Intents together, after what else was told of the same charges: that is written without their being read. */
  private async apply(webhooks: readonly Webhook[]): Promise<Destino[]> {
    const lidos = webhooks.map(({ corpo }) => this.provedor.readWebhook(corpo));
    const outros = new Map<ConteudoDoAviso, Destino>();
    for (const conteudo of lidos)
      if (conteudo.sobre !== 'INTENTO') outros.set(conteudo, await this.applyOther(conteudo));
    const vistos = lidos.filter((conteudo) => conteudo.sobre === 'INTENTO');
    const intentos = new Map(vistos.length > 0 ? await this.applyIntents(vistos) : []);
    return lidos.map((conteudo) => outros.get(conteudo) ?? intentos.get(conteudo) ?? ESTACIONADO);
  }

  private async applyOther(conteudo: Exclude<ConteudoDoAviso, { sobre: 'INTENTO' }>): Promise<Destino> {
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
    }
  }

  /** What several say of one charge is learnt one after the other, and written once. */
  private async applyIntents(vistos: readonly Visto[]): Promise<[ConteudoDoAviso, Destino][]> {
    const cobrancas = await this.cobrancas.lockByIntents(
      vistos.map(({ intento, marca }) => ({ intentoId: intento.provedorId, marca })),
    );
    const mudancas = new Map<string, Mudanca>();
    const destinos: [ConteudoDoAviso, Destino][] = [];
    for (const [index, visto] of vistos.entries()) {
      const cobranca = cobrancas[index];
      if (!cobranca) {
        destinos.push([visto, await this.unknown(visto)]);
        continue;
      }
      const antes = mudancas.get(cobranca.id) ?? { cobranca, fatos: [] };
      const { cobranca: depois, fatos } = await this.observarIntento.observe(antes.cobranca, visto.intento);
      if (depois !== antes.cobranca) mudancas.set(cobranca.id, { cobranca: depois, fatos: [...antes.fatos, ...fatos] });
      destinos.push([visto, PROCESSADO]);
    }
    if (mudancas.size > 0) await this.cobrancas.saveAll([...mudancas.values()]);
    return destinos;
  }

  /** Without our marks it is somebody else's; with them, we shall know it sooner or later. */
  private async unknown({ intento, marca }: Visto): Promise<Destino> {
    if (marca === null) return IGNORADO;
    return (await this.orfaos.isKnown(intento.provedorId)) ? PROCESSADO : ESTACIONADO;
  }
}

/** As it came, but for what the database cannot keep, and card numbers. */
const unreadable = (corpo: string): string => mascararNumerosDeCartao(corpo.replaceAll('\0', '\uFFFD'));
