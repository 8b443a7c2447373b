import { Counter } from 'k6/metrics';
import { espacos, type Horario, horarioLivre, limites, pausa, type Pessoa, pessoas, reservar, umDe } from './comum.ts';

const feitas = new Counter('reservas_feitas');
const gente = Number(__ENV['PESSOAS'] ?? 20);
const pedidosDeCada = 5;

/** Everybody wants the same hour at the same moment: one gets it. */
export const options = {
  scenarios: {
    relampago: {
      executor: 'per-vu-iterations' as const,
      vus: gente * pedidosDeCada,
      iterations: 1,
      maxDuration: '2m',
    },
  },
  // How long a crowd waits is not what is asked here: that all are answered, and one only has it.
  thresholds: { http_req_failed: limites.http_req_failed, checks: limites.checks, reservas_feitas: ['count==1'] },
};

interface Dados {
  readonly gente: Pessoa[];
  readonly horario: Horario;
}

export async function setup(): Promise<Dados> {
  const salas = await espacos();
  for (let vez = 0; vez < 20; vez++) {
    const horario = await horarioLivre(umDe(salas));
    if (horario) return { gente: await pessoas(gente), horario };
    await pausa(0.1);
  }
  throw new Error('não há horário livre');
}

export default async function relampago({ gente: todas, horario }: Dados): Promise<void> {
  const pessoa = todas[__VU % todas.length] ?? umDe(todas);
  if ((await reservar(pessoa, horario)) !== undefined) feitas.add(1);
}
