import { Controller } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { CloudEvent } from '@plataforma/contracts';
import { UnprocessableMessageError } from '@plataforma/messaging';
import { Avisar, RegistrarConsentimento, RegistrarContato } from '../application/avisos.js';
import { AvisarCasa } from '../application/avisar-casa.js';
import { ContarDaReserva } from '../application/contar-da-reserva.js';
import { ContarDoPagamento } from '../application/contar-do-pagamento.js';
import { EscreverCarta } from '../application/escrever-carta.js';
import { ehTipoDeCarta } from '../domain/carta-de-conta.js';

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

  @EventPattern('consentimento.alterado.v1')
  async consentimentoAlterado(@Payload() { data, sequence }: CloudEvent<'consentimento.alterado.v1'>): Promise<void> {
    await this.commands.execute(new RegistrarConsentimento(data, Number(sequence)));
  }

  @EventPattern('reserva.criada.v1')
  criada(@Payload() evento: CloudEvent<'reserva.criada.v1'>): Promise<void> {
    return this.commands.execute(new ContarDaReserva(evento));
  }

  @EventPattern('reserva.aprovada.v1')
  aprovada(@Payload() evento: CloudEvent<'reserva.aprovada.v1'>): Promise<void> {
    return this.commands.execute(new ContarDaReserva(evento));
  }

  @EventPattern('reserva.confirmada.v1')
  confirmada(@Payload() evento: CloudEvent<'reserva.confirmada.v1'>): Promise<void> {
    return this.commands.execute(new ContarDaReserva(evento));
  }

  @EventPattern('reserva.saldo-pago.v1')
  saldoPago(@Payload() evento: CloudEvent<'reserva.saldo-pago.v1'>): Promise<void> {
    return this.commands.execute(new ContarDaReserva(evento));
  }

  @EventPattern('reserva.remarcada.v1')
  remarcada(@Payload() evento: CloudEvent<'reserva.remarcada.v1'>): Promise<void> {
    return this.commands.execute(new ContarDaReserva(evento));
  }

  @EventPattern('reserva.cancelada.v1')
  cancelada(@Payload() evento: CloudEvent<'reserva.cancelada.v1'>): Promise<void> {
    return this.commands.execute(new ContarDaReserva(evento));
  }

  @EventPattern('reserva.nao-compareceu.v1')
  naoCompareceu(@Payload() evento: CloudEvent<'reserva.nao-compareceu.v1'>): Promise<void> {
    return this.commands.execute(new ContarDaReserva(evento));
  }

  @EventPattern('reserva.concluida.v1')
  concluida(@Payload() evento: CloudEvent<'reserva.concluida.v1'>): Promise<void> {
    return this.commands.execute(new ContarDaReserva(evento));
  }

  @EventPattern('pagamento.aprovado.v1')
  pagamentoAprovado(@Payload() evento: CloudEvent<'pagamento.aprovado.v1'>): Promise<void> {
    return this.commands.execute(new ContarDoPagamento(evento));
  }

  @EventPattern('pagamento.estornado.v1')
  pagamentoEstornado(@Payload() evento: CloudEvent<'pagamento.estornado.v1'>): Promise<void> {
    return this.commands.execute(new ContarDoPagamento(evento));
  }

  @EventPattern('pagamento.disputado.v1')
  pagamentoDisputado(@Payload() evento: CloudEvent<'pagamento.disputado.v1'>): Promise<void> {
    return this.commands.execute(new ContarDoPagamento(evento));
  }

  @EventPattern('operacao.alertada.v1')
  async alertada(@Payload() { data, source, subject, time }: CloudEvent<'operacao.alertada.v1'>): Promise<void> {
    const fato = { ...data, servico: source.replace('/servicos/', '') };
    await this.commands.execute(new AvisarCasa(fato, `${source} ${subject}`, new Date(time)));
  }

  /** Its sequence is the waitlist's own: of the booking it tells the beginning, which anything else has overtaken. */
  @EventPattern('fila.atendida.v1')
  async atendida(@Payload() { data }: CloudEvent<'fila.atendida.v1'>): Promise<void> {
    const { reservaId, clienteId: usuarioId, expiraEm, requerAprovacao, sinalCentavos, ...reserva } = data;
    const aviso = {
      tipo: 'FILA_ATENDIDA',
      reserva: { ...reserva, reservaId },
      expiraEm,
      requerAprovacao,
      aPagarCentavos: sinalCentavos ?? reserva.valorCentavos,
    } as const;
    await this.commands.execute(new Avisar({ reservaId, versao: 1, usuarioId, aviso }));
  }
}
