import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiTooManyRequestsResponse,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import { type LoginHttp, loginHttp, type RenovacaoHttp, renovacaoHttp, sessaoHttp } from '@plataforma/contracts';
import { problemSchema, Publico } from '@plataforma/platform';
import { Forwarded, type ForwardedHeaders } from './forwarded-headers.js';
import { PlatformApi } from './platform-api.js';

/** Sessions of programs that keep both tokens themselves: an application in the system's key store, a panel in memory. */
@ApiTags('sessoes')
@Controller('v1/sessoes')
@Publico()
export class SessoesController {
  constructor(private readonly api: PlatformApi) {}

  @Post()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Entra com e-mail e senha' })
  @ApiCreatedResponse({ standardSchema: sessaoHttp })
  @ApiUnauthorizedResponse({ standardSchema: problemSchema })
  @ApiTooManyRequestsResponse({ standardSchema: problemSchema })
  entrar(@Body({ schema: loginHttp }) body: LoginHttp, @Forwarded() headers: ForwardedHeaders) {
    return this.api.iniciarSessao(body, headers);
  }

  @Post('renovacao')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Troca o token de renovação por um novo par de tokens' })
  @ApiOkResponse({ standardSchema: sessaoHttp })
  @ApiUnauthorizedResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema })
  renovar(@Body({ schema: renovacaoHttp }) { tokenRenovacao }: RenovacaoHttp, @Forwarded() headers: ForwardedHeaders) {
    return this.api.renovarSessao(tokenRenovacao, headers);
  }

  @Post('encerramento')
  @HttpCode(204)
  @ApiOperation({ summary: 'Encerra a sessão; uma sessão desconhecida ou já encerrada fica como está' })
  @ApiNoContentResponse()
  encerrar(@Body({ schema: renovacaoHttp }) { tokenRenovacao }: RenovacaoHttp, @Forwarded() headers: ForwardedHeaders) {
    return this.api.encerrarSessao(tokenRenovacao, headers);
  }
}
