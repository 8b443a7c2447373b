import { Controller, type Provider, type Type, UseGuards } from '@nestjs/common';
import { operacoesDeAuth, type SessaoHttp, type sessoesNoNavegador as doSite } from '@plataforma/contracts';
import { ApiCookieAuth, ApiSecurity, type Http, Operacao, type Pedido, Problem } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';
import { CookieRenovacao, type NomeDoCookie } from './cookie-renovacao.js';
import { forwardedHeaders } from './forwarded-headers.js';
import { OrigemConfiavel, OrigensConfiaveis } from './origem-confiavel.js';
import { PlatformApi } from './platform-api.js';

/** The same operations, wherever they are served. */
export type OndeFor<Operacoes> = {
  readonly [Nome in keyof Operacoes]: Omit<Operacoes[Nome], 'rota' | 'resumo' | 'detalhe'> & {
    readonly rota: string;
    readonly resumo: string;
    readonly detalhe?: string;
  };
};
type Operacoes = OndeFor<typeof doSite>;

/** Sessions of a page that is served beside this API: the refresh token is in a cookie that no script reads. */
export function sessoesNoNavegador(
  operacoes: Operacoes,
  cookie: NomeDoCookie,
  origens: readonly string[],
): { controller: Type<object>; providers: Provider[] } {
  return {
    controller: controllerDe(operacoes, cookie),
    providers: [
      { provide: CookieRenovacao, useFactory: () => new CookieRenovacao(cookie) },
      { provide: OrigensConfiaveis, useValue: new OrigensConfiaveis(origens) },
    ],
  };
}

function controllerDe(operacoes: Operacoes, nome: NomeDoCookie): Type<object> {
  const { entrar, segundoFator, opcoesDaChave, entrarPorChave, renovar, encerrar } = operacoes;

  @Controller()
  @UseGuards(OrigemConfiavel)
  class SessoesController {
    readonly sessoes;

    constructor(
      api: PlatformApi,
      readonly cookie: CookieRenovacao,
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

    @ApiCookieAuth(nome)
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

    @ApiCookieAuth(nome)
    @ApiSecurity({})
    @Operacao(encerrar)
    async encerrar(_pedido: Pedido<typeof encerrar>, { request, reply }: Http): Promise<void> {
      const tokenRenovacao = this.cookie.read(request);
      if (tokenRenovacao)
        await this.sessoes.encerrar({ corpo: { tokenRenovacao }, cabecalhos: forwardedHeaders(request) });
      this.cookie.forget(reply);
    }

    abrir({ tokenRenovacao, ...sessao }: SessaoHttp, reply: FastifyReply): Omit<SessaoHttp, 'tokenRenovacao'> {
      this.cookie.keep(reply, tokenRenovacao, new Date(sessao.sessaoExpiraEm), new Date());
      return sessao;
    }
  }
  // Where the sessions of programs are served too, documents tell them apart.
  if (nome !== '__Host-renovacao') Object.defineProperty(SessoesController, 'name', { value: 'NavegadorController' });
  return SessoesController;
}
