import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeNotificacoes } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { ConsultarLinhaDoTempo, ListarAvisos } from '../application/avisos.js';
import { ListarConvidados, MudarConvidados, MudarConvidadosDaSerie } from '../application/convidados.js';
import { LerConvite, ResponderConvite } from '../application/convites.js';

const { convidados, convites, notificacoes } = operacoesDeNotificacoes;

@Controller()
export class NotificacoesController {
  constructor(
    private readonly queries: QueryBus,
    private readonly commands: CommandBus,
  ) {}

  @Operacao(notificacoes.listar)
  listar({ consulta, usuario }: Pedido<typeof notificacoes.listar>) {
    return this.queries.execute(new ListarAvisos(consulta.reservaId, usuario));
  }

  @Operacao(notificacoes.timeline)
  timeline({ consulta: { reservaId, ...filtro } }: Pedido<typeof notificacoes.timeline>) {
    return this.queries.execute(new ConsultarLinhaDoTempo(reservaId, filtro));
  }

  @Operacao(convidados.listarConvidados)
  listarConvidados({ parametros, usuario }: Pedido<typeof convidados.listarConvidados>) {
    return this.queries.execute(new ListarConvidados(parametros.id, usuario));
  }

  @Operacao(convidados.mudarConvidados)
  async mudarConvidados({ parametros, usuario, corpo }: Pedido<typeof convidados.mudarConvidados>) {
    await this.commands.execute(new MudarConvidados(parametros.id, usuario, corpo.emails));
    return this.queries.execute(new ListarConvidados(parametros.id, usuario));
  }

  @Operacao(convidados.mudarConvidadosDaSerie)
  async mudarConvidadosDaSerie({ parametros, usuario, corpo }: Pedido<typeof convidados.mudarConvidadosDaSerie>) {
    return {
      reservas: await this.commands.execute(new MudarConvidadosDaSerie(parametros.id, usuario, corpo.emails)),
    };
  }

  @Operacao(convites.lerConvite)
  lerConvite({ corpo }: Pedido<typeof convites.lerConvite>) {
    return this.queries.execute(new LerConvite(corpo.token));
  }

  @Operacao(convites.responderConvite)
  responderConvite({ corpo }: Pedido<typeof convites.responderConvite>): Promise<void> {
    return this.commands.execute(new ResponderConvite(corpo.token, corpo.resposta));
  }
}
