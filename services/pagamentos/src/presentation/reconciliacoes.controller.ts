import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { type NovaReconciliacaoHttp, novaReconciliacaoHttp, reconciliacaoHttp } from '@plataforma/contracts';
import { ExigePapel, Idempotente, problemSchema } from '@plataforma/platform';
import { z } from 'zod';
import { PedirReconciliacao } from '../application/pedir-reconciliacao.js';

@ApiTags('reconciliação')
@ApiBearerAuth()
@Controller('v1/pagamentos/reconciliacoes')
@ExigePapel('ADMIN', 'OPERADOR')
export class ReconciliacoesController {
  constructor(private readonly reconciliacoes: PedirReconciliacao) {}

  @Post()
  @HttpCode(202)
  @Idempotente()
  @ApiOperation({ summary: 'Pede que provedor, razão e reservas sejam comparados, objeto por objeto' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiAcceptedResponse({ standardSchema: reconciliacaoHttp })
  request(@Body({ schema: novaReconciliacaoHttp }) { desde }: NovaReconciliacaoHttp) {
    return this.reconciliacoes.request(desde);
  }

  @Get(':id')
  @ApiOperation({ summary: 'O que uma reconciliação encontrou' })
  @ApiOkResponse({ standardSchema: reconciliacaoHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  byId(@Param('id', { schema: z.uuid() }) id: string) {
    return this.reconciliacoes.byId(id);
  }
}
