import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { bodyOf, Forwarded, type ForwardedHeaders, ReservasApi } from '@plataforma/bff';
import {
  feriadoHttp,
  feriadosHttp,
  type FiltroDeFeriadosHttp,
  filtroDeFeriadosHttp,
  id,
  type NovoFeriadoHttp,
  novoFeriadoHttp,
} from '@plataforma/contracts';
import { ExigePapel, problemSchema } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';

@ApiTags('feriados')
@ApiBearerAuth()
@Controller('v1/feriados')
@ExigePapel('ADMIN')
export class FeriadosController {
  constructor(private readonly api: ReservasApi) {}

  @Get()
  @ExigePapel('ADMIN', 'OPERADOR')
  @ApiOperation({ summary: 'Feriados, por data' })
  @ApiOkResponse({ standardSchema: feriadosHttp })
  list(@Query({ schema: filtroDeFeriadosHttp }) query: FiltroDeFeriadosHttp, @Forwarded() headers: ForwardedHeaders) {
    return this.api.feriados(query, headers);
  }

  @Post()
  @ApiOperation({ summary: 'Acrescenta um feriado, numa cidade ou em todas; as reservas já feitas para o dia ficam' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ standardSchema: feriadoHttp })
  @ApiConflictResponse({ standardSchema: problemSchema })
  async add(
    @Body({ schema: novoFeriadoHttp }) body: NovoFeriadoHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.criarFeriado(body, headers), reply);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Retira um feriado' })
  @ApiNoContentResponse()
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  remove(@Param('id', { schema: id }) feriadoId: string, @Forwarded() headers: ForwardedHeaders) {
    return this.api.retirarFeriado(feriadoId, headers);
  }
}
