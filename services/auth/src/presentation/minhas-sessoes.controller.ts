import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeAuth } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido } from '@plataforma/platform';
import { ElevarSessao, PedirElevacao } from '../application/elevar-sessao.js';
import { ListarSessoes, RevogarSessao, RevogarSessoes } from '../application/minhas-sessoes.js';
import { desafioToHttp, sessaoVistaToHttp } from './to-http.js';

const { elevacao, minhasSessoes } = operacoesDeAuth;

@Controller()
export class MinhasSessoesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(minhasSessoes.listarSessoes)
  async listarSessoes({ usuario }: Pedido<typeof minhasSessoes.listarSessoes>) {
    const sessoes = await this.queries.execute(new ListarSessoes(usuario.id));
    return { itens: sessoes.map((sessao) => sessaoVistaToHttp(sessao, usuario.sessaoId)) };
  }

  @Operacao(minhasSessoes.revogarSessao)
  revogarSessao({ usuario, parametros }: Pedido<typeof minhasSessoes.revogarSessao>): Promise<void> {
    return this.commands.execute(new RevogarSessao(usuario.id, parametros.id));
  }

  @Operacao(minhasSessoes.encerrarTodas)
  encerrarTodas({ usuario, corpo }: Pedido<typeof minhasSessoes.encerrarTodas>): Promise<void> {
    return this.commands.execute(new RevogarSessoes(usuario.id, corpo.manterEsta ? usuario.sessaoId : undefined));
  }

  @Operacao(elevacao.opcoesDaElevacao)
  async opcoesDaElevacao({ usuario }: Pedido<typeof elevacao.opcoesDaElevacao>, { request }: Http) {
    return desafioToHttp(await this.commands.execute(new PedirElevacao(usuario.id, request.ip)));
  }

  @Operacao(elevacao.elevar)
  elevar({ usuario, corpo }: Pedido<typeof elevacao.elevar>, { request }: Http) {
    return this.commands.execute(new ElevarSessao(usuario.id, usuario.sessaoId, corpo, request.ip));
  }
}
