import { Injectable } from '@nestjs/common';
import { EventStore, SagaRunner } from '@plataforma/messaging';
import { Database, Logger, metrics } from '@plataforma/platform';
import { Notifier } from '@plataforma/trabalho';
import {
  AprovacaoNaoPendente,
  CotaDeHoras,
  CotaDeReservas,
  CupomEsgotado,
  EspacoIndisponivel,
  LimiteDoCupomPorPessoa,
} from '../domain/errors.js';
import {
  aCobrar,
  aprovar,
  aprovarDaSerie,
  baixarReembolso,
  cabeAindaPago,
  cancelar,
  conferirPagamento,
  confirmar,
  type Contestacao,
  contestar,
  desfazerRemarcacao,
  efetivarRemarcacao,
  encerrarPresenca,
  type EventoDaReserva,
  type MotivoCancelamento,
  type Ocupacao,
  podeRetomar,
  primeiroPagamentoCentavos,
  prorrogar,
  quitar,
  reembolsoRetido,
  registrarReembolso,
  type Reserva,
  retomar,
  semDinheiro,
} from '../domain/reserva.js';
import {
  type ComandoLocal,
  type Compra,
  decidir,
  descricaoDaCompra,
  type EntradaDaSaga,
  type SagaReserva,
} from '../domain/saga-reserva.js';
import { EspacoRepository, OcupacaoRepository, type ReservaCarregada, ReservaRepository } from './ports.js';
import { CupomRepository } from './ports-precos.js';
import { Remarcacoes } from './remarcacoes.js';
import { PrazosDeRetencao } from './prazos-de-retencao.js';
import { VerificarCotas } from './verificar-cotas.js';

/** Runs the saga of what is charged together: binds its pure decisions to the bookings that they change. */
@Injectable()
export class ReservaSagaRunner extends SagaRunner<SagaReserva, EntradaDaSaga, ComandoLocal> {
  constructor(
    private readonly db: Database,
    events: EventStore,
    notifier: Notifier,
    logger: Logger,
    private readonly reservas: ReservaRepository,
    private readonly ocupacoes: OcupacaoRepository,
    private readonly cupons: CupomRepository,
    private readonly remarcacoes: Remarcacoes,
    private readonly prazos: PrazosDeRetencao,
    private readonly espacos: EspacoRepository,
    private readonly cotas: VerificarCotas,
  ) {
    super(
      {
        name: 'reserva',
        decide: decidir,
        deadline: { type: 'prazo-vencido' },
        execute: (cobrancaId, comando) => this.executar(cobrancaId, comando),
      },
      db,
      events,
      notifier,
      logger,
    );
  }

  private async executar(cobrancaId: string, comando: ComandoLocal): Promise<EntradaDaSaga | undefined> {
    const todas = await this.reservas.loadCharged(cobrancaId);
    switch (comando.type) {
      case 'AprovarReservas':
        return this.aprovar(todas, comando.reservas);
      case 'ConferirCobranca':
        return this.conferir(todas);
      case 'ProrrogarReservas':
        return this.paraCada(todas, ({ reserva }) => prorrogar(reserva, comando.expiraEm));
      case 'ConfirmarReservas':
        this.contar(todas, 'paga');
        return this.paraCada(todas, ({ reserva }) =>
          reserva.status === 'CANCELADA' ? [] : confirmar(reserva, comando.pagamentoId),
        );
      case 'QuitarReservas':
        return this.paraCada(todas, ({ reserva }) => quitar(reserva, comando.pagamentoId));
      case 'CancelarReservas':
        return this.cancelar(todas, comando);
      case 'RetomarReservas':
        return { ...comando, type: 'retomadas', conseguiu: await this.retomar(todas, comando.pagamentoId) };
      case 'RemarcarReservas':
        return this.remarcacoes.remarcar(todas, comando.mudancas, comando.porAdmin);
      case 'EfetivarRemarcacao':
        return this.remarcacoes.encerrar(todas, efetivarRemarcacao);
      case 'DesfazerRemarcacao':
        return this.remarcacoes.encerrar(todas, desfazerRemarcacao);
      case 'RegistrarReembolso':
        return this.registrarReembolso(todas, comando.valorCentavos, comando.origem);
      case 'RegistrarContestacao':
        return this.contestar(todas, comando);
      case 'BaixarReembolso':
        return this.baixarReembolso(todas, comando.valorCentavos);
      case 'EncerrarPresenca': {
        const aEncerrar = todas.filter(({ id }) => id === comando.reservaId);
        return this.paraCada(aEncerrar, ({ reserva, agora }) => encerrarPresenca(reserva, agora));
      }
    }
  }

  private async paraCada(
    carregadas: readonly ReservaCarregada[],
    decide: (carregada: ReservaCarregada) => readonly EventoDaReserva[],
  ): Promise<undefined> {
    for (const carregada of carregadas) await this.reservas.save(carregada, decide(carregada));
  }

