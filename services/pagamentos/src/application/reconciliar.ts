import { Injectable } from '@nestjs/common';
import { Database, metrics } from '@plataforma/platform';
import { compararComReserva, type ContaDaReserva, type TipoDeDivergencia } from '../domain/divergencia.js';
import {
  CobrancaRepository,
  type IntentoMarcado,
  IntervaloDeReconciliacao,
  type MovimentoDeVolta,
  OrfaoRepository,
  ProvedorDePagamento,
} from './ports.js';
import { ProcessarWebhooks } from './processar-webhooks.js';
import { RegistroDeDivergencias } from './registro-de-divergencias.js';

/** How far behind the last event the provider's list is read again, in intervals: a late one must be seen twice. */
const OVERLAP = 2;
/** Attempts after which a charge that does not open is somebody's business. */
const STUCK_ATTEMPTS = 5;
const PARKED = `interval '10 minutes'`;

/** What a booking, its charges and the ledger say of each other. */
const OF_BOOKINGS: readonly TipoDeDivergencia[] = ['reserva-sem-dinheiro', 'dinheiro-sem-reserva'];
const AT_PROVIDER: readonly TipoDeDivergencia[] = [
  'cobranca-desatualizada',
  'intento-nao-anotado',
  'captura-divergente',
  'captura-sem-provedor',
  'estorno-nao-anotado',
  'disputa-nao-anotada',
];

/** Charges of the bookings $1 of which the ledger says something else than they and their refunds do. */
const LEDGER = `
  WITH contas AS (
     SELECT a.id, a.estado, a.valor_centavos,
            (SELECT coalesce(sum(valor_centavos), 0) FROM lancamentos l WHERE l.cobranca_id = a.id
                AND l.conta = 'RECEBIVEL' AND l.origem = 'captura/' || a.provedor_id) AS capturado,
            (SELECT coalesce(sum(valor_centavos), 0) FROM lancamentos l WHERE l.cobranca_id = a.id
                AND l.conta = 'ESTORNOS' AND l.origem ~ '^estorno(-devolvido|-por-fora)?/') AS estornado,
            (SELECT coalesce(-sum(valor_centavos), 0) FROM lancamentos l WHERE l.cobranca_id = a.id
                AND l.conta = 'ESTORNOS') AS devido,
            (SELECT coalesce(sum(valor_centavos), 0) FROM estornos e WHERE e.cobranca_id = a.id
                AND e.estado = 'CONCLUIDO') AS concluido,
            (SELECT coalesce(sum(valor_centavos), 0) FROM estornos e WHERE e.cobranca_id = a.id
                AND e.estado IN ('A_FAZER', 'EM_PROCESSAMENTO', 'PARADO')) AS pendente
       FROM cobrancas a WHERE a.reserva_id = ANY($1::uuid[]))
   SELECT id AS chave, to_jsonb(contas) AS detalhe FROM contas
    WHERE capturado <> CASE WHEN estado = 'APROVADA' THEN valor_centavos ELSE 0 END
       OR estornado <> concluido OR devido <> pendente OR concluido > capturado`;

/** How many of a kind of standing difference are looked at in one go; of more than that none is closed. */
const MAX_STANDING = 1_000;
/** Of each kind of standing difference, where it is found, the oldest first. */
const WITHIN: readonly (readonly [TipoDeDivergencia, string])[] = [
  [
    'estorno-devolvido',
    `SELECT id AS chave, jsonb_build_object('cobrancaId', cobranca_id, 'falha', ultima_falha) AS detalhe
       FROM estornos WHERE estado = 'FALHOU' AND contado_em IS NOT NULL ORDER BY contado_em`,
  ],
  [
    'estorno-parado',
    `SELECT id AS chave, jsonb_build_object('cobrancaId', cobranca_id, 'valorCentavos', valor_centavos, 'falha', ultima_falha) AS detalhe
       FROM estornos WHERE estado = 'PARADO' ORDER BY criado_em`,
  ],
  [
    'webhook-inesperado',
    `SELECT evento_id AS chave, jsonb_build_object('tipo', tipo, 'explicacao', explicacao) AS detalhe
       FROM webhooks WHERE estado = 'INESPERADO' ORDER BY recebido_em`,
  ],
  [
    'cobranca-nao-abre',
    `SELECT id AS chave, jsonb_build_object('reservaId', reserva_id, 'falha', ultima_falha) AS detalhe
       FROM cobrancas WHERE estado = 'A_ABRIR' AND tentativas >= ${STUCK_ATTEMPTS} ORDER BY tentativas DESC`,
  ],
  [
    'intento-orfao',
    `SELECT provedor_id AS chave, jsonb_build_object('reservaId', reserva_id, 'parcela', parcela) AS detalhe
       FROM intentos_orfaos WHERE desfecho IS NULL ORDER BY visto_em`,
  ],
  [
    'webhook-estacionado',
    `SELECT evento_id AS chave, jsonb_build_object('tipo', tipo, 'intentoId', intento_id) AS detalhe
       FROM webhooks WHERE estado = 'ESTACIONADO' AND recebido_em < now() - ${PARKED} ORDER BY recebido_em`,
  ],
];

