import type { Database } from '@plataforma/platform';
import { type Notifier, WorkTable } from '@plataforma/trabalho';
import {
  type Lembrete,
  type NoticiaDaReserva,
  type ReservaConhecida,
  ReservasConhecidas,
  type TipoDeLembrete,
} from '../application/ports.js';
import type { DadosReserva, EstadoDaReserva } from '../domain/entrega.js';

interface Row {
  readonly reserva_id: string;
  readonly usuario_id: string;
  readonly versao: number;
  readonly estado: EstadoDaReserva;
  readonly dados: DadosReserva;
  readonly codigo: string | null;
  readonly tolerancia_minutos: number | null;
  readonly saldo_centavos: number;
  readonly saldo_vence_em: Date | string | null;
  readonly cobranca_id: string;
  readonly feita_por: string | null;
  readonly sinal_centavos: number | null;
}

const toReserva = (row: Row): ReservaConhecida => ({
  reservaId: row.reserva_id,
  usuarioId: row.usuario_id,
  versao: row.versao,
  estado: row.estado,
  dados: row.dados,
  codigo: row.codigo ?? undefined,
  toleranciaMinutos: row.tolerancia_minutos ?? undefined,
  saldoCentavos: row.saldo_centavos,
  saldoVenceEm: row.saldo_vence_em === null ? undefined : new Date(row.saldo_vence_em).toISOString(),
  cobrancaId: row.cobranca_id,
  feitaPorId: row.feita_por ?? undefined,
  sinalCentavos: row.sinal_centavos ?? undefined,
});

/** More occurrences than a series has. */
const MAXIMO_DE_OCORRENCIAS = 500;
/** A reminder is written down in one short transaction. */
const POSSE_MS = 30_000;

export class PgReservasConhecidas extends ReservasConhecidas {
  override readonly reminders: WorkTable<Lembrete>;

  constructor(
    private readonly database: Database,
    notifier: Notifier,
  ) {
    super();
    this.reminders = new WorkTable(database, notifier, {
      name: 'lembretes',
      channel: 'lembretes',
      table: 'lembretes',
      key: ['reserva_id', 'tipo'],
      due: 'devida_em',
      lease: 'devida_em',
      attempts: 'tentativas',
      stuck: 'devida_em IS NOT NULL AND tentativas >= 5',
      returning: `w.tipo, w.para, (SELECT to_jsonb(r) FROM reservas_conhecidas r WHERE r.reserva_id = w.reserva_id) AS reserva`,
      toItem: ({ tipo, para, reserva }: { tipo: TipoDeLembrete; para: Date; reserva: Row }) => ({
        tipo,
        para,
        reserva: toReserva(reserva),
      }),
      leaseMs: POSSE_MS,
      backoff: { firstMs: 2_000, maxMs: 600_000 },
    });
  }

  override async follow(noticia: NoticiaDaReserva): Promise<ReservaConhecida | undefined> {
    // Two messages of one booking take turns, also its first two, which have no row to lock yet; then as for an erasure.
    await this.database.query(
      'SELECT pg_advisory_xact_lock(hashtextextended($1, 9)), pg_advisory_xact_lock(hashtextextended($2, 4))',
      [noticia.reservaId, noticia.usuarioId],
    );
    const [row] = await this.database.query<Row>('SELECT * FROM reservas_conhecidas WHERE reserva_id = $1 FOR UPDATE', [
      noticia.reservaId,
    ]);
    const antes = row && toReserva(row);
    const [velha, nova] = antes && antes.versao >= noticia.versao ? [noticia, antes] : [antes, noticia];
    // Only the first message of a booking says its code and under what it is charged, and it may come last.
    const junta: NoticiaDaReserva = { ...velha, ...said(nova) };
    await this.database.query(
      `INSERT INTO reservas_conhecidas (reserva_id, usuario_id, versao, estado, inicio, fim, dados, codigo,
              tolerancia_minutos, saldo_centavos, saldo_vence_em, cobranca_id, feita_por, sinal_centavos)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
       ON CONFLICT (reserva_id) DO UPDATE SET versao = $3, estado = $4, inicio = $5, fim = $6, dados = $7, codigo = $8,
              tolerancia_minutos = $9, saldo_centavos = $10, saldo_vence_em = $11, cobranca_id = $12, feita_por = $13,
              sinal_centavos = $14`,
      [
        junta.reservaId,
        junta.usuarioId,
        junta.versao,
        junta.estado,
        junta.dados.inicio,
        junta.dados.fim,
        JSON.stringify(junta.dados),
        junta.codigo ?? null,
        junta.toleranciaMinutos ?? null,
        junta.saldoCentavos ?? 0,
        junta.saldoVenceEm ?? null,
        noticia.cobrancaId ?? antes?.cobrancaId ?? noticia.reservaId,
        junta.feitaPorId ?? null,
        junta.sinalCentavos ?? null,
      ],
    );
    await this.plan(noticia.reservaId);
    return antes;
  }

  override async find(reservaId: string): Promise<ReservaConhecida | undefined> {
    const [row] = await this.database.query<Row>('SELECT * FROM reservas_conhecidas WHERE reserva_id = $1', [
      reservaId,
    ]);
    return row && toReserva(row);
  }

  override async chargedUnder(cobrancaId: string): Promise<ReservaConhecida[]> {
    const rows = await this.database.query<Row>(
      `SELECT * FROM reservas_conhecidas WHERE cobranca_id = $1 ORDER BY inicio LIMIT ${MAXIMO_DE_OCORRENCIAS}`,
      [cobrancaId],
    );
    return rows.map(toReserva);
  }

  override async ofSeries(serieId: string): Promise<ReservaConhecida[]> {
    const rows = await this.database.query<Row>(
      `SELECT * FROM reservas_conhecidas WHERE dados ->> 'serieId' = $1 ORDER BY reserva_id LIMIT ${MAXIMO_DE_OCORRENCIAS}`,
      [serieId],
    );
    return rows.map(toReserva);
  }

  /** When reminders are due: not again for a moment that they were reckoned for before, nor for one that is past. */
  private async plan(reservaId: string): Promise<void> {
    const changed = await this.database.change(
      `INSERT INTO lembretes AS l (reserva_id, tipo, para, devida_em)
       SELECT r.reserva_id, t.tipo, t.em, CASE WHEN t.em > now() THEN t.em END
         FROM reservas_conhecidas r,
              LATERAL (VALUES ('LEMBRETE_24H', r.inicio - interval '24 hours', true),
                              ('LEMBRETE_1H', r.inicio - interval '1 hour', true),
                              ('SALDO_A_VENCER', r.saldo_vence_em - interval '24 hours', r.saldo_centavos > 0)) AS v (tipo, quando, vale),
              LATERAL (SELECT v.tipo, CASE WHEN v.vale AND r.estado = 'CONFIRMADA' THEN v.quando END AS em) AS t
        WHERE r.reserva_id = $1
       ON CONFLICT (reserva_id, tipo) DO UPDATE SET para = excluded.para, devida_em = excluded.devida_em, tentativas = 0
        WHERE l.para IS DISTINCT FROM excluded.para`,
      [reservaId],
    );
    if (changed > 0) this.reminders.announce();
  }
}

/** Without what is not said. */
const said = <T extends object>(noticia: T): T =>
  Object.fromEntries(Object.entries(noticia).filter(([, value]) => value !== undefined)) as T;
