import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CloudEvent } from '@plataforma/contracts';
import { FatoRepository, type FatoDaReserva } from './ports.js';

type TipoDaReserva =
  | 'reserva.criada.v1'
  | 'reserva.confirmada.v1'
  | 'reserva.saldo-pago.v1'
  | 'reserva.remarcada.v1'
  | 'reserva.reembolsada.v1'
  | 'reserva.contestada.v1'
  | 'reserva.reembolso-baixado.v1'
  | 'reserva.iniciada.v1'
  | 'reserva.nao-compareceu.v1'
  | 'reserva.concluida.v1'
  | 'reserva.cancelada.v1';
/** One of them, told apart by its type. */
type EventoDaReserva = { [T in TipoDaReserva]: CloudEvent<T> }[TipoDaReserva];

/** What may be shown to a bank as evidence: no person, and no more of the booking than the service that was agreed. */
const EVIDENCE_FIELDS = [
  'espacoId',
  'espacoNome',
  'inicio',
  'fim',
  'fuso',
  'valorCentavos',
  'politicaCancelamento',
  'preco',
  'sinalCentavos',
  'pagoCentavos',
  'reembolsoCentavos',
  'motivo',
  'tipo',
  'canal',
];

const evidenceOf = (data: object): Record<string, unknown> =>
  Object.fromEntries(
    EVIDENCE_FIELDS.filter((field) => Object.hasOwn(data, field)).map((field) => [
      field,
      (data as Record<string, unknown>)[field],
    ]),
  );

/*
 * The little that pagamentos remembers of bookings: facts for disputes, and what each booking says is paid, to be
 * compared with the ledger. Events may come in any order: the one with the highest sequence is the last.
 */

export class RegistrarFatoDaReserva extends Command<void> {
  constructor(readonly evento: EventoDaReserva) {
    super();
  }
}

@CommandHandler(RegistrarFatoDaReserva)
export class RegistrarFatoDaReservaHandler implements ICommandHandler<RegistrarFatoDaReserva> {
  constructor(private readonly fatos: FatoRepository) {}

  async execute({ evento }: RegistrarFatoDaReserva): Promise<void> {
    const { reservaId } = evento.data;
    const cobradaSob = evento.type === 'reserva.criada.v1' ? evento.data.cobrancaId : undefined;
    const { situacao, pago, reembolso } = moneyOf(evento);
    const sequencia = Number(evento.sequence);
    await this.fatos.see(factOf(evento, reservaId), { cobradaSob, situacao, pago, reembolso, sequencia });
  }
}

export class RegistrarFatoDoAviso extends Command<void> {
  constructor(readonly evento: CloudEvent<'notificacao.enviada.v1'>) {
    super();
  }
}

@CommandHandler(RegistrarFatoDoAviso)
export class RegistrarFatoDoAvisoHandler implements ICommandHandler<RegistrarFatoDoAviso> {
  constructor(private readonly fatos: FatoRepository) {}

  async execute({ evento }: RegistrarFatoDoAviso): Promise<void> {
    await this.fatos.keep(factOf(evento, evento.data.reservaId));
  }
}

const factOf = ({ id, type, time, data }: CloudEvent, reservaId: string): FatoDaReserva => ({
  mensagemId: id,
  reservaId,
  tipo: type,
  ocorridoEm: time,
  dados: evidenceOf(data),
});

/** What an event says of the booking's money; `situacao` null = as before; `pago` null = as before, less `reembolso`. */
function moneyOf(evento: EventoDaReserva): { situacao: string | null; pago: number | null; reembolso: number } {
  switch (evento.type) {
    case 'reserva.criada.v1':
      return { situacao: 'PENDENTE', pago: 0, reembolso: 0 };
    case 'reserva.confirmada.v1':
      return { situacao: 'CONFIRMADA', pago: evento.data.pagoCentavos ?? evento.data.valorCentavos, reembolso: 0 };
    case 'reserva.saldo-pago.v1':
    case 'reserva.remarcada.v1':
      return { situacao: 'CONFIRMADA', pago: evento.data.pagoCentavos, reembolso: 0 };
    // Of a booking that stands, or of one that was cancelled before.
    case 'reserva.reembolsada.v1':
    case 'reserva.contestada.v1':
    case 'reserva.reembolso-baixado.v1':
      return { situacao: null, pago: evento.data.pagoCentavos, reembolso: 0 };
    case 'reserva.iniciada.v1':
    case 'reserva.nao-compareceu.v1':
    case 'reserva.concluida.v1':
      return { situacao: 'CONFIRMADA', pago: null, reembolso: 0 };
    case 'reserva.cancelada.v1':
      return {
        situacao: 'CANCELADA',
        pago: evento.data.pagoCentavos ?? null,
        reembolso: evento.data.reembolsoCentavos,
      };
  }
}