/** How many bookings are compared at a time, and how many changed or open ones a look on the timer takes. */
const BATCH = 500;
/** Keys of a comparison that was asked for. */
const MAX_KEYS = 200_000;

/** Bookings (by the id that they are charged under) with an open difference, the one longest unseen first. */
const OPEN = `
  SELECT coalesce(c.reserva_id, d.chave_id) AS chave
    FROM (SELECT CASE WHEN tipo <> 'razao-divergente' THEN chave::uuid END AS chave_id,
                 CASE WHEN tipo = 'razao-divergente' THEN chave::uuid END AS cobranca_id, vista_em
            FROM divergencias
           WHERE situacao = 'ABERTA' AND tipo IN ('razao-divergente', 'reserva-sem-dinheiro', 'dinheiro-sem-reserva')
           ORDER BY vista_em LIMIT ${BATCH}) d
    LEFT JOIN cobrancas c ON c.id = d.cobranca_id WHERE coalesce(c.reserva_id, d.chave_id) IS NOT NULL`;

/** The bookings $1, charged each under its id, with the money of all their charges. $2 = settled for how long, s. */
const BOOKINGS = `
  WITH contas AS (
    SELECT cobrada_sob,
           CASE WHEN bool_or(situacao = 'CONFIRMADA') THEN 'CONFIRMADA'
                WHEN bool_and(situacao = 'CANCELADA') THEN 'CANCELADA' ELSE 'PENDENTE' END AS situacao,
           sum(pago_centavos) AS pago
      FROM reservas_vistas WHERE cobrada_sob = ANY($1::uuid[]) GROUP BY cobrada_sob
    HAVING max(atualizada_em) < now() - make_interval(secs => $2))
  SELECT r.cobrada_sob AS "reservaId", r.situacao, r.pago::float8 AS "pagoCentavos",
         coalesce(sum(c.valor_centavos) FILTER (WHERE c.estado = 'APROVADA'), 0)::float8 AS "capturadoCentavos",
         coalesce(sum(e.pela_reserva), 0)::float8 AS "devolvidoPelaReservaCentavos",
         coalesce(sum(e.total), 0)::float8 + coalesce(sum(d.total), 0)::float8 AS "devolvidoCentavos",
         coalesce(bool_or(c.estado IN ('A_ABRIR', 'ABERTA') AND NOT c.cancelamento_pedido), false) AS aberta,
         coalesce(max(c.aprovada_em) >= now() - make_interval(secs => $2), false) AS recente
    FROM contas r
    LEFT JOIN cobrancas c ON c.reserva_id = r.cobrada_sob
    LEFT JOIN LATERAL (SELECT sum(valor_centavos) AS total, sum(valor_centavos) FILTER (WHERE origem = 'RESERVA') AS pela_reserva
                         FROM estornos WHERE cobranca_id = c.id AND estado NOT IN ('FALHOU', 'BAIXADO')) e ON true
    LEFT JOIN LATERAL (SELECT sum(retido_centavos) AS total FROM disputas WHERE cobranca_id = c.id) d ON true
   GROUP BY r.cobrada_sob, r.situacao, r.pago`;

interface Booking extends ContaDaReserva {
  readonly reservaId: string;
  readonly aberta: boolean;
  readonly recente: boolean;
}

interface ChargeRow {
  readonly id: string;
  readonly provedor_id: string;
  readonly estado: string;
  readonly capturado: string;
}

/** How much was looked at. */
export interface Conferidos {
  intentos: number;
  estornosEDisputas: number;
  reservas: number;
}

/**
 * Compares provider, ledger and bookings. What is safe is repaired: by fetching what was lost, by looking again, by
 * ending what nobody wants. The rest is opened as a difference, and stays open until it is found no more.
 */
@Injectable()
export class Reconciliar {
  constructor(
    private readonly database: Database,
    private readonly provedor: ProvedorDePagamento,
    private readonly cobrancas: CobrancaRepository,
    private readonly orfaos: OrfaoRepository,
    private readonly webhooks: ProcessarWebhooks,
    private readonly divergencias: RegistroDeDivergencias,
    private readonly intervalo: IntervaloDeReconciliacao,
  ) {}

