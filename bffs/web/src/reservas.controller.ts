import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
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
  bodyOf,
  DetalharReserva,
  Forwarded,
  type ForwardedHeaders,
  PlatformApi,
  reservaCompletaHttp,
  semCorpo,
} from '@plataforma/bff';
import {
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
  constructor(
    private readonly api: PlatformApi,
    private readonly detalhar: DetalharReserva,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Retém o espaço e abre a cobrança' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ standardSchema: reservaHttp })
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

  @Get(':id')
  @Header('cache-control', 'private, no-store')
  @ApiOperation({ summary: 'Uma reserva com a sua cobrança e as suas notificações' })
  @ApiOkResponse({ standardSchema: reservaCompletaHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  byId(@Param('id', { schema: id }) reservaId: string, @Forwarded() headers: ForwardedHeaders) {
    return this.detalhar.completa(reservaId, headers);
  }

  @Post(':id/cancelamento')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancela; o reembolso segue a política do momento da reserva' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOkResponse({ standardSchema: reservaHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema })
  async cancel(
    @Param('id', { schema: id }) reservaId: string,
    @Body({ schema: semCorpo }) _body: undefined,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.cancelarReserva(reservaId, headers), reply);
  }
}
