import type { Message, NotificacaoHttp } from '@plataforma/contracts';
import type { EventStore } from '@plataforma/messaging';
import type { Database } from '@plataforma/platform';
import { type Claim, type Notifier, WorkTable } from '@plataforma/trabalho';
import { type Carta, type EntregaEmMaos, EntregaRepository, type NovaEntrega } from '../application/ports.js';
import type { Contato, TipoDeCanal } from '../domain/entrega.js';

/** A letter about a series leaves when nothing more of it has come for this long, s. */
const ESPERA_DA_SERIE_S = 2;
/** However much of it keeps coming, no letter waits longer than this for it, s. */
const ESPERA_MAXIMA_S = 20;

/**
 * Only the first of a letter is claimed, and the others go with it: while it waits nobody can claim them. What has no
 * letter in common with anything (`carta` is NULL) waits for nothing.
 */
const PRIMEIRA_DA_CARTA = `
  -- One without a contact cannot be claimed, and must not stand before those that can.
  EXISTS (SELECT FROM contatos c WHERE c.usuario_id = w.usuario_id)
  AND NOT EXISTS (SELECT FROM entregas o WHERE o.carta = w.carta AND o.estado = 'PENDENTE' AND (o.id < w.id
      OR o.criada_em > now() - interval '${ESPERA_DA_SERIE_S} s' AND w.criada_em > now() - interval '${ESPERA_MAXIMA_S} s'))`;

/** The deliveries of the letter whose first is `w`, in order. */
const CARTA = `(
  SELECT jsonb_agg(jsonb_build_object('id', e.id, 'reservaId', e.reserva_id, 'versao', e.versao, 'canal', e.canal,
           'usuarioId', e.usuario_id, 'aviso', e.dados, 'contato',
           jsonb_build_object('usuarioId', c.usuario_id, 'nome', c.nome, 'email', c.email, 'idioma', c.idioma),
           'superada', EXISTS (SELECT FROM entregas n WHERE n.reserva_id = e.reserva_id AND n.versao > e.versao)
                       OR coalesce((e.dados->>'expiraEm')::timestamptz <= now(), false)) ORDER BY e.id)
    FROM entregas e JOIN contatos c ON c.usuario_id = e.usuario_id
   WHERE e.id = w.id OR e.carta = w.carta AND e.estado = 'PENDENTE' AND e.id > w.id)`;

interface Row extends Omit<NotificacaoHttp, 'criadaEm' | 'enviadaEm'> {
  readonly criadaEm: Date;
  readonly enviadaEm: Date | null;
}

export class PgEntregaRepository extends EntregaRepository {
  private readonly queues = new Map<TipoDeCanal, WorkTable<Carta>>();

  /** @param posseMs for how long a claim holds, ms; longer than a send can take */
  constructor(
    private readonly database: Database,
    private readonly eventos: EventStore,
    private readonly notifier: Notifier,
    private readonly posseMs: number,
  ) {
    super();
  }

  override toSend(canal: TipoDeCanal): WorkTable<Carta> {
    const known = this.queues.get(canal);
    if (known) return known;
    const queue: WorkTable<Carta> = new WorkTable(this.database, this.notifier, {
      name: `envio por ${canal}`,
      channel: `entregas_${canal.toLowerCase()}`,
      table: 'entregas',
      key: ['id'],
      due: 'disponivel_em',
      lease: 'disponivel_em',
      attempts: 'tentativas',
      scope: `estado = 'PENDENTE' AND canal = '${canal}'`,
      eligible: PRIMEIRA_DA_CARTA,
      stuck: `estado = 'FALHOU' AND canal = '${canal}' AND criada_em > now() - interval '7 days'`,
      returning: `${CARTA} AS carta`,
      toItem: ({ carta }: { carta: Carta }, tentativas) =>
        carta.map((entrega) => ({ ...entrega, tentativas })) as never,
      leaseMs: this.posseMs,
      // What follows a failure is decided by `depoisDaFalha`; this is for what fails without a word.
      backoff: { firstMs: 2_000, maxMs: 3_600_000 },
    });
    this.queues.set(canal, queue);
    return queue;
  }

  async saveContato({ usuarioId, nome, email, idioma }: Contato, versao: number): Promise<void> {
    await this.lockPerson(usuarioId);
    await this.database.query(
      `INSERT INTO contatos AS c (usuario_id, nome, email, idioma, versao) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (usuario_id) DO UPDATE SET nome = $2, email = $3, idioma = $4, versao = $5 WHERE c.versao < $5`,
      [usuarioId, nome, email, idioma, versao],
    );
    await this.database.change(
      `UPDATE entregas SET estado = 'PENDENTE', disponivel_em = now() WHERE usuario_id = $1 AND estado = 'AGUARDANDO_CONTATO'`,
      [usuarioId],
    );
    for (const queue of this.queues.values()) queue.announce();
  }

