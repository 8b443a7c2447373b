import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { bodyOf, Forwarded, type ForwardedHeaders, ReservasApi } from '@plataforma/bff';
import {
  type AprovacaoHttp,
  aprovacaoHttp,
  type CheckinHttp,
  checkinHttp,
  type FiltroDeReservasHttp,
  filtroDeReservasHttp,
  id,
  pagina,
  reservaHttp,
} from '@plataforma/contracts';
import { ExigePapel, problemSchema } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

/** A list asks pagamentos nothing: one call per row would be a storm. The status says whether it is paid. */
const reservasAdmin = pagina(
  reservaHttp.extend({
    detalhe: z
      .string()
      .describe('Onde estão as cobranças e as notificações')
      .meta({ example: '/v1/reservas/0192f0c4-0000-7000-8000-000000000001' }),
  }),
);

@ApiTags('reservas')
@ApiBearerAuth()
@Controller('v1')
@ExigePapel('ADMIN', 'OPERADOR')
export class ReservasController {
  constructor(private readonly api: ReservasApi) {}

  @Get('reservas')
  @ApiOperation({ summary: 'As reservas de todos' })
  @ApiOkResponse({ standardSchema: reservasAdmin })
  async list(
    @Query({ schema: filtroDeReservasHttp }) query: FiltroDeReservasHttp,
    @Forwarded() headers: ForwardedHeaders,
  ): Promise<z.output<typeof reservasAdmin>> {
    const { itens, proximo } = await this.api.listarReservas(query, headers);
    return { itens: itens.map((reserva) => ({ ...reserva, detalhe: `/v1/reservas/${reserva.id}` })), proximo };
  }

  @Post('reservas/:id/aprovacao')
  @HttpCode(200)
  @ExigePapel('ADMIN')
  @ApiOperation({ summary: 'Aprova um pedido, que passa a esperar o pagamento, ou o recusa com uma justificativa' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOkResponse({ standardSchema: reservaHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema })
  async approve(
    @Param('id', { schema: id }) reservaId: string,
    @Body({ schema: aprovacaoHttp }) body: AprovacaoHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.aprovarReserva(reservaId, body, headers), reply);
  }

  @Post('checkins')
  @HttpCode(200)
  @ApiOperation({ summary: 'Check-in pelo código que a pessoa apresenta' })
  @ApiOkResponse({ standardSchema: reservaHttp })
  @ApiConflictResponse({ standardSchema: problemSchema })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema, description: 'Nenhuma reserva tem este código' })
  async checkIn(
    @Body({ schema: checkinHttp }) body: CheckinHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.fazerCheckinPorCodigo(body, headers), reply);
  }
}
