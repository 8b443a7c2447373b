import { Injectable } from '@nestjs/common';
import { pode } from '@plataforma/contracts';
import { Database, Recusas, type Usuario } from '@plataforma/platform';
import { type AcessoAoEspaco, type DireitoNoEspaco, permite, SEM_GRUPOS, type Vista } from '../domain/acesso.js';
import { EspacoInexistente, SemAcessoAoEspaco } from '../domain/errors.js';

/** A space's rules of access as one column, null of a space that is everybody's. `a` is its row of espaco_acessos. */
export const ACESSO = `CASE WHEN a.espaco_id IS NOT NULL THEN jsonb_build_object('ver', a.ver, 'reservar', a.reservar,
  'semAprovacao', a.sem_aprovacao, 'aprovar', a.aprovar, 'administrar', a.administrar) END`;

/**
 * Condition: they may see the space `e`, or book it. `valor` makes a parameter of what it is given, and says how it is
 * written.
 */
export function espacosQue(podem: 'ver' | 'reservar', { tudo, grupos }: Vista, valor: (parametro: unknown) => string) {
  if (tudo) return 'true';
  const deles = `${valor(grupos)}::uuid[]`;
  const reservar = podem === 'reservar' ? ` OR NOT a.reservar && ${deles}` : '';
  return `NOT EXISTS (SELECT FROM espaco_acessos a WHERE a.espaco_id = e.id AND (NOT a.ver && ${deles}${reservar}))`;
}

/** Who may do what in which space: what auth said last, by groups, as long as that is recent; and the house. */
@Injectable()
export class Acessos {
  constructor(
    private readonly database: Database,
    private readonly recusas: Recusas,
  ) {}

  /** Of who asks, known or not. */
  async vista(usuario: Usuario | undefined): Promise<Vista> {
    if (usuario === undefined) return SEM_GRUPOS;
    return pode(usuario, 'espacos.administrar') ? { tudo: true, grupos: [] } : this.daPessoa(usuario.id);
  }

  /** By their groups alone. Without word of auth that is recent enough they have none: who was removed gets in nowhere. */
  async daPessoa(pessoaId: string): Promise<Vista> {
    const [row] = await this.database.query<{ grupos: string[] }>(
      'SELECT g.grupos FROM pessoa_grupos g, acessos_em_dia d WHERE g.pessoa_id = $1 AND d.vale_ate > now()',
      [pessoaId],
    );
    return row ? { tudo: false, grupos: row.grupos } : SEM_GRUPOS;
  }

  /**
   * Of a space that was read; asks nothing of the database for one that is everybody's.
   * @returns what they have to do with it
   * @throws EspacoInexistente unless they may see it, SemAcessoAoEspaco
   */
  async exigir(
    { acesso }: { readonly acesso: AcessoAoEspaco | null },
    usuario: Usuario | undefined,
    direito: DireitoNoEspaco,
  ): Promise<Vista> {
    if (acesso === null && (direito === 'VER' || direito === 'RESERVAR')) return SEM_GRUPOS;
    const vista = await this.vista(usuario);
    if (!permite(acesso, 'VER', vista)) throw new EspacoInexistente();
    if (!permite(acesso, direito, vista)) throw new SemAcessoAoEspaco(direito);
    return vista;
  }

  /** The same by the id of a space, whether or not it exists. @throws the errors of `exigir` */
  async exigirEm(espacoId: string, usuario: Usuario | undefined, direito: DireitoNoEspaco): Promise<Vista> {
    return this.exigir({ acesso: await this.acessoA(espacoId) }, usuario, direito);
  }

  /**
   * Of what whoever administers all spaces may, and the groups that administer this one. Nobody else hears whether there
   * is such a space. @throws SemAcessoAoEspaco
   */
  async exigirGestao(espacoId: string, usuario: Usuario): Promise<void> {
    if (pode(usuario, 'espacos.administrar') || (await this.tem(espacoId, usuario, 'ADMINISTRAR'))) return;
    await this.refused(usuario, 'ADMINISTRAR');
    throw new SemAcessoAoEspaco('ADMINISTRAR');
  }

  /** Recorded, as whoever asks for what their role does not permit. */
  refused(usuario: Usuario, direito: DireitoNoEspaco): Promise<void> {
    return this.recusas.refused(usuario, `espaco ${direito}`);
  }

  /** Whether they have it in the space; nothing is thrown. */
  async tem(espacoId: string, usuario: Usuario | undefined, direito: DireitoNoEspaco): Promise<boolean> {
    const [vista, acesso] = await Promise.all([this.vista(usuario), this.acessoA(espacoId)]);
    return permite(acesso, direito, vista);
  }

  /** In which of these spaces they have it. */
  async emQuais(
    espacoIds: readonly string[],
    usuario: Usuario,
    direito: DireitoNoEspaco,
  ): Promise<ReadonlySet<string>> {
    if (espacoIds.length === 0) return new Set();
    const [vista, ditos] = await Promise.all([
      this.vista(usuario),
      this.database.query<{ id: string; acesso: AcessoAoEspaco }>(
        `SELECT a.espaco_id AS id, ${ACESSO} AS acesso FROM espaco_acessos a WHERE a.espaco_id = ANY($1)`,
        [[...new Set(espacoIds)]],
      ),
    ]);
    const acessos = new Map(ditos.map(({ id, acesso }) => [id, acesso]));
    return new Set(espacoIds.filter((id) => permite(acessos.get(id) ?? null, direito, vista)));
  }

  private async acessoA(espacoId: string): Promise<AcessoAoEspaco | null> {
    const [row] = await this.database.query<{ acesso: AcessoAoEspaco }>(
      `SELECT ${ACESSO} AS acesso FROM espaco_acessos a WHERE a.espaco_id = $1`,
      [espacoId],
    );
    return row?.acesso ?? null;
  }
}