  async insert({ id, reservaId, versao, canal, usuarioId, aviso }: NovaEntrega): Promise<void> {
    await this.lockPerson(usuarioId);
    await this.database.query(
      `INSERT INTO entregas (id, reserva_id, versao, tipo, canal, usuario_id, dados, disponivel_em, estado)
       SELECT $1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8),
              CASE WHEN EXISTS (SELECT FROM contatos WHERE usuario_id = $6) THEN 'PENDENTE' ELSE 'AGUARDANDO_CONTATO' END
       ON CONFLICT ON CONSTRAINT entregas_unica DO NOTHING`,
      [
        id,
        reservaId,
        versao,
        aviso.tipo,
        canal,
        usuarioId,
        JSON.stringify(aviso),
        aviso.reserva.serieId === undefined ? 0 : ESPERA_DA_SERIE_S,
      ],
    );
    this.toSend(canal).announce();
  }

  markSent(carta: Carta, assunto: string): Promise<number> {
    return this.conclude(
      carta,
      `UPDATE entregas SET estado = 'ENVIADA', assunto = $2, enviada_em = now(), motivo = NULL WHERE id = $1 AND estado = 'PENDENTE'`,
      ({ id }) => [id, assunto],
      (entrega) => ({ type: 'notificacao.enviada.v1', data: this.eventData(entrega) }),
    );
  }

  async markOutdated(entregas: readonly EntregaEmMaos[]): Promise<void> {
    await this.database.change(`UPDATE entregas SET estado = 'SUPERADA' WHERE id = ANY($1) AND estado = 'PENDENTE'`, [
      entregas.map(({ id }) => id),
    ]);
  }

  async postpone(carta: Carta, posse: Claim, pausaMs: number, motivo: string): Promise<void> {
    const queue = this.toSend(carta[0].canal);
    await queue.holding(posse, async () => {
      await this.database.change(`UPDATE entregas SET motivo = $2 WHERE id = ANY($1) AND estado = 'PENDENTE'`, [
        carta.map(({ id }) => id),
        motivo,
      ]);
      await queue.postpone(posse, pausaMs);
    });
  }

  async markFailed(carta: Carta, posse: Claim, motivo: string): Promise<void> {
    await this.toSend(carta[0].canal).holding(posse, () =>
      this.conclude(
        carta,
        `UPDATE entregas SET estado = 'FALHOU', motivo = $2 WHERE id = $1 AND estado = 'PENDENTE'`,
        ({ id }) => [id, motivo],
        (entrega) => ({ type: 'notificacao.falhou.v1', data: { ...this.eventData(entrega), motivo } }),
      ),
    );
  }

  async ofBooking(reservaId: string, usuarioId: string | undefined): Promise<NotificacaoHttp[]> {
    const rows = await this.database.read<Row>(
      `SELECT id, reserva_id AS "reservaId", tipo, canal, estado, assunto, criada_em AS "criadaEm", enviada_em AS "enviadaEm"
         FROM entregas WHERE reserva_id = $1 AND ($2::uuid IS NULL OR usuario_id = $2) ORDER BY versao, id`,
      [reservaId, usuarioId ?? null],
    );
    return rows.map(({ criadaEm, enviadaEm, ...row }) => ({
      ...row,
      criadaEm: criadaEm.toISOString(),
      enviadaEm: enviadaEm?.toISOString() ?? null,
    }));
  }

  /**
   * One of "is there a contact?" and "here is the contact" at a time for each person: otherwise neither transaction
   * would see the other, and the delivery would wait for ever.
   */
  private async lockPerson(usuarioId: string): Promise<void> {
    await this.database.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 4))', [usuarioId]);
  }

  private conclude(
    carta: Carta,
    sql: string,
    parametros: (entrega: EntregaEmMaos) => readonly unknown[],
    evento: (entrega: EntregaEmMaos) => Message,
  ): Promise<number> {
    return this.database.transaction(async () => {
      let concluidas = 0;
      for (const entrega of carta) {
        if ((await this.database.change(sql, parametros(entrega))) === 0) continue;
        await this.eventos.append(`notificacao/${entrega.id}`, [evento(entrega)], 0);
        concluidas++;
      }
      return concluidas;
    });
  }

  private eventData({ id, usuarioId, reservaId, aviso, canal }: EntregaEmMaos) {
    return { notificacaoId: id, usuarioId, reservaId, tipo: aviso.tipo, canal };
  }
}
