import { Controller } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { CloudEvent } from '@plataforma/contracts';
import { RegistrarFatoDaReserva, RegistrarFatoDoAviso } from '../application/registrar-fatos.js';

/** What is heard of bookings and of messages about them: remembered, never decided upon. */
@Controller()
export class EventosConsumer {
  constructor(private readonly commands: CommandBus) {}

  @EventPattern('reserva.criada.v1')
  criada(@Payload() evento: CloudEvent<'reserva.criada.v1'>): Promise<void> {
    return this.commands.execute(new RegistrarFatoDaReserva(evento));
  }

  @EventPattern('reserva.confirmada.v1')
  confirmada(@Payload() evento: CloudEvent<'reserva.confirmada.v1'>): Promise<void> {
    return this.commands.execute(new RegistrarFatoDaReserva(evento));
  }

  @EventPattern('reserva.saldo-pago.v1')
  saldoPago(@Payload() evento: CloudEvent<'reserva.saldo-pago.v1'>): Promise<void> {
    return this.commands.execute(new RegistrarFatoDaReserva(evento));
  }

  @EventPattern('reserva.remarcada.v1')
  remarcada(@Payload() evento: CloudEvent<'reserva.remarcada.v1'>): Promise<void> {
    return this.commands.execute(new RegistrarFatoDaReserva(evento));
  }

  @EventPattern('reserva.reembolsada.v1')
  reembolsada(@Payload() evento: CloudEvent<'reserva.reembolsada.v1'>): Promise<void> {
    return this.commands.execute(new RegistrarFatoDaReserva(evento));
  }

  @EventPattern('reserva.contestada.v1')
  contestada(@Payload() evento: CloudEvent<'reserva.contestada.v1'>): Promise<void> {
    return this.commands.execute(new RegistrarFatoDaReserva(evento));
  }

  @EventPattern('reserva.reembolso-baixado.v1')
  reembolsoBaixado(@Payload() evento: CloudEvent<'reserva.reembolso-baixado.v1'>): Promise<void> {
    return this.commands.execute(new RegistrarFatoDaReserva(evento));
  }

  @EventPattern('reserva.iniciada.v1')
  iniciada(@Payload() evento: CloudEvent<'reserva.iniciada.v1'>): Promise<void> {
    return this.commands.execute(new RegistrarFatoDaReserva(evento));
  }

  @EventPattern('reserva.nao-compareceu.v1')
  naoCompareceu(@Payload() evento: CloudEvent<'reserva.nao-compareceu.v1'>): Promise<void> {
    return this.commands.execute(new RegistrarFatoDaReserva(evento));
  }

  @EventPattern('reserva.concluida.v1')
  concluida(@Payload() evento: CloudEvent<'reserva.concluida.v1'>): Promise<void> {
    return this.commands.execute(new RegistrarFatoDaReserva(evento));
  }

  @EventPattern('reserva.cancelada.v1')
  cancelada(@Payload() evento: CloudEvent<'reserva.cancelada.v1'>): Promise<void> {
    return this.commands.execute(new RegistrarFatoDaReserva(evento));
  }

  @EventPattern('notificacao.enviada.v1')
  notificada(@Payload() evento: CloudEvent<'notificacao.enviada.v1'>): Promise<void> {
    return this.commands.execute(new RegistrarFatoDoAviso(evento));
  }
}
