import { randomUUIDv7 } from 'node:crypto';
import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { CloudEvent } from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import { EnviarEntregas } from '../application/enviar-entregas.js';
import { EntregaRepository } from '../application/ports.js';
import type { Aviso } from '../domain/entrega.js';

/** What happened elsewhere: recorded here, in the inbox's transaction, and sent by the worker. */
@Controller()
export class EventosConsumer {
  constructor(
    private readonly database: Database,
    private readonly entregas: EntregaRepository,
    private readonly envio: EnviarEntregas,
  ) {}

  @EventPattern('usuario.registrado.v1')
  async conhecer(@Payload() { data }: CloudEvent<'usuario.registrado.v1'>): Promise<void> {
    await this.entregas.registrarContato(data);
    this.database.afterCommit(() => this.envio.wake());
  }

  @EventPattern('reserva.confirmada.v1')
  async confirmada(@Payload() evento: CloudEvent<'reserva.confirmada.v1'>): Promise<void> {
    await this.planejar(evento, { tipo: 'RESERVA_CONFIRMADA', reserva: evento.data });
  }

  @EventPattern('reserva.cancelada.v1')
  async cancelada(@Payload() evento: CloudEvent<'reserva.cancelada.v1'>): Promise<void> {
    const { motivo, reembolsoCentavos } = evento.data;
    await this.planejar(evento, { tipo: 'RESERVA_CANCELADA', reserva: evento.data, motivo, reembolsoCentavos });
  }

  private async planejar(
    { data, sequence }: CloudEvent<'reserva.confirmada.v1' | 'reserva.cancelada.v1'>,
    aviso: Aviso,
  ): Promise<void> {
    await this.entregas.planejar({
      id: randomUUIDv7(),
      reservaId: data.reservaId,
      versao: Number(sequence),
      canal: 'EMAIL',
      usuarioId: data.clienteId,
      aviso,
    });
    this.database.afterCommit(() => this.envio.wake());
  }
}
