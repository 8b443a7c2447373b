import { Injectable } from '@nestjs/common';
import type { Message, NotificacaoHttp } from '@plataforma/contracts';
import { EventStore } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import { type EntregaEmMaos, EntregaRepository, type NovaEntrega } from '../application/ports.js';
import type { Aviso, Canal, Contato, Idioma } from '../domain/entrega.js';

interface LinhaEmMaos {
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

  async registrarContato({ usuarioId, nome, email, idioma }: Contato): Promise<void> {
    await this.excluir(usuarioId);
    await this.database.query(
      'INSERT INTO contatos (usuario_id, nome, email, idioma) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [usuarioId, nome, email, idioma],
    );
    await this.database.change(
      `UPDATE entregas SET estado = 'PENDENTE', disponivel_em = now() WHERE usuario_id = $1 AND estado = 'AGUARDANDO_CONTATO'`,
      [usuarioId],
    );
  }

  async planejar({ id, reservaId, versao, canal, usuarioId, aviso }: NovaEntrega): Promise<void> {
    await this.excluir(usuarioId);
    await this.database.query(
      `INSERT INTO entregas (id, reserva_id, versao, tipo, canal, usuario_id, dados, estado)
       SELECT $1, $2, $3, $4, $5, $6, $7,
              CASE WHEN EXISTS (SELECT FROM contatos WHERE usuario_id = $6) THEN 'PENDENTE' ELSE 'AGUARDANDO_CONTATO' END
       ON CONFLICT ON CONSTRAINT entregas_unica DO NOTHING`,
      [id, reservaId, versao, aviso.tipo, canal, usuarioId, JSON.stringify(aviso)],
    );
  }

  async reivindicar(limite: number, prazoMs: number): Promise<EntregaEmMaos[]> {
    const linhas = await this.database.query<LinhaEmMaos>(
      `WITH devidas AS (
         SELECT id FROM entregas WHERE estado = 'PENDENTE' AND disponivel_em <= now()
          ORDER BY disponivel_em LIMIT $1 FOR UPDATE SKIP LOCKED
       )
       UPDATE entregas e SET tentativas = e.tentativas + 1, disponivel_em = now() + $2 * interval '1 millisecond'
         FROM devidas d, contatos c WHERE e.id = d.id AND c.usuario_id = e.usuario_id
       RETURNING e.id, e.reserva_id, e.versao, e.canal, e.usuario_id, e.dados, e.tentativas, c.nome, c.email, c.idioma,
                 EXISTS (SELECT FROM entregas n WHERE n.reserva_id = e.reserva_id AND n.versao > e.versao)
                   OR coalesce((e.dados->>'expiraEm')::timestamptz <= now(), false) AS superada`,
      [limite, prazoMs],
    );
    return linhas.map(({ reserva_id, usuario_id, dados, nome, email, idioma, ...linha }) => ({
      ...linha,
      reservaId: reserva_id,
      usuarioId: usuario_id,
      aviso: dados,
      contato: { usuarioId: usuario_id, nome, email, idioma },
    }));
  }

  /** Also when the claim was lost meanwhile: it was sent, and whoever sends it again finds it marked. */
  marcarEnviada(entrega: EntregaEmMaos, assunto: string): Promise<boolean> {
    return this.concluir(
      entrega,
      `UPDATE entregas SET estado = 'ENVIADA', assunto = $2, enviada_em = now(), motivo = NULL WHERE id = $1 AND estado = 'PENDENTE'`,
      [entrega.id, assunto],
      { type: 'notificacao.enviada.v1', data: this.dadosDoEvento(entrega) },
    );
  }

  async marcarSuperada(entrega: EntregaEmMaos): Promise<void> {
    await this.database.change(`UPDATE entregas SET estado = 'SUPERADA' WHERE id = $1 AND estado = 'PENDENTE'`, [
      entrega.id,
    ]);
  }

  async adiar(entrega: EntregaEmMaos, pausaMs: number, motivo: string): Promise<void> {
    await this.database.change(
      `UPDATE entregas SET disponivel_em = now() + $3 * interval '1 millisecond', motivo = $4
        WHERE id = $1 AND estado = 'PENDENTE' AND tentativas = $2`,
      [entrega.id, entrega.tentativas, pausaMs, motivo],
    );
  }

  async marcarFalhou(entrega: EntregaEmMaos, motivo: string): Promise<void> {
    await this.concluir(
      entrega,
      `UPDATE entregas SET estado = 'FALHOU', motivo = $3 WHERE id = $1 AND estado = 'PENDENTE' AND tentativas = $2`,
      [entrega.id, entrega.tentativas, motivo],
      { type: 'notificacao.falhou.v1', data: { ...this.dadosDoEvento(entrega), motivo } },
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
    entrega: EntregaEmMaos,
    sql: string,
    parametros: readonly unknown[],
    evento: Message,
  ): Promise<boolean> {
    return this.database.transaction(async () => {
      if ((await this.database.change(sql, parametros)) === 0) return false;
      await this.eventos.append(`notificacao/${entrega.id}`, [evento], 0);
      return true;
    });
  }

  private dadosDoEvento({ id, usuarioId, reservaId, aviso, canal }: EntregaEmMaos) {
    return { notificacaoId: id, usuarioId, reservaId, tipo: aviso.tipo, canal };
  }
}
