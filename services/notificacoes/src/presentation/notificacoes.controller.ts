import { Controller } from '@nestjs/common';
import { operacoesDeNotificacoes } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { EntregaRepository } from '../application/ports.js';

const { notificacoes } = operacoesDeNotificacoes;

@Controller()
export class NotificacoesController {
  constructor(private readonly entregas: EntregaRepository) {}

  @Operacao(notificacoes.listar)
  async listar({ consulta, usuario }: Pedido<typeof notificacoes.listar>) {
    const veTudo = usuario.papeis.includes('ADMIN') || usuario.papeis.includes('OPERADOR');
    return { itens: await this.entregas.ofBooking(consulta.reservaId, veTudo ? undefined : usuario.id) };
  }
}
