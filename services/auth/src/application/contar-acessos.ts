import { Injectable } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Message, RegrasDeAcessoHttp } from '@plataforma/contracts';
import { EventStore } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';

/** As many changes are told again at once; whoever still misses some asks again. */
const REENVIO = 500;

interface Mudanca {
  readonly sequencia: number;
  readonly usuarioId: string | null;
  readonly grupos: string[] | null;
  readonly ativa: boolean | null;
  readonly espacoId: string | null;
  readonly regras: RegrasDeAcessoHttp | null;
}

/** What changed last of each person's account and groups and of each space's rules, by number; `$1` (bigint) is from where on. */
const MUDANCAS = `
  SELECT sequencia::float8, usuario_id AS "usuarioId", NULL::uuid AS "espacoId", NULL::jsonb AS regras,
         ARRAY(SELECT grupo_id FROM grupo_membros m WHERE m.usuario_id = p.usuario_id ORDER BY grupo_id) AS grupos,
         (SELECT desativado_em IS NULL FROM usuarios u WHERE u.id = p.usuario_id) AS ativa
    FROM grupos_de_pessoas p WHERE sequencia > $1
  UNION ALL SELECT sequencia::float8, NULL, espaco_id, regras, NULL, NULL FROM acessos_de_espacos WHERE sequencia > $1
   ORDER BY sequencia LIMIT ${REENVIO}`;

/** Counts the changes of accounts, groups and what they may, and tells them, in the transaction that makes them. */
@Injectable()
export class ContarAcessos {
  constructor(
    private readonly database: Database,
    private readonly eventos: EventStore,
  ) {}

  /** One change after the other. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(async () => {
      await this.database.query('SELECT FROM acessos_sequencia FOR UPDATE');
      return work();
    });
  }

  /** There is such a person now, their account is active or no longer, or their groups are others; in a transaction. */
  async daPessoa(usuarioId: string): Promise<void> {
    const sequencia = await this.next();
    await this.database.query(
      `INSERT INTO grupos_de_pessoas (usuario_id, sequencia) VALUES ($1, $2)
       ON CONFLICT (usuario_id) DO UPDATE SET sequencia = excluded.sequencia`,
      [usuarioId, sequencia],
    );
    await this.tell(sequencia - 1);
  }

  /** What groups may in the space is something else now; under `exclusively`. */
  async doEspaco(espacoId: string, regras: RegrasDeAcessoHttp): Promise<void> {
    const sequencia = await this.next();
    await this.database.query(
      `INSERT INTO acessos_de_espacos AS a (espaco_id, regras, versao, sequencia) VALUES ($1, $2, 1, $3)
       ON CONFLICT (espaco_id) DO UPDATE SET regras = excluded.regras, versao = a.versao + 1, sequencia = excluded.sequencia`,
      [espacoId, JSON.stringify(regras), sequencia],
    );
    await this.tell(sequencia - 1);
  }

  /** Everything that changed last after `desde`, as it is now: who has all until there has all that was told by it. */
  async tell(desde: number): Promise<void> {
    const mudancas = await this.database.query<Mudanca>(MUDANCAS, [desde]);
    let anterior = desde;
    for (const mudanca of mudancas) {
      const { sequencia, usuarioId, grupos, ativa, espacoId, regras } = mudanca;
      const message: Message | undefined =
        usuarioId !== null
          ? {
              type: 'usuario.grupos-alterados.v1',
              data: { usuarioId, grupos: grupos ?? [], ativa: ativa === true, sequencia, anterior },
            }
          : espacoId !== null
            ? { type: 'espaco.acesso-alterado.v1', data: { espacoId, regras: { ...regras }, sequencia, anterior } }
            : undefined;
      if (message)
        await this.eventos.append(usuarioId !== null ? `grupos/${usuarioId}` : `acesso/${espacoId}`, [message]);
      anterior = sequencia;
    }
    // Of the last ones nothing may be left: people were erased. Where there are more, whoever hears it asks for them at once.
    await this.pulse(0, mudancas.length < REENVIO ? anterior : undefined);
  }

  /**
   * Says how many changes there are, and when that was so, unless it was said less than so many ms ago. Whoever made a
   * change that is not counted yet waits for this, or this for them: at that moment there were no others.
   * @param anterior whoever has all until there has all
   */
  async pulse(cadaMs: number, anterior?: number): Promise<void> {
    const [row] = await this.database.query<{ ultima: string; agora: Date }>(
      `UPDATE acessos_sequencia SET dita_em = now()
        WHERE ultima > 0 AND dita_em <= now() - $1 * interval '1 millisecond' RETURNING ultima, now() AS agora`,
      [cadaMs],
    );
    if (!row) return;
    const em = row.agora.toISOString();
    const data = { sequencia: Number(row.ultima), em, ...(anterior !== undefined && { anterior }) };
    await this.eventos.append('grupos', [{ type: 'usuario.grupos-em-dia.v1', data }]);
  }

  private async next(): Promise<number> {
    const [row] = await this.database.query<{ ultima: string }>(
      'UPDATE acessos_sequencia SET ultima = ultima + 1 RETURNING ultima',
    );
    return Number(row?.ultima);
  }
}

/** Somebody misses what changed after `desde`. */
export class ReenviarAcessos extends Command<void> {
  constructor(readonly desde: number) {
    super();
  }
}

@CommandHandler(ReenviarAcessos)
export class ReenviarAcessosHandler implements ICommandHandler<ReenviarAcessos> {
  constructor(private readonly acessos: ContarAcessos) {}

  execute({ desde }: ReenviarAcessos): Promise<void> {
    return this.acessos.exclusively(() => this.acessos.tell(desde));
  }
}