  /** Reads the provider's own list of events on from `desde` and fetches those that never came. Returns the newest. */
  async events(desde: Date): Promise<Date> {
    let newest = desde;
    const from = new Date(desde.getTime() - OVERLAP * this.intervalo.segundos * 1_000);
    for await (const page of this.provedor.listEvents(from)) {
      for (const { criadoEm } of page) if (criadoEm > newest) newest = criadoEm;
      const lost = await this.missingTwice(page.map(({ eventoId }) => eventoId));
      for (const event of page) {
        if (!lost.has(event.eventoId)) continue;
        if (await this.webhooks.store(event, event.corpo, 'RECONCILIACAO'))
          await this.divergencias.repaired('webhook-perdido', event.eventoId, { tipo: event.tipo });
      }
    }
    return newest;
  }

  /** Which of these we do not have, for the second time: at the first it may still be on its way. */
  private async missingTwice(ids: readonly string[]): Promise<Set<string>> {
    const missing = await this.database.query<{ id: string; antes: boolean }>(
      `SELECT id, EXISTS (SELECT FROM eventos_ausentes a WHERE a.evento_id = id) AS antes
         FROM unnest($1::text[]) AS id WHERE NOT EXISTS (SELECT FROM webhooks w WHERE w.evento_id = id)`,
      [ids],
    );
    const [lost, fresh] = [missing.filter(({ antes }) => antes), missing.filter(({ antes }) => !antes)];
    if (fresh.length > 0)
      await this.database.change(
        'INSERT INTO eventos_ausentes (evento_id) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING',
        [fresh.map(({ id }) => id)],
      );
    return new Set(lost.map(({ id }) => id));
  }

  /** Our tables with each other, the ledger, and what bookings say, of those that changed since `desde` or are open. */
  async local(desde: Date): Promise<Pick<Conferidos, 'reservas'>> {
    const rows = await this.database.query<{ chave: string }>(
      `SELECT cobrada_sob AS chave FROM reservas_vistas WHERE atualizada_em >= $1
       UNION SELECT reserva_id FROM cobrancas WHERE criada_em >= $1 UNION (${OPEN}) LIMIT ${MAX_KEYS}`,
      [desde],
    );
    let reservas = 0;
    for (let i = 0; i < rows.length; i += BATCH)
      reservas += await this.compareBookings(rows.slice(i, i + BATCH).map(({ chave }) => chave));
    await this.findStanding();
    return { reservas };
  }

  /**
   * The same, of what changed since it was last looked at: a batch, whatever else there is. What changed a moment ago is
   * left to settle. Returns how many changes were taken.
   */
  async changed(): Promise<number> {
    const mudadas = await this.database.query<{ id: string; chave: string }>(
      `SELECT id, cobrada_sob AS chave FROM contas_mudadas WHERE em < now() - make_interval(secs => $1) ORDER BY id LIMIT ${BATCH}`,
      [this.intervalo.segundos],
    );
    const abertas = await this.database.query<{ chave: string }>(OPEN);
    await this.compareBookings([...new Set([...mudadas, ...abertas].map(({ chave }) => chave))]);
    await this.database.change('DELETE FROM contas_mudadas WHERE id = ANY($1::bigint[])', [
      mudadas.map(({ id }) => id),
    ]);
    return mudadas.length;
  }

  /** Differences that are found by how things are, and the refunds that are still to be made. */
  async findStanding(): Promise<void> {
    for (const [tipo, sql] of WITHIN) {
      const began = await this.now();
      const rows = await this.database.query<{ chave: string; detalhe: object }>(`${sql} LIMIT ${MAX_STANDING}`);
      for (const { chave, detalhe } of rows) await this.divergencias.found(tipo, chave, detalhe);
      if (rows.length < MAX_STANDING) await this.divergencias.closeUnseen([tipo], began);
    }
    await this.database.change(`DELETE FROM eventos_ausentes WHERE visto_em < now() - interval '1 day'`);
    await this.measureRefunds();
  }

  private async compareBookings(chaves: readonly string[]): Promise<number> {
    if (chaves.length === 0) return 0;
    const began = await this.now();
    const divergentes = await this.database.query<{ chave: string; detalhe: object }>(LEDGER, [chaves]);
    for (const { chave, detalhe } of divergentes) await this.divergencias.found('razao-divergente', chave, detalhe);
    const bookings = await this.database.query<Booking>(BOOKINGS, [chaves, this.intervalo.segundos]);
    for (const booking of bookings) await this.compareBooking(booking);
    await this.divergencias.closeUnseen(OF_BOOKINGS, began, chaves);
    const cobrancas = await this.database.query<{ id: string }>('SELECT id FROM cobrancas WHERE reserva_id = ANY($1)', [
      chaves,
    ]);
    await this.divergencias.closeUnseen(
      ['razao-divergente'],
      began,
      cobrancas.map(({ id }) => id),
    );
    return bookings.length;
  }

