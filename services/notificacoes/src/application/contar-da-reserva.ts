import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CloudEvent } from '@plataforma/contracts';
import { type Aviso, conviteDe, type DadosReserva, type EstadoDaReserva, finalidadeDe } from '../domain/entrega.js';
import { Avisar } from './avisos.js';
import { AvisarCasa } from './avisar-casa.js';
import { AvisarConvidados } from './convidados.js';
import { type NoticiaDaReserva, type ReservaConhecida, ReservasConhecidas } from './ports.js';

/** The messages of a booking that change what is known of it. */
export type TipoDeReserva =
  | 'reserva.criada.v1'
  | 'reserva.aprovada.v1'
  | 'reserva.confirmada.v1'
  | 'reserva.saldo-pago.v1'
  | 'reserva.remarcada.v1'
  | 'reserva.cancelada.v1'
  | 'reserva.nao-compareceu.v1'
  | 'reserva.concluida.v1';
type EventoDaReserva = { [T in TipoDeReserva]: CloudEvent<T> }[TipoDeReserva];

/** What happened to a booking: remembered, and told to whom it concerns, in the caller's transaction. */
export class ContarDaReserva extends Command<void> {
  constructor(readonly evento: EventoDaReserva) {
    super();
  }
}

const ESTADOS: Readonly<Record<TipoDeReserva, EstadoDaReserva>> = {
  'reserva.criada.v1': 'PENDENTE_PAGAMENTO',
  'reserva.aprovada.v1': 'PENDENTE_PAGAMENTO',
  'reserva.confirmada.v1': 'CONFIRMADA',
  'reserva.saldo-pago.v1': 'CONFIRMADA',
  'reserva.remarcada.v1': 'CONFIRMADA',
  'reserva.cancelada.v1': 'CANCELADA',
  'reserva.nao-compareceu.v1': 'NAO_COMPARECEU',
  'reserva.concluida.v1': 'CONCLUIDA',
};

/** What the message adds to what is known. */
function novidades(evento: EventoDaReserva): Partial<NoticiaDaReserva> {
  switch (evento.type) {
    case 'reserva.criada.v1': {
      const { checkin, requerAprovacao, saldoVenceEm, cobrancaId, feitaPorId, sinalCentavos } = evento.data;
      return {
        ...(requerAprovacao && { estado: 'PENDENTE_APROVACAO' }),
        codigo: checkin?.codigo,
        toleranciaMinutos: checkin?.exigido ? checkin.toleranciaMinutos : undefined,
        saldoVenceEm,
        ...(cobrancaId !== undefined && { cobrancaId }),
        feitaPorId,
        sinalCentavos,
      };
    }
    case 'reserva.confirmada.v1': {
      const { valorCentavos, pagoCentavos = valorCentavos } = evento.data;
      return { saldoCentavos: valorCentavos - pagoCentavos };
    }
    case 'reserva.remarcada.v1':
      return { saldoCentavos: evento.data.saldoCentavos ?? 0, saldoVenceEm: evento.data.saldoVenceEm };
    case 'reserva.saldo-pago.v1':
    case 'reserva.cancelada.v1':
      return { saldoCentavos: 0 };
    case 'reserva.aprovada.v1':
    case 'reserva.nao-compareceu.v1':
    case 'reserva.concluida.v1':
      return {};
  }
}

@CommandHandler(ContarDaReserva)
export class ContarDaReservaHandler implements ICommandHandler<ContarDaReserva> {
  constructor(
    private readonly reservas: ReservasConhecidas,
    private readonly commands: CommandBus,
  ) {}

  async execute({ evento }: ContarDaReserva): Promise<void> {
    const { reservaId, clienteId: usuarioId } = evento.data;
    const versao = Number(evento.sequence);
    const { espacoId, espacoNome, cidade, inicio, fim, fuso, valorCentavos, moeda, serieId } = evento.data;
    const dados = { reservaId, versao, espacoId, espacoNome, cidade, inicio, fim, fuso, valorCentavos, moeda, serieId };
    const noticia = { reservaId, usuarioId, versao, dados, estado: ESTADOS[evento.type], ...novidades(evento) };
    const antes = await this.reservas.follow(noticia);
    const avisos = avisosDe(evento, dados, antes);
    for (const aviso of avisos) await this.commands.execute(new Avisar({ reservaId, versao, usuarioId, aviso }));
    const quemFez = 'feitaPorId' in noticia ? (noticia.feitaPorId ?? antes?.feitaPorId) : antes?.feitaPorId;
    if (quemFez !== undefined)
      for (const aviso of avisos.filter(({ tipo }) => finalidadeDe(tipo) === null))
        await this.commands.execute(
          new Avisar({ reservaId, versao, usuarioId: quemFez, aviso: avisoDeQuemFez(aviso) }, ['EMAIL']),
        );
    for (const convite of avisos.flatMap((aviso) => conviteDe(aviso) ?? []))
      await this.commands.execute(
        new AvisarConvidados(convite, { reservaId, versao, usuarioId, feitaPorId: quemFez, dados }),
      );
    if (evento.type === 'reserva.criada.v1' && evento.data.requerAprovacao) {
      const { expiraEm } = evento.data;
      await this.commands.execute(
        new AvisarCasa(
          {
            tipo: 'PEDIDO_A_RESPONDER',
            reservaId,
            espacoNome,
            cidade,
            inicio,
            fim,
            fuso,
            valorCentavos,
            moeda,
            expiraEm,
          },
          reservaId,
          new Date(evento.time),
        ),
      );
    }
  }
}

