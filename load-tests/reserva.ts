import {
  cancelar,
  type Espaco,
  espacos,
  horarioLivre,
  limites,
  minutos,
  type Pessoa,
  pessoas,
  reservar,
  taxa,
  umDe,
} from './comum.ts';

/** The plan's profile: up to a rate, on at it, up to twice that, on, and down (2, 5, 2, 5 and 2 parts of 16). */
const parte = (n: number, target: number) => ({
  duration: `${Math.max(1, Math.round((minutos * 60 * n) / 16))}s`,
  target,
});
const t = taxa(5);

export const options = {
  scenarios: {
    reserva: {
      executor: 'ramping-arrival-rate' as const,
      startRate: 0,
      timeUnit: '1s',
      preAllocatedVUs: 20,
      maxVUs: 200,
      stages: [parte(2, t), parte(5, t), parte(2, 2 * t), parte(5, 2 * t), parte(2, 0)],
    },
  },
  thresholds: limites,
};

interface Dados {
  readonly gente: Pessoa[];
  readonly salas: Espaco[];
}

export const setup = async (): Promise<Dados> => ({ gente: await pessoas(20), salas: await espacos() });

/** Holds a free hour and gives it back, so that the house does not fill up. */
export default async function reserva({ gente, salas }: Dados): Promise<void> {
  const horario = await horarioLivre(umDe(salas));
  if (!horario) return;
  const pessoa = umDe(gente);
  const id = await reservar(pessoa, horario);
  if (id !== undefined) await cancelar(pessoa, id);
}
