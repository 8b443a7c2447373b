import { Controller, UseGuards } from '@nestjs/common';
import { CookieRenovacao, forwardedHeaders, OrigemConfiavel, PlatformApi } from '@plataforma/bff';
import { type EntradaExternaIniciadaHttp, entradasNoNavegador, operacoesDeAuth, PAGINAS } from '@plataforma/contracts';
import { ApiCookieAuth, type Http, Operacao, type Pedido, Problem } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';

const { iniciarEntrada, concluirEntrada, confirmarLigacao, ligarProvedor } = entradasNoNavegador;

const expirada = () =>
  new Problem(401, 'auth.entrada-externa-invalida', 'A entrada pelo provedor não vale; comece de novo');

/** The page that says why not, or asks for the second factor; what is behind `#` the browser keeps to itself. */
function pageOf({ code, options: { extensions = {} } }: Problem): string {
  const { desafio, fatores, chaveDeAcesso } = extensions;
  return code === 'auth.segundo-fator-necessario'
    ? `${PAGINAS.segundoFator}#${encodeURIComponent(JSON.stringify({ desafio, fatores, chaveDeAcesso }))}`
    : `${PAGINAS.entrar}#erro=${encodeURIComponent(code)}`;
}

/**
 * Log-ins by providers, in a browser: what binds one to the browser that began it is in a cookie, so that nobody can make
 * another's browser end the log-in that they began themselves.
 */
@Controller()
export class EntradasController {
  private readonly externas;
  private readonly meus;

  constructor(
    api: PlatformApi,
    private readonly cookie: CookieRenovacao,
  ) {
    this.externas = api.cliente(operacoesDeAuth.entradasExternas);
    this.meus = api.cliente(operacoesDeAuth.meusProvedores);
  }

  @UseGuards(OrigemConfiavel)
  @Operacao(iniciarEntrada)
  async iniciarEntrada({ corpo }: Pedido<typeof iniciarEntrada>, { request, reply }: Http) {
    const cabecalhos = forwardedHeaders(request);
    const { body } = await this.externas.iniciarEntrada({ corpo: { ...corpo, retorno: 'WEB' }, cabecalhos });
    return this.iniciada(body, reply);
  }

  @UseGuards(OrigemConfiavel)
  @Operacao(ligarProvedor)
  async ligarProvedor({ corpo }: Pedido<typeof ligarProvedor>, { request, reply }: Http) {
    const cabecalhos = forwardedHeaders(request);
    const { body } = await this.meus.ligarProvedor({ corpo: { ...corpo, retorno: 'WEB' }, cabecalhos });
    return this.iniciada(body, reply);
  }

  /** A provider's page leads here: a link from another site, which `OrigemConfiavel` would refuse. */
  @ApiCookieAuth('__Host-entrada')
  @Operacao(concluirEntrada)
  async concluirEntrada({ consulta }: Pedido<typeof concluirEntrada>, { request, reply }: Http): Promise<void> {
    try {
      void reply.header('location', await this.concluir(consulta, request, reply));
    } catch (error) {
      // Whoever reads it is a person, on their way back to the site.
      if (!(error instanceof Problem) || !/\btext\/html\b/.test(request.headers.accept ?? '')) throw error;
      void reply.header('location', pageOf(error));
    }
  }

  @ApiCookieAuth('__Host-ligacao')
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

  private iniciada({ tokenPedido, ...iniciada }: EntradaExternaIniciadaHttp, reply: FastifyReply) {
    this.cookie.keepEntrada(reply, 'PEDIDO', tokenPedido);
    return iniciada;
  }

  /** @returns the page that goes on */
  private async concluir(
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
    if (!body) return PAGINAS.provedores;
    if ('tokenLigacao' in body) {
      this.cookie.keepEntrada(reply, 'LIGACAO', body.tokenLigacao);
      return PAGINAS.ligarProvedor;
    }
    this.cookie.keep(reply, body.tokenRenovacao, new Date(body.sessaoExpiraEm), new Date());
    return PAGINAS.inicio;
  }
}
