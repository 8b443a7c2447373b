/** What groups of people may be given in one space; who may more may less. */
export type DireitoNoEspaco = 'VER' | 'RESERVAR' | 'RESERVAR_SEM_APROVACAO' | 'APROVAR' | 'ADMINISTRAR';

/**
 * The groups that have each right, those that have it by a greater one included. null: everybody who may see the space;
 * of `semAprovacao`: as the space itself says.
 */
export interface AcessoAoEspaco {
  readonly ver: readonly string[] | null;
  readonly reservar: readonly string[] | null;
  readonly semAprovacao: readonly string[] | null;
  readonly aprovar: readonly string[];
  readonly administrar: readonly string[];
}

/** What somebody has to do with all spaces: everything, or what their groups let them. */
export interface Vista {
  readonly tudo: boolean;
  readonly grupos: readonly string[];
}

export const SEM_GRUPOS: Vista = { tudo: false, grupos: [] };

/** What was said of each right, by those who administer; absent: as ever. */
type RegrasDeAcesso = Readonly<Partial<Record<DireitoNoEspaco, readonly string[]>>>;

/** Adds to each right the groups that have a greater one. */
export function acessoDe(regras: RegrasDeAcesso): AcessoAoEspaco {
  const de = (...direitos: DireitoNoEspaco[]) => [...new Set(direitos.flatMap((direito) => regras[direito] ?? []))];
  const se = (direito: DireitoNoEspaco, ...maiores: DireitoNoEspaco[]) =>
    regras[direito] === undefined ? null : de(direito, ...maiores);
  return {
    ver: se('VER', 'RESERVAR', 'RESERVAR_SEM_APROVACAO', 'APROVAR', 'ADMINISTRAR'),
    reservar: se('RESERVAR', 'RESERVAR_SEM_APROVACAO', 'ADMINISTRAR'),
    semAprovacao: se('RESERVAR_SEM_APROVACAO', 'ADMINISTRAR'),
    aprovar: de('APROVAR', 'ADMINISTRAR'),
    administrar: de('ADMINISTRAR'),
  };
}

/** `acesso` is null of a space that is everybody's. */
export function permite(acesso: AcessoAoEspaco | null, direito: DireitoNoEspaco, { tudo, grupos }: Vista): boolean {
  if (tudo) return true;
  const tem = (dados: readonly string[] | null) => dados === null || dados.some((grupo) => grupos.includes(grupo));
  switch (direito) {
    case 'VER':
      return tem(acesso?.ver ?? null);
    case 'RESERVAR':
      return tem(acesso?.ver ?? null) && tem(acesso?.reservar ?? null);
    case 'RESERVAR_SEM_APROVACAO':
      return tem(acesso?.semAprovacao ?? []);
    case 'APROVAR':
      return tem(acesso?.aprovar ?? []);
    case 'ADMINISTRAR':
      return tem(acesso?.administrar ?? []);
  }
}

/** The space as it is for them: whether they have to be approved is theirs, where groups were said. */
export const comoReserva = <E extends { readonly acesso: AcessoAoEspaco | null; readonly requerAprovacao: boolean }>(
  espaco: E,
  vista: Vista,
): E =>
  espaco.acesso === null || espaco.acesso.semAprovacao === null
    ? espaco
    : { ...espaco, requerAprovacao: !permite(espaco.acesso, 'RESERVAR_SEM_APROVACAO', vista) };
