import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { CloudEvent } from '@plataforma/contracts';
import { ReservaSaga } from '../application/reserva-saga.js';

/** What pagamentos tells, handed to the saga of the booking that it is about. */
@Controller()
export class PagamentosConsumer {
  constructor(private readonly saga: ReservaSaga) {}

  @EventPattern('pagamento.criado.v1')
  created(@Payload() { data }: CloudEvent<'pagamento.criado.v1'>) {
    return this.saga.deliver(data.reservaId, { type: 'pagamento-criado' });
  }

  @EventPattern('pagamento.aprovado.v1')
  approved(@Payload() { data: { reservaId, pagamentoId, valorCentavos } }: CloudEvent<'pagamento.aprovado.v1'>) {
    return this.saga.deliver(reservaId, { type: 'pagamento-aprovado', pagamentoId, valorCentavos });
  }

  @EventPattern('pagamento.recusado.v1')
  refused(@Payload() { data }: CloudEvent<'pagamento.recusado.v1'>) {
    return this.saga.deliver(data.reservaId, { type: 'pagamento-recusado' });
  }

  @EventPattern('pagamento.cancelado.v1')
  cancelled(@Payload() { data }: CloudEvent<'pagamento.cancelado.v1'>) {
    return this.saga.deliver(data.reservaId, { type: 'pagamento-cancelado' });
  }

  @EventPattern('pagamento.estornado.v1')
  refunded(@Payload() { data }: CloudEvent<'pagamento.estornado.v1'>) {
    return this.saga.deliver(data.reservaId, { type: 'pagamento-estornado' });
  }
}
