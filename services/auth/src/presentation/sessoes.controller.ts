import { Controller } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { operacoesDeAuth } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido } from '@plataforma/platform';
import { EncerrarSessao } from '../application/encerrar-sessao.js';
import { IniciarSessao } from '../application/iniciar-sessao.js';
import { RenovarSessao } from '../application/renovar-sessao.js';
import { origemDe, sessaoToHttp } from './to-http.js';

const { sessoes } = operacoesDeAuth;

@Controller()
export class SessoesController {
  constructor(private readonly commands: CommandBus) {}

  @Operacao(sessoes.entrar)
  async entrar({ corpo: { email, senha } }: Pedido<typeof sessoes.entrar>, { request }: Http) {
    return sessaoToHttp(await this.commands.execute(new IniciarSessao(email, senha, request.ip, origemDe(request))));
  }

  @Operacao(sessoes.renovar)
  async renovarSessao({ corpo }: Pedido<typeof sessoes.renovar>) {
    return sessaoToHttp(await this.commands.execute(new RenovarSessao(corpo.tokenRenovacao)));
  }

  @Operacao(sessoes.encerrar)
  encerrar({ corpo }: Pedido<typeof sessoes.encerrar>): Promise<void> {
    return this.commands.execute(new EncerrarSessao(corpo.tokenRenovacao));
  }
}
