import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  disponibilidadeHttp,
  espacoHttp,
  espacosHttp,
  type FiltroDeEspacosHttp,
  filtroDeEspacosHttp,
  type FiltroPorQueHttp,
  filtroPorQueHttp,
  idDeEspaco,
  type JanelaHttp,
  janelaHttp,
  porQueHttp,
} from '@plataforma/contracts';
import { problemSchema } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';
import { Forwarded, type ForwardedHeaders } from './forwarded-headers.js';
import { bodyOf } from './hand-on.js';
import { ReservasApi } from './reservas-api.js';

/** The catalogue in full. What a token shows besides, reservas decides. */
@ApiTags('espacos')
@ApiBearerAuth()
@Controller('v1/espacos')
export class CatalogoController {
  constructor(private readonly api: ReservasApi) {}

  @Get()
  @ApiOperation({ summary: 'Procura espaços pelo que são, pelo preço e pelo tempo livre' })
  @ApiOkResponse({ standardSchema: espacosHttp })
  list(@Query({ schema: filtroDeEspacosHttp }) query: FiltroDeEspacosHttp, @Forwarded() headers: ForwardedHeaders) {
    return this.api.espacos(query, headers);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Um espaço; o que não está publicado, só para quem administra' })
  @ApiOkResponse({
    standardSchema: espacoHttp,
    headers: { ETag: { description: 'A versão do espaço, para If-Match', schema: { type: 'string' } } },
  })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  async byId(
    @Param('id', { schema: idDeEspaco }) espacoId: string,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.espaco(espacoId, headers), reply);
  }

  @Get(':id/disponibilidade')
  @ApiOperation({ summary: 'Intervalos livres e inícios possíveis' })
  @ApiOkResponse({ standardSchema: disponibilidadeHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  availability(
    @Param('id', { schema: idDeEspaco }) espacoId: string,
    @Query({ schema: janelaHttp }) query: JanelaHttp,
    @Forwarded() headers: ForwardedHeaders,
  ) {
    return this.api.disponibilidade(espacoId, query, headers);
  }

  @Get(':id/porque')
  @ApiOperation({ summary: 'Por que um período não pode ser reservado, e o que pode em seu lugar' })
  @ApiOkResponse({ standardSchema: porQueHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  why(
    @Param('id', { schema: idDeEspaco }) espacoId: string,
    @Query({ schema: filtroPorQueHttp }) query: FiltroPorQueHttp,
    @Forwarded() headers: ForwardedHeaders,
  ) {
    return this.api.porQue(espacoId, query, headers);
  }
}
