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
import { bodyOf, DetalharReserva, Forwarded, type ForwardedHeaders, PlatformApi, semCorpo } from '@plataforma/bff';
import {
  type FiltroDeReservasHttp,
  filtroDeReservasHttp,
  id,
  type NovaReservaHttp,
  novaReservaHttp,
} from '@plataforma/contracts';
import { problemSchema } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';
import {
  apresentarDetalhe,
  apresentarReserva,
  apresentarReservas,
  reservaDetalhadaMobile,
  reservaMobile,
  reservasMobile,
} from './apresentacao.js';
import { idiomaPreferido } from './idioma.js';

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
  @ApiCreatedResponse({ standardSchema: reservaMobile })
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

  @Get()
  @ApiOperation({ summary: 'As reservas de quem pergunta' })
  @ApiOkResponse({ standardSchema: reservasMobile })
  async list(
    @Query({ schema: filtroDeReservasHttp }) query: FiltroDeReservasHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Headers('accept-language') idiomas: string | undefined,
  ) {
    return apresentarReservas(await this.api.listarReservas(query, headers), idiomaPreferido(idiomas));
  }

  @Get(':id')
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

  @Post(':id/cancelamento')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancela; o reembolso segue a política do momento da reserva' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOkResponse({ standardSchema: reservaMobile })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema })
  async cancel(
    @Param('id', { schema: id }) reservaId: string,
    @Body({ schema: semCorpo }) _body: undefined,
    @Forwarded() headers: ForwardedHeaders,
    @Headers('accept-language') idiomas: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return apresentarReserva(
      bodyOf(await this.api.cancelarReserva(reservaId, headers), reply),
      idiomaPreferido(idiomas),
    );
  }
}