  /** While others of what is paid together wait for their answer, there is nothing to be paid yet. */
  private async aprovar(
    todas: readonly ReservaCarregada[],
    reservas: readonly string[] | undefined,
  ): Promise<EntradaDaSaga | undefined> {
    const pedidos = todas.filter(semResposta);
    const aprovadas = reservas ? todas.filter(({ id }) => reservas.includes(id)) : pedidos;
    if (pedidos.some((pedido) => !aprovadas.includes(pedido)))
      return this.paraCada(aprovadas, ({ reserva }) => aprovarDaSerie(reserva));
    const aPagar = todas.filter((uma) => aprovadas.includes(uma) || uma.reserva.status === 'PENDENTE_PAGAMENTO');
    const [primeira] = aPagar;
    if (!primeira) return undefined;
    const expiraEm = await this.prazos.aposAprovacao(primeira);
    const decididas: ReservaCarregada[] = [];
    for (const uma of aPagar) {
      const eventos = aprovadas.includes(uma) ? aprovar(uma.reserva, expiraEm) : aCobrar(uma.reserva, expiraEm);
      decididas.push(await this.reservas.save(uma, eventos));
    }
    return { type: 'aprovada', expiraEm, compra: compraDe(decididas) };
  }

  /** What is held stays held meanwhile, and says until when. */
  private async conferir(todas: readonly ReservaCarregada[]): Promise<EntradaDaSaga | undefined> {
    const [primeira] = todas;
    if (!primeira) return undefined;
    const ate = this.prazos.daConferencia(primeira.agora);
    if (todas.some(({ reserva }) => reserva.status === 'PENDENTE_PAGAMENTO'))
      this.db.afterCommit(() => metrics.conferencias.inc({ desfecho: 'iniciada' }));
    await this.paraCada(todas, ({ reserva }) => conferirPagamento(reserva, ate));
    return { type: 'conferencia-iniciada', ate };
  }

  /** Counts the end of a wait for the provider, if these were in one. */
  private contar(todas: readonly ReservaCarregada[], desfecho: DesfechoDaConferencia): void {
    if (todas.some(emConferencia)) this.db.afterCommit(() => metrics.conferencias.inc({ desfecho }));
  }

  /** Those that were asked for by name refuse when they cannot be cancelled; of a whole series, the rest goes. */
  private async cancelar(
    todas: readonly ReservaCarregada[],
    comando: Extract<ComandoLocal, { type: 'CancelarReservas' }>,
  ): Promise<EntradaDaSaga> {
    const { motivo, justificativa } = comando;
    const vivas = todas.filter(viva);
    const pedidas = aCancelar(todas, comando);
    this.contar(todas, desfechoPor(motivo, todas));
    let reembolsoCentavos = 0;
    for (const carregada of pedidas) {
      const eventos = cancelar(carregada.reserva, motivo, carregada.agora, justificativa);
      await this.reservas.save(carregada, eventos);
      if (carregada.reserva.status.startsWith('PENDENTE')) await this.cupons.giveBack(carregada.id);
      for (const evento of eventos)
        if (evento.type === 'reserva.cancelada.v1') reembolsoCentavos += evento.data.reembolsoCentavos;
    }
    const restam = vivas.some((outra) => !pedidas.includes(outra));
    return { type: 'canceladas', reembolsoCentavos, restam };
  }

  /**
   * Takes the very units of all of them again, and the uses of coupons that had been given back, unless others have
   * taken any of it, its time has begun, or the person has used up their quota since.
   */
  private async retomar(todas: readonly ReservaCarregada[], pagamentoId: string): Promise<boolean> {
    try {
      await this.db.savepoint(async () => {
        // One that was denied before the others were to be paid has no part in it.
        const canceladas = todas.filter(({ reserva }) => podeRetomar(reserva)).map(retomavel);
        if (canceladas.length === 0) throw new EspacoIndisponivel();
        for (const { id, reserva } of canceladas) {
          const { unidades, ocupacao } = reserva.retencao;
          await this.ocupacoes.occupy({ unidades, ocupa: 'TODAS' }, emMs(ocupacao), id);
        }
        for (const { reserva, ...carregada } of canceladas)
          await this.reservas.save({ ...carregada, reserva }, retomar(reserva, pagamentoId));
        await this.conferirCotas(canceladas);
        for (const { id } of canceladas) await this.cupons.redeemAgain(id);
      });
      return true;
    } catch (error) {
      const recusas = [EspacoIndisponivel, CotaDeReservas, CotaDeHoras, CupomEsgotado, LimiteDoCupomPorPessoa];
      if (recusas.some((recusa) => error instanceof recusa)) return false;
      throw error;
    }
  }

  private async conferirCotas(canceladas: readonly Retomavel[]): Promise<void> {
    const [primeira] = canceladas;
    if (!primeira) return;
    const { espacoId, clienteId } = primeira.reserva.dados;
    const { espaco } = await this.espacos.load(espacoId);
    const reservas = canceladas.map(({ id, reserva: { dados } }) => ({ id, periodo: emMs(dados) }));
    await this.cotas.decideAgain(espaco, clienteId, reservas);
  }

