import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import {
  type DescarteDeWebhookHttp,
  descarteDeWebhookHttp,
  type FiltroDeWebhooksHttp,
  filtroDeWebhooksHttp,
  idDoWebhook,
  webhookHttp,
  webhooksHttp,
} from '@plataforma/contracts';
import { ExigePapel, problemSchema, type Usuario, UsuarioAtual } from '@plataforma/platform';
import { WebhooksParados } from '../application/webhooks-parados.js';

@ApiTags('webhooks')
@ApiBearerAuth()
@Controller('v1/pagamentos/webhooks')
@ExigePapel('ADMIN', 'OPERADOR')
export class WebhooksParadosController {
  constructor(private readonly webhooks: WebhooksParados) {}

  @Get()
  @ApiOperation({ summary: 'Os webhooks sem efeito, os mais novos primeiro; sem filtro, os que esperam por alguém' })
  @ApiOkResponse({ standardSchema: webhooksHttp })
  list(@Query({ schema: filtroDeWebhooksHttp }) query: FiltroDeWebhooksHttp) {
    return this.webhooks.list(query);
  }

  @Post(':id/descarte')
  @HttpCode(200)
  @ApiOperation({ summary: 'Descarta um webhook estacionado ou inesperado, com motivo' })
  @ApiOkResponse({ standardSchema: webhookHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'Ele teve efeito, ou já foi descartado' })
  drop(
    @Param('id', { schema: idDoWebhook }) id: string,
    @Body({ schema: descarteDeWebhookHttp }) { motivo }: DescarteDeWebhookHttp,
    @UsuarioAtual() usuario: Usuario,
  ) {
    return this.webhooks.drop(id, motivo, usuario.id);
  }
}
