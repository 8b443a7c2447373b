import { Body, Controller, Post, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { bodyOf, Forwarded, type ForwardedHeaders, ReservasApi } from '@plataforma/bff';
import { cotacaoHttp, type NovaCotacaoHttp, novaCotacaoHttp } from '@plataforma/contracts';
import { problemSchema } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';

@ApiTags('cotacoes')
@ApiBearerAuth()
@Controller('v1/cotacoes')
export class CotacoesController {
  constructor(private readonly api: ReservasApi) {}

  @Post()
  @ApiOperation({
    summary: 'Quanto custa uma reserva, linha por linha',
    description: 'Nada fica retido. A reserva feita com `cotacaoId` até `expiraEm` paga exatamente este preço.',
  })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ standardSchema: cotacaoHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema, description: 'O espaço não existe' })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'O cupom se esgotou' })
  @ApiUnprocessableEntityResponse({
    standardSchema: problemSchema,
    description: 'O período viola uma regra do espaço, ou o cupom não vale',
  })
  async create(
    @Body({ schema: novaCotacaoHttp }) body: NovaCotacaoHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.cotar(body, headers), reply);
  }
}
