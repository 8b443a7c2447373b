import { Controller } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { operacoesDeNotificacoes } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { ConsultarLinhaDoTempo, ListarAvisos } from '../application/avisos.js';

const { notificacoes } = operacoesDeNotificacoes;

@Controller()
export class NotificacoesController {
  constructor(private readonly queries: QueryBus) {}

  @Operacao(notificacoes.listar)
  listar({ consulta, usuario }: Pedido<typeof notificacoes.listar>) {
    return this.queries.execute(new ListarAvisos(consulta.reservaId, usuario));
  }

  @Operacao(notificacoes.timeline)
  timeline({ consulta: { reservaId, ...filtro } }: Pedido<typeof notificacoes.timeline>) {
    return this.queries.execute(new ConsultarLinhaDoTempo(reservaId, filtro));
  }
}
