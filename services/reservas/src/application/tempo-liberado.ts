import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';

/** A stretch of a unit's time that nobody occupies any more. */
export interface Trecho {
  readonly unidade_id: string;
  readonly inicio: Date;
  readonly fim: Date;
}

/** Who offers time to those who wait for it. */
export interface Ouvinte {
  /** In the transaction that frees it, just before its end. */
  readonly atender: (trechos: readonly Trecho[]) => Promise<void>;
  /** Quotas may let this person have now what they were refused. */
  readonly reconsiderar: (clienteId: string) => Promise<void>;
  /** There is freed time to be offered later, or somebody to look at again. */
  readonly acordar: () => void;
}

/** `RETURNING` of a statement that frees time, as `Trecho`. */
export const TRECHO = 'unidade_id, lower(periodo) AS inicio, upper(periodo) AS fim';

/** What a transaction keeps here, see Database.once. */
const [LIBERADOS, MUDADAS] = [{}, {}];

/** Where those who free time, or change when there is some, tell it, and those who wait for it hear it. */
@Injectable()
export class TempoLiberado {
  private ouvinte: Ouvinte = {
    atender: () => Promise.resolve(),
    reconsiderar: () => Promise.resolve(),
    acordar: () => undefined,
  };

  constructor(private readonly database: Database) {}

  listen(ouvinte: Ouvinte): void {
    this.ouvinte = ouvinte;
  }

  /**
   * Inside a transaction, at whose end all that it freed is offered together. What is taken again before its end is for
   * the listener to find out.
   */
  tell(trechos: readonly Trecho[]): void {
    if (trechos.length === 0) return;
    const { todos } = this.database.once(LIBERADOS, (): { todos: Trecho[] } => ({ todos: [] }));
    todos.push(...trechos);
    if (todos.length > trechos.length) return;
    this.database.beforeCommit(() => this.ouvinte.atender(todos.splice(0)));
  }

  /** Inside a transaction: a booking of this person changed, and with it what quotas leave them. */
  bookingChanged(clienteId: string): void {
    const { pessoas } = this.database.once(MUDADAS, (): { pessoas: Set<string> } => ({ pessoas: new Set() }));
    if (pessoas.has(clienteId)) return;
    pessoas.add(clienteId);
    this.database.afterCommit(() => this.ouvinte.reconsiderar(clienteId));
  }

  /** Inside a transaction: the space has other hours, units or rules, so that any of its time may be free now. */
  async spaceChanged(espacoId: string): Promise<void> {
    await this.database.change(
      `INSERT INTO tempo_liberado (trechos)
       SELECT jsonb_agg(jsonb_build_object('unidade_id', u.unidade_id, 'inicio', now(), 'fim', 'infinity'))
         FROM espacos e JOIN espaco_unidades u ON u.espaco_id = e.id
        WHERE e.id = $1 AND e.situacao = 'PUBLICADO' HAVING count(*) > 0`,
      [espacoId],
    );
    this.database.afterCommit(() => this.ouvinte.acordar());
  }

  /** Inside a transaction: spaces of the city (as it is searched; null = of all) have other hours on this day. */
  async dayChanged(data: string, lugar: string | null): Promise<void> {
    await this.database.change(
      `UPDATE fila f SET tentar_em = now()
        WHERE f.situacao = 'ESPERANDO' AND f.tentar_em IS NOT NULL
          AND f.inicio - make_interval(mins => f.flexibilidade_minutos) < $1::date + interval '3 days'
          AND f.fim + make_interval(mins => f.flexibilidade_minutos) > $1::date - interval '1 day'
          AND ($2::text IS NULL OR f.cidade_buscada = $2 OR f.espaco_id IN (SELECT id FROM espacos WHERE cidade_buscada = $2))`,
      [data, lugar],
    );
    this.database.afterCommit(() => this.ouvinte.acordar());
  }
}
