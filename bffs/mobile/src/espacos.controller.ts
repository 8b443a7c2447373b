import { Controller, Get, Headers, Param, Query } from '@nestjs/common';
import { ApiForbiddenResponse, ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Forwarded, type ForwardedHeaders, ReservasApi } from '@plataforma/bff';
import {
  type FiltroDeEspacosHttp,
  filtroDeEspacosHttp,
  idDeEspaco,
  type JanelaHttp,
  janelaHttp,
} from '@plataforma/contracts';
import { problemSchema, Publico } from '@plataforma/platform';
import {
  apresentarDisponibilidade,
  apresentarEspaco,
  apresentarEspacos,
  disponibilidadeMobile,
  espacoMobile,
  espacosMobile,
} from './apresentacao.js';
import { idiomaPreferido } from './idioma.js';

@ApiTags('espacos')
@Controller('v1/espacos')
@Publico()
export class EspacosController {
  constructor(private readonly api: ReservasApi) {}

  @Get()
  @ApiOperation({ summary: 'Procura espaços pelo que são, pelo preço e pelo tempo livre' })
  @ApiOkResponse({ standardSchema: espacosMobile })
  @ApiForbiddenResponse({
    standardSchema: problemSchema,
    description: 'Só quem administra vê o que não está publicado',
  })
  async list(
    @Query({ schema: filtroDeEspacosHttp }) query: FiltroDeEspacosHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Headers('accept-language') idiomas: string | undefined,
  ) {
    return apresentarEspacos(await this.api.espacos(query, headers), idiomaPreferido(idiomas));
  }

  @Get(':id')
  @ApiOperation({ summary: 'Um espaço' })
  @ApiOkResponse({ standardSchema: espacoMobile })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  async byId(
    @Param('id', { schema: idDeEspaco }) espacoId: string,
    @Forwarded() headers: ForwardedHeaders,
    @Headers('accept-language') idiomas: string | undefined,
  ) {
    return apresentarEspaco((await this.api.espaco(espacoId, headers)).body, idiomaPreferido(idiomas));
  }

  @Get(':id/disponibilidade')
  @ApiOperation({ summary: 'Intervalos livres e inícios possíveis' })
  @ApiOkResponse({ standardSchema: disponibilidadeMobile })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  async availability(
    @Param('id', { schema: idDeEspaco }) espacoId: string,
    @Query({ schema: janelaHttp }) query: JanelaHttp,
    @Forwarded() headers: ForwardedHeaders,
  ) {
    return apresentarDisponibilidade(await this.api.disponibilidade(espacoId, query, headers));
  }
}