  private async registrarReembolso(
    todas: readonly ReservaCarregada[],
    valorCentavos: number,
    origem: 'RESERVA' | 'ADMIN' | 'PROVEDOR',
  ): Promise<undefined> {
    const reservas = todas.map(({ reserva }) => reserva);
    const eventos = registrarReembolso(reservas, valorCentavos, origem);
    for (const [indice, carregada] of todas.entries()) await this.reservas.save(carregada, eventos[indice] ?? []);
  }

  private async contestar(todas: readonly ReservaCarregada[], total: Contestacao): Promise<EntradaDaSaga> {
    const eventos = contestar(
      todas.map(({ reserva }) => reserva),
      total,
    );
    const abandonadas: string[] = [];
    let devidoCentavos = 0;
    for (const [indice, carregada] of todas.entries()) {
      const { id, reserva, agora } = await this.reservas.save(carregada, eventos[indice] ?? []);
      devidoCentavos += reembolsoRetido(reserva);
      if (semDinheiro(reserva, agora)) abandonadas.push(id);
    }
    return { type: 'contestadas', semDinheiro: abandonadas, devidoCentavos };
  }

  /** What is not given back after all stays paid where there is room for it; what has no room, with the last. */
  private async baixarReembolso(todas: readonly ReservaCarregada[], valorCentavos: number): Promise<undefined> {
    let falta = valorCentavos;
    for (const carregada of todas) {
      const parte = carregada === todas.at(-1) ? falta : Math.min(falta, cabeAindaPago(carregada.reserva));
      await this.reservas.save(carregada, baixarReembolso(carregada.reserva, parte));
      falta -= parte;
    }
  }
}

type DesfechoDaConferencia = 'paga' | 'nao-paga' | 'sem-resposta' | 'cancelada';

const semResposta = ({ reserva }: ReservaCarregada): boolean => reserva.status === 'PENDENTE_APROVACAO';

const viva = ({ reserva }: ReservaCarregada): boolean =>
  reserva.status.startsWith('PENDENTE') || reserva.status === 'CONFIRMADA';

const emConferencia = ({ reserva }: ReservaCarregada): boolean =>
  reserva.status === 'PENDENTE_PAGAMENTO' && reserva.retencao.conferindo === true;

/** Why a wait for the provider ends without the booking: its own end is the end of the hold. */
function desfechoPor(motivo: MotivoCancelamento, todas: readonly ReservaCarregada[]): DesfechoDaConferencia {
  if (motivo === 'CLIENTE' || motivo === 'ADMIN') return 'cancelada';
  const venceu = todas.some(
    ({ reserva, agora }) => reserva.status !== 'INEXISTENTE' && Date.parse(reserva.retencao.expiraEm) <= agora,
  );
  return venceu ? 'sem-resposta' : 'nao-paga';
}

/** @throws AprovacaoNaoPendente when one that was asked for by name has its answer already */
function aCancelar(
  todas: readonly ReservaCarregada[],
  { reservas, soSemResposta }: Extract<ComandoLocal, { type: 'CancelarReservas' }>,
): readonly ReservaCarregada[] {
  if (!reservas) {
    const restantes = todas.filter(soSemResposta ? semResposta : viva);
    return restantes.length > 0 ? restantes : todas;
  }
  const pedidas = todas.filter(({ id }) => reservas.includes(id));
  if (soSemResposta && !pedidas.every(semResposta)) throw new AprovacaoNaoPendente();
  return pedidas;
}

/** What is to be paid for bookings that have all been approved. */
function compraDe(aprovadas: readonly ReservaCarregada[]): Pick<Compra, 'valorCentavos' | 'descricao'> {
  const existentes = aprovadas.flatMap(({ reserva }) => (reserva.status === 'INEXISTENTE' ? [] : [reserva]));
  return {
    valorCentavos: existentes.reduce((soma, reserva) => soma + primeiroPagamentoCentavos(reserva), 0),
    descricao: descricaoDaCompra(existentes[0]?.dados.espacoNome ?? '', existentes.length),
  };
}

type Retomavel = ReservaCarregada & { readonly reserva: Extract<Reserva, { status: 'CANCELADA' }> };

/** @throws EspacoIndisponivel when it was cancelled for another reason, or its time has begun */
function retomavel(carregada: ReservaCarregada): Retomavel {
  const { reserva, agora } = carregada;
  if (!podeRetomar(reserva)) throw new EspacoIndisponivel();
  const { dados, retencao } = reserva;
  const prazo = Math.min(Date.parse(dados.inicio), Date.parse(retencao.saldoVenceEm ?? dados.inicio));
  if (prazo <= agora) throw new EspacoIndisponivel();
  return { ...carregada, reserva };
}

const emMs = ({ inicio, fim }: Ocupacao) => ({ inicio: Date.parse(inicio), fim: Date.parse(fim) });
