import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
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
  esperaHttp,
  esperasHttp,
  id,
  type NovaEsperaHttp,
  novaEsperaHttp,
  type PaginaHttp,
  paginaHttp,
} from '@plataforma/contracts';
import { problemSchema } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';
import { Forwarded, type ForwardedHeaders } from './forwarded-headers.js';
import { bodyOf } from './hand-on.js';
import { ReservasApi } from './reservas-api.js';

/** The waitlist, the same for every kind of client. */
@ApiTags('fila')
@ApiBearerAuth()
@Controller('v1/fila')
export class FilaController {
  constructor(private readonly api: ReservasApi) {}

  @Post()
  @ApiOperation({
    summary: 'Entra na fila por um espaço, ou por qualquer um de uma busca; se já há horário, ele é retido',
  })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ standardSchema: esperaHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'A pessoa já espera por muita coisa' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema, description: 'O período não serve' })
  async join(
    @Body({ schema: novaEsperaHttp }) body: NovaEsperaHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.entrarNaFila(body, headers), reply);
  }

  @Get()
  @ApiOperation({ summary: 'As esperas de quem pergunta; todas, para quem administra' })
  @ApiOkResponse({ standardSchema: esperasHttp })
  list(@Query({ schema: paginaHttp }) query: PaginaHttp, @Forwarded() headers: ForwardedHeaders) {
    return this.api.esperas(query, headers);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Uma espera, com a retenção que a atendeu' })
  @ApiOkResponse({ standardSchema: esperaHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  byId(@Param('id', { schema: id }) esperaId: string, @Forwarded() headers: ForwardedHeaders) {
    return this.api.espera(esperaId, headers);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Sai da fila' })
  @ApiNoContentResponse()
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  leave(@Param('id', { schema: id }) esperaId: string, @Forwarded() headers: ForwardedHeaders) {
    return this.api.sairDaFila(esperaId, headers);
  }
}