/** The same for who made the booking for somebody else: without what only that person presents, or has in their calendar. */
const avisoDeQuemFez = (aviso: Aviso): Aviso => ({
  ...aviso,
  ...('codigo' in aviso && { codigo: undefined }),
  ...('convite' in aviso && { convite: undefined }),
  reserva: { ...aviso.reserva, feitaParaOutro: true },
});

/** What the person is told; several things are told apart. */
function avisosDe(evento: EventoDaReserva, reserva: DadosReserva, antes: ReservaConhecida | undefined): Aviso[] {
  switch (evento.type) {
    case 'reserva.criada.v1': {
      const { requerAprovacao, filaId, expiraEm, sinalCentavos, valorCentavos } = evento.data;
      if (requerAprovacao) return [{ tipo: 'PEDIDO_RECEBIDO', reserva }];
      // Who waited for it is told that it came free; what costs nothing is not waited for.
      if (filaId !== undefined || valorCentavos === 0) return [];
      return [{ tipo: 'RESERVA_RETIDA', reserva, expiraEm, aPagarCentavos: sinalCentavos ?? valorCentavos }];
    }
    case 'reserva.aprovada.v1':
      // There may be nothing to be paid yet; it is told again when there is.
      if (evento.data.aguardaSerie) return [];
      return [
        {
          tipo: 'RESERVA_APROVADA',
          reserva,
          expiraEm: evento.data.expiraEm,
          aPagarCentavos: antes?.sinalCentavos ?? reserva.valorCentavos,
        },
      ];
    case 'reserva.confirmada.v1': {
      const { pagoCentavos = reserva.valorCentavos } = evento.data;
      const { codigo, toleranciaMinutos, saldoVenceEm } = antes ?? {};
      return [
        {
          tipo: 'RESERVA_CONFIRMADA',
          reserva,
          pagoCentavos,
          codigo,
          toleranciaMinutos,
          ...(pagoCentavos < reserva.valorCentavos && { saldoVenceEm }),
          convite: true,
        },
      ];
    }
    case 'reserva.remarcada.v1': {
      const { anterior, reembolsoCentavos, reembolsoRetidoCentavos } = evento.data;
      return [
        { tipo: 'RESERVA_REMARCADA', reserva, anterior, reembolsoCentavos, reembolsoRetidoCentavos, convite: true },
      ];
    }
    case 'reserva.cancelada.v1': {
      const { motivo, reembolsoCentavos, reembolsoRetidoCentavos, perdidoCentavos, justificativa } = evento.data;
      if (antes?.estado === 'PENDENTE_APROVACAO' && motivo === 'ADMIN')
        return [{ tipo: 'PEDIDO_RECUSADO', reserva, justificativa }];
      if (antes?.estado.startsWith('PENDENTE_') && motivo === 'PAGAMENTO_EXPIRADO' && reembolsoCentavos === 0)
        return [{ tipo: 'RESERVA_EXPIRADA', reserva, semResposta: antes.estado === 'PENDENTE_APROVACAO' }];
      return [
        {
          tipo: 'RESERVA_CANCELADA',
          reserva,
          motivo,
          reembolsoCentavos,
          reembolsoRetidoCentavos,
          perdidoCentavos,
          justificativa,
          // Of what never was in a calendar nothing is taken away.
          convite: antes?.estado === 'CONFIRMADA',
        },
      ];
    }
    case 'reserva.nao-compareceu.v1':
      return [{ tipo: 'RESERVA_NAO_COMPARECEU', reserva }];
    case 'reserva.concluida.v1':
      return [
        { tipo: 'COMO_FOI', reserva },
        { tipo: 'CONVITE_A_VOLTAR', reserva },
      ];
    case 'reserva.saldo-pago.v1':
      return [];
  }
}
