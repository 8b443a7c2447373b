import { randomUUIDv7 } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import {
  type AcessoAoEspacoHttp,
  type GrupoHttp,
  type GruposHttp,
  MAX_GRUPOS,
  MAX_GRUPOS_DA_PESSOA,
  MAX_MEMBROS,
  type MembrosHttp,
  type RegrasDeAcessoHttp,
} from '@plataforma/contracts';
import { Auditoria } from '@plataforma/messaging';
import { Database, violatedConstraint } from '@plataforma/platform';
import {
  AcessoDesatualizado,
  ApagamentoEmAndamento,
  EspacoInexistente,
  GrupoEmUso,
  GrupoInexistente,
  GrupoRepetido,
  GruposDemais,
  UsuarioInexistente,
} from '../domain/errors.js';
import { ContarAcessos } from './contar-acessos.js';

/* Groups of people, and what they may in each space. Every change is counted, and told in its transaction. */

const SELECT = `SELECT g.id, g.nome, g.criado_em AS "criadoEm",
  (SELECT count(*)::int FROM grupo_membros m WHERE m.grupo_id = g.id) AS membros FROM grupos g`;
type Row = Omit<GrupoHttp, 'criadoEm'> & { criadoEm: Date };
const toHttp = ({ criadoEm, ...grupo }: Row): GrupoHttp => ({ ...grupo, criadoEm: criadoEm.toISOString() });

export class ListarGrupos extends Query<GruposHttp> {}

@QueryHandler(ListarGrupos)
export class ListarGruposHandler implements IQueryHandler<ListarGrupos> {
  constructor(private readonly database: Database) {}

  async execute(): Promise<GruposHttp> {
    const rows = await this.database.query<Row>(`${SELECT} ORDER BY lower(g.nome), g.id LIMIT ${MAX_GRUPOS}`);
    return { itens: rows.map(toHttp) };
  }
}

export class ListarMembros extends Query<MembrosHttp> {
  constructor(
    readonly grupoId: string,
    readonly pagina: { readonly cursor?: string | undefined; readonly limite: number },
  ) {
    super();
  }
}

@QueryHandler(ListarMembros)
export class ListarMembrosHandler implements IQueryHandler<ListarMembros> {
  constructor(private readonly database: Database) {}

  /** By id, in pages. @throws GrupoInexistente */
  async execute({ grupoId, pagina: { cursor, limite } }: ListarMembros): Promise<MembrosHttp> {
    const rows = await this.database.query<Omit<MembrosHttp['itens'][number], 'desde'> & { desde: Date }>(
      `SELECT u.id AS "usuarioId", u.nome, u.email, m.desde FROM grupo_membros m JOIN usuarios u ON u.id = m.usuario_id
        WHERE m.grupo_id = $1 AND ($2::uuid IS NULL OR u.id > $2) ORDER BY u.id LIMIT $3`,
      [grupoId, cursor ?? null, limite + 1],
    );
    if (rows.length === 0) await requireGrupos(this.database, [grupoId]);
    const itens = rows.slice(0, limite).map(({ desde, ...membro }) => ({ ...membro, desde: desde.toISOString() }));
    return { itens, proximo: rows.length > limite ? (itens.at(-1)?.usuarioId ?? null) : null };
  }
}

export class CriarGrupo extends Command<GrupoHttp> {
  constructor(readonly nome: string) {
    super();
  }
}

@CommandHandler(CriarGrupo)
export class CriarGrupoHandler implements ICommandHandler<CriarGrupo> {
  constructor(
    private readonly database: Database,
    private readonly acessos: ContarAcessos,
    private readonly auditoria: Auditoria,
  ) {}

