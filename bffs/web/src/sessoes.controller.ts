import { Controller, UseGuards } from '@nestjs/common';
import { ApiCookieAuth, ApiSecurity } from '@nestjs/swagger';
import { forwardedHeaders, PlatformApi } from '@plataforma/bff';
import { operacoesDeAuth, type SessaoHttp, sessoesNoNavegador } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido, Problem } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';
import { CookieRenovacao } from './cookie-renovacao.js';
import { OrigemConfiavel } from './origem-confiavel.js';

const { entrar, segundoFator, opcoesDaChave, entrarPorChave, renovar, encerrar } = sessoesNoNavegador;

@Controller()
@UseGuards(OrigemConfiavel)
export class SessoesController {
  private readonly sessoes;

  constructor(
    api: PlatformApi,
    private readonly cookie: CookieRenovacao,
  ) {
    this.sessoes = api.cliente(operacoesDeAuth.sessoes);
  }

  @Operacao(entrar)
  async entrar({ corpo }: Pedido<typeof entrar>, { request, reply }: Http) {
    const { body } = await this.sessoes.entrar({ corpo, cabecalhos: forwardedHeaders(request) });
    return 'desafio' in body
      ? ({ status: 202, corpo: body } as const)
      : ({ status: 201, corpo: this.abrir(body, reply) } as const);
  }

  @Operacao(segundoFator)
  async segundoFator({ corpo }: Pedido<typeof segundoFator>, { request, reply }: Http) {
    const { body } = await this.sessoes.segundoFator({ corpo, cabecalhos: forwardedHeaders(request) });
    return this.abrir(body, reply);
  }

  @Operacao(opcoesDaChave)
  async opcoesDaChave(_pedido: Pedido<typeof opcoesDaChave>, { request }: Http) {
    return (await this.sessoes.opcoesDaChave({ cabecalhos: forwardedHeaders(request) })).body;
  }

  @Operacao(entrarPorChave)
  async entrarPorChave({ corpo }: Pedido<typeof entrarPorChave>, { request, reply }: Http) {
    const { body } = await this.sessoes.entrarPorChave({ corpo, cabecalhos: forwardedHeaders(request) });
    return this.abrir(body, reply);
  }

  @ApiCookieAuth('__Host-renovacao')
  @Operacao(renovar)
  async renovar(_pedido: Pedido<typeof renovar>, { request, reply }: Http) {
    const tokenRenovacao = this.cookie.read(request);
    if (!tokenRenovacao) {
      this.cookie.forget(reply);
      throw new Problem(401, 'auth.renovacao-invalida', 'Não há sessão a renovar');
    }
    try {
      const cabecalhos = forwardedHeaders(request);
      const { body } = await this.sessoes.renovar({ corpo: { tokenRenovacao }, cabecalhos });
      return this.abrir(body, reply);
    } catch (error) {
      if (error instanceof Problem && error.status === 401) this.cookie.forget(reply);
      throw error;
    }
  }

  @ApiCookieAuth('__Host-renovacao')
  @ApiSecurity({})
  @Operacao(encerrar)
  async encerrar(_pedido: Pedido<typeof encerrar>, { request, reply }: Http): Promise<void> {
    const tokenRenovacao = this.cookie.read(request);
    if (tokenRenovacao)
      await this.sessoes.encerrar({ corpo: { tokenRenovacao }, cabecalhos: forwardedHeaders(request) });
    this.cookie.forget(reply);
  }

  private abrir({ tokenRenovacao, ...sessao }: SessaoHttp, reply: FastifyReply): Omit<SessaoHttp, 'tokenRenovacao'> {
    this.cookie.keep(reply, tokenRenovacao, new Date(sessao.sessaoExpiraEm), new Date());
    return sessao;
  }
}
