import { Injectable } from '@nestjs/common';
import { Alertas } from '@plataforma/messaging';
import { Database, Logger, metrics } from '@plataforma/platform';
import { TIPOS_DE_DIVERGENCIA, type TipoDeDivergencia, tiposDeDivergencia } from '../domain/divergencia.js';

/** The book of differences that were found, open and repaired, and what the metrics say of it. */
@Injectable()
export class RegistroDeDivergencias {
  constructor(
    private readonly database: Database,
    private readonly alertas: Alertas,
    private readonly logger: Logger,
  ) {}

  /** Opens a difference, or sees it again. */
  async found(tipo: TipoDeDivergencia, chave: string, detalhe: object): Promise<void> {
    const [row] = await this.database.query<{ nova: boolean }>(
      `INSERT INTO divergencias AS d (tipo, chave, situacao, detalhe) VALUES ($1, $2, 'ABERTA', $3)
       ON CONFLICT (tipo, chave) DO UPDATE SET detalhe = excluded.detalhe, vista_em = clock_timestamp(), reparada_em = NULL,
          encontrada_em = CASE WHEN d.situacao = 'ABERTA' THEN d.encontrada_em ELSE now() END, situacao = 'ABERTA'
       RETURNING vista_em = encontrada_em AS nova`,
      [tipo, chave, JSON.stringify(detalhe)],
    );
    if (!row?.nova) return;
    // What repairs itself deserves to be known; what does not needs somebody.
    const message = 'Divergência entre provedor, razão e reserva';
    if (TIPOS_DE_DIVERGENCIA[tipo].reparavel) return void this.logger.warn(message, { tipo, chave });
    this.logger.error(message, { tipo, chave });
    await this.alertas.raise('DIVERGENCIA', tipo);
  }

  /** Notes a difference that was found and repaired in one go. */
  async repaired(tipo: TipoDeDivergencia, chave: string, detalhe: object): Promise<void> {
    await this.database.change(
      `INSERT INTO divergencias (tipo, chave, situacao, detalhe, reparada_em) VALUES ($1, $2, 'REPARADA', $3, now())
       ON CONFLICT (tipo, chave) DO UPDATE SET situacao = 'REPARADA', vista_em = now(), reparada_em = now()`,
      [tipo, chave, JSON.stringify(detalhe)],
    );
    metrics.divergenciasReparadas.inc({ tipo });
    this.logger.warn('Divergência reparada', { tipo, chave });
  }

  /** Closes those of these kinds (and keys, when given) that a look which began at `desde` did not find any more. */
  async closeUnseen(tipos: readonly TipoDeDivergencia[], desde: Date, chaves?: readonly string[]): Promise<void> {
    const closed = await this.database.query<{ tipo: TipoDeDivergencia }>(
      `UPDATE divergencias SET situacao = 'REPARADA', reparada_em = now()
        WHERE situacao = 'ABERTA' AND tipo = ANY($1) AND vista_em < $2 AND ($3::text[] IS NULL OR chave = ANY($3))
        RETURNING tipo`,
      [tipos, desde, chaves ?? null],
    );
    for (const { tipo } of closed) metrics.divergenciasReparadas.inc({ tipo });
  }

  /** Every kind is always present: zero is visible. */
  async measure(): Promise<void> {
    const rows = await this.database.query<{ tipo: TipoDeDivergencia; total: string }>(
      `SELECT tipo, count(*) AS total FROM divergencias WHERE situacao = 'ABERTA' GROUP BY tipo`,
    );
    const open = new Map(rows.map(({ tipo, total }) => [tipo, Number(total)]));
    for (const tipo of tiposDeDivergencia) metrics.divergencias.set({ tipo }, open.get(tipo) ?? 0);
  }
}
