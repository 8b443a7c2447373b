import { Controller } from '@nestjs/common';
import { configuracao } from '@plataforma/contracts';
import { Operacao, setting } from '@plataforma/platform';
import { z } from 'zod';

/** Settings of what runs at the client's: none of them is secret. */
export const checkoutSettings = {
  CHECKOUT_CHAVE_PUBLICAVEL: setting(
    z.string().startsWith('pk_', 'esperada a chave publicável da Stripe (pk_…)').optional(),
    {
      description: 'A chave publicável da Stripe, com que o aparelho do cliente paga; acompanha STRIPE_SECRET_KEY',
      usual: 'a do emulador',
      example: 'pk_test_...',
    },
  ),
  CHECKOUT_API_BASE: setting(z.url().optional(), {
    description: 'Outro endereço da API da Stripe para os clientes: o do emulador',
    usual: 'o da Stripe',
    provided: true,
  }),
};

export class CheckoutSettings {
  constructor(
    readonly chavePublicavel: string | null,
    readonly apiBase: string | null,
  ) {}
}

@Controller()
export class ConfiguracaoController {
  constructor(private readonly checkout: CheckoutSettings) {}

  @Operacao(configuracao)
  get() {
    return { pagamento: { ...this.checkout } };
  }
}
