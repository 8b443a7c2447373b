import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Forwarded, type ForwardedHeaders, PlatformApi } from '@plataforma/bff';
import {
  disponibilidadeHttp,
  espacoHttp,
  espacosHttp,
  type FiltroDeEspacosHttp,
  filtroDeEspacosHttp,
  id,
  type JanelaHttp,
  janelaHttp,
} from '@plataforma/contracts';
import { problemSchema, Publico } from '@plataforma/platform';

@ApiTags('espacos')
@Controller('v1/espacos')
@Publico()
export class EspacosController {
  constructor(private readonly api: PlatformApi) {}

  @Get()
  @ApiOperation({ summary: 'Procura espaços por cidade, tipo e capacidade' })
  @ApiOkResponse({ standardSchema: espacosHttp })
  list(@Query({ schema: filtroDeEspacosHttp }) query: FiltroDeEspacosHttp, @Forwarded() headers: ForwardedHeaders) {
    return this.api.espacos(query, headers);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Um espaço' })
  @ApiOkResponse({ standardSchema: espacoHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  byId(@Param('id', { schema: id }) espacoId: string, @Forwarded() headers: ForwardedHeaders) {
    return this.api.espaco(espacoId, headers);
  }

  @Get(':id/disponibilidade')
  @ApiOperation({ summary: 'Intervalos livres e inícios possíveis' })
  @ApiOkResponse({ standardSchema: disponibilidadeHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  availability(
    @Param('id', { schema: id }) espacoId: string,
    @Query({ schema: janelaHttp }) query: JanelaHttp,
    @Forwarded() headers: ForwardedHeaders,
  ) {
    return this.api.disponibilidade(espacoId, query, headers);
  }
}
