import { randomUUIDv7 } from 'node:crypto';
import type { Message, NotificacaoHttp } from '@plataforma/contracts';
import type { EventStore } from '@plataforma/messaging';
import { currentContext, type Database, metrics } from '@plataforma/platform';
import { type Claim, type Notifier, WorkTable } from '@plataforma/trabalho';
import {
  type Aceite,
  type Carta,
  type Consentimento,
  type EntregaEmMaos,
  EntregaRepository,
  type FalhaDeEnvio,
  type NovaEntrega,
  SEM_CONSENTIMENTO,
} from '../application/ports.js';
import {
  type Contato,
  assuntoDe,
  esperaDe,
  estadosEmQueVale,
  finalidadeDe,
  type Situacao,
  SITUACOES,
  type TipoDeCanal,
  type TipoNotificacao,
  TIPOS_DE_AVISO,
  valeSoAntesDoInicio,
} from '../domain/entrega.js';
import { AvisoInexistente, AvisoNaoSeReenvia } from '../domain/errors.js';

/** Of $1, that it failed, and whether it was tried ($2): an attempt that was none does not count, but time goes by. */
export const FALHOU = (table: string): string =>
  `UPDATE ${table} SET tentativas = greatest(0, tentativas - CASE WHEN $2::boolean THEN 0 ELSE 1 END),
          falhas = falhas + CASE WHEN $2::boolean THEN 1 ELSE 0 END, falhando_desde = coalesce(falhando_desde, now())
    WHERE id = $1`;

/** A letter about a series leaves when nothing more of it has come for this long, s. */
const ESPERA_DA_SERIE_S = 2;
/** However much of it keeps coming, no letter waits longer than this for it, s. */
const ESPERA_MAXIMA_S = 20;

/** Whoever can be written to: people with an account, and guests, once per booking, in the language of who invited them. */
const ALCANCAVEIS = `(
  SELECT usuario_id, nome, email, idioma, NULL::uuid AS anfitriao FROM contatos
  UNION ALL SELECT id, email, email, idioma, anfitriao FROM convidados)`;

/**
 * Only the first of a letter is claimed, and the others go with it: while it waits nobody can claim them. What has no
 * letter in common with anything (`carta` is NULL) waits for nothing.
 */
const PRIMEIRA_DA_CARTA = `
  -- One without a contact cannot be claimed, and must not stand before those that can.
  EXISTS (SELECT FROM ${ALCANCAVEIS} c WHERE c.usuario_id = w.usuario_id)
  AND NOT EXISTS (SELECT FROM entregas o WHERE o.carta = w.carta AND o.estado = 'PENDENTE' AND (o.id < w.id
      OR o.criada_em > now() - interval '${ESPERA_DA_SERIE_S} s' AND w.criada_em > now() - interval '${ESPERA_MAXIMA_S} s'))`;

/** Whether the person of `usuario` agrees to the purpose: what has none needs no agreement. */
const consente = (usuario: string, finalidade: string) =>
  `(${finalidade} IS NULL OR EXISTS (
     SELECT FROM consentimentos s WHERE s.usuario_id = ${usuario} AND s.finalidade = ${finalidade} AND s.concedido))`;

/** The kinds that say what is so in some states of a booking only, as SQL. */
const POR_ESTADO = TIPOS_DE_AVISO.flatMap((tipo) => {
  const estados = estadosEmQueVale(tipo);
  return estados ? [`e.tipo = '${tipo}' AND r.estado NOT IN (${estados.map((um) => `'${um}'`).join(', ')})`] : [];
});
const ANTES_DO_INICIO = TIPOS_DE_AVISO.filter(valeSoAntesDoInicio).map((tipo) => `'${tipo}'`);
/** Whether what is known of the booking `r` now says otherwise than the delivery `e`. */
const DESMENTIDA = `${POR_ESTADO.join(' OR ')}
  OR e.tipo IN (${ANTES_DO_INICIO.join(', ')}) AND (r.inicio <= now() OR r.inicio <> (e.dados #>> '{reserva,inicio}')::timestamptz)
  OR e.tipo = 'SALDO_A_VENCER' AND r.saldo_centavos = 0`;

const ASSUNTO = (tipo: string) =>
  `CASE ${tipo} ${TIPOS_DE_AVISO.map((um) => `WHEN '${um}' THEN '${assuntoDe(um)}'`).join(' ')} END`;