  private async compareBooking(booking: Booking): Promise<void> {
    const { reservaId, situacao, aberta, recente } = booking;
    const tipo = compararComReserva(booking);
    // What was captured this very moment, its booking is about to deal with.
    if (tipo !== undefined && !recente) await this.divergencias.found(tipo, reservaId, booking);
    if (situacao !== 'CANCELADA' || !aberta) return;
    const unwanted = await this.database.query<{ id: string; parcela: number }>(
      `SELECT id, parcela FROM cobrancas WHERE reserva_id = $1 AND estado IN ('A_ABRIR', 'ABERTA') AND NOT cancelamento_pedido
          AND criada_em < now() - make_interval(secs => $2)`,
      [reservaId, this.intervalo.segundos],
    );
    for (const { id, parcela } of unwanted) {
      await this.cobrancas.requestCancellation({ reservaId, parcela });
      await this.divergencias.repaired('cobranca-de-reserva-cancelada', id, { reservaId, parcela });
    }
  }

  /** Parked webhooks speak of an intent that no charge has: whose it is, is asked of the provider. */
  async parked(): Promise<void> {
    const parked = await this.database.query<{ intento_id: string }>(
      `SELECT DISTINCT intento_id FROM webhooks
        WHERE estado = 'ESTACIONADO' AND intento_id IS NOT NULL AND tentativas >= 3 LIMIT 20`,
    );
    for (const { intento_id } of parked) {
      const marcado = await this.provedor.retrieveIntent(intento_id);
      if (marcado.marca === null)
        await this.database.change(
          `UPDATE webhooks SET estado = 'IGNORADO', processado_em = now(), proxima_em = NULL
            WHERE intento_id = $1 AND estado = 'ESTACIONADO'`,
          [intento_id],
        );
      else await this.place(marcado);
    }
  }

  /** The provider, object by object, since `desde`. */
  async provider(desde: Date): Promise<Pick<Conferidos, 'intentos' | 'estornosEDisputas'>> {
    const began = await this.now();
    const from = await this.sinceOpenOnes(desde);
    const seen = new Set<string>();
    for await (const page of this.provedor.listIntents(from)) {
      const ours = page.filter(({ marca }) => marca !== null);
      for (const { intento } of ours) seen.add(intento.provedorId);
      await this.compareIntents(ours, from);
    }
    let moved = 0;
    for await (const page of this.provedor.listMovedBack(from)) {
      moved += page.length;
      await this.compareMoved(page, from);
    }
    const captured = await this.database.query<{ id: string; provedor_id: string }>(
      `SELECT id, provedor_id FROM cobrancas WHERE estado = 'APROVADA' AND criada_em >= $1::timestamptz + interval '10 minutes'
          AND criada_em < $2`,
      [from, began],
    );
    for (const { id, provedor_id } of captured)
      if (!seen.has(provedor_id)) await this.found('captura-sem-provedor', id, from, { provedorId: provedor_id });
    await this.divergencias.closeUnseen(AT_PROVIDER, began);
    return { intentos: seen.size, estornosEDisputas: moved };
  }

  /** A difference that is open is looked for again, however old it is. */
  private async sinceOpenOnes(desde: Date): Promise<Date> {
    const [row] = await this.database.query<{ desde: Date }>(
      `SELECT least($1::timestamptz, min((detalhe ->> 'desde')::timestamptz)) AS desde
         FROM divergencias WHERE situacao = 'ABERTA' AND tipo = ANY($2)`,
      [desde, AT_PROVIDER],
    );
    return row?.desde ?? desde;
  }

  private found(tipo: TipoDeDivergencia, chave: string, desde: Date, detalhe: object): Promise<void> {
    return this.divergencias.found(tipo, chave, { ...detalhe, desde: desde.toISOString() });
  }

