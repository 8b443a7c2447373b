import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
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
import { type FiltroDeReservasHttp, filtroDeReservasHttp, id, pagina, reservaHttp } from '@plataforma/contracts';
import { ExigePapel, problemSchema } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

/** A list asks pagamentos nothing: one call per row would be a storm. The status says whether it is paid. */
const reservasAdmin = pagina(
  reservaHttp.extend({ detalhe: z.string().describe('Onde estão a cobrança e as notificações') }),
);

@ApiTags('reservas')
@ApiBearerAuth()
@Controller('v1/reservas')
@ExigePapel('ADMIN', 'OPERADOR')
export class ReservasController {
  constructor(
    private readonly api: PlatformApi,
    private readonly detalhar: DetalharReserva,
  ) {}

  @Get()
  @ApiOperation({ summary: 'As reservas de todos' })
  @ApiOkResponse({ standardSchema: reservasAdmin })
  async list(
    @Query({ schema: filtroDeReservasHttp }) query: FiltroDeReservasHttp,
    @Forwarded() headers: ForwardedHeaders,
  ): Promise<z.output<typeof reservasAdmin>> {
    const { itens, proximo } = await this.api.listarReservas(query, headers);
    return { itens: itens.map((reserva) => ({ ...reserva, detalhe: `/v1/reservas/${reserva.id}` })), proximo };
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
  @ExigePapel('ADMIN')
  @ApiOperation({ summary: 'Cancela em nome da casa; o reembolso segue a política do momento da reserva' })
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
