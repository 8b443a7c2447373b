import { Body, Controller, Headers, HttpCode, Post, type RawBodyRequest, Req } from '@nestjs/common';
import { type Command, CommandBus } from '@nestjs/cqrs';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  ApiBadRequestResponse,
  ApiConsumes,
  ApiHeader,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOperation,
  ApiPayloadTooLargeResponse,
  ApiTags,
  ApiUnsupportedMediaTypeResponse,
  Problem,
  problemSchema,
  Publico,
  type TakesForm,
  type TakesMore,
} from '@plataforma/platform';
import type { FastifyRequest } from 'fastify';
import {
  AssinaturaInvalida,
  ProvedorQueNaoRelata,
  ReceberRelatosDaSendGrid,
  ReceberRelatosDaTwilio,
  RelatoIlegivel,
} from '../application/registrar-relatos.js';

/** No token, but a signature over what came. */
@ApiTags('webhooks')
@Controller('webhooks')
@Publico()
export class RelatosController {
  constructor(private readonly commands: CommandBus) {}

  @Post('sendgrid')
  // It tells of what happened in batches.
  @RouteConfig({ corpoMaximoBytes: 786_432 } satisfies TakesMore)
  @HttpCode(204)
  @ApiOperation({ summary: 'Recebe da SendGrid o que houve com e-mails; 204 quer dizer guardado' })
  @ApiHeader({ name: 'X-Twilio-Email-Event-Webhook-Signature', required: true })
  @ApiHeader({ name: 'X-Twilio-Email-Event-Webhook-Timestamp', required: true })
  @ApiNoContentResponse()
  @ApiBadRequestResponse({ standardSchema: problemSchema })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiPayloadTooLargeResponse({ standardSchema: problemSchema })
  @ApiUnsupportedMediaTypeResponse({ standardSchema: problemSchema })
  async sendgrid(
    @Req() request: RawBodyRequest<FastifyRequest>,
    @Headers('x-twilio-email-event-webhook-signature') assinatura = '',
    @Headers('x-twilio-email-event-webhook-timestamp') instante = '',
  ): Promise<void> {
    const { rawBody: bytes = Buffer.alloc(0), body: corpo } = request;
    await this.receive(new ReceberRelatosDaSendGrid({ bytes, corpo, assinatura, instante }));
  }

  @Post('twilio')
  @HttpCode(204)
  @RouteConfig({ formulario: 'LIDO' } satisfies TakesForm)
  @ApiOperation({ summary: 'Recebe da Twilio o que houve com um SMS; 204 quer dizer guardado' })
  @ApiHeader({ name: 'X-Twilio-Signature', required: true })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiNoContentResponse()
  @ApiBadRequestResponse({ standardSchema: problemSchema })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiPayloadTooLargeResponse({ standardSchema: problemSchema })
  @ApiUnsupportedMediaTypeResponse({ standardSchema: problemSchema })
  async twilio(
    @Req() request: FastifyRequest,
    @Body() campos: Readonly<Record<string, string>> = {},
    @Headers('x-twilio-signature') assinatura = '',
  ): Promise<void> {
    const { search: consulta } = new URL(request.url, 'http://local');
    await this.receive(new ReceberRelatosDaTwilio({ consulta, campos, assinatura }));
  }

  private async receive(command: Command<void>): Promise<void> {
    try {
      await this.commands.execute(command);
    } catch (error) {
      if (error instanceof ProvedorQueNaoRelata)
        throw new Problem(404, 'notificacoes.sem-provedor', 'Deste provedor não se espera nada');
      if (error instanceof AssinaturaInvalida)
        throw new Problem(400, 'notificacoes.assinatura-invalida', 'A assinatura do webhook não confere');
      if (error instanceof RelatoIlegivel)
        throw new Problem(400, 'notificacoes.webhook-ilegivel', 'Isto não é o que o provedor manda');
      throw error;
    }
  }
}
