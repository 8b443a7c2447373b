import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
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
import {
  type CancelamentoHttp,
  cancelamentoHttp,
  historicoHttp,
  id,
  type MomentoHttp,
  momentoHttp,
  previaDeCancelamentoHttp,
  type RemarcacaoHttp,
  remarcacaoHttp,
  reservaHttp,
} from '@plataforma/contracts';
import { problemSchema } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';
import { DetalharReserva, reservaCompletaHttp } from './detalhar-reserva.js';
import { Forwarded, type ForwardedHeaders } from './forwarded-headers.js';
import { bodyOf } from './hand-on.js';
import { ReservasApi } from './reservas-api.js';

/** What is known about one booking. */
@ApiTags('reservas')
@ApiBearerAuth()
@Controller('v1/reservas/:id')
export class ConsultaDeReservaController {
  constructor(
    private readonly api: ReservasApi,
    private readonly detalhar: DetalharReserva,
  ) {}

  @Get()
  @Header('cache-control', 'private, no-store')
  @ApiOperation({ summary: 'Uma reserva com as suas cobranças e as suas notificações' })
  @ApiOkResponse({ standardSchema: reservaCompletaHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  byId(@Param('id', { schema: id }) reservaId: string, @Forwarded() headers: ForwardedHeaders) {
    return this.detalhar.completa(reservaId, headers);
  }

  @Get('historico')
  @ApiOperation({ summary: 'Tudo o que aconteceu com a reserva, e o que ela era em qualquer momento' })
  @ApiOkResponse({ standardSchema: historicoHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  history(
    @Param('id', { schema: id }) reservaId: string,
    @Query({ schema: momentoHttp }) query: MomentoHttp,
    @Forwarded() headers: ForwardedHeaders,
  ) {
    return this.api.historico(reservaId, query, headers);
  }

  @Get('cancelamento')
  @ApiOperation({ summary: 'O que voltaria se a reserva fosse cancelada agora' })
  @ApiOkResponse({ standardSchema: previaDeCancelamentoHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema })
  previewCancellation(@Param('id', { schema: id }) reservaId: string, @Forwarded() headers: ForwardedHeaders) {
    return this.api.preverCancelamento(reservaId, headers);
  }
}

/** What its client, or the house, may change about it. */
@ApiTags('reservas')
@ApiBearerAuth()
@Controller('v1/reservas/:id')
export class MudancaDeReservaController {
  constructor(private readonly api: ReservasApi) {}

  @Post('cancelamento')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Cancela; o reembolso segue a política do momento da reserva',
    description: 'Com `reembolsoEsperadoCentavos`, só se o reembolso ainda for esse.',
  })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOkResponse({ standardSchema: reservaHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema })
  async cancel(
    @Param('id', { schema: id }) reservaId: string,
    @Body({ schema: cancelamentoHttp }) body: CancelamentoHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.cancelarReserva(reservaId, body, headers), reply);
  }

  @Post('remarcacao')
  @HttpCode(200)
  @ApiOperation({ summary: 'Muda de horário: na hora, ou, se custa mais, quando a diferença for paga' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOkResponse({ standardSchema: reservaHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'O novo horário está ocupado' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema, description: 'O horário viola uma regra do espaço' })
  async move(
    @Param('id', { schema: id }) reservaId: string,
    @Body({ schema: remarcacaoHttp }) body: RemarcacaoHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.remarcarReserva(reservaId, body, headers), reply);
  }
}