/** Whether the person of `usuario` has not turned the kind off in the channel. */
const quer = (usuario: string, canal: string, tipo: string) =>
  `NOT EXISTS (SELECT FROM avisos_desligados d
                WHERE d.usuario_id = ${usuario} AND d.canal = ${canal} AND d.assunto = ${ASSUNTO(tipo)})`;

const COM_SALDO = (['LEMBRETE_24H', 'LEMBRETE_1H', 'SALDO_A_VENCER'] satisfies TipoNotificacao[])
  .map((tipo) => `'${tipo}'`)
  .join(', ');
/** What the delivery `e` tells; of what remains to be paid, as much as does now. */
const DITO = `e.dados || CASE WHEN e.tipo IN (${COM_SALDO}) THEN coalesce(
  (SELECT jsonb_build_object('saldoCentavos', r.saldo_centavos) FROM reservas_conhecidas r WHERE r.reserva_id = e.reserva_id), '{}')
  ELSE '{}' END`;

/** The deliveries of the letter whose first is `w`, in order. */
const CARTA = `(
  SELECT jsonb_agg(jsonb_build_object('id', e.id, 'reservaId', e.reserva_id, 'versao', e.versao, 'canal', e.canal,
           'usuarioId', e.usuario_id, 'sobre', e.sobre, 'aviso', ${DITO}, 'ocorridoEm', coalesce(e.ocorrido_em, e.criada_em),
           'falhando', jsonb_build_object('falhas', e.falhas, 'desde', e.falhando_desde), 'contato',
           jsonb_build_object('usuarioId', c.usuario_id, 'nome', c.nome, 'email', c.email,
             'idioma', coalesce(p.idioma, c.idioma), 'silencio', CASE WHEN p.fuso IS NOT NULL THEN jsonb_build_object(
               'de', to_char(p.silencio_de, 'HH24:MI'), 'ate', to_char(p.silencio_ate, 'HH24:MI'), 'fuso', p.fuso) END,
             'convidado', CASE WHEN c.anfitriao IS NOT NULL THEN jsonb_build_object(
               'por', (SELECT h.nome FROM contatos h WHERE h.usuario_id = c.anfitriao)) END),
           'superada', EXISTS (SELECT FROM entregas n WHERE n.reserva_id = e.reserva_id AND n.versao > e.versao
                                 AND n.sobre IS NOT DISTINCT FROM e.sobre)
                       OR coalesce((e.dados->>'expiraEm')::timestamptz <= now(), false)
                       OR EXISTS (SELECT FROM reservas_conhecidas r WHERE r.reserva_id = e.reserva_id AND (${DESMENTIDA})),
           'consentida', ${consente('e.usuario_id', 'e.finalidade')} AND ${quer('e.usuario_id', 'e.canal', 'e.tipo')})
         ORDER BY e.id)
    FROM entregas e JOIN LATERAL (SELECT * FROM ${ALCANCAVEIS} a WHERE a.usuario_id = e.usuario_id LIMIT 1) c ON true LEFT JOIN preferencias p ON p.usuario_id = e.usuario_id
   WHERE e.id = w.id OR e.carta = w.carta AND e.estado = 'PENDENTE' AND e.id > w.id)`;

/** That a provider says $2 of delivery $1, in whose place it comes after $3: of all that went in its letter. */
export const MUDANCA_DE_SITUACAO = `
  WITH mudar AS (
    SELECT e.id FROM entregas e
     WHERE e.id IN (SELECT $1::uuid UNION SELECT o.id FROM entregas p JOIN entregas o ON o.carta = p.carta AND o.enviada_em = p.enviada_em
                     WHERE p.id = $1)
       AND (e.situacao IS NULL OR e.situacao = ANY($3)) ORDER BY e.id FOR UPDATE OF e)
  UPDATE entregas e SET situacao = $2, historico_em = NULL FROM mudar WHERE mudar.id = e.id
  RETURNING e.id, e.usuario_id AS "usuarioId", e.reserva_id AS "reservaId", e.tipo, e.canal`;

interface Row extends Omit<NotificacaoHttp, 'criadaEm' | 'enviadaEm'> {
  readonly criadaEm: Date;
  readonly enviadaEm: Date | null;
}

interface Mudada {
  readonly id: string;
  readonly usuarioId: string;
  readonly reservaId: string;
  readonly tipo: string;
  readonly canal: TipoDeCanal;
}

