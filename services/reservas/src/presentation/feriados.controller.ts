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
} from '@nestjs/swagger';
import {
  feriadoHttp,
  feriadosHttp,
  type FiltroDeFeriadosHttp,
  filtroDeFeriadosHttp,
  type NovoFeriadoHttp,
  novoFeriadoHttp,
} from '@plataforma/contracts';
import { ExigePapel, Idempotente, problemSchema, Publico } from '@plataforma/platform';
import { z } from 'zod';
import { Feriados } from '../application/feriados.js';

@ApiTags('feriados')
@Controller('v1/feriados')
export class FeriadosController {
  constructor(private readonly feriados: Feriados) {}

  @Get()
  @Publico()
  @ApiOperation({ summary: 'Feriados, por data' })
  @ApiOkResponse({ standardSchema: feriadosHttp })
  list(@Query({ schema: filtroDeFeriadosHttp }) query: FiltroDeFeriadosHttp) {
    return this.feriados.list(query);
  }

  @Post()
  @ExigePapel('ADMIN')
  @Idempotente()
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Acrescenta um feriado, numa cidade ou em todas; as reservas já feitas para o dia ficam' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ standardSchema: feriadoHttp })
  @ApiConflictResponse({ standardSchema: problemSchema })
  add(@Body({ schema: novoFeriadoHttp }) body: NovoFeriadoHttp) {
    return this.feriados.add(body);
  }

  @Delete(':id')
  @ExigePapel('ADMIN')
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Retira um feriado' })
  @ApiNoContentResponse()
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  remove(@Param('id', { schema: z.uuid() }) id: string): Promise<void> {
    return this.feriados.remove(id);
  }
}
