import { Controller } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { CloudEvent } from '@plataforma/contracts';
import { AvisarSaga } from '../application/avisar-saga.js';

/** What pagamentos tells, handed to the saga of the booking that it is about. */
@Controller()
export class PagamentosConsumer {
  constructor(private readonly commands: CommandBus) {}

  @EventPattern('pagamento.criado.v1')
  criado(@Payload() { data }: CloudEvent<'pagamento.criado.v1'>) {
    return this.commands.execute(new AvisarSaga(data.reservaId, { type: 'pagamento-criado' }));
  }

  @EventPattern('pagamento.em-processamento.v1')
  emProcessamento(@Payload() { data }: CloudEvent<'pagamento.em-processamento.v1'>) {
    const { reservaId, parcela = 1, expiraEm } = data;
    return this.commands.execute(new AvisarSaga(reservaId, { type: 'pagamento-em-processamento', parcela, expiraEm }));
  }

  @EventPattern('pagamento.aprovado.v1')
  aprovado(@Payload() { data }: CloudEvent<'pagamento.aprovado.v1'>) {
    const { reservaId, parcela = 1, pagamentoId, valorCentavos } = data;
    return this.commands.execute(
      new AvisarSaga(reservaId, { type: 'pagamento-aprovado', parcela, pagamentoId, valorCentavos }),
    );
  }

  @EventPattern('pagamento.recusado.v1')
  recusado(@Payload() { data }: CloudEvent<'pagamento.recusado.v1'>) {
    return this.commands.execute(new AvisarSaga(data.reservaId, { type: 'pagamento-recusado' }));
  }

  @EventPattern('pagamento.cancelado.v1')
  cancelado(@Payload() { data: { reservaId, parcela = 1 } }: CloudEvent<'pagamento.cancelado.v1'>) {
    return this.commands.execute(new AvisarSaga(reservaId, { type: 'pagamento-cancelado', parcela }));
  }

  @EventPattern('pagamento.estornado.v1')
  estornado(@Payload() { data }: CloudEvent<'pagamento.estornado.v1'>) {
    const { reservaId, parcela = 1, valorCentavos, origem = 'RESERVA', baixadoCentavos } = data;
    return this.commands.execute(
      new AvisarSaga(reservaId, {
        type: 'pagamento-estornado',
        parcela,
        valorCentavos,
        origem,
        baixadoCentavos,
      }),
    );
  }

  @EventPattern('pagamento.disputado.v1')
  disputado(@Payload() { data, sequence }: CloudEvent<'pagamento.disputado.v1'>) {
    const { reservaId, parcela = 1, disputaId, situacao, valorCentavos } = data;
    const ganha = situacao === 'GANHA';
    return this.commands.execute(
      new AvisarSaga(reservaId, {
        type: 'pagamento-disputado',
        disputaId,
        parcela,
        situacao,
        retidoCentavos: data.retidoCentavos ?? (ganha ? 0 : valorCentavos),
        estornavel: data.estornavel ?? ganha,
        sequencia: Number(sequence),
      }),
    );
  }
}
