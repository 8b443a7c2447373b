import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import {
  bloqueioHttp,
  bloqueiosHttp,
  type FiltroDeBloqueiosHttp,
  filtroDeBloqueiosHttp,
  idDeEspaco,
  novoBloqueioHttp,
  type NovoBloqueioHttp,
} from '@plataforma/contracts';
import { ExigePapel, Idempotente, problemSchema, type Usuario, UsuarioAtual } from '@plataforma/platform';
import { z } from 'zod';
import { BloquearEspaco } from '../application/bloquear-espaco.js';
import { PeriodoReserva } from '../domain/periodo-reserva.js';

@ApiTags('bloqueios')
@ApiBearerAuth()
@ExigePapel('ADMIN')
@Controller('v1/espacos/:espacoId/bloqueios')
export class BloqueiosController {
  constructor(private readonly bloqueios: BloquearEspaco) {}

  @Get()
  @ApiOperation({ summary: 'Bloqueios do espaço, o mais próximo primeiro' })
  @ApiOkResponse({ standardSchema: bloqueiosHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  list(
    @Param('espacoId', { schema: idDeEspaco }) espacoId: string,
    @Query({ schema: filtroDeBloqueiosHttp }) { de, cursor, limite }: FiltroDeBloqueiosHttp,
  ) {
    return this.bloqueios.list(espacoId, de === undefined ? undefined : new Date(de), cursor, limite);
  }

  @Post()
  @Idempotente()
  @ApiOperation({ summary: 'Bloqueia o espaço, ou algumas unidades, por um período' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ standardSchema: bloqueioHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'O que está no caminho vem em obstaculos' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema })
  create(
    @Param('espacoId', { schema: idDeEspaco }) espacoId: string,
    @Body({ schema: novoBloqueioHttp }) { inicio, fim, motivo, unidades }: NovoBloqueioHttp,
    @UsuarioAtual() usuario: Usuario,
  ) {
    const periodo = PeriodoReserva.de(new Date(inicio), new Date(fim));
    return this.bloqueios.block(espacoId, periodo, motivo, unidades, usuario.id);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Desfaz o bloqueio e libera o tempo' })
  @ApiNoContentResponse()
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  remove(
    @Param('espacoId', { schema: idDeEspaco }) espacoId: string,
    @Param('id', { schema: z.uuid() }) id: string,
  ): Promise<void> {
    return this.bloqueios.unblock(espacoId, id);
  }
}
