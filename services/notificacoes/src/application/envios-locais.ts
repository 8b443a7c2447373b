import type { EnviosLocaisHttp, FiltroDeEnviosLocaisHttp } from '@plataforma/contracts';
import { type Database, pageOf } from '@plataforma/platform';

type Envio = EnviosLocaisHttp['itens'][number];
interface Row extends Omit<Envio, 'registradoEm'> {
  readonly id: string;
  readonly registradoEm: Date;
}

/** What channels without a provider recorded instead of sending it. */
export class EnviosLocais {
  /** @param mostraSegredos whether letters that let their reader in, and codes, are shown: not where people are real */
  constructor(
    private readonly database: Database,
    private readonly mostraSegredos: boolean,
  ) {}

  /** Newest first. */
  async list({ canal, notificacaoId, cursor, limite }: FiltroDeEnviosLocaisHttp): Promise<EnviosLocaisHttp> {
    const [antes, id] = cursor?.split('~') ?? [];
    const rows = await this.database.read<Row>(
      `SELECT l.*, NOT $6 AND NOT EXISTS (SELECT FROM entregas e WHERE e.id = l."notificacaoId") AS retido
         FROM (SELECT entrega_id AS id, entrega_id AS "notificacaoId", 'EMAIL' AS canal, para_email AS para, assunto, texto, html, calendario,
                      NULL AS caminho, date_trunc('milliseconds', registrado_em) AS "registradoEm" FROM emails_locais
               UNION ALL
               SELECT destino_id, entrega_id, canal, para, assunto, texto, NULL, NULL, caminho, date_trunc('milliseconds', registrado_em)
                 FROM envios_locais) AS l
        WHERE ($1::timestamptz IS NULL OR ("registradoEm", id) < ($1, $2::uuid)) AND ($3::text IS NULL OR canal = $3)
          AND ($4::uuid IS NULL OR "notificacaoId" = $4)
        ORDER BY "registradoEm" DESC, id DESC LIMIT $5`,
      [antes ?? null, id ?? null, canal ?? null, notificacaoId ?? null, limite + 1, this.mostraSegredos],
    );
    const ids = new Map<Envio, string>();
    return pageOf(
      rows,
      limite,
      ({ id, registradoEm, ...row }) => {
        const item = {
          ...row,
          ...(row.retido && { texto: '', html: null, calendario: null }),
          registradoEm: registradoEm.toISOString(),
        };
        ids.set(item, id);
        return item;
      },
      (item) => [item.registradoEm, ids.get(item) ?? ''],
    );
  }
}
