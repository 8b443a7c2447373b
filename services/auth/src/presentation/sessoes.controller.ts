import { Controller } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { operacoesDeAuth } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido } from '@plataforma/platform';
import { EncerrarSessao } from '../application/encerrar-sessao.js';
import { IniciarSessao } from '../application/iniciar-sessao.js';
import { RenovarSessao } from '../application/renovar-sessao.js';
import { CompletarEntrada, EntrarPorChave, PedirEntradaPorChave } from '../application/segundo-fator.js';
import { desafioToHttp, origemDe, sessaoToHttp } from './to-http.js';

const { sessoes } = operacoesDeAuth;

@Controller()
export class SessoesController {
  constructor(private readonly commands: CommandBus) {}

  @Operacao(sessoes.entrar)
  async entrar({ corpo: { email, senha } }: Pedido<typeof sessoes.entrar>, { request }: Http) {
    const aberta = await this.commands.execute(new IniciarSessao(email, senha, request.ip, origemDe(request)));
    return 'desafio' in aberta
      ? ({ status: 202, corpo: desafioToHttp(aberta) } as const)
      : ({ status: 201, corpo: sessaoToHttp(aberta) } as const);
  }

  @Operacao(sessoes.segundoFator)
  async segundoFator({ corpo: { desafio, ...prova } }: Pedido<typeof sessoes.segundoFator>, { request }: Http) {
    const entrada = new CompletarEntrada(desafio, prova, request.ip, origemDe(request));
    return sessaoToHttp(await this.commands.execute(entrada));
  }

  @Operacao(sessoes.opcoesDaChave)
  opcoesDaChave(_pedido: Pedido<typeof sessoes.opcoesDaChave>, { request }: Http) {
    return this.commands.execute(new PedirEntradaPorChave(request.ip));
  }

  @Operacao(sessoes.entrarPorChave)
  async entrarPorChave({ corpo }: Pedido<typeof sessoes.entrarPorChave>, { request }: Http) {
    const entrada = new EntrarPorChave(corpo.desafio, corpo.credencial, request.ip, origemDe(request));
    return sessaoToHttp(await this.commands.execute(entrada));
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
