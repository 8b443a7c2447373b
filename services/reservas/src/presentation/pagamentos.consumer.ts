import { Controller } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { CloudEvent } from '@plataforma/contracts';
import { UnprocessableMessageError } from '@plataforma/messaging';
import { AvisarSaga } from '../application/avisar-saga.js';
import { PagamentoDivergente } from '../domain/errors.js';
import type { EntradaDaSaga, PagamentoDito } from '../domain/saga-reserva.js';

interface Pagamento {
  readonly pagamentoId: string;
  readonly reservaId: string;
  readonly parcela?: number | undefined;
}

/** What pagamentos tells, handed to the saga of the booking that it is about. */
@Controller()
export class PagamentosConsumer {
  constructor(private readonly commands: CommandBus) {}

  @EventPattern('pagamento.criado.v1')
  criado(@Payload() { data }: CloudEvent<'pagamento.criado.v1'>) {
    return this.avisar(data, { cobradoCentavos: data.valorCentavos }, { type: 'pagamento-criado' });
  }

  @EventPattern('pagamento.em-processamento.v1')
  emProcessamento(@Payload() { data }: CloudEvent<'pagamento.em-processamento.v1'>) {
    const { parcela = 1, valorCentavos, expiraEm } = data;
    const entrada = { type: 'pagamento-em-processamento', parcela, expiraEm } as const;
    return this.avisar(data, { cobradoCentavos: valorCentavos }, entrada);
  }

  @EventPattern('pagamento.aprovado.v1')
  aprovado(@Payload() { data }: CloudEvent<'pagamento.aprovado.v1'>) {
    const { parcela = 1, pagamentoId, valorCentavos } = data;
    const entrada = { type: 'pagamento-aprovado', parcela, pagamentoId, valorCentavos } as const;
    return this.avisar(data, { cobradoCentavos: valorCentavos }, entrada);
  }

  @EventPattern('pagamento.recusado.v1')
  recusado(@Payload() { data }: CloudEvent<'pagamento.recusado.v1'>) {
    const { parcela = 1, valorCentavos } = data;
    return this.avisar(data, { cobradoCentavos: valorCentavos }, { type: 'pagamento-recusado', parcela });
  }

  @EventPattern('pagamento.cancelado.v1')
  cancelado(@Payload() { data }: CloudEvent<'pagamento.cancelado.v1'>) {
    const { parcela = 1, valorCentavos } = data;
    return this.avisar(data, { cobradoCentavos: valorCentavos }, { type: 'pagamento-cancelado', parcela });
  }

  @EventPattern('pagamento.estornado.v1')
  estornado(@Payload() { data }: CloudEvent<'pagamento.estornado.v1'>) {
    const { parcela = 1, valorCentavos, totalEstornadoCentavos, origem = 'RESERVA', baixadoCentavos = 0 } = data;
    const entrada = { type: 'pagamento-estornado', parcela, valorCentavos, origem, baixadoCentavos } as const;
    const devolvidoCentavos = Math.max(valorCentavos, totalEstornadoCentavos, baixadoCentavos);
    return this.avisar(data, { devolvidoCentavos }, entrada);
  }

  @EventPattern('pagamento.disputado.v1')
  disputado(@Payload() { data, sequence }: CloudEvent<'pagamento.disputado.v1'>) {
    const { parcela = 1, disputaId, situacao, valorCentavos } = data;
    const ganha = situacao === 'GANHA';
    return this.avisar(
      data,
      {},
      {
        type: 'pagamento-disputado',
        disputaId,
        parcela,
        situacao,
        retidoCentavos: data.retidoCentavos ?? (ganha ? 0 : valorCentavos),
        estornavel: data.estornavel ?? ganha,
        sequencia: Number(sequence),
      },
    );
  }

  /** @throws UnprocessableMessageError for what is not about the payment that was asked for, however often it is tried */
  private async avisar(
    { reservaId, parcela = 1, pagamentoId }: Pagamento,
    dito: Omit<PagamentoDito, 'parcela' | 'pagamentoId'>,
    entrada: EntradaDaSaga,
  ): Promise<void> {
    const pagamento = { parcela, pagamentoId, ...dito };
    try {
      await this.commands.execute(new AvisarSaga(reservaId, { type: 'pagamento-dito', pagamento, entrada }));
    } catch (error) {
      if (error instanceof PagamentoDivergente)
        throw new UnprocessableMessageError(`${error.code}: ${error.message}`, { cause: error });
      throw error;
    }
  }
}
