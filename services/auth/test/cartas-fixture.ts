import type { MessageData } from '@plataforma/contracts';
import { unseal } from '@plataforma/platform';
import { eventually } from '@plataforma/testing';
import type { AuthFixture } from './auth-fixture.js';

type Carta = MessageData<'usuario.carta-pedida.v1'>;

/** What people are told of their accounts, as notificacoes gets it. */
export class CartasFixture {
  constructor(private readonly auth: AuthFixture) {}

  to(email: string, tipo?: string): Carta[] {
    return this.auth.broker
      .publishedOf('usuario.carta-pedida.v1')
      .map(({ data }) => data)
      .filter((carta) => carta.email === email && (tipo === undefined || carta.tipo === tipo));
  }

  /** The `n`-th letter of a kind to an address, as soon as it is there. */
  wait(email: string, tipo: string, n = 1): Promise<Carta> {
    return eventually(() => this.to(email, tipo)[n - 1], 30_000);
  }

  /** What its link brings. */
  async token(email: string, tipo: string, n = 1): Promise<string> {
    const { cartaId, segredo = '' } = await this.wait(email, tipo, n);
    return unseal(Buffer.from(segredo, 'base64'), Buffer.alloc(32, 7), cartaId);
  }
}
