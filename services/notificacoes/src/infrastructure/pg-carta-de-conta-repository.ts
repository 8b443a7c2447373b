import type { Database } from '@plataforma/platform';
import { type Claim, type Notifier, WorkTable } from '@plataforma/trabalho';
import { CartaDeContaRepository, type FalhaDeEnvio, type FimDaCarta } from '../application/ports.js';
import type { FatoDaCasa } from '../domain/carta-da-casa.js';
import type { CartaDeConta, CartaEmMaos } from '../domain/carta-de-conta.js';
import type { Idioma } from '../domain/entrega.js';
import { FALHOU } from './pg-entrega-repository.js';

interface Row {
  readonly id: string;
  readonly usuario_id: string;
  readonly tipo: CartaDeConta['tipo'];
  readonly nome: string;
  readonly email: string;
  readonly idioma: Idioma;
  readonly segredo: string | null;
  readonly aparelho: string | null;
  readonly rede: string | null;
  readonly expira_em: Date | null;
  readonly ocorrido_em: Date;
  readonly fato: FatoDaCasa | null;
  readonly falhas: number;
  readonly falhando_desde: Date | null;
}

const toCarta = ({ id, usuario_id, tipo, nome, email, idioma, segredo, aparelho, rede, ...row }: Row): CartaEmMaos => ({
  id,
  usuarioId: usuario_id,
  tipo,
  nome,
  email,
  idioma,
  segredo: segredo ?? undefined,
  aparelho: aparelho ?? undefined,
  rede: rede ?? undefined,
  expiraEm: row.expira_em ?? undefined,
  ocorridoEm: row.ocorrido_em,
  fato: row.fato ?? undefined,
  falhando: { falhas: row.falhas, desde: row.falhando_desde?.toISOString() ?? null },
});

export class PgCartaDeContaRepository extends CartaDeContaRepository {
  override readonly toSend: WorkTable<CartaEmMaos>;

  /** @param posseMs for how long a claim holds, ms; longer than a send can take */
  constructor(
    private readonly database: Database,
    notifier: Notifier,
    posseMs: number,
  ) {
    super();
    this.toSend = new WorkTable(database, notifier, {
      name: 'envio de cartas de conta',
      channel: 'cartas_de_conta',
      table: 'cartas_de_conta',
      key: ['id'],
      due: 'disponivel_em',
      lease: 'disponivel_em',
      attempts: 'tentativas',
      scope: `estado = 'PENDENTE'`,
      stuck: `estado = 'FALHOU' AND criada_em > now() - interval '7 days'`,
      toItem: (row: Row) => toCarta(row),
      leaseMs: posseMs,
      backoff: { firstMs: 2_000, maxMs: 3_600_000 },
    });
  }

  async insert(carta: CartaDeConta): Promise<void> {
    const { id, usuarioId, tipo, nome, email, idioma, segredo, aparelho, rede, expiraEm, ocorridoEm, fato } = carta;
    await this.database.query(
      `INSERT INTO cartas_de_conta (id, usuario_id, tipo, nome, email, idioma, segredo, aparelho, rede, expira_em, ocorrido_em, fato)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`,
      [
        id,
        usuarioId,
        tipo,
        nome,
        email,
        idioma,
        segredo ?? null,
        aparelho ?? null,
        rede ?? null,
        expiraEm ?? null,
        ocorridoEm,
        fato === undefined ? null : JSON.stringify(fato),
      ],
    );
    this.toSend.announce();
  }

  async postpone(posse: Claim, id: string, pausaMs: number, { tentada }: FalhaDeEnvio): Promise<void> {
    await this.toSend.holding(posse, async () => {
      await this.database.change(FALHOU('cartas_de_conta'), [id, tentada]);
      await this.toSend.postpone(posse, pausaMs);
    });
  }

  async end(posse: Claim, id: string, estado: FimDaCarta, motivo?: string): Promise<void> {
    await this.toSend.holding(posse, () =>
      this.database.change(
        `UPDATE cartas_de_conta SET estado = $2, motivo = $3, segredo = NULL, enviada_em = CASE WHEN $2 = 'ENVIADA' THEN now() END
          WHERE id = $1`,
        [id, estado, motivo ?? null],
      ),
    );
  }
}
