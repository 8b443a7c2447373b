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
  esperaHttp,
  esperasHttp,
  type NovaEsperaHttp,
  novaEsperaHttp,
  type PaginaHttp,
  paginaHttp,
} from '@plataforma/contracts';
import { Idempotente, problemSchema, type Usuario, UsuarioAtual } from '@plataforma/platform';
import { z } from 'zod';
import { FilaDeEspera } from '../application/fila-de-espera.js';

@ApiTags('fila')
@ApiBearerAuth()
@Controller('v1/fila')
export class FilaController {
  constructor(private readonly fila: FilaDeEspera) {}

  @Post()
  @Idempotente()
  @ApiOperation({
    summary: 'Entra na fila por um espaço, ou por qualquer um de uma busca; se já há horário, ele é retido',
  })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ standardSchema: esperaHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'A pessoa já espera por muita coisa' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema, description: 'O período não serve' })
  join(@Body({ schema: novaEsperaHttp }) body: NovaEsperaHttp, @UsuarioAtual() usuario: Usuario) {
    return this.fila.join(usuario.id, body);
  }

  @Get()
  @ApiOperation({ summary: 'As esperas de quem pergunta; todas, para quem administra' })
  @ApiOkResponse({ standardSchema: esperasHttp })
  list(@Query({ schema: paginaHttp }) query: PaginaHttp, @UsuarioAtual() usuario: Usuario) {
    return this.fila.list(query, usuario);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Uma espera, com a retenção que a atendeu' })
  @ApiOkResponse({ standardSchema: esperaHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  byId(@Param('id', { schema: z.uuid() }) id: string, @UsuarioAtual() usuario: Usuario) {
    return this.fila.byId(id, usuario.id);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Sai da fila' })
  @ApiNoContentResponse()
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  leave(@Param('id', { schema: z.uuid() }) id: string, @UsuarioAtual() usuario: Usuario) {
    return this.fila.leave(id, usuario);
  }
}
