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
import { bodyOf, Forwarded, type ForwardedHeaders, ReservasApi } from '@plataforma/bff';
import {
  type CheckinHttp,
  checkinHttp,
  type FiltroDeReservasHttp,
  filtroDeReservasHttp,
  id,
  type NovaReservaHttp,
  novaReservaHttp,
  reservaHttp,
  reservasHttp,
} from '@plataforma/contracts';
import { problemSchema } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';

@ApiTags('reservas')
@ApiBearerAuth()
@Controller('v1/reservas')
export class ReservasController {
  constructor(private readonly api: ReservasApi) {}

  @Post()
  @ApiOperation({ summary: 'Retém o espaço e abre a cobrança' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ standardSchema: reservaHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema, description: 'O espaço ou a cotação não existe' })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'O espaço já está ocupado no período' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema, description: 'O período viola uma regra do espaço' })
  async create(
    @Body({ schema: novaReservaHttp }) body: NovaReservaHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.criarReserva(body, headers), reply);
  }

  @Get()
  @ApiOperation({ summary: 'As reservas de quem pergunta' })
  @ApiOkResponse({ standardSchema: reservasHttp })
  list(@Query({ schema: filtroDeReservasHttp }) query: FiltroDeReservasHttp, @Forwarded() headers: ForwardedHeaders) {
    return this.api.listarReservas(query, headers);
  }

  @Post(':id/checkin')
  @HttpCode(200)
  @ApiOperation({ summary: 'Check-in com o código da reserva, de pouco antes do início até o fim' })
  @ApiOkResponse({ standardSchema: reservaHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema, description: 'O código não é o desta reserva' })
  async checkIn(
    @Param('id', { schema: id }) reservaId: string,
    @Body({ schema: checkinHttp }) body: CheckinHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.fazerCheckin(reservaId, body, headers), reply);
  }
}
