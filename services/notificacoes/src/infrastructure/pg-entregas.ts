import { Injectable } from '@nestjs/common';
import type { Message, NotificacaoHttp } from '@plataforma/contracts';
import { EventStore } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import { type Carta, type EntregaEmMaos, EntregaRepository, type NovaEntrega } from '../application/ports.js';
import type { Aviso, Canal, Contato, Idioma } from '../domain/entrega.js';

/** A letter about a series leaves when nothing more of it has come for this long, s. */
const ESPERA_DA_SERIE_S = 2;
/** However much of it keeps coming, no letter waits longer than this for it, s. */
const ESPERA_MAXIMA_S = 20;

interface LinhaEmMaos {
  /** The id of the first delivery of its letter. */
  readonly primeira: string;
  readonly id: string;
  readonly reserva_id: string;
  readonly versao: number;
  readonly canal: Canal;
  readonly usuario_id: string;
  readonly dados: Aviso;
  readonly tentativas: number;
  readonly nome: string;
  readonly email: string;
  readonly idioma: Idioma;
  readonly superada: boolean;
}

interface LinhaLista extends Omit<NotificacaoHttp, 'criadaEm' | 'enviadaEm'> {
  readonly criadaEm: Date;
  readonly enviadaEm: Date | null;
}

@Injectable()
export class PgEntregaRepository extends EntregaRepository {
  constructor(
    private readonly database: Database,
    private readonly eventos: EventStore,
  ) {
    super();
  }

  async registrarContato({ usuarioId, nome, email, idioma }: Contato, versao: number): Promise<void> {
    await this.excluir(usuarioId);
    await this.database.query(
      `INSERT INTO contatos AS c (usuario_id, nome, email, idioma, versao) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (usuario_id) DO UPDATE SET nome = $2, email = $3, idioma = $4, versao = $5 WHERE c.versao < $5`,
      [usuarioId, nome, email, idioma, versao],
    );
    await this.database.change(
      `UPDATE entregas SET estado = 'PENDENTE', disponivel_em = now() WHERE usuario_id = $1 AND estado = 'AGUARDANDO_CONTATO'`,
      [usuarioId],
    );
  }

  async planejar({ id, reservaId, versao, canal, usuarioId, aviso }: NovaEntrega): Promise<void> {
    await this.excluir(usuarioId);
    await this.database.query(
      `INSERT INTO entregas (id, reserva_id, versao, tipo, canal, usuario_id, dados, disponivel_em, estado)
       SELECT $1, $2, $3, $4, $5, $6, $7, now(),
              CASE WHEN EXISTS (SELECT FROM contatos WHERE usuario_id = $6) THEN 'PENDENTE' ELSE 'AGUARDANDO_CONTATO' END
       ON CONFLICT ON CONSTRAINT entregas_unica DO NOTHING`,
      [id, reservaId, versao, aviso.tipo, canal, usuarioId, JSON.stringify(aviso)],
    );
  }

  /**
   * Only the first of a letter is claimed, and the others with it: two workers never share one. What has no letter in
   * common with anything (`carta` is NULL) waits for nothing.
   */
  async reivindicar(limite: number, prazoMs: number): Promise<Carta[]> {
    const linhas = await this.database.query<LinhaEmMaos>(
      `WITH primeiras AS (
         SELECT id, carta FROM entregas e WHERE estado = 'PENDENTE' AND disponivel_em <= now()
            -- One without a contact cannot be claimed, and must not stand before those that can.
            AND EXISTS (SELECT FROM contatos c WHERE c.usuario_id = e.usuario_id)
            AND NOT EXISTS (SELECT FROM entregas o WHERE o.carta = e.carta AND o.estado = 'PENDENTE' AND (o.id < e.id
                OR o.criada_em > now() - make_interval(secs => $3) AND e.criada_em > now() - make_interval(secs => $4)))
          ORDER BY disponivel_em LIMIT $1 FOR UPDATE SKIP LOCKED
       ), devidas AS (
         SELECT id, id AS primeira FROM primeiras
         UNION ALL
         SELECT e.id, p.id FROM primeiras p JOIN entregas e ON e.carta = p.carta AND e.estado = 'PENDENTE' AND e.id > p.id
       )
       UPDATE entregas e SET tentativas = e.tentativas + 1, disponivel_em = now() + $2 * interval '1 millisecond'
         FROM devidas d, contatos c WHERE e.id = d.id AND c.usuario_id = e.usuario_id
       RETURNING d.primeira, e.id, e.reserva_id, e.versao, e.canal, e.usuario_id, e.dados, e.tentativas, c.nome, c.email, c.idioma,
                 EXISTS (SELECT FROM entregas n WHERE n.reserva_id = e.reserva_id AND n.versao > e.versao)
                   OR coalesce((e.dados->>'expiraEm')::timestamptz <= now(), false) AS superada`,
      [limite, prazoMs, ESPERA_DA_SERIE_S, ESPERA_MAXIMA_S],
    );
    const cartas = new Map<string, [EntregaEmMaos, ...EntregaEmMaos[]]>();
    const emOrdem = linhas.sort((a, b) => a.id.localeCompare(b.id));
    for (const { primeira, reserva_id, usuario_id, dados, nome, email, idioma, ...linha } of emOrdem) {
      const entrega: EntregaEmMaos = {
        ...linha,
        reservaId: reserva_id,
        usuarioId: usuario_id,
        aviso: dados,
        contato: { usuarioId: usuario_id, nome, email, idioma },
      };
      const carta = cartas.get(primeira);
      if (carta) carta.push(entrega);
      else cartas.set(primeira, [entrega]);
    }
    return [...cartas.values()];
  }