export class PgEntregaRepository extends EntregaRepository {
  private readonly queues = new Map<TipoDeCanal, WorkTable<Carta>>();

  /**
   * @param posseMs for how long a claim holds, ms; longer than a send can take
   * @param reservas the channel by which goes what another could not deliver
   */
  constructor(
    private readonly database: Database,
    private readonly eventos: EventStore,
    private readonly notifier: Notifier,
    private readonly posseMs: number,
    private readonly reservas: ReadonlyMap<TipoDeCanal, TipoDeCanal> = new Map(),
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

  async saveConsentimento({ usuarioId, finalidade, concedido }: Consentimento, versao: number): Promise<void> {
    await this.lockPerson(usuarioId);
    const mudou = await this.database.change(
      `INSERT INTO consentimentos AS c (usuario_id, finalidade, concedido, versao) VALUES ($1, $2, $3, $4)
       ON CONFLICT (usuario_id, finalidade) DO UPDATE SET concedido = $3, versao = $4 WHERE c.versao < $4`,
      [usuarioId, finalidade, concedido, versao],
    );
    if (mudou === 0) return;
    // Who says yes again takes back that they wanted none by e-mail.
    if (concedido) {
      await this.database.change('DELETE FROM avisos_desligados WHERE usuario_id = $1 AND assunto = $2', [
        usuarioId,
        finalidade,
      ]);
      return;
    }
    await this.database.change(
      `UPDATE entregas SET estado = 'SUPERADA', motivo = $3
        WHERE usuario_id = $1 AND finalidade = $2 AND estado IN ('AGUARDANDO_CONTATO', 'PENDENTE')`,
      [usuarioId, finalidade, SEM_CONSENTIMENTO],
    );
  }

  async insert({ id, reservaId, versao, canal, usuarioId, aviso, sobre }: NovaEntrega): Promise<void> {
    await this.lockPerson(usuarioId);
    await this.database.query(
      `INSERT INTO entregas (id, reserva_id, versao, tipo, canal, usuario_id, dados, disponivel_em, finalidade, sobre, ocorrido_em, estado)
       SELECT $1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8), $9, $10, $11::timestamptz,
              CASE WHEN EXISTS (SELECT FROM ${ALCANCAVEIS} c WHERE c.usuario_id = $6) THEN 'PENDENTE' ELSE 'AGUARDANDO_CONTATO' END
        WHERE ${consente('$6', '$9::text')} AND ${quer('$6', '$5', '$4')}
          AND ($5 = 'EMAIL' OR EXISTS (SELECT FROM destinos WHERE usuario_id = $6 AND canal = $5 AND verificado_em IS NOT NULL))
       ON CONFLICT ON CONSTRAINT entregas_unica DO NOTHING`,
      [
        id,
        reservaId,
        versao,
        aviso.tipo,
        canal,
        usuarioId,
        JSON.stringify(aviso),
        esperaDe(aviso.tipo) + (aviso.reserva.serieId === undefined ? 0 : ESPERA_DA_SERIE_S),
        finalidadeDe(aviso.tipo),
        sobre ?? null,
        currentContext()?.occurredAt ?? null,
      ],
    );
    this.toSend(canal).announce();
  }

  markSent(carta: Carta, assunto: string, { provedor, referencia }: Aceite): Promise<number> {
    return this.conclude(
      carta,
      `UPDATE entregas SET estado = 'ENVIADA', assunto = $2, enviada_em = now(), motivo = NULL, provedor = $3, referencia = $4
        WHERE id = $1 AND estado = 'PENDENTE'`,
      ({ id }) => [id, assunto, provedor, referencia ?? null],
      (entrega) => ({ type: 'notificacao.enviada.v1', data: this.eventData(entrega) }),
    );
  }

  async markOutdated(entregas: readonly EntregaEmMaos[], motivo?: string): Promise<void> {
    await this.database.change(
      `UPDATE entregas SET estado = 'SUPERADA', motivo = $2 WHERE id = ANY($1) AND estado = 'PENDENTE'`,
      [entregas.map(({ id }) => id), motivo ?? null],
    );
  }

  async withdraw(usuarios: readonly string[], reservaId: string): Promise<void> {
    await this.database.change(
      `UPDATE entregas SET estado = 'SUPERADA'
        WHERE usuario_id = ANY($1) AND reserva_id = $2 AND estado IN ('AGUARDANDO_CONTATO', 'PENDENTE')`,
      [usuarios, reservaId],
    );
  }

  async postpone(
    carta: Carta,
    posse: Claim,
    pausaMs: number,
    { message: motivo, tentada }: FalhaDeEnvio,
  ): Promise<void> {
    await this.putOff(carta, posse, pausaMs, motivo, () =>
      this.database.change(FALHOU('entregas'), [carta[0].id, tentada]),
    );
  }

  async keep(carta: Carta, posse: Claim, pausaMs: number, motivo: string): Promise<void> {
    await this.putOff(carta, posse, pausaMs, motivo, () =>
      this.database.change('UPDATE entregas SET tentativas = greatest(0, tentativas - 1) WHERE id = $1', [carta[0].id]),
    );
  }

  private async putOff(
    carta: Carta,
    posse: Claim,
    pausaMs: number,
    motivo: string,
    contar: () => Promise<unknown>,
  ): Promise<void> {
    const queue = this.toSend(carta[0].canal);
    await queue.holding(posse, async () => {
      await contar();
      await this.database.change(`UPDATE entregas SET motivo = $2 WHERE id = ANY($1) AND estado = 'PENDENTE'`, [
        carta.map(({ id }) => id),
        motivo,
      ]);
      await queue.postpone(posse, pausaMs);
    });
  }

  async resend(id: string): Promise<void> {
    const [entrega] = await this.database.query<{ usuario_id: string; canal: TipoDeCanal }>(
      'SELECT usuario_id, canal FROM entregas WHERE id = $1',
      [id],
    );
    if (!entrega) throw new AvisoInexistente();
    await this.lockPerson(entrega.usuario_id);
    const again = await this.database.change(
      `UPDATE entregas e SET estado = 'PENDENTE', motivo = NULL, tentativas = 0, falhas = 0, falhando_desde = NULL,
              disponivel_em = now(), historico_em = NULL
        WHERE id = $1 AND estado = 'FALHOU' AND EXISTS (SELECT FROM ${ALCANCAVEIS} c WHERE c.usuario_id = e.usuario_id)`,
      [id],
    );
    if (again === 0) throw new AvisoNaoSeReenvia();
    this.toSend(entrega.canal).announce();
  }

  async markFailed(carta: Carta, posse: Claim, motivo: string): Promise<void> {
    const reserva = this.reservas.get(carta[0].canal);
    await this.toSend(carta[0].canal).holding(posse, async () => {
      await this.conclude(
        carta,
        `UPDATE entregas SET estado = 'FALHOU', motivo = $2 WHERE id = $1 AND estado = 'PENDENTE'`,
        ({ id }) => [id, motivo],
        (entrega) => ({ type: 'notificacao.falhou.v1', data: { ...this.eventData(entrega), motivo } }),
      );
      if (reserva === undefined || reserva === carta[0].canal) return;
      for (const { reservaId, versao, usuarioId, aviso, sobre } of carta)
        await this.insert({ id: randomUUIDv7(), reservaId, versao, usuarioId, aviso, sobre, canal: reserva });
    });
  }

  async saveSituacao(id: string, situacao: Situacao): Promise<void> {
    const antes = SITUACOES.slice(0, SITUACOES.indexOf(situacao));
    const mudadas = await this.database.query<Mudada>(MUDANCA_DE_SITUACAO, [id, situacao, antes]);
    for (const { id, ...entrega } of mudadas) {
      const data = { notificacaoId: id, ...entrega };
      if (situacao === 'ENTREGUE')
        await this.eventos.append(`notificacao/${id}`, [{ type: 'notificacao.entregue.v1', data }]);
      if (situacao === 'REJEITADA')
        await this.eventos.append(`notificacao/${id}`, [
          { type: 'notificacao.falhou.v1', data: { ...data, motivo: 'o provedor não conseguiu entregá-la' } },
        ]);
      metrics.notificacoesRelatos.inc({ canal: entrega.canal, situacao });
    }
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
        await this.eventos.append(`notificacao/${entrega.id}`, [evento(entrega)]);
        concluidas++;
      }
      return concluidas;
    });
  }

  private eventData({ id, usuarioId, reservaId, aviso, canal }: EntregaEmMaos) {
    return { notificacaoId: id, usuarioId, reservaId, tipo: aviso.tipo, canal };
  }
}
