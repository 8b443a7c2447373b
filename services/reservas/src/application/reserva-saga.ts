import { Injectable } from '@nestjs/common';
import { EventStore, SagaRunner } from '@plataforma/messaging';
import { Database, Logger } from '@plataforma/platform';
import {
  CotaDeHoras,
  CotaDeReservas,
  CupomEsgotado,
  EspacoIndisponivel,
  LimiteDoCupomPorPessoa,
} from '../domain/errors.js';
import {
  aprovar,
  baixarReembolso,
  cabeAindaPago,
  cancelar,
  confirmar,
  type Contestacao,
  contestar,
  desfazerRemarcacao,
  efetivarRemarcacao,
  encerrarPresenca,
  type EventoDaReserva,
  type Ocupacao,
  podeRetomar,
  prorrogar,
  quitar,
  reembolsoRetido,
  registrarReembolso,
  type Reserva,
  retomar,
  semDinheiro,
} from '../domain/reserva.js';
import { type ComandoLocal, decidir, type EntradaDaSaga, type SagaReserva } from '../domain/saga-reserva.js';
import { EspacoRepository, OcupacaoRepository, type ReservaCarregada, ReservaRepository } from './ports.js';
import { CupomRepository } from './ports-precos.js';
import { Remarcacoes } from './remarcacoes.js';
import { PrazosDeRetencao } from './prazos-de-retencao.js';
import { VerificarCotas } from './verificar-cotas.js';

/** Runs the saga of what is charged together: binds its pure decisions to the bookings that they change. */
@Injectable()
export class ReservaSaga extends SagaRunner<SagaReserva, EntradaDaSaga, ComandoLocal> {
  constructor(
    private readonly db: Database,
    events: EventStore,
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
      logger,
    );
  }

  private async executar(cobrancaId: string, comando: ComandoLocal): Promise<EntradaDaSaga | undefined> {
    const todas = await this.reservas.loadCharged(cobrancaId);
    switch (comando.type) {
      case 'AprovarReservas':
        return this.aprovar(todas);
      case 'ProrrogarReservas':
        return this.paraCada(todas, ({ reserva }) => prorrogar(reserva, comando.expiraEm));
      case 'ConfirmarReservas':
        return this.paraCada(todas, ({ reserva }) => confirmar(reserva, comando.pagamentoId));
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

  private async aprovar(todas: readonly ReservaCarregada[]): Promise<EntradaDaSaga | undefined> {
    const [primeira] = todas;
    if (!primeira) return undefined;
    const expiraEm = await this.prazos.aposAprovacao(primeira);
    await this.paraCada(todas, ({ reserva }) => aprovar(reserva, expiraEm));
    return { type: 'aprovada', expiraEm };
  }

  /** Those that were asked for by name refuse when they cannot be cancelled; of a whole series, the rest goes. */
  private async cancelar(
    todas: readonly ReservaCarregada[],
    { motivo, justificativa, reservas }: Extract<ComandoLocal, { type: 'CancelarReservas' }>,
  ): Promise<EntradaDaSaga> {
    const viva = ({ reserva }: ReservaCarregada) =>
      reserva.status.startsWith('PENDENTE') || reserva.status === 'CONFIRMADA';
    const vivas = todas.filter(viva);
    const pedidas = reservas ? todas.filter(({ id }) => reservas.includes(id)) : vivas.length > 0 ? vivas : todas;
    let [reembolsoCentavos, reembolsoRetidoCentavos] = [0, 0];
    for (const carregada of pedidas) {
      const eventos = cancelar(carregada.reserva, motivo, carregada.agora, justificativa);
      await this.reservas.save(carregada, eventos);
      if (carregada.reserva.status.startsWith('PENDENTE')) await this.cupons.giveBack(carregada.id);
      for (const evento of eventos)
        if (evento.type === 'reserva.cancelada.v1') {
          reembolsoCentavos += evento.data.reembolsoCentavos;
          reembolsoRetidoCentavos += evento.data.reembolsoRetidoCentavos ?? 0;
        }
    }
    const restam = vivas.some((outra) => !pedidas.includes(outra));
    return { type: 'canceladas', reembolsoCentavos, reembolsoRetidoCentavos, restam };
  }

  /**
   * Takes the very units of all of them again, and the uses of coupons that had been given back, unless others have
   * taken any of it, its time has begun, or the person has used up their quota since.
   */
  private async retomar(todas: readonly ReservaCarregada[], pagamentoId: string): Promise<boolean> {
    try {
      await this.db.savepoint(async () => {
        const canceladas = todas.map(retomavel);
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

  /**
   * Takes a refund off what the bookings are paid, one after the other. One that a bank had kept from us is first of
   * those whose cancellation owes it.
   */
  private async registrarReembolso(
    todas: readonly ReservaCarregada[],
    valorCentavos: number,
    origem: 'RESERVA' | 'ADMIN' | 'PROVEDOR',
  ): Promise<undefined> {
    const devido = ({ reserva }: ReservaCarregada) => (origem === 'RESERVA' ? reembolsoRetido(reserva) : 0);
    const credoras = todas.filter((carregada) => devido(carregada) > 0);
    let falta = valorCentavos;
    for (const carregada of [...credoras, ...todas.filter((outra) => !credoras.includes(outra))]) {
      const parte = credoras.includes(carregada) ? Math.min(falta, devido(carregada)) : falta;
      const eventos = registrarReembolso(carregada.reserva, parte, origem);
      await this.reservas.save(carregada, eventos);
      for (const evento of eventos)
        if (evento.type === 'reserva.reembolsada.v1') falta -= evento.data.reembolsoCentavos;
    }
  }

  private async contestar(todas: readonly ReservaCarregada[], total: Contestacao): Promise<EntradaDaSaga> {
    const eventos = contestar(
      todas.map(({ reserva }) => reserva),
      total,
    );
    const abandonadas: string[] = [];
    for (const [indice, carregada] of todas.entries()) {
      const { id, reserva, agora } = await this.reservas.save(carregada, eventos[indice] ?? []);
      if (semDinheiro(reserva, agora)) abandonadas.push(id);
    }
    return { type: 'contestadas', semDinheiro: abandonadas };
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
