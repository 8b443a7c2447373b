import { Body, Controller, Header, Headers, HttpCode, Post, Res, UseGuards } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiCookieAuth,
  ApiCreatedResponse,
  ApiForbiddenResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiSecurity,
  ApiTags,
  ApiTooManyRequestsResponse,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import { Forwarded, type ForwardedHeaders, PlatformApi, semCorpo } from '@plataforma/bff';
import { type LoginHttp, loginHttp, type SessaoHttp, sessaoHttp } from '@plataforma/contracts';
import { Problem, problemSchema, Publico } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';
import { esquecerRenovacao, guardarRenovacao, lerRenovacao } from './cookie-renovacao.js';
import { OrigemConfiavel } from './origem-confiavel.js';

const sessaoWeb = sessaoHttp.omit({ tokenRenovacao: true });

/** Sessions of browsers: the access token in the answer's body, the refresh token in a cookie only. */
@ApiTags('sessoes')
@Controller('v1/sessoes')
@Publico()
@UseGuards(OrigemConfiavel)
@ApiForbiddenResponse({ standardSchema: problemSchema, description: 'A requisição vem de outra origem' })
export class SessoesController {
  constructor(private readonly api: PlatformApi) {}

  @Post()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Entra com e-mail e senha; o token de renovação vem no cookie __Host-renovacao' })
  @ApiCreatedResponse({ standardSchema: sessaoWeb })
  @ApiUnauthorizedResponse({ standardSchema: problemSchema })
  @ApiTooManyRequestsResponse({ standardSchema: problemSchema })
  async entrar(
    @Body({ schema: loginHttp }) body: LoginHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.abrir(await this.api.iniciarSessao(body, headers), reply);
  }

  @Post('renovacao')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiCookieAuth('__Host-renovacao')
  @ApiOperation({ summary: 'Novo token de acesso pelo cookie, que também é trocado' })
  @ApiOkResponse({ standardSchema: sessaoWeb })
  @ApiUnauthorizedResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema })
  async renovar(
    @Body({ schema: semCorpo }) _body: undefined,
    @Headers('cookie') cookie: string | undefined,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const token = lerRenovacao(cookie);
    if (!token) throw new Problem(401, 'auth.renovacao-invalida', 'Não há sessão a renovar');
    try {
      return this.abrir(await this.api.renovarSessao(token, headers), reply);
    } catch (error) {
      if (error instanceof Problem && error.status === 401) void reply.header('set-cookie', esquecerRenovacao);
      throw error;
    }
  }

  @Post('encerramento')
  @HttpCode(204)
  @ApiCookieAuth('__Host-renovacao')
  @ApiSecurity({})
  @ApiOperation({ summary: 'Encerra a sessão do cookie; sem sessão, nada acontece' })
  @ApiNoContentResponse()
  async encerrar(
    @Body({ schema: semCorpo }) _body: undefined,
    @Headers('cookie') cookie: string | undefined,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const token = lerRenovacao(cookie);
    if (token) await this.api.encerrarSessao(token, headers);
    void reply.header('set-cookie', esquecerRenovacao);
  }

  private abrir({ tokenRenovacao, ...sessao }: SessaoHttp, reply: FastifyReply): Omit<SessaoHttp, 'tokenRenovacao'> {
    void reply.header('set-cookie', guardarRenovacao(tokenRenovacao, new Date(sessao.sessaoExpiraEm), new Date()));
    return sessao;
  }
}
