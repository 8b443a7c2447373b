import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import {
  type FiltroDeWebhooksHttp,
  idDoWebhook,
  instante,
  type WebhookHttp,
  type WebhooksHttp,
} from '@plataforma/contracts';
import { Database, decodeCursor, encodeCursor, Logger } from '@plataforma/platform';
import { z } from 'zod';
import { WebhookInexistente } from '../domain/errors.js';
import { WebhookRepository } from './ports.js';

interface Row {
  evento_id: string;
  tipo: string;
  estado: WebhookHttp['situacao'];
  corpo: string;
  explicacao: string | null;
  versao_api: string | null;
  intento_id: string | null;
  tentativas: number;
  recebido_em: Date;
  proxima_em: Date | null;
  descartado_por: string | null;
  descarte_motivo: string | null;
  descartado_em: Date | null;
  /** As the database has it, to the microsecond. */
  em: string;
}

const SELECT = `
  SELECT *, to_char(recebido_em AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS em FROM webhooks`;
const PARADOS: readonly string[] = ['ESTACIONADO', 'INESPERADO'];
/** How many of a body's field names are shown. */
const CAMPOS = 30;

/* Webhooks that had no effect, for who operates: seen, and dropped by a person only, with a reason. */

export class ListarWebhooksParados extends Query<WebhooksHttp> {
  constructor(readonly filtro: FiltroDeWebhooksHttp) {
    super();
  }
}

@QueryHandler(ListarWebhooksParados)
export class ListarWebhooksParadosHandler implements IQueryHandler<ListarWebhooksParados> {
  constructor(private readonly database: Database) {}

  /** Newest first; those that wait for somebody when no state is asked for. @throws Problem 400 for a foreign cursor */
  async execute({ filtro: { situacao, cursor, limite } }: ListarWebhooksParados): Promise<WebhooksHttp> {
    const [em, antesDe] = cursor === undefined ? [null, null] : decodeCursor(cursor, z.tuple([instante, idDoWebhook]));
    const rows = await this.database.query<Row>(
      `${SELECT} WHERE estado IN ('ESTACIONADO', 'INESPERADO', 'DESCARTADO') AND estado = ANY($1)
          AND ($2::timestamptz IS NULL OR (recebido_em, evento_id) < ($2::timestamptz, $3))
        ORDER BY recebido_em DESC, evento_id DESC LIMIT $4`,
      [situacao === undefined ? PARADOS : [situacao], em, antesDe, limite + 1],
    );
    const page = rows.slice(0, limite);
    const last = page.at(-1);
    return {
      itens: page.map(toHttp),
      proximo: rows.length > limite && last ? encodeCursor(last.em, last.evento_id) : null,
    };
  }
}

export class ConsultarWebhook extends Query<WebhookHttp> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(ConsultarWebhook)
export class ConsultarWebhookHandler implements IQueryHandler<ConsultarWebhook> {
  constructor(private readonly database: Database) {}

  /** @throws WebhookInexistente */
  async execute({ id }: ConsultarWebhook): Promise<WebhookHttp> {
    const [row] = await this.database.query<Row>(`${SELECT} WHERE evento_id = $1`, [id]);
    if (!row) throw new WebhookInexistente();
    return toHttp(row);
  }
}

export class DescartarWebhook extends Command<void> {
  constructor(
    readonly id: string,
    readonly motivo: string,
    readonly autorId: string,
  ) {
    super();
  }
}

@CommandHandler(DescartarWebhook)
export class DescartarWebhookHandler implements ICommandHandler<DescartarWebhook> {
  constructor(
    private readonly webhooks: WebhookRepository,
    private readonly logger: Logger,
  ) {}

  /** @throws WebhookInexistente, WebhookNaoParado */
  async execute({ id, motivo, autorId }: DescartarWebhook): Promise<void> {
    const { tipo } = await this.webhooks.drop(id, motivo, autorId);
    this.logger.warn('Webhook descartado por quem opera', { eventoId: id, tipo, autorId });
  }
}

const toHttp = (row: Row): WebhookHttp => ({
  id: row.evento_id,
  tipo: row.tipo,
  situacao: row.estado,
  explicacao: row.explicacao,
  versaoApi: row.versao_api,
  intentoId: row.intento_id,
  campos: fieldsOf(row.corpo),
  tentativas: row.tentativas,
  recebidoEm: row.recebido_em.toISOString(),
  proximaTentativaEm: row.proxima_em?.toISOString() ?? null,
  descarte:
    row.descartado_por !== null && row.descartado_em !== null
      ? { autorId: row.descartado_por, motivo: row.descarte_motivo ?? '', em: row.descartado_em.toISOString() }
      : null,
});

function fieldsOf(corpo: string): string[] {
  try {
    const body: unknown = JSON.parse(corpo);
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? Object.keys(body).slice(0, CAMPOS) : [];
  } catch {
    return [];
  }
}
