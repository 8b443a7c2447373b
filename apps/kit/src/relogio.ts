import { useEffect, useState } from 'react';

/** How far this device's clock is behind the server's, ms. */
let atraso = 0;

/** Takes the time from an answer: whoever's clock is wrong still sees how long a hold really lasts. */
function acertarPor(cabecalho: string | null): void {
  const dito = Date.parse(cabecalho ?? '');
  // A header says whole seconds; less than two is no difference.
  if (!Number.isNaN(dito)) atraso = Math.abs(dito - Date.now()) < 2_000 ? 0 : dito - Date.now();
}

/** `fetch`, of whose answers the time is taken. */
export const comRelogio: typeof fetch = async (...pedido) => {
  const resposta = await fetch(...pedido);
  acertarPor(resposta.headers.get('date'));
  return resposta;
};

/** The server's time, ms since 1970. */
export const agora = (): number => Date.now() + atraso;

/** The same, again every `passoMs`; 0 stands still. */
export function useAgora(passoMs: number): number {
  const [momento, setMomento] = useState(agora);
  useEffect(() => {
    if (passoMs === 0) return;
    const andando = setInterval(() => setMomento(agora()), passoMs);
    return () => clearInterval(andando);
  }, [passoMs]);
  return momento;
}
