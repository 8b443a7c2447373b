import { check } from 'k6';
import { constante, type Espaco, espacos, horarioLivre, limites, pedir, umDe } from './comum.ts';

export const options = { scenarios: { busca: constante(20) }, thresholds: limites };

interface Dados {
  readonly salas: Espaco[];
}

export const setup = async (): Promise<Dados> => ({ salas: await espacos() });

const palavras = ['sala', 'projetor', 'são paulo', 'quadra', 'auditorio', 'rio', 'mesa'];

/** Somebody who looks around: a search, then a space, then when it is free; of ten, one goes on. */
export default async function busca({ salas }: Dados): Promise<void> {
  const procura = await pedir('GET', `/v1/espacos?limite=20&texto=${encodeURIComponent(umDe(palavras))}`, {
    nome: 'busca',
    esperados: [200],
  });
  check(procura, { 'busca respondida': ({ status }) => status === 200 });
  if (Math.random() < 0.5) await horarioLivre(umDe(salas));
}
