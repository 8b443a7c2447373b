import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import { bodyOf, fileOf, Forwarded, type ForwardedHeaders, PagamentosApi } from '@plataforma/bff';
import {
  type DecisaoDoEstornoHttp,
  decisaoDoEstornoHttp,
  type DescarteDeWebhookHttp,
  descarteDeWebhookHttp,
  disputaHttp,
  disputasHttp,
  estornoHttp,
  estornosHttp,
  type FiltroDeDisputasHttp,
  filtroDeDisputasHttp,
  type FiltroDeWebhooksHttp,
  filtroDeWebhooksHttp,
  type FiltroDoRazaoHttp,
  filtroDoRazaoHttp,
  id,
  idDoWebhook,
  type NovaReconciliacaoHttp,
  novaReconciliacaoHttp,
  type NovoEstornoHttp,
  novoEstornoHttp,
  type FiltroDeEstornosHttp,
  filtroDeEstornosHttp,
  razaoHttp,
  reconciliacaoHttp,
  webhookHttp,
  webhooksHttp,
} from '@plataforma/contracts';
import { ExigePapel, problemSchema } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';

/** The money as those see it who answer for it: refunds by hand, the ledger, disputes, reconciliation. */
@ApiTags('pagamentos')
@ApiBearerAuth()
@Controller('v1/pagamentos')
@ExigePapel('ADMIN', 'OPERADOR')
export class FinanceiroController {
  constructor(private readonly api: PagamentosApi) {}

  @Post(':id/estornos')
  @ExigePapel('ADMIN')
  @ApiOperation({ summary: 'Devolve dinheiro à mão, com motivo; fica na auditoria' })
  @ApiHeader({ name: 'Idempotency-Key', required: true })
  @ApiCreatedResponse({ standardSchema: estornoHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({
    standardSchema: problemSchema,
    description: 'Nada capturado, em disputa, acima do que resta, ou o provedor já não estorna',
  })
  async refund(
    @Param('id', { schema: id }) pagamentoId: string,
    @Body({ schema: novoEstornoHttp }) body: NovoEstornoHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.estornar(pagamentoId, body, headers), reply);
  }

  @Get('estornos')
  @ApiOperation({ summary: 'Os estornos ainda não concluídos, os mais antigos primeiro' })
  @ApiOkResponse({ standardSchema: estornosHttp })
  pending(
    @Query({ schema: filtroDeEstornosHttp }) query: FiltroDeEstornosHttp,
    @Forwarded() headers: ForwardedHeaders,
  ) {
    return this.api.estornosPendentes(query, headers);
  }

  @Post('estornos/:id/decisao')
  @HttpCode(200)
  @ExigePapel('ADMIN')
  @ApiOperation({ summary: 'Decide sobre um estorno PARADO: de novo, pago por fora, ou baixado; fica na auditoria' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOkResponse({ standardSchema: estornoHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'O estorno não está parado' })
  async decide(
    @Param('id', { schema: id }) estornoId: string,
    @Body({ schema: decisaoDoEstornoHttp }) body: DecisaoDoEstornoHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.decidirEstorno(estornoId, body, headers), reply);
  }

  @Get('webhooks')
  @ApiOperation({ summary: 'Os webhooks sem efeito, os mais novos primeiro; sem filtro, os que esperam por alguém' })
  @ApiOkResponse({ standardSchema: webhooksHttp })
  webhooks(
    @Query({ schema: filtroDeWebhooksHttp }) query: FiltroDeWebhooksHttp,
    @Forwarded() headers: ForwardedHeaders,
  ) {
    return this.api.webhooksParados(query, headers);
  }

  @Post('webhooks/:id/descarte')
  @HttpCode(200)
  @ApiOperation({ summary: 'Descarta um webhook estacionado ou inesperado, com motivo' })
  @ApiOkResponse({ standardSchema: webhookHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'Ele teve efeito, ou já foi descartado' })
  async drop(
    @Param('id', { schema: idDoWebhook }) webhookId: string,
    @Body({ schema: descarteDeWebhookHttp }) body: DescarteDeWebhookHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.descartarWebhook(webhookId, body, headers), reply);
  }

  @Get('razao')
  @ApiOperation({ summary: 'O razão de uma reserva e de cada cobrança sua, agora ou num momento passado' })
  @ApiOkResponse({ standardSchema: razaoHttp })
  ledger(@Query({ schema: filtroDoRazaoHttp }) query: FiltroDoRazaoHttp, @Forwarded() headers: ForwardedHeaders) {
    return this.api.razao(query, headers);
  }

  @Get('disputas')
  @ApiOperation({ summary: 'As disputas, as mais novas primeiro' })
  @ApiOkResponse({ standardSchema: disputasHttp })
  disputes(
    @Query({ schema: filtroDeDisputasHttp }) query: FiltroDeDisputasHttp,
    @Forwarded() headers: ForwardedHeaders,
  ) {
    return this.api.disputas(query, headers);
  }

  @Get('disputas/:id')
  @ApiOperation({ summary: 'Uma disputa' })
  @ApiOkResponse({ standardSchema: disputaHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  dispute(@Param('id', { schema: id }) disputaId: string, @Forwarded() headers: ForwardedHeaders) {
    return this.api.disputa(disputaId, headers);
  }

  @Get('disputas/:id/evidencias')
  @ApiOperation({ summary: 'O que a plataforma sabe do pagamento disputado, num zip com manifesto' })
  @ApiProduces('application/zip')
  @ApiOkResponse({ description: 'O zip', schema: { type: 'string', format: 'binary', example: 'PK…' } })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  async evidence(
    @Param('id', { schema: id }) disputaId: string,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return fileOf(await this.api.evidencias(disputaId, headers), reply);
  }

  @Post('reconciliacoes')
  @HttpCode(202)
  @ApiOperation({ summary: 'Pede que provedor, razão e reservas sejam comparados, objeto por objeto' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiAcceptedResponse({ standardSchema: reconciliacaoHttp })
  async reconcile(
    @Body({ schema: novaReconciliacaoHttp }) body: NovaReconciliacaoHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.pedirReconciliacao(body, headers), reply);
  }

  @Get('reconciliacoes/:id')
  @ApiOperation({ summary: 'O que uma reconciliação encontrou' })
  @ApiOkResponse({ standardSchema: reconciliacaoHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  reconciliation(@Param('id', { schema: id }) reconciliacaoId: string, @Forwarded() headers: ForwardedHeaders) {
    return this.api.reconciliacao(reconciliacaoId, headers);
  }
}
