import { Controller, UseGuards } from '@nestjs/common';
import { ApiCookieAuth, ApiSecurity } from '@nestjs/swagger';
import { forwardedHeaders, PlatformApi } from '@plataforma/bff';
import { operacoesDeAuth, type SessaoHttp, sessaoHttp, semCorpo } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido, Problem } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';
import { esquecerRenovacao, guardarRenovacao, lerRenovacao } from './cookie-renovacao.js';
import { OrigemConfiavel } from './origem-confiavel.js';

const { sessoes } = operacoesDeAuth;
const DE_OUTRA_ORIGEM = { 403: 'A requisição vem de outra origem' } as const;
const sessaoWeb = sessaoHttp.omit({ tokenRenovacao: true });
const entrar = {
  ...sessoes.entrar,
  resumo: 'Entra com e-mail e senha; o token de renovação vem no cookie __Host-renovacao',
  respostas: { 201: sessaoWeb },
  problemas: { ...sessoes.entrar.problemas, ...DE_OUTRA_ORIGEM },
} as const;
const renovar = {
  ...sessoes.renovar,
  resumo: 'Novo token de acesso pelo cookie, que também é trocado',
  corpo: semCorpo,
  respostas: { 200: sessaoWeb },
  problemas: { ...sessoes.renovar.problemas, ...DE_OUTRA_ORIGEM },
} as const;
const encerrar = {
  ...sessoes.encerrar,
  resumo: 'Encerra a sessão do cookie; sem sessão, nada acontece',
  corpo: semCorpo,
  problemas: DE_OUTRA_ORIGEM,
} as const;

/** Sessions of browsers: the access token in the answer's body, the refresh token in a cookie only. */
@Controller()
@UseGuards(OrigemConfiavel)
export class SessoesController {
  private readonly sessoes;

  constructor(api: PlatformApi) {
    this.sessoes = api.cliente(sessoes);
  }

  @Operacao(entrar)
  async entrar({ corpo }: Pedido<typeof entrar>, { request, reply }: Http) {
    const { body } = await this.sessoes.entrar({ corpo, cabecalhos: forwardedHeaders(request) });
    return this.abrir(body, reply);
  }

  @ApiCookieAuth('__Host-renovacao')
  @Operacao(renovar)
  async renovar(_pedido: Pedido<typeof renovar>, { request, reply }: Http) {
    const tokenRenovacao = lerRenovacao(request.headers.cookie);
    if (!tokenRenovacao) throw new Problem(401, 'auth.renovacao-invalida', 'Não há sessão a renovar');
    try {
      const cabecalhos = forwardedHeaders(request);
      const { body } = await this.sessoes.renovar({ corpo: { tokenRenovacao }, cabecalhos });
      return this.abrir(body, reply);
    } catch (error) {
      if (error instanceof Problem && error.status === 401) void reply.header('set-cookie', esquecerRenovacao);
      throw error;
    }
  }

  @ApiCookieAuth('__Host-renovacao')
  @ApiSecurity({})
  @Operacao(encerrar)
  async encerrar(_pedido: Pedido<typeof encerrar>, { request, reply }: Http): Promise<void> {
    const tokenRenovacao = lerRenovacao(request.headers.cookie);
    if (tokenRenovacao)
      await this.sessoes.encerrar({ corpo: { tokenRenovacao }, cabecalhos: forwardedHeaders(request) });
    void reply.header('set-cookie', esquecerRenovacao);
  }

  private abrir({ tokenRenovacao, ...sessao }: SessaoHttp, reply: FastifyReply): Omit<SessaoHttp, 'tokenRenovacao'> {
    void reply.header('set-cookie', guardarRenovacao(tokenRenovacao, new Date(sessao.sessaoExpiraEm), new Date()));
    return sessao;
  }
}
