import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Publico, setting } from '@plataforma/platform';
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

const configuracao = z
  .object({
    pagamento: z.object({
      chavePublicavel: z.string().nullable().describe('Chave publicável da Stripe'),
      apiBase: z.string().nullable().describe('Endereço da API de pagamento, quando não é o da Stripe'),
    }),
  })
  .meta({ example: { pagamento: { chavePublicavel: 'pk_test_51', apiBase: null } } });

export class CheckoutSettings {
  constructor(
    readonly chavePublicavel: string | null,
    readonly apiBase: string | null,
  ) {}
}

@ApiTags('configuracao')
@Controller('v1/configuracao')
@Publico()
export class ConfiguracaoController {
  constructor(private readonly checkout: CheckoutSettings) {}

  @Get()
  @ApiOperation({ summary: 'O que o cliente precisa saber para pagar' })
  @ApiOkResponse({ standardSchema: configuracao })
  get(): z.output<typeof configuracao> {
    return { pagamento: { ...this.checkout } };
  }
}
