import { Body, Controller, Get, Param, Post, Req } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiTooManyRequestsResponse,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { id, usuarioHttp, registroHttp } from '@plataforma/contracts';
import { ExigePapel, problemSchema, Publico, type Usuario as Autenticado, UsuarioAtual } from '@plataforma/platform';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { UsuarioRepository } from '../application/ports.js';
import { RegistrarUsuarioHandler } from '../application/registrar-usuario.js';
import { UsuarioNaoEncontradoError } from '../domain/errors.js';
import { paraUsuarioJson } from './schemas.js';

@ApiTags('usuarios')
@Controller('v1/usuarios')
export class UsuariosController {
  constructor(
    private readonly registrar: RegistrarUsuarioHandler,
    private readonly usuarios: UsuarioRepository,
  ) {}

  /**
   * Takes no Idempotency-Key: the stored digest of the request would be a fast hash of the password. The unique
   * e-mail makes a repetition harmless.
   */
  @Post()
  @Publico()
  @ApiOperation({ summary: 'Cria uma conta de cliente' })
  @ApiCreatedResponse({ standardSchema: usuarioHttp })
  @ApiConflictResponse({ standardSchema: problemSchema })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema })
  @ApiTooManyRequestsResponse({ standardSchema: problemSchema })
  async criar(@Body({ schema: registroHttp }) corpo: z.output<typeof registroHttp>, @Req() { ip }: FastifyRequest) {
    return paraUsuarioJson(await this.registrar.execute({ ...corpo, endereco: ip }));
  }

  @Get('eu')
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Quem está autenticado' })
  @ApiOkResponse({ standardSchema: usuarioHttp })
  eu(@UsuarioAtual() autenticado: Autenticado) {
    return this.buscar(autenticado.id);
  }

  @Get(':id')
  @ExigePapel('ADMIN', 'OPERADOR')
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Um usuário, para quem administra ou opera' })
  @ApiOkResponse({ standardSchema: usuarioHttp })
  porId(@Param('id', { schema: id }) usuarioId: string) {
    return this.buscar(usuarioId);
  }

  private async buscar(usuarioId: string) {
    const usuario = await this.usuarios.porId(usuarioId);
    if (!usuario) throw new UsuarioNaoEncontradoError();
    return paraUsuarioJson(usuario);
  }
}
