import { Body, Controller, Get, Header, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
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
import { bodyOf, DetalharReserva, Forwarded, type ForwardedHeaders, ReservasApi } from '@plataforma/bff';
import {
  type CancelamentoHttp,
  cancelamentoHttp,
  type CheckinHttp,
  checkinHttp,
  type FiltroDeReservasHttp,
  filtroDeReservasHttp,
  id,
  type NovaCotacaoHttp,
  novaCotacaoHttp,
  type NovaReservaHttp,
  novaReservaHttp,
  type RemarcacaoHttp,
  remarcacaoHttp,
} from '@plataforma/contracts';
import { problemSchema } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';
import {
  apresentarCotacao,
  apresentarDetalhe,
  apresentarPrevia,
  apresentarReserva,
  apresentarReservas,
  cotacaoMobile,
  previaMobile,
  reservaDetalhadaMobile,
  reservaMobile,
  reservasMobile,
} from './apresentacao.js';
import { idiomaPreferido } from './idioma.js';

@ApiTags('reservas')
@ApiBearerAuth()
@Controller('v1')
export class ReservasController {
  constructor(
    private readonly api: ReservasApi,
    private readonly detalhar: DetalharReserva,
  ) {}

  @Post('cotacoes')
  @ApiOperation({
    summary: 'Quanto custa uma reserva, linha por linha',
    description: 'Nada fica retido. A reserva feita com `cotacaoId` até `expiraEm` paga exatamente este preço.',
  })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ standardSchema: cotacaoMobile })
  @ApiNotFoundResponse({ standardSchema: problemSchema, description: 'O espaço não existe' })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'O cupom se esgotou' })
  @ApiUnprocessableEntityResponse({
    standardSchema: problemSchema,
    description: 'O período viola uma regra do espaço, ou o cupom não vale',
  })
  async quote(
    @Body({ schema: novaCotacaoHttp }) body: NovaCotacaoHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Headers('accept-language') idiomas: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return apresentarCotacao(bodyOf(await this.api.cotar(body, headers), reply), idiomaPreferido(idiomas));
  }

  @Post('reservas')
  @ApiOperation({ summary: 'Retém o espaço e abre a cobrança' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ standardSchema: reservaMobile })
  @ApiNotFoundResponse({ standardSchema: problemSchema, description: 'O espaço ou a cotação não existe' })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'O espaço já está ocupado no período' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema, description: 'O período viola uma regra do espaço' })
  async create(
    @Body({ schema: novaReservaHttp }) body: NovaReservaHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Headers('accept-language') idiomas: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return apresentarReserva(bodyOf(await this.api.criarReserva(body, headers), reply), idiomaPreferido(idiomas));
  }

  @Get('reservas')
  @ApiOperation({ summary: 'As reservas de quem pergunta' })
  @ApiOkResponse({ standardSchema: reservasMobile })
  async list(
    @Query({ schema: filtroDeReservasHttp }) query: FiltroDeReservasHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Headers('accept-language') idiomas: string | undefined,
  ) {
    return apresentarReservas(await this.api.listarReservas(query, headers), idiomaPreferido(idiomas));
  }

  @Get('reservas/:id')
  @Header('cache-control', 'private, no-store')
  @ApiOperation({ summary: 'Uma reserva com a sua cobrança' })
  @ApiOkResponse({ standardSchema: reservaDetalhadaMobile })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  async byId(
    @Param('id', { schema: id }) reservaId: string,
    @Forwarded() headers: ForwardedHeaders,
    @Headers('accept-language') idiomas: string | undefined,
  ) {
    return apresentarDetalhe(await this.detalhar.comPagamento(reservaId, headers), idiomaPreferido(idiomas));
  }

  @Get('reservas/:id/cancelamento')
  @ApiOperation({ summary: 'O que voltaria se a reserva fosse cancelada agora' })
  @ApiOkResponse({ standardSchema: previaMobile })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema })
  async previewCancellation(
    @Param('id', { schema: id }) reservaId: string,
    @Forwarded() headers: ForwardedHeaders,
    @Headers('accept-language') idiomas: string | undefined,
  ) {
    return apresentarPrevia(await this.api.preverCancelamento(reservaId, headers), idiomaPreferido(idiomas));
  }

  @Post('reservas/:id/cancelamento')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancela; o reembolso segue a política do momento da reserva' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOkResponse({ standardSchema: reservaMobile })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema })
  async cancel(
    @Param('id', { schema: id }) reservaId: string,
    @Body({ schema: cancelamentoHttp }) body: CancelamentoHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Headers('accept-language') idiomas: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return apresentarReserva(
      bodyOf(await this.api.cancelarReserva(reservaId, body, headers), reply),
      idiomaPreferido(idiomas),
    );
  }

  @Post('reservas/:id/remarcacao')
  @HttpCode(200)
  @ApiOperation({ summary: 'Muda de horário: na hora, ou, se custa mais, quando a diferença for paga' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOkResponse({ standardSchema: reservaMobile })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'O novo horário está ocupado' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema, description: 'O horário viola uma regra do espaço' })
  async move(
    @Param('id', { schema: id }) reservaId: string,
    @Body({ schema: remarcacaoHttp }) body: RemarcacaoHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Headers('accept-language') idiomas: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const remarcada = bodyOf(await this.api.remarcarReserva(reservaId, body, headers), reply);
    return apresentarReserva(remarcada, idiomaPreferido(idiomas));
  }

  @Post('reservas/:id/checkin')
  @HttpCode(200)
  @ApiOperation({ summary: 'Check-in com o código da reserva, de pouco antes do início até o fim' })
  @ApiOkResponse({ standardSchema: reservaMobile })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema, description: 'O código não é o desta reserva' })
  async checkIn(
    @Param('id', { schema: id }) reservaId: string,
    @Body({ schema: checkinHttp }) body: CheckinHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Headers('accept-language') idiomas: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return apresentarReserva(
      bodyOf(await this.api.fazerCheckin(reservaId, body, headers), reply),
      idiomaPreferido(idiomas),
    );
  }
}
