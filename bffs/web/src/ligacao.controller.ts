import { Controller, UseGuards } from '@nestjs/common';
import { CookieRenovacao, forwardedHeaders, OrigemConfiavel, PlatformApi } from '@plataforma/bff';
import { ligacaoNoNavegador, operacoesDeAuth } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido } from '@plataforma/platform';

/** Whoever is in their account links a provider to it; what the provider then says comes where log-ins by it do. */
@Controller()
@UseGuards(OrigemConfiavel)
export class LigacaoController {
  private readonly meus;

  constructor(
    api: PlatformApi,
    private readonly cookie: CookieRenovacao,
  ) {
    this.meus = api.cliente(operacoesDeAuth.meusProvedores);
  }

  @Operacao(ligacaoNoNavegador)
  async ligarProvedor({ corpo }: Pedido<typeof ligacaoNoNavegador>, { request, reply }: Http) {
    const { body } = await this.meus.ligarProvedor({
      corpo: { ...corpo, retorno: 'WEB' },
      cabecalhos: forwardedHeaders(request),
    });
    const { tokenPedido, ...iniciada } = body;
    this.cookie.keepEntrada(reply, 'PEDIDO', tokenPedido);
    return iniciada;
  }
}