  /** @throws GrupoRepetido, GruposDemais */
  execute({ nome }: CriarGrupo): Promise<GrupoHttp> {
    return this.acessos.exclusively(async () => {
      const id = randomUUIDv7();
      await this.database.query('INSERT INTO grupos (id, nome) VALUES ($1, $2)', [id, nome]).catch((error: unknown) => {
        throw violatedConstraint(error) === 'grupos_nome_unico' ? new GrupoRepetido() : error;
      });
      const rows = await this.database.query<Row & { todos: number }>(
        `SELECT g.*, (SELECT count(*)::int FROM grupos) AS todos FROM (${SELECT}) g WHERE g.id = $1`,
        [id],
      );
      const [{ todos, ...grupo } = { todos: 0, id, nome, membros: 0, criadoEm: new Date(0) }] = rows;
      if (todos > MAX_GRUPOS) throw new GruposDemais('em tudo', MAX_GRUPOS);
      await this.auditoria.record('grupo.criado', { alvo: `grupo/${id}` });
      return toHttp(grupo);
    });
  }
}

export class ExcluirGrupo extends Command<void> {
  constructor(readonly grupoId: string) {
    super();
  }
}

@CommandHandler(ExcluirGrupo)
export class ExcluirGrupoHandler implements ICommandHandler<ExcluirGrupo> {
  constructor(
    private readonly database: Database,
    private readonly acessos: ContarAcessos,
    private readonly auditoria: Auditoria,
  ) {}

  /** @throws GrupoInexistente, GrupoEmUso */
  execute({ grupoId }: ExcluirGrupo): Promise<void> {
    return this.acessos.exclusively(async () => {
      const [grupo] = await this.database.query<Row>(`${SELECT} WHERE g.id = $1`, [grupoId]);
      if (!grupo) throw new GrupoInexistente();
      const espacos = await this.database.query<{ espaco_id: string }>(
        `SELECT espaco_id FROM acessos_de_espacos, jsonb_each(regras) AS r(direito, grupos)
          WHERE r.grupos ? $1 GROUP BY espaco_id ORDER BY espaco_id LIMIT 20`,
        [grupoId],
      );
      if (grupo.membros > 0 || espacos.length > 0)
        throw new GrupoEmUso(
          grupo.membros,
          espacos.map(({ espaco_id }) => espaco_id),
        );
      await this.database.change('DELETE FROM grupos WHERE id = $1', [grupoId]);
      await this.auditoria.record('grupo.excluido', { alvo: `grupo/${grupoId}` });
    });
  }
}

/** Somebody belongs to a group, or no longer. */
export class MudarMembro extends Command<void> {
  constructor(
    readonly grupoId: string,
    readonly usuarioId: string,
    readonly membro: boolean,
  ) {
    super();
  }
}

@CommandHandler(MudarMembro)
export class MudarMembroHandler implements ICommandHandler<MudarMembro> {
  constructor(
    private readonly database: Database,
    private readonly acessos: ContarAcessos,
    private readonly auditoria: Auditoria,
  ) {}

  /** Again changes nothing. @throws GrupoInexistente, UsuarioInexistente, ApagamentoEmAndamento, GruposDemais */
  execute({ grupoId, usuarioId, membro }: MudarMembro): Promise<void> {
    return this.acessos.exclusively(async () => {
      await requireGrupos(this.database, [grupoId]);
      if (membro) await this.requirePessoa(usuarioId);
      const mudou = await this.database.change(
        membro
          ? 'INSERT INTO grupo_membros (grupo_id, usuario_id) VALUES ($1, $2) ON CONFLICT DO NOTHING'
          : 'DELETE FROM grupo_membros WHERE grupo_id = $1 AND usuario_id = $2',
        [grupoId, usuarioId],
      );
      if (mudou === 0) return;
      const [quantos] = await this.database.query<{ grupos: number; membros: number }>(
        `SELECT (SELECT count(*)::int FROM grupo_membros WHERE usuario_id = $2) AS grupos,
                (SELECT count(*)::int FROM grupo_membros WHERE grupo_id = $1) AS membros`,
        [grupoId, usuarioId],
      );
      if ((quantos?.grupos ?? 0) > MAX_GRUPOS_DA_PESSOA) throw new GruposDemais('da pessoa', MAX_GRUPOS_DA_PESSOA);
      if ((quantos?.membros ?? 0) > MAX_MEMBROS) throw new GruposDemais('no grupo', MAX_MEMBROS);
      await this.acessos.daPessoa(usuarioId);
      await this.auditoria.record(membro ? 'grupo.membro-incluido' : 'grupo.membro-retirado', {
        pessoaId: usuarioId,
        alvo: `grupo/${grupoId}`,
      });
    });
  }

