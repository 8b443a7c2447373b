import { useSyncExternalStore } from 'react';
import { comoProblema, consultas } from '@plataforma/kit';
import { api } from './api.js';
import { quandoAcabar } from './sessao.js';

type Oque = 'reenviar' | 'excluir';
/** What was asked of many dead letters at once, and how far it has come. */
export interface Lote {
  readonly oque: Oque;
  readonly total: number;
  readonly feitas: number;
  /** Which failed, and how: `4f6c0d5b: …`; without words where nobody answered. */
  readonly falhas: readonly { readonly id: string; readonly porque: string | undefined }[];
  readonly emCurso: boolean;
}

/* Goes on wherever one looks meanwhile, until it is done or one's session ends. */

let lote: Lote | undefined;
/** Of which run it is: one that was let go of does nothing more. */
let vez = 0;
const ouvintes = new Set<() => void>();
function mudar(novo: Lote | undefined): void {
  lote = novo;
  for (const ouvir of ouvintes) ouvir();
}

quandoAcabar(() => {
  vez++;
  mudar(undefined);
});

/** One after another, as the queue wants it; what fails is told, and the rest goes on. */
export async function comecarLote(oque: Oque, ids: readonly string[], motivo: string): Promise<void> {
  if (lote?.emCurso) return;
  const desta = ++vez;
  let atual: Lote = { oque, total: ids.length, feitas: 0, falhas: [], emCurso: true };
  mudar(atual);
  for (const id of ids) {
    try {
      const parametros = { id };
      await (oque === 'reenviar'
        ? api('POST /v1/mensagens-mortas/:id/reenvio', { parametros })
        : api('POST /v1/mensagens-mortas/:id/exclusao', { parametros, corpo: { motivo } }));
      atual = { ...atual, feitas: atual.feitas + 1 };
    } catch (erro) {
      const { titulo, detalhe } = comoProblema(erro);
      atual = { ...atual, falhas: [...atual.falhas, { id: id.slice(0, 8), porque: detalhe ?? (titulo || undefined) }] };
    }
    if (vez !== desta) return;
    mudar(atual);
  }
  mudar({ ...atual, emCurso: false });
  await consultas.invalidateQueries({ queryKey: ['mortas'] });
}

export const useLote = (): Lote | undefined =>
  useSyncExternalStore(
    (ouvir) => {
      ouvintes.add(ouvir);
      return () => ouvintes.delete(ouvir);
    },
    () => lote,
  );
