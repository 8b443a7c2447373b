import { Controller } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { CloudEvent } from '@plataforma/contracts';
import { UnprocessableMessageError } from '@plataforma/messaging';
import { Avisar, RegistrarContato } from '../application/avisos.js';
import { EscreverCarta } from '../application/escrever-carta.js';
import { ehTipoDeCarta } from '../domain/carta-de-conta.js';
import type { Aviso } from '../domain/entrega.js';

/** What happened elsewhere: recorded here, in the inbox's transaction, and sent by the worker. */
@Controller()
export class EventosConsumer {
  constructor(private readonly commands: CommandBus) {}

  @EventPattern('usuario.registrado.v1')
  async registrado(@Payload() { data, sequence }: CloudEvent<'usuario.registrado.v1'>): Promise<void> {
    await this.commands.execute(new RegistrarContato(data, Number(sequence)));
  }

  @EventPattern('usuario.atualizado.v1')
  async atualizado(@Payload() { data, sequence }: CloudEvent<'usuario.atualizado.v1'>): Promise<void> {
    await this.commands.execute(new RegistrarContato(data, Number(sequence)));
  }

  @EventPattern('usuario.carta-pedida.v1')
  async cartaPedida(@Payload() { data, time }: CloudEvent<'usuario.carta-pedida.v1'>): Promise<void> {
    const { cartaId, tipo, expiraEm, ...carta } = data;
    // A later release knows how to write it: an operator sends it back to the queue then.
    if (!ehTipoDeCarta(tipo)) throw new UnprocessableMessageError(`nenhum modelo para a carta ${tipo.slice(0, 60)}`);
    await this.commands.execute(
      new EscreverCarta({
        ...carta,
        id: cartaId,
        tipo,
        expiraEm: expiraEm === undefined ? undefined : new Date(expiraEm),
        ocorridoEm: new Date(time),
      }),
    );
  }

  @EventPattern('reserva.aprovada.v1')
  async aprovada(@Payload() { data, sequence }: CloudEvent<'reserva.aprovada.v1'>): Promise<void> {
    // There is nothing to be paid yet; it is told again when there is.
    if (data.aguardaSerie) return;
    await this.avisar(data, sequence, { tipo: 'RESERVA_APROVADA', reserva: data, expiraEm: data.expiraEm });
  }

  @EventPattern('reserva.confirmada.v1')
  async confirmada(@Payload() { data, sequence }: CloudEvent<'reserva.confirmada.v1'>): Promise<void> {
    const { pagoCentavos = data.valorCentavos } = data;
    await this.avisar(data, sequence, { tipo: 'RESERVA_CONFIRMADA', reserva: data, pagoCentavos });
  }

  @EventPattern('reserva.remarcada.v1')
  async remarcada(@Payload() { data, sequence }: CloudEvent<'reserva.remarcada.v1'>): Promise<void> {
    const { anterior, reembolsoCentavos, reembolsoRetidoCentavos } = data;
    await this.avisar(data, sequence, {
      tipo: 'RESERVA_REMARCADA',
      reserva: data,
      anterior,
      reembolsoCentavos,
      reembolsoRetidoCentavos,
    });
  }

  @EventPattern('reserva.cancelada.v1')
  async cancelada(@Payload() { data, sequence }: CloudEvent<'reserva.cancelada.v1'>): Promise<void> {
    const { motivo, reembolsoCentavos, reembolsoRetidoCentavos, perdidoCentavos, justificativa } = data;
    await this.avisar(data, sequence, {
      tipo: 'RESERVA_CANCELADA',
      reserva: data,
      motivo,
      reembolsoCentavos,
      reembolsoRetidoCentavos,
      perdidoCentavos,
      justificativa,
    });
  }

  @EventPattern('reserva.nao-compareceu.v1')
  async naoCompareceu(@Payload() { data, sequence }: CloudEvent<'reserva.nao-compareceu.v1'>): Promise<void> {
    await this.avisar(data, sequence, { tipo: 'RESERVA_NAO_COMPARECEU', reserva: data });
  }

  /** Its sequence is the waitlist's own: of the booking it tells the beginning, which anything else has overtaken. */
  @EventPattern('fila.atendida.v1')
  async atendida(@Payload() { data }: CloudEvent<'fila.atendida.v1'>): Promise<void> {
    await this.avisar(data, '1', { tipo: 'FILA_ATENDIDA', reserva: data, expiraEm: data.expiraEm });
  }

  private async avisar(
    { reservaId, clienteId }: { readonly reservaId: string; readonly clienteId: string },
    sequence: string,
    aviso: Aviso,
  ): Promise<void> {
    await this.commands.execute(new Avisar({ reservaId, versao: Number(sequence), usuarioId: clienteId, aviso }));
  }
}