  private async requirePessoa(usuarioId: string): Promise<void> {
    const [usuario] = await this.database.query<{ apagando: boolean }>(
      `SELECT EXISTS (SELECT FROM pedidos_de_apagamento WHERE usuario_id = $1 AND estado = 'APAGANDO') AS apagando
         FROM usuarios WHERE id = $1`,
      [usuarioId],
    );
    if (!usuario) throw new UsuarioInexistente();
    if (usuario.apagando) throw new ApagamentoEmAndamento();
  }
}

export class LerAcesso extends Query<AcessoAoEspacoHttp> {
  constructor(readonly espacoId: string) {
    super();
  }
}

@QueryHandler(LerAcesso)
export class LerAcessoHandler implements IQueryHandler<LerAcesso> {
  constructor(private readonly database: Database) {}

  /** @throws EspacoInexistente */
  execute({ espacoId }: LerAcesso): Promise<AcessoAoEspacoHttp> {
    return lerAcesso(this.database, espacoId);
  }
}

/** @throws EspacoInexistente */
async function lerAcesso(database: Database, espacoId: string): Promise<AcessoAoEspacoHttp> {
  const [row] = await database.query<{ versao: number | null; regras: RegrasDeAcessoHttp | null }>(
    'SELECT versao, regras FROM espacos_conhecidos e LEFT JOIN acessos_de_espacos a ON a.espaco_id = e.id WHERE e.id = $1',
    [espacoId],
  );
  if (!row) throw new EspacoInexistente();
  return { espacoId, versao: row.versao ?? 0, regras: row.regras ?? {} };
}

/** reservas told of a space. */
export class ConhecerEspaco extends Command<void> {
  constructor(readonly espacoId: string) {
    super();
  }
}

@CommandHandler(ConhecerEspaco)
export class ConhecerEspacoHandler implements ICommandHandler<ConhecerEspaco> {
  constructor(private readonly database: Database) {}

  async execute({ espacoId }: ConhecerEspaco): Promise<void> {
    await this.database.change('INSERT INTO espacos_conhecidos VALUES ($1) ON CONFLICT DO NOTHING', [espacoId]);
  }
}

export class DizerAcesso extends Command<AcessoAoEspacoHttp> {
  constructor(
    readonly espacoId: string,
    readonly regras: RegrasDeAcessoHttp,
    /** undefined = whichever it is. */
    readonly versaoLida: number | undefined,
  ) {
    super();
  }
}

@CommandHandler(DizerAcesso)
export class DizerAcessoHandler implements ICommandHandler<DizerAcesso> {
  constructor(
    private readonly database: Database,
    private readonly acessos: ContarAcessos,
    private readonly auditoria: Auditoria,
  ) {}

  /** Once nothing is said of it any more, a space is everybody's. @throws EspacoInexistente, GrupoInexistente, AcessoDesatualizado */
  execute({ espacoId, regras, versaoLida }: DizerAcesso): Promise<AcessoAoEspacoHttp> {
    return this.acessos.exclusively(async () => {
      const antes = await lerAcesso(this.database, espacoId);
      if (versaoLida !== undefined && versaoLida !== antes.versao) throw new AcessoDesatualizado();
      await requireGrupos(this.database, [...new Set(Object.values(regras).flat())]);
      await this.acessos.doEspaco(espacoId, regras);
      await this.auditoria.record('espaco.acesso-mudado', {
        alvo: `espaco/${espacoId}`,
        dados: { antes: antes.regras, regras },
      });
      return lerAcesso(this.database, espacoId);
    });
  }
}

/** @throws GrupoInexistente unless all of them exist */
async function requireGrupos(database: Database, ids: readonly string[]): Promise<void> {
  const found = await database.query('SELECT FROM grupos WHERE id = ANY($1)', [ids]);
  if (found.length < ids.length) throw new GrupoInexistente();
}
