import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { ListaDeUsuariosHttp, UsuariosHttp } from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import { ApagamentoEmAndamento, UltimoAdministrador, UsuarioInexistente } from '../domain/errors.js';
import type { Papel, Usuario } from '../domain/usuario.js';
import { Correio, SessaoRepository, UsuarioRepository } from './ports.js';

/** Accounts, the newest first. */
export class ListarUsuarios extends Query<UsuariosHttp> {
  constructor(readonly filtro: ListaDeUsuariosHttp) {
    super();
  }
}

interface Row {
  readonly id: string;
  readonly nome: string;
  readonly email: string;
  readonly papeis: Papel[];
  readonly idioma: 'pt-BR' | 'en';
  readonly criado_em: Date;
  readonly verificado: boolean;
  readonly desativado_em: Date | null;
}

/** A page of $5 people before the one $1, of an e-mail $2, a role $3 and a state $4; null: any. */
export const LISTA_DE_USUARIOS = `
  SELECT id, nome, email, papeis, idioma, criado_em, email_verificado_em IS NOT NULL AS verificado, desativado_em
    FROM usuarios
   WHERE ($1::uuid IS NULL OR id < $1) AND ($2::text IS NULL OR email = lower($2))
     AND ($3::text IS NULL OR papeis @> ARRAY[$3])
     AND ($4::text IS NULL OR (desativado_em IS NOT NULL) = ($4 = 'DESATIVADA'))
   ORDER BY id DESC LIMIT $5`;

@QueryHandler(ListarUsuarios)
export class ListarUsuariosHandler implements IQueryHandler<ListarUsuarios> {
  constructor(private readonly database: Database) {}

  async execute({ filtro: { email, papel, situacao, cursor, limite } }: ListarUsuarios): Promise<UsuariosHttp> {
    const rows = await this.database.query<Row>(LISTA_DE_USUARIOS, [
      cursor ?? null,
      email ?? null,
      papel ?? null,
      situacao ?? null,
      limite + 1,
    ]);
    const itens = rows.slice(0, limite).map(toHttp);
    return { itens, proximo: rows.length > limite ? (itens.at(-1)?.id ?? null) : null };
  }
}

const toHttp = ({ criado_em, desativado_em, verificado, ...usuario }: Row): UsuariosHttp['itens'][number] => ({
  ...usuario,
  criadoEm: criado_em.toISOString(),
  emailVerificado: verificado,
  desativadoEm: desativado_em?.toISOString() ?? null,
});

/** Nobody logs in with it, and its sessions end; or it is as it was before, with none. */
export class AtivarUsuario extends Command<void> {
  constructor(
    readonly usuarioId: string,
    readonly ativo: boolean,
  ) {
    super();
  }
}

@CommandHandler(AtivarUsuario)
export class AtivarUsuarioHandler implements ICommandHandler<AtivarUsuario> {
  constructor(
    private readonly usuarios: UsuarioRepository,
    private readonly sessoes: SessaoRepository,
    private readonly correio: Correio,
  ) {}

  /** Again changes nothing. @throws UsuarioInexistente, ApagamentoEmAndamento, UltimoAdministrador */
  async execute({ usuarioId, ativo }: AtivarUsuario): Promise<void> {
    await this.usuarios.exclusively(async () => {
      const conta = await existente(this.usuarios, usuarioId);
      if (!(await this.usuarios.setDesativado(usuarioId, !ativo))) return;
      if (!ativo) {
        await requireAdmin(this.usuarios, conta);
        await this.sessoes.endOf({ usuarioId }, 'CONTA');
      }
      await this.correio.post({ tipo: ativo ? 'CONTA_REATIVADA' : 'CONTA_DESATIVADA', para: conta });
    });
  }
}

/** What an account may do from now on: its sessions end, since their tokens say what it could do before. */
export class MudarPapeis extends Command<void> {
  constructor(
    readonly usuarioId: string,
    readonly papeis: readonly Papel[],
  ) {
    super();
  }
}

@CommandHandler(MudarPapeis)
export class MudarPapeisHandler implements ICommandHandler<MudarPapeis> {
  constructor(
    private readonly usuarios: UsuarioRepository,
    private readonly sessoes: SessaoRepository,
    private readonly correio: Correio,
  ) {}

  /** The same again changes nothing. @throws UsuarioInexistente, ApagamentoEmAndamento, UltimoAdministrador */
  async execute({ usuarioId, papeis }: MudarPapeis): Promise<void> {
    await this.usuarios.exclusively(async () => {
      const conta = await existente(this.usuarios, usuarioId);
      const antes = new Set(conta.papeis);
      if (antes.size === papeis.length && papeis.every((papel) => antes.has(papel))) return;
      await this.usuarios.setPapeis(usuarioId, papeis);
      await requireAdmin(this.usuarios, conta);
      await this.sessoes.endOf({ usuarioId }, 'CONTA');
      await this.correio.post({ tipo: 'PAPEIS_MUDARAM', para: conta });
    });
  }
}

/** Under `exclusively`, as an erasure begins. @throws UsuarioInexistente, ApagamentoEmAndamento */
async function existente(usuarios: UsuarioRepository, id: string): Promise<Usuario> {
  const usuario = await usuarios.find(id);
  if (!usuario) throw new UsuarioInexistente();
  if (await usuarios.sendoApagado(id)) throw new ApagamentoEmAndamento();
  return usuario;
}

/** What is thrown undoes what was changed. @param antes as the account was */
export async function requireAdmin(usuarios: UsuarioRepository, antes: Usuario): Promise<void> {
  if (antes.papeis.includes('ADMIN') && !antes.desativado && (await usuarios.countAdmins()) === 0)
    throw new UltimoAdministrador();
}
