import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  disponibilidadeHttp,
  espacoHttp,
  espacosHttp,
  type FiltroDeEspacosHttp,
  filtroDeEspacosHttp,
  type JanelaHttp,
  janelaHttp,
} from '@plataforma/contracts';
import { Problem, problemSchema, Publico } from '@plataforma/platform';
import { z } from 'zod';
import { ConsultarEspacos } from '../application/consultar-espacos.js';
import { HORA_MS, PeriodoReserva } from '../domain/periodo-reserva.js';

const MAX_DIAS = 92;

@ApiTags('espacos')
@Controller('v1/espacos')
@Publico()
export class EspacosController {
  constructor(private readonly espacos: ConsultarEspacos) {}

  @Get()
  @ApiOperation({ summary: 'Procura espaços por cidade, tipo e capacidade' })
  @ApiOkResponse({ standardSchema: espacosHttp })
  list(@Query({ schema: filtroDeEspacosHttp }) query: FiltroDeEspacosHttp) {
    return this.espacos.list(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Um espaço' })
  @ApiOkResponse({ standardSchema: espacoHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  byId(@Param('id', { schema: z.uuid() }) id: string) {
    return this.espacos.byId(id);
  }

  @Get(':id/disponibilidade')
  @ApiOperation({ summary: `Intervalos livres e inícios possíveis, em até ${MAX_DIAS} dias` })
  @ApiOkResponse({ standardSchema: disponibilidadeHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  availability(@Param('id', { schema: z.uuid() }) id: string, @Query({ schema: janelaHttp }) query: JanelaHttp) {
    const periodo = PeriodoReserva.de(new Date(query.de), new Date(query.ate));
    if (periodo.fim - periodo.inicio > MAX_DIAS * 24 * HORA_MS)
      throw new Problem(422, 'requisicao.intervalo-grande-demais', `Peça no máximo ${MAX_DIAS} dias por vez`);
    return this.espacos.availability(id, periodo, query.duracaoMinutos);
  }
}
