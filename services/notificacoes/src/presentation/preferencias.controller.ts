import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeNotificacoes } from '@plataforma/contracts';
import { Operacao, type Pedido, Problem } from '@plataforma/platform';
import { Descadastrar, MudarPreferencias, VerPreferencias } from '../application/preferencias.js';

const { preferencias } = operacoesDeNotificacoes;

@Controller()
export class PreferenciasController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(preferencias.verPreferencias)
  verPreferencias({ usuario }: Pedido<typeof preferencias.verPreferencias>) {
    return this.queries.execute(new VerPreferencias(usuario.id));
  }

  @Operacao(preferencias.mudarPreferencias)
  mudarPreferencias({ usuario, corpo }: Pedido<typeof preferencias.mudarPreferencias>): Promise<void> {
    return this.commands.execute(new MudarPreferencias(usuario.id, corpo));
  }

  @Operacao(preferencias.descadastrar)
  async descadastrar({ parametros }: Pedido<typeof preferencias.descadastrar>): Promise<void> {
    if (!(await this.commands.execute(new Descadastrar(parametros.token))))
      throw new Problem(404, 'notificacoes.descadastro-desconhecido', 'O endereço não é de nenhuma mensagem');
  }
}
