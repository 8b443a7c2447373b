import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
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
import { Idempotente, problemSchema, type Usuario, UsuarioAtual } from '@plataforma/platform';
import { z } from 'zod';
import { CancelarSerie, RemarcarSerie } from '../application/alterar-serie.js';
import { ConsultarSeries } from '../application/consultar-series.js';
import { CriarSerie, type SerieCriada } from '../application/criar-serie.js';

@ApiTags('series')
@ApiBearerAuth()
@Controller('v1/series')
export class SeriesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly consultas: ConsultarSeries,
  ) {}

  @Post()
  @Idempotente()
  @ApiOperation({ summary: 'Reserva por uma regra de recorrência; diz o que foi feito de cada ocorrência' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ standardSchema: serieCriadaHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema, description: 'O espaço não existe' })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'Nem tudo pode ser reservado; veja ocorrencias' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema, description: 'A regra não serve' })
  async create(@Body({ schema: novaSerieHttp }) body: NovaSerieHttp, @UsuarioAtual() usuario: Usuario) {
    const { serieId, ocorrencias } = await this.commands.execute<CriarSerie, SerieCriada>(
      new CriarSerie(usuario.id, body),
    );
    return { serie: await this.consultas.byId(serieId, usuario), ocorrencias };
  }

  @Get()
  @ApiOperation({ summary: 'As séries de quem pergunta; todas, para quem administra ou opera' })
  @ApiOkResponse({ standardSchema: seriesHttp })
  list(@Query({ schema: paginaHttp }) query: PaginaHttp, @UsuarioAtual() usuario: Usuario) {
    return this.consultas.list(query, usuario);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Uma série, com as suas reservas' })
  @ApiOkResponse({ standardSchema: serieHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  byId(@Param('id', { schema: z.uuid() }) id: string, @UsuarioAtual() usuario: Usuario) {
    return this.consultas.byId(id, usuario);
  }

  @Post(':id/cancelamento')
  @HttpCode(200)
  @Idempotente()
  @ApiOperation({ summary: 'Cancela esta ocorrência, esta e as seguintes, ou todas as que não começaram' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOkResponse({ standardSchema: serieHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema })
  async cancel(
    @Param('id', { schema: z.uuid() }) id: string,
    @Body({ schema: cancelamentoDaSerieHttp }) body: CancelamentoDaSerieHttp,
    @UsuarioAtual() usuario: Usuario,
  ) {
    await this.commands.execute<CancelarSerie, void>(new CancelarSerie(id, usuario, body));
    return this.consultas.byId(id, usuario);
  }

  @Post(':id/remarcacao')
  @HttpCode(200)
  @Idempotente()
  @ApiOperation({ summary: 'Muda o horário desta ocorrência, desta e das seguintes, ou de todas: de tudo ou de nada' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOkResponse({ standardSchema: serieHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema, description: 'O horário viola uma regra do espaço' })
  async move(
    @Param('id', { schema: z.uuid() }) id: string,
    @Body({ schema: remarcacaoDaSerieHttp }) body: RemarcacaoDaSerieHttp,
    @UsuarioAtual() usuario: Usuario,
  ) {
    await this.commands.execute<RemarcarSerie, void>(new RemarcarSerie(id, usuario, body));
    return this.consultas.byId(id, usuario);
  }
}
