import { Controller, type Type, UseGuards } from '@nestjs/common';
import { type entradasNoNavegador as doSite, operacoesDeAuth, type RetornoDeProvedor } from '@plataforma/contracts';
import { ApiCookieAuth, type Http, Operacao, type Pedido, Problem } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';
import { CookieRenovacao, cookiesDaEntrada, type NomeDoCookie } from './cookie-renovacao.js';
import { forwardedHeaders } from './forwarded-headers.js';
import { OrigemConfiavel } from './origem-confiavel.js';
import { PlatformApi } from './platform-api.js';
import type { OndeFor } from './sessoes-no-navegador.js';

/** Where a page goes on, once a provider has sent somebody back. */
interface Paginas {
  readonly inicio: string;
  readonly entrar: string;
  readonly segundoFator: string;
  readonly ligarProvedor: string;
  /** Once a provider was linked to one's account. */
  readonly provedores: string;
}

interface Onde {
  readonly cookie: NomeDoCookie;
  /** Which of the addresses that auth knows leads back here. */
  readonly retorno: RetornoDeProvedor;
  readonly paginas: Paginas;
}

const expirada = () =>
  new Problem(401, 'auth.entrada-externa-invalida', 'A entrada pelo provedor não vale; comece de novo');

/** The page that says why not, or asks for the second factor; what is behind `#` the browser keeps to itself. */
function pageOf({ code, options: { extensions = {} } }: Problem, paginas: Paginas): string {
  const { desafio, fatores, chaveDeAcesso } = extensions;
  return code === 'auth.segundo-fator-necessario'
    ? `${paginas.segundoFator}#${encodeURIComponent(JSON.stringify({ desafio, fatores, chaveDeAcesso }))}`
    : `${paginas.entrar}#erro=${encodeURIComponent(code)}`;
}

/**
 * Log-ins by providers, of a page that is served beside this API: what binds one to the browser that began it is in a
 * cookie, so that nobody can make another's browser end the log-in that they began themselves.
 */
export function entradasNoNavegador(
  operacoes: OndeFor<typeof doSite>,
  { cookie, retorno, paginas }: Onde,
): Type<object> {
  const { iniciarEntrada, concluirEntrada, confirmarLigacao } = operacoes;
  const cookies = cookiesDaEntrada(cookie);

  @Controller()
  class EntradasController {
    readonly externas;

    constructor(
      api: PlatformApi,
      readonly cookie: CookieRenovacao,
    ) {
      this.externas = api.cliente(operacoesDeAuth.entradasExternas);
    }

    @UseGuards(OrigemConfiavel)
    @Operacao(iniciarEntrada)
    async iniciarEntrada({ corpo }: Pedido<typeof iniciarEntrada>, { request, reply }: Http) {
      const { body } = await this.externas.iniciarEntrada({
        corpo: { ...corpo, retorno },
        cabecalhos: forwardedHeaders(request),
      });
      const { tokenPedido, ...iniciada } = body;
      this.cookie.keepEntrada(reply, 'PEDIDO', tokenPedido);
      return iniciada;
    }

    /** A provider's page leads here: a link from another site, which `OrigemConfiavel` would refuse. */
    @ApiCookieAuth(cookies.PEDIDO)
    @Operacao(concluirEntrada)
    async concluirEntrada({ consulta }: Pedido<typeof concluirEntrada>, { request, reply }: Http): Promise<void> {
      try {
        void reply.header('location', await this.concluir(consulta, request, reply));
      } catch (error) {
        // Whoever reads it is a person, on their way back to the page.
        if (!(error instanceof Problem) || !/\btext\/html\b/.test(request.headers.accept ?? '')) throw error;
        void reply.header('location', pageOf(error, paginas));
      }
    }

    @ApiCookieAuth(cookies.LIGACAO)
    @UseGuards(OrigemConfiavel)
    @Operacao(confirmarLigacao)
    async confirmarLigacao({ corpo }: Pedido<typeof confirmarLigacao>, { request, reply }: Http) {
      const tokenLigacao = this.cookie.readEntrada(request, 'LIGACAO');
      if (tokenLigacao === undefined) throw expirada();
      const cabecalhos = forwardedHeaders(request);
      const { body } = await this.externas.confirmarLigacao({ corpo: { ...corpo, tokenLigacao }, cabecalhos });
      this.cookie.forgetEntrada(reply, 'LIGACAO');
      const { tokenRenovacao, ...sessao } = body;
      this.cookie.keep(reply, tokenRenovacao, new Date(sessao.sessaoExpiraEm), new Date());
      return sessao;
    }

    /** @returns the page that goes on */
    async concluir(
      consulta: Pedido<typeof concluirEntrada>['consulta'],
      request: Http['request'],
      reply: FastifyReply,
    ): Promise<string> {
      const tokenPedido = this.cookie.readEntrada(request, 'PEDIDO');
      if (tokenPedido === undefined) throw expirada();
      this.cookie.forgetEntrada(reply, 'PEDIDO');
      const { body } = await this.externas.concluirEntrada({
        corpo: { ...consulta, tokenPedido },
        cabecalhos: forwardedHeaders(request),
      });
      if (!body) return paginas.provedores;
      if ('tokenLigacao' in body) {
        this.cookie.keepEntrada(reply, 'LIGACAO', body.tokenLigacao);
        return paginas.ligarProvedor;
      }
      this.cookie.keep(reply, body.tokenRenovacao, new Date(body.sessaoExpiraEm), new Date());
      return paginas.inicio;
    }
  }
  return EntradasController;
}
