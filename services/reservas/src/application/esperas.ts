import {
  Command,
  CommandHandler,
  type ICommandHandler,
  type IQueryHandler,
  Query,
  QueryBus,
  QueryHandler,
} from '@nestjs/cqrs';
import { type EsperaHttp, type EsperasHttp, type NovaEsperaHttp, pode } from '@plataforma/contracts';
import { Database, decodeCursor, pageOf, type Usuario } from '@plataforma/platform';
import { z } from 'zod';
import { EsperaInexistente } from '../domain/errors.js';
import { FilaDeEspera, ULTIMO_INICIO } from './fila-de-espera.js';

const SELECT = `
  SELECT f.id, f.cliente_id AS "clienteId", f.espaco_id AS "espacoId",
         CASE WHEN e.id IS NOT NULL THEN jsonb_build_object('nome', e.nome, 'cidade', e.cidade, 'fuso', e.fuso) END AS espaco,
         CASE WHEN f.espaco_id IS NULL THEN jsonb_build_object('cidade', f.cidade, 'tipo', f.tipo,
           'capacidade', f.capacidade, 'recursos', f.recursos) END AS busca,
         f.inicio, f.fim, f.flexibilidade_minutos AS "flexibilidadeMinutos", f.reserva_id AS "reservaId", f.criada_em AS "criadaEm",
         CASE WHEN f.situacao = 'ATENDIDA' AND r.status LIKE 'PENDENTE%' THEN 'OFERTADA'
              WHEN f.situacao = 'ATENDIDA' AND r.status = 'CANCELADA' THEN 'EXPIRADA'
              WHEN f.situacao = 'ESPERANDO' AND ${ULTIMO_INICIO} <= now() THEN 'ENCERRADA'
              ELSE f.situacao END AS situacao,
         CASE WHEN r.status LIKE 'PENDENTE%' THEN r.expira_em END AS "expiraEm"
    FROM fila f LEFT JOIN reservas r ON r.id = f.reserva_id LEFT JOIN espacos e ON e.id = f.espaco_id`;

type Row = Omit<EsperaHttp, 'inicio' | 'fim' | 'expiraEm' | 'criadaEm'> & {
  inicio: Date;
  fim: Date;
  expiraEm: Date | null;
  criadaEm: Date;
};

const toHttp = ({ inicio, fim, expiraEm, criadaEm, ...espera }: Row): EsperaHttp => ({
  ...espera,
  inicio: inicio.toISOString(),
  fim: fim.toISOString(),
  expiraEm: expiraEm?.toISOString() ?? null,
  criadaEm: criadaEm.toISOString(),
});

export class EntrarNaFila extends Command<string> {
  constructor(
    readonly usuario: Usuario,
    readonly pedido: NovaEsperaHttp,
  ) {
    super();
  }
}

@CommandHandler(EntrarNaFila)
export class EntrarNaFilaHandler implements ICommandHandler<EntrarNaFila> {
  constructor(private readonly fila: FilaDeEspera) {}

  /** @returns the id of the entry @throws the errors of FilaDeEspera.join */
  execute({ usuario, pedido }: EntrarNaFila): Promise<string> {
    return this.fila.join(usuario, pedido);
  }
}

/* Out of the line; a hold that was offered stays what it is. */

export class SairDaFila extends Command<void> {
  constructor(
    readonly id: string,
    readonly clienteId: string,
  ) {
    super();
  }
}

@CommandHandler(SairDaFila)
export class SairDaFilaHandler implements ICommandHandler<SairDaFila> {
  constructor(
    private readonly fila: FilaDeEspera,
    private readonly queries: QueryBus,
  ) {}

  /** @throws EsperaInexistente */
  async execute({ id, clienteId }: SairDaFila): Promise<void> {
    // Somebody who was served, or has left already, is not in the line any more either.
    if (!(await this.fila.leave(id, clienteId))) await this.queries.execute(new ConsultarEspera(id, clienteId));
  }
}

export class ConsultarEspera extends Query<EsperaHttp> {
  constructor(
    readonly id: string,
    readonly clienteId: string,
  ) {
    super();
  }
}

@QueryHandler(ConsultarEspera)
export class ConsultarEsperaHandler implements IQueryHandler<ConsultarEspera> {
  constructor(private readonly database: Database) {}

  /** @throws EsperaInexistente also for somebody else's */
  async execute({ id, clienteId }: ConsultarEspera): Promise<EsperaHttp> {
    const [row] = await this.database.query<Row>(`${SELECT} WHERE f.id = $1 AND f.cliente_id = $2`, [id, clienteId]);
    if (!row) throw new EsperaInexistente();
    return toHttp(row);
  }
}

export class ListarEsperas extends Query<EsperasHttp> {
  constructor(
    readonly pagina: { readonly cursor?: string | undefined; readonly limite: number },
    readonly usuario: Usuario,
  ) {
    super();
  }
}

@QueryHandler(ListarEsperas)
export class ListarEsperasHandler implements IQueryHandler<ListarEsperas> {
  constructor(private readonly database: Database) {}

  /** Newest first; those of all people for who administers. @throws Problem 400 for a foreign cursor */
  async execute({ pagina: { cursor, limite }, usuario }: ListarEsperas): Promise<EsperasHttp> {
    const [antesDe] = cursor === undefined ? [null] : decodeCursor(cursor, z.tuple([z.uuid()]));
    const rows = await this.database.query<Row>(
      `${SELECT} WHERE ($1::uuid IS NULL OR f.cliente_id = $1) AND ($2::uuid IS NULL OR f.id < $2)
        ORDER BY f.id DESC LIMIT $3`,
      [pode(usuario, 'fila.usar:todos') ? null : usuario.id, antesDe, limite + 1],
    );
    return pageOf(rows, limite, toHttp, (item) => [item.id]);
  }
}
