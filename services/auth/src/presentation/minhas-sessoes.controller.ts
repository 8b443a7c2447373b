import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeAuth } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { ListarSessoes, RevogarSessao, RevogarSessoes } from '../application/minhas-sessoes.js';
import { sessaoVistaToHttp } from './to-http.js';

const { minhasSessoes } = operacoesDeAuth;

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
}
