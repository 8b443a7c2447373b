import { Body, Controller, Header, Headers, HttpCode, Post, Res, UseGuards } from '@nestjs/common';
import {
  ApiCookieAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import { Forwarded, type ForwardedHeaders, PlatformApi } from '@plataforma/bff';
import { type LoginHttp, loginHttp, operacoesDeAuth, type SessaoHttp, sessaoHttp, semCorpo } from '@plataforma/contracts';
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
export class SessoesController {
  private readonly sessoes;

  constructor(api: PlatformApi) {
    this.sessoes = api.cliente(operacoesDeAuth.sessoes);
  }

  @Post()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Entra com e-mail e senha; o token de renovação vem no cookie __Host-renovacao' })
  @ApiCreatedResponse({ standardSchema: sessaoWeb })
  @ApiUnauthorizedResponse({ standardSchema: problemSchema })
  async entrar(
    @Body({ schema: loginHttp }) body: LoginHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.abrir((await this.sessoes.entrar({ corpo: body, cabecalhos: headers })).body, reply);
  }

  @Post('renovacao')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiCookieAuth('__Host-renovacao')
  @ApiOperation({ summary: 'Novo token de acesso pelo cookie, que também é trocado' })
  @ApiOkResponse({ standardSchema: sessaoWeb })
  @ApiUnauthorizedResponse({ standardSchema: problemSchema })
  async renovar(
    @Body({ schema: semCorpo }) _body: undefined,
    @Headers('cookie') cookie: string | undefined,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const token = lerRenovacao(cookie);
    if (!token) throw new Problem(401, 'auth.renovacao-invalida', 'Não há sessão a renovar');
    try {
      const { body } = await this.sessoes.renovar({ corpo: { tokenRenovacao: token }, cabecalhos: headers });
      return this.abrir(body, reply);
    } catch (error) {
      if (error instanceof Problem && error.status === 401) void reply.header('set-cookie', esquecerRenovacao);
      throw error;
    }
  }

  @Post('encerramento')
  @HttpCode(204)
  @ApiCookieAuth('__Host-renovacao')
  @ApiOperation({ summary: 'Encerra a sessão do cookie; sem sessão, nada acontece' })
  @ApiNoContentResponse()
  async encerrar(
    @Body({ schema: semCorpo }) _body: undefined,
    @Headers('cookie') cookie: string | undefined,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const token = lerRenovacao(cookie);
    if (token) await this.sessoes.encerrar({ corpo: { tokenRenovacao: token }, cabecalhos: headers });
    void reply.header('set-cookie', esquecerRenovacao);
  }

  private abrir({ tokenRenovacao, ...sessao }: SessaoHttp, reply: FastifyReply): Omit<SessaoHttp, 'tokenRenovacao'> {
    void reply.header('set-cookie', guardarRenovacao(tokenRenovacao, new Date(sessao.sessaoExpiraEm), new Date()));
    return sessao;
  }
}
