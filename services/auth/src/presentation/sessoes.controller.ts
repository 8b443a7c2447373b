import { Controller } from '@nestjs/common';
import { operacoesDeAuth } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido } from '@plataforma/platform';
import { IniciarSessaoHandler } from '../application/iniciar-sessao.js';
import { SessaoRepository, TokensDeRenovacao } from '../application/ports.js';
import { RenovarSessaoHandler } from '../application/renovar-sessao.js';
import { sessaoToHttp } from './to-http.js';

const { sessoes } = operacoesDeAuth;

@Controller()
export class SessoesController {
  constructor(
    private readonly iniciar: IniciarSessaoHandler,
    private readonly renovar: RenovarSessaoHandler,
    private readonly sessoes: SessaoRepository,
    private readonly tokens: TokensDeRenovacao,
  ) {}

  @Operacao(sessoes.entrar)
  async entrar({ corpo }: Pedido<typeof sessoes.entrar>, { request }: Http) {
    return sessaoToHttp(await this.iniciar.execute({ ...corpo, endereco: request.ip }));
  }

  @Operacao(sessoes.renovar)
  async renovarSessao({ corpo }: Pedido<typeof sessoes.renovar>) {
    return sessaoToHttp(await this.renovar.execute(corpo.tokenRenovacao));
  }

  @Operacao(sessoes.encerrar)
  async encerrar({ corpo }: Pedido<typeof sessoes.encerrar>): Promise<void> {
    await this.sessoes.end(this.tokens.hash(corpo.tokenRenovacao));
  }
}
