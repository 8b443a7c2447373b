export interface ChaveAgendada {
  readonly kid: string;
  readonly assinaDesde: Date;
}

export interface PoliticaRotacao {
  /** For how long a key signs, ms. */
  readonly periodoMs: number;
  /** How long before its first signature a key is published, ms; longer than verifiers cache the set of keys. */
  readonly antecedenciaMs: number;
  /** Longest life of a token that a key signed, ms, with room for clocks that differ. */
  readonly validadeTokenMs: number;
}

export interface PlanoRotacao {
  /** When the new key begins to sign; absent when none is needed. */
  readonly criarPara?: Date;
  /** Keys under which no valid token can exist any more. */
  readonly retirar: readonly string[];
}

/** The key that signs at `agora`: the latest whose time has come. */
export const chaveAtual = <C extends ChaveAgendada>(chaves: readonly C[], agora: Date): C | undefined =>
  chaves
    .filter(({ assinaDesde }) => assinaDesde <= agora)
    .reduce<C | undefined>(
      (atual, chave) => (atual && atual.assinaDesde >= chave.assinaDesde ? atual : chave),
      undefined,
    );

/** What is to be done with the keys now; nothing at most times. */
export function planejarRotacao(
  chaves: readonly ChaveAgendada[],
  agora: Date,
  politica: PoliticaRotacao,
): PlanoRotacao {
  const atual = chaveAtual(chaves, agora);
  if (!atual) return { criarPara: agora, retirar: [] };
  const desdeAtual = atual.assinaDesde.getTime();
  const limite = agora.getTime() - politica.validadeTokenMs;
  const retirar =
    desdeAtual <= limite ? chaves.filter((c) => c.assinaDesde < atual.assinaDesde).map(({ kid }) => kid) : [];
  const troca = desdeAtual + politica.periodoMs;
  const temProxima = chaves.some(({ assinaDesde }) => assinaDesde > agora);
  if (temProxima || agora.getTime() < troca - politica.antecedenciaMs) return { retirar };
  return { criarPara: new Date(Math.max(troca, agora.getTime() + politica.antecedenciaMs)), retirar };
}