  /** Also when the claim was lost meanwhile: it was sent, and whoever sends it again finds it marked. */
  marcarEnviada(carta: Carta, assunto: string): Promise<number> {
    return this.concluir(
      carta,
      `UPDATE entregas SET estado = 'ENVIADA', assunto = $2, enviada_em = now(), motivo = NULL WHERE id = $1 AND estado = 'PENDENTE'`,
      ({ id }) => [id, assunto],
      (entrega) => ({ type: 'notificacao.enviada.v1', data: this.dadosDoEvento(entrega) }),
    );
  }

  async marcarSuperada(entrega: EntregaEmMaos): Promise<void> {
    await this.database.change(`UPDATE entregas SET estado = 'SUPERADA' WHERE id = $1 AND estado = 'PENDENTE'`, [
      entrega.id,
    ]);
  }

  async adiar(carta: Carta, pausaMs: number, motivo: string): Promise<void> {
    await this.database.change(
      `UPDATE entregas e SET disponivel_em = now() + $3 * interval '1 millisecond', motivo = $4
         FROM unnest($1::uuid[], $2::int[]) AS em_maos(id, tentativas)
        WHERE e.id = em_maos.id AND e.estado = 'PENDENTE' AND e.tentativas = em_maos.tentativas`,
      [carta.map(({ id }) => id), carta.map(({ tentativas }) => tentativas), pausaMs, motivo],
    );
  }

  async marcarFalhou(carta: Carta, motivo: string): Promise<void> {
    await this.concluir(
      carta,
      `UPDATE entregas SET estado = 'FALHOU', motivo = $3 WHERE id = $1 AND estado = 'PENDENTE' AND tentativas = $2`,
      ({ id, tentativas }) => [id, tentativas, motivo],
      (entrega) => ({ type: 'notificacao.falhou.v1', data: { ...this.dadosDoEvento(entrega), motivo } }),
    );
  }

  async daReserva(reservaId: string, usuarioId: string | undefined): Promise<NotificacaoHttp[]> {
    const linhas = await this.database.read<LinhaLista>(
      `SELECT id, reserva_id AS "reservaId", tipo, canal, estado, assunto, criada_em AS "criadaEm", enviada_em AS "enviadaEm"
         FROM entregas WHERE reserva_id = $1 AND ($2::uuid IS NULL OR usuario_id = $2) ORDER BY versao, id`,
      [reservaId, usuarioId ?? null],
    );
    return linhas.map(({ criadaEm, enviadaEm, ...linha }) => ({
      ...linha,
      criadaEm: criadaEm.toISOString(),
      enviadaEm: enviadaEm?.toISOString() ?? null,
    }));
  }

  /**
   * One of "is there a contact?" and "here is the contact" at a time for each person: otherwise neither transaction
   * would see the other, and the delivery would wait for ever.
   */
  private async excluir(usuarioId: string): Promise<void> {
    await this.database.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 4))', [usuarioId]);
  }

  private concluir(
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

  private dadosDoEvento({ id, usuarioId, reservaId, aviso, canal }: EntregaEmMaos) {
    return { notificacaoId: id, usuarioId, reservaId, tipo: aviso.tipo, canal };
  }
}
