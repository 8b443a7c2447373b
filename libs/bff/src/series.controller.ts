import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import {
  type CancelamentoDaSerieHttp,
  cancelamentoDaSerieHttp,
  id,
  type NovaSerieHttp,
  novaSerieHttp,
  type PaginaHttp,
  paginaHttp,
  type RemarcacaoDaSerieHttp,
  remarcacaoDaSerieHttp,
  serieCriadaHttp,
  serieHttp,
  seriesHttp,
} from '@plataforma/contracts';
import { problemSchema } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';
import { Forwarded, type ForwardedHeaders } from './forwarded-headers.js';
import { bodyOf } from './hand-on.js';
import { ReservasApi } from './reservas-api.js';

/** Bookings by a rule of recurrence. */
@ApiTags('series')
@ApiBearerAuth()
@Controller('v1/series')
export class SeriesController {
  constructor(private readonly api: ReservasApi) {}

  @Post()
  @ApiOperation({ summary: 'Reserva por uma regra de recorrência; diz o que foi feito de cada ocorrência' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ standardSchema: serieCriadaHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema, description: 'O espaço não existe' })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'Nem tudo pode ser reservado; veja ocorrencias' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema, description: 'A regra não serve' })
  async create(
    @Body({ schema: novaSerieHttp }) body: NovaSerieHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.criarSerie(body, headers), reply);
  }

  @Get()
  @ApiOperation({ summary: 'As séries de quem pergunta; todas, para quem administra ou opera' })
  @ApiOkResponse({ standardSchema: seriesHttp })
  list(@Query({ schema: paginaHttp }) query: PaginaHttp, @Forwarded() headers: ForwardedHeaders) {
    return this.api.series(query, headers);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Uma série, com as suas reservas' })
  @ApiOkResponse({ standardSchema: serieHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  byId(@Param('id', { schema: id }) serieId: string, @Forwarded() headers: ForwardedHeaders) {
    return this.api.serie(serieId, headers);
  }

  @Post(':id/cancelamento')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancela esta ocorrência, esta e as seguintes, ou todas as que não começaram' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOkResponse({ standardSchema: serieHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema })
  async cancel(
    @Param('id', { schema: id }) serieId: string,
    @Body({ schema: cancelamentoDaSerieHttp }) body: CancelamentoDaSerieHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.cancelarSerie(serieId, body, headers), reply);
  }

  @Post(':id/remarcacao')
  @HttpCode(200)
  @ApiOperation({ summary: 'Muda o horário desta ocorrência, desta e das seguintes, ou de todas: de tudo ou de nada' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOkResponse({ standardSchema: serieHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema, description: 'O horário viola uma regra do espaço' })
  async move(
    @Param('id', { schema: id }) serieId: string,
    @Body({ schema: remarcacaoDaSerieHttp }) body: RemarcacaoDaSerieHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.remarcarSerie(serieId, body, headers), reply);
  }
}
