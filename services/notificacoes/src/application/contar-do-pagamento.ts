import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CloudEvent } from '@plataforma/contracts';
import type { Aviso, DadosReserva } from '../domain/entrega.js';
import { Avisar } from './avisos.js';
import { AvisarCasa } from './avisar-casa.js';
import { ReservasConhecidas } from './ports.js';

type TipoDePagamento = 'pagamento.aprovado.v1' | 'pagamento.estornado.v1' | 'pagamento.disputado.v1';
type EventoDoPagamento = { [T in TipoDePagamento]: CloudEvent<T> }[TipoDePagamento];

/** What happened to money: told to whoever paid or, of a dispute, to the house; in the caller's transaction. */
export class ContarDoPagamento extends Command<void> {
  constructor(readonly evento: EventoDoPagamento) {
    super();
  }
}

/** More messages than one charge has. */
const POR_COBRANCA = 100_000;

@CommandHandler(ContarDoPagamento)
export class ContarDoPagamentoHandler implements ICommandHandler<ContarDoPagamento> {
  constructor(
    private readonly reservas: ReservasConhecidas,
    private readonly commands: CommandBus,
  ) {}

  async execute({ evento }: ContarDoPagamento): Promise<void> {
    if (evento.type === 'pagamento.disputado.v1') {
      const { disputaId, reservaId, situacao, consulta, motivo, valorCentavos, moeda } = evento.data;
      await this.commands.execute(
        new AvisarCasa(
          { tipo: 'DISPUTA_MUDOU', disputaId, reservaId, situacao, consulta, motivo, valorCentavos, moeda },
          `${disputaId} ${situacao} ${consulta === true}`,
          new Date(evento.time),
        ),
      );
      return;
    }
    const { reservaId: cobrada, parcela = 1 } = evento.data;
    const pagas = await this.reservas.chargedUnder(cobrada);
    // Of a booking that was made before this service followed bookings nothing is known but its messages from now on.
    const [primeira] = pagas;
    if (!primeira) return;
    const { reservaId, usuarioId, dados } = primeira;
    const ocorrencias = pagas.length > 1 ? pagas.map(({ dados: { inicio, fim } }) => ({ inicio, fim })) : undefined;
    const aviso = avisoDe(evento, { ...dados, ocorrencias, serieId: undefined });
    const versao = (parcela % 20_000) * POR_COBRANCA + (Number(evento.sequence) % POR_COBRANCA);
    await this.commands.execute(
      new Avisar({ reservaId, versao, usuarioId, aviso, sobre: `${aviso.tipo} ${evento.id}` }),
    );
  }
}

function avisoDe(
  evento: Exclude<EventoDoPagamento, CloudEvent<'pagamento.disputado.v1'>>,
  reserva: DadosReserva,
): Aviso {
  const { pagamentoId, valorCentavos } = evento.data;
  return evento.type === 'pagamento.aprovado.v1'
    ? {
        tipo: 'PAGAMENTO_RECEBIDO',
        reserva,
        pagamentoId,
        pagoCentavos: valorCentavos,
        recebidoEm: evento.data.aprovadoEm,
      }
    : { tipo: 'REEMBOLSO_FEITO', reserva, pagamentoId, reembolsoCentavos: valorCentavos };
}
