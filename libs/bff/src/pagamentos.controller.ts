import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiNotAcceptableResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import {
  codigoDoRecibo,
  estornosHttp,
  type FiltroDePagamentosHttp,
  filtroDePagamentosHttp,
  type FormatoDeReciboHttp,
  formatoDeReciboHttp,
  id,
  numeroDoRecibo,
  pagamentoHttp,
  pagamentosHttp,
  reciboHttp,
  recibosHttp,
  verificacaoDeReciboHttp,
} from '@plataforma/contracts';
import { problemSchema, Publico } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';
import { Forwarded, type ForwardedHeaders } from './forwarded-headers.js';
import { fileOf } from './hand-on.js';
import { PagamentosApi } from './pagamentos-api.js';

/** What was charged, refunded and receipted, the same for every kind of client. */
@ApiTags('pagamentos')
@ApiBearerAuth()
@Controller('v1/pagamentos')
export class PagamentosController {
  constructor(private readonly api: PagamentosApi) {}

  @Get()
  @ApiOperation({ summary: 'As cobranças de quem pergunta; todas, para quem administra ou opera' })
  @ApiOkResponse({ standardSchema: pagamentosHttp })
  list(
    @Query({ schema: filtroDePagamentosHttp }) query: FiltroDePagamentosHttp,
    @Forwarded() headers: ForwardedHeaders,
  ) {
    return this.api.cobrancas(query, headers);
  }

  @Get('recibos/:numero')
  @ApiOperation({ summary: 'Um recibo, em JSON ou em PDF (Accept ou formato)' })
  @ApiProduces('application/json', 'application/pdf')
  @ApiOkResponse({ standardSchema: reciboHttp, description: 'O recibo, ou o mesmo em PDF' })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiNotAcceptableResponse({ standardSchema: problemSchema })
  async receipt(
    @Param('numero', { schema: numeroDoRecibo }) numero: string,
    @Query({ schema: formatoDeReciboHttp }) query: FormatoDeReciboHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('accept') accept?: string,
  ) {
    return fileOf(await this.api.recibo(numero, query, { ...headers, accept }), reply);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Uma cobrança' })
  @ApiOkResponse({ standardSchema: pagamentoHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  byId(@Param('id', { schema: id }) pagamentoId: string, @Forwarded() headers: ForwardedHeaders) {
    return this.api.cobranca(pagamentoId, headers);
  }

  @Get(':id/estornos')
  @ApiOperation({ summary: 'Os estornos de uma cobrança' })
  @ApiOkResponse({ standardSchema: estornosHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  refunds(@Param('id', { schema: id }) pagamentoId: string, @Forwarded() headers: ForwardedHeaders) {
    return this.api.estornos(pagamentoId, headers);
  }

  @Get(':id/recibos')
  @ApiOperation({ summary: 'Os recibos de uma cobrança e dos seus estornos, na ordem em que foram emitidos' })
  @ApiOkResponse({ standardSchema: recibosHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  receipts(@Param('id', { schema: id }) pagamentoId: string, @Forwarded() headers: ForwardedHeaders) {
    return this.api.recibos(pagamentoId, headers);
  }
}

/** Whoever holds a receipt may ask whether it is genuine. */
@ApiTags('pagamentos')
@Controller('v1/pagamentos/recibos/verificacoes')
export class VerificacaoDeRecibosController {
  constructor(private readonly api: PagamentosApi) {}

  @Get(':codigo')
  @Publico()
  @ApiOperation({ summary: 'Confere, pelo código impresso no recibo, se ele é autêntico e ainda vale' })
  @ApiOkResponse({ standardSchema: verificacaoDeReciboHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  verify(@Param('codigo', { schema: codigoDoRecibo }) codigo: string, @Forwarded() headers: ForwardedHeaders) {
    return this.api.verificarRecibo(codigo, headers);
  }
}
