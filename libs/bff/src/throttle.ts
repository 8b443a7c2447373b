import { isIPv6 } from 'node:net';
import { HttpExtension, Problem, setting } from '@plataforma/platform';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

/** How many addresses are remembered: of more than these the one that came first is forgotten, and may ask anew. */
const MOST_ADDRESSES = 50_000;

export const throttleSettings = {
  PEDIDOS_POR_MINUTO: setting(z.coerce.number().int().min(0).max(10_000_000).default(6_000), {
    description:
      'Quantos pedidos por minuto um endereço pode fazer a cada instância de um BFF; 0: quantos quiser. O gateway tem limites menores; atrás dele, PROXIES_CONFIAVEIS diz de quem é o endereço',
  }),
};

/** Whose requests are counted together: of IPv6 a house has a whole network of addresses (RFC 6177). */
function houseOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const [before, after] = [head, tail ?? ''].map((part) => part.split(':').filter(Boolean));
  const gap = tail === undefined ? 0 : 8 - (before?.length ?? 0) - (after?.length ?? 0);
  return [...(before ?? []), ...Array.from({ length: gap }, () => '0'), ...(after ?? [])].slice(0, 4).join(':');
}

/**
 * Holds an address to so many requests a minute, in the memory of this process, so that a BFF without its gateway is not
 * at anybody's mercy. Whoever was quiet may spend a minute's worth at once; then they come back by and by.
 */
export class Throttle extends HttpExtension {
  private readonly left = new Map<string, { tokens: number; at: number }>();

  /** @param perMinute 0: nobody is held to anything @param now ms, of a clock that never goes back */
  constructor(
    private readonly perMinute: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    super();
  }

  /** @throws Problem 429 when an address has no request left; says after how many seconds it has one */
  count(address: string): void {
    const house = houseOf(address);
    const now = this.now();
    const perMs = this.perMinute / 60_000;
    const { tokens, at } = this.left.get(house) ?? { tokens: this.perMinute, at: now };
    const available = Math.min(this.perMinute, tokens + (now - at) * perMs);
    const spent = available >= 1;
    this.left.set(house, { tokens: available - (spent ? 1 : 0), at: now });
    if (this.left.size > MOST_ADDRESSES) this.left.delete(this.left.keys().next().value ?? '');
    if (!spent)
      throw new Problem(429, 'requisicao.limite-excedido', 'Limite de requisições excedido', {
        headers: { 'retry-after': String(Math.ceil((1 - available) / perMs / 1_000)) },
      });
  }

  override async extend(fastify: FastifyInstance): Promise<void> {
    if (this.perMinute === 0) return;
    fastify.addHook('onRequest', async ({ ip, url }) => {
      // Who operates it asks whether it is well, however busy it is.
      if (!/^\/(health(\/ready)?|metrics)$/.test(url)) this.count(ip);
    });
  }
}
