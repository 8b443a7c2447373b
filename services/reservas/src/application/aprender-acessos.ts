import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CloudEvent, MessageData } from '@plataforma/contracts';
import { EventStore } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import { acessoDe } from '../domain/acesso.js';
import { Copias } from './copias.js';

/** For how long what auth said counts, from when it was so: whoever was removed is let in for no longer, whatever is lost. */
const VALE_MS = 60_000;

/** What auth told of groups, or of what they may. */
export class AprenderAcessos extends Command<void> {
  constructor(
    readonly evento:
      | CloudEvent<'usuario.grupos-alterados.v1'>
      | CloudEvent<'espaco.acesso-alterado.v1'>
      | CloudEvent<'usuario.grupos-em-dia.v1'>,
  ) {
    super();
  }
}

/**
 * Learns from auth who may what, in the transaction of each message. They may be lost, come twice or in any order: each
 * is the whole of what it is about, and an older one never undoes a newer; how far everything has come is counted, and
 * what is missing is asked for again.
 */
@CommandHandler(AprenderAcessos)
export class AprenderAcessosHandler implements ICommandHandler<AprenderAcessos> {
  constructor(
    private readonly database: Database,
    private readonly eventos: EventStore,
    private readonly copias: Copias,
  ) {}

  execute({ evento }: AprenderAcessos): Promise<void> {
    switch (evento.type) {
      case 'usuario.grupos-alterados.v1':
        return this.grupos(evento.data);
      case 'espaco.acesso-alterado.v1':
        return this.espaco(evento.data);
      case 'usuario.grupos-em-dia.v1':
        return this.emDia(evento.data);
    }
  }

  private async grupos({
    usuarioId,
    grupos,
    ativa,
    ...mudanca
  }: MessageData<'usuario.grupos-alterados.v1'>): Promise<void> {
    await this.database.change(
      `INSERT INTO pessoa_grupos AS p (pessoa_id, sequencia, grupos, ativa)
       SELECT $1::uuid, $2::bigint, $3::uuid[], coalesce($4, true) WHERE NOT EXISTS (SELECT FROM pessoas_apagadas WHERE pessoa_id = $1::uuid)
       ON CONFLICT (pessoa_id) DO UPDATE SET sequencia = excluded.sequencia, grupos = excluded.grupos,
         ativa = coalesce($4, p.ativa)
        WHERE p.sequencia < excluded.sequencia`,
      [usuarioId, mudanca.sequencia, grupos, ativa ?? null],
    );
    await this.reached(mudanca);
  }

  private async espaco({ espacoId, regras, ...mudanca }: MessageData<'espaco.acesso-alterado.v1'>): Promise<void> {
    const { ver, reservar, semAprovacao, aprovar, administrar } = acessoDe(regras);
    await this.database.change(
      `INSERT INTO espaco_acessos AS e (espaco_id, sequencia, ver, reservar, sem_aprovacao, aprovar, administrar)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (espaco_id) DO UPDATE SET sequencia = excluded.sequencia, ver = excluded.ver, reservar = excluded.reservar,
         sem_aprovacao = excluded.sem_aprovacao, aprovar = excluded.aprovar, administrar = excluded.administrar
        WHERE e.sequencia < excluded.sequencia`,
      [espacoId, mudanca.sequencia, ver, reservar, semAprovacao, aprovar, administrar],
    );
    await this.reached(mudanca);
    // Copies that were made before say that it is everybody's; the message comes back until they are gone.
    await this.copias.evictSpace(espacoId);
  }

  /** When it is not all here, nobody is let in by a group for longer than before. */
  private async emDia({ sequencia, em, anterior }: MessageData<'usuario.grupos-em-dia.v1'>): Promise<void> {
    if (anterior !== undefined) await this.reached({ sequencia, anterior });
    const [row] = await this.database.query<{ ate: string }>(
      `UPDATE acessos_em_dia SET vale_ate = CASE WHEN ate >= $1::bigint
              THEN greatest(vale_ate, $2::timestamptz + $3::int * interval '1 millisecond') ELSE vale_ate END RETURNING ate`,
      [sequencia, em, VALE_MS],
    );
    const ate = Number(row?.ate ?? 0);
    if (ate < sequencia) await this.eventos.append('acesso', [{ type: 'acesso.reenviar.v1', data: { desde: ate } }]);
  }

  /** What comes before its turn is kept until what was missing comes. */
  private async reached({
    sequencia,
    anterior,
  }: {
    readonly sequencia: number;
    readonly anterior: number;
  }): Promise<void> {
    await this.database.query('SELECT FROM acessos_em_dia FOR UPDATE');
    await this.database.change(
      `INSERT INTO acessos_adiantados AS a (sequencia, anterior) VALUES ($1, $2)
       ON CONFLICT (sequencia) DO UPDATE SET anterior = least(a.anterior, excluded.anterior)`,
      [sequencia, anterior],
    );
    await this.database.change(
      `WITH RECURSIVE elos AS (
         SELECT ate FROM acessos_em_dia
         UNION SELECT a.sequencia FROM elos JOIN acessos_adiantados a ON a.anterior <= elos.ate AND a.sequencia > elos.ate)
       UPDATE acessos_em_dia SET ate = (SELECT max(ate) FROM elos)`,
    );
    await this.database.change('DELETE FROM acessos_adiantados WHERE sequencia <= (SELECT ate FROM acessos_em_dia)');
  }
}
