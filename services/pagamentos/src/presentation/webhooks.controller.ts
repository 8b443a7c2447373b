import { Controller, Headers, HttpCode, Post, type RawBodyRequest, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import {
  ApiBadRequestResponse,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiPayloadTooLargeResponse,
  ApiTags,
  ApiUnsupportedMediaTypeResponse,
  Problem,
  problemSchema,
  Publico,
} from '@plataforma/platform';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AssinaturaInvalida } from '../application/ports.js';
import { ReceberWebhook } from '../application/receber-webhook.js';

/** Stripe's webhooks: no token, but a signature over the raw bytes (https://docs.stripe.com/webhooks/signatures). */
@ApiTags('webhooks')
@Controller('webhooks/stripe')
@Publico()
export class WebhooksController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Recebe um evento da Stripe; 200 quer dizer guardado' })
  @ApiHeader({ name: 'Stripe-Signature', required: true })
  @ApiOkResponse({ standardSchema: z.object({ recebido: z.literal(true) }) })
  @ApiBadRequestResponse({ standardSchema: problemSchema })
  @ApiPayloadTooLargeResponse({ standardSchema: problemSchema })
  @ApiUnsupportedMediaTypeResponse({ standardSchema: problemSchema })
  async receive(@Req() request: RawBodyRequest<FastifyRequest>, @Headers('stripe-signature') assinatura?: string) {
    try {
      await this.commands.execute(new ReceberWebhook(request.rawBody ?? Buffer.alloc(0), assinatura ?? ''));
    } catch (error) {
      if (error instanceof AssinaturaInvalida)
        throw new Problem(400, 'pagamentos.assinatura-invalida', 'A assinatura do webhook não confere');
      throw error;
    }
    return { recebido: true };
  }
}
