import { Body, Controller, Get, Post } from '@nestjs/common';
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
import { type RegistroHttp, registroHttp, usuarioHttp } from '@plataforma/contracts';
import { problemSchema, Publico } from '@plataforma/platform';
import { Forwarded, type ForwardedHeaders } from './forwarded-headers.js';
import { PlatformApi } from './platform-api.js';

/** Accounts, the same for every kind of client. */
@ApiTags('usuarios')
@Controller('v1/usuarios')
export class UsuariosController {
  constructor(private readonly api: PlatformApi) {}

  @Post()
  @Publico()
  @ApiOperation({ summary: 'Cria uma conta de cliente' })
  @ApiCreatedResponse({ standardSchema: usuarioHttp })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'O e-mail já está em uso' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema, description: 'A senha é curta, longa ou comum' })
  @ApiTooManyRequestsResponse({ standardSchema: problemSchema })
  registrar(@Body({ schema: registroHttp }) body: RegistroHttp, @Forwarded() headers: ForwardedHeaders) {
    return this.api.registrarUsuario(body, headers);
  }

  @Get('eu')
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Quem está autenticado' })
  @ApiOkResponse({ standardSchema: usuarioHttp })
  eu(@Forwarded() headers: ForwardedHeaders) {
    return this.api.usuarioAtual(headers);
  }
}
