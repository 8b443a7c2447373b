import { useEffect, useState } from 'react';
import type { ReservaHttp } from '@plataforma/contracts';
import { agora } from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { api } from './api.js';
import { haviaSessao, useSessao } from './sessao.js';

/** What is shown of a booking without a network: where, when, and the code by which one gets in. */
export type Guardada = Pick<ReservaHttp, 'id' | 'inicio' | 'fim' | 'fuso'> & {
  readonly nome: string;
  readonly onde: string;
  readonly codigo: string | null;
};
interface Guardadas {
  readonly em: number;
  readonly itens: readonly Guardada[];
}

/** On this device, for as long as one is logged in on it (ADR 83). */
const LUGAR = 'reservas-guardadas';

/** What is kept and still to come, by its start; undefined where nothing was kept. */
export function lerGuardadas(): Guardadas | undefined {
  try {
    const dito = haviaSessao() ? localStorage.getItem(LUGAR) : null;
    if (dito === null) return undefined;
    const { em, itens } = JSON.parse(dito) as Guardadas;
    return { em, itens: itens.filter(({ fim }) => Date.parse(fim) > agora()) };
  } catch {
    return undefined;
  }
}

export function esquecerGuardadas(): void {
  try {
    localStorage.removeItem(LUGAR);
  } catch {
    // Nothing was kept.
  }
}

function guardar(reservas: readonly ReservaHttp[]): void {
  const itens = reservas
    .filter(({ status, fim }) => status === 'CONFIRMADA' && Date.parse(fim) > agora())
    .sort((a, b) => Date.parse(a.inicio) - Date.parse(b.inicio))
    .map(({ id, inicio, fim, fuso, espaco, checkin }) => ({
      id,
      inicio,
      fim,
      fuso,
      nome: espaco.nome,
      onde: `${espaco.endereco}, ${espaco.cidade}`,
      codigo: checkin?.codigo ?? null,
    }));
  try {
    localStorage.setItem(LUGAR, JSON.stringify({ em: agora(), itens } satisfies Guardadas));
  } catch {
    // Nowhere to keep it: then there is nothing without a network.
  }
}

/** How long the first screen has for itself, ms. */
const DEPOIS_MS = 2_000;

/** Keeps one's coming bookings on the device, as they are now. */
export function useGuardarReservas(): void {
  const { estado, usuario } = useSessao();
  const [hora, setHora] = useState(false);
  useEffect(() => {
    const relogio = setTimeout(() => setHora(true), DEPOIS_MS);
    return () => clearTimeout(relogio);
  }, []);
  const { data } = useQuery({
    queryKey: ['reservas', 'guardar'],
    queryFn: async () =>
      (await api('GET /v1/reservas', { consulta: { status: 'CONFIRMADA', limite: 100 } })).body.itens,
    enabled: hora && estado === 'ABERTA' && 'serviceWorker' in navigator,
    staleTime: 60_000,
  });
  useEffect(() => {
    // Of those who see everybody's, their own.
    if (data && usuario) guardar(data.filter(({ clienteId }) => clienteId === usuario.id));
  }, [data, usuario]);
  useEffect(() => {
    if (estado === 'ANONIMA' && !haviaSessao()) esquecerGuardadas();
  }, [estado]);
}