  private async compareIntents(page: readonly IntentoMarcado[], desde: Date): Promise<void> {
    const rows = await this.database.query<ChargeRow>(
      `SELECT c.id, c.provedor_id, c.estado,
              (SELECT coalesce(sum(l.valor_centavos), 0) FROM lancamentos l
                WHERE l.origem = 'captura/' || c.provedor_id AND l.conta = 'RECEBIVEL') AS capturado
         FROM cobrancas c WHERE c.provedor_id = ANY($1)`,
      [page.map(({ intento }) => intento.provedorId)],
    );
    const charges = new Map(rows.map((row) => [row.provedor_id, row]));
    for (const marcado of page) {
      const { provedorId, situacao, capturadoCentavos } = marcado.intento;
      const charge = charges.get(provedorId);
      if (!charge) {
        if (await this.place(marcado)) await this.found('intento-nao-anotado', provedorId, desde, {});
        continue;
      }
      const expected = { EM_ABERTO: 'ABERTA', CAPTURADO: 'APROVADA', CANCELADO: 'CANCELADA' }[situacao];
      if (charge.estado !== expected) {
        await this.found('cobranca-desatualizada', charge.id, desde, { cobranca: charge.estado, provedor: situacao });
        await this.cobrancas.requestCheck('id', charge.id);
      } else if (Number(charge.capturado) !== capturadoCentavos) {
        const detalhe = { razaoCentavos: Number(charge.capturado), provedorCentavos: capturadoCentavos };
        await this.found('captura-divergente', charge.id, desde, detalhe);
      }
    }
  }

  /** Finds the place of an intent that no charge has: true when its charge is to look for it, else it is an orphan. */
  private async place({ intento, marca }: IntentoMarcado): Promise<boolean> {
    if (marca === null || (await this.orfaos.isKnown(intento.provedorId))) return false;
    const [charge] = await this.database.query<{
      id: string;
      provedor_id: string | null;
      estado: string;
      ocupada: boolean;
    }>(
      `SELECT id, provedor_id, estado, coalesce(em_trabalho_ate > now(), false) AS ocupada
         FROM cobrancas WHERE reserva_id = $1 AND parcela = $2`,
      [marca.reservaId, marca.parcela],
    );
    // It was being opened while we looked.
    if (charge?.provedor_id === intento.provedorId || charge?.ocupada) return false;
    if (charge?.provedor_id === null && charge.estado === 'A_ABRIR') {
      await this.cobrancas.hasten(charge.id);
      return true;
    }
    await this.orfaos.note(intento.provedorId, marca, charge?.id ?? null);
    return false;
  }

  private async compareMoved(page: readonly MovimentoDeVolta[], desde: Date): Promise<void> {
    const rows = await this.database.query<{ provedor_id: string; situacao: string }>(
      `SELECT provedor_id, estado AS situacao FROM estornos WHERE provedor_id = ANY($1)
       UNION ALL SELECT provedor_id, situacao || '/' || retido_centavos FROM disputas WHERE provedor_id = ANY($1)
       UNION ALL SELECT provedor_id, situacao FROM movimentos_de_orfaos WHERE provedor_id = ANY($1)`,
      [page.map(({ provedorId }) => provedorId)],
    );
    const known = new Map(rows.map(({ provedor_id, situacao }) => [provedor_id, situacao]));
    for (const { tipo, intentoId, provedorId, situacao } of page) {
      // A refund that failed is not noted: it is asked for again, as another one.
      if (known.get(provedorId) === situacao || (tipo === 'ESTORNO' && situacao === 'FALHOU' && !known.has(provedorId)))
        continue;
      const ours =
        (await this.cobrancas.requestCheck('provedor_id', intentoId)) || (await this.orfaos.reopen(intentoId));
      if (ours)
        await this.found(tipo === 'ESTORNO' ? 'estorno-nao-anotado' : 'disputa-nao-anotada', provedorId, desde, {
          intentoId,
        });
    }
  }

  private async now(): Promise<Date> {
    const [row] = await this.database.query<{ agora: Date }>('SELECT clock_timestamp() AS agora');
    if (!row) throw new Error('o banco não disse a hora');
    return row.agora;
  }

  private async measureRefunds(): Promise<void> {
    const [row] = await this.database.query<Record<string, string>>(
      `SELECT count(*) FILTER (WHERE idade <= interval '1 minute') AS "ate-1min",
              count(*) FILTER (WHERE idade > interval '1 minute' AND idade <= interval '1 hour') AS "ate-1h",
              count(*) FILTER (WHERE idade > interval '1 hour' AND idade <= interval '1 day') AS "ate-24h",
              count(*) FILTER (WHERE idade > interval '1 day') AS mais
         FROM (SELECT now() - criado_em AS idade FROM estornos WHERE estado IN ('A_FAZER', 'EM_PROCESSAMENTO', 'PARADO')) pendentes`,
    );
    for (const [idade, total] of Object.entries(row ?? {})) metrics.estornosPendentes.set({ idade }, Number(total));
  }
}
