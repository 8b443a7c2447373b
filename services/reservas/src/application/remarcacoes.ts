import { Injectable } from '@nestjs/common';
import { Folego } from '@plataforma/platform';
import {
  EspacoIndisponivel,
  PrecoAcimaDoLimite,
  RemarcacaoRequerAprovacao,
  ReservaInexistente,
} from '../domain/errors.js';
import { type Espaco, verificarPeriodo } from '../domain/espaco.js';
import { HORA_MS, PeriodoReserva } from '../domain/periodo-reserva.js';
import { COBRANCA_MAXIMA_CENTAVOS, COBRANCA_MINIMA_CENTAVOS, type Orcamento } from '../domain/preco.js';
import {
  type Confirmada,
  type EventoDaReserva,
  evoluir,
  type NovoHorario,
  pedirRemarcacao,
  remarcar,
  remarcavel,
  type Reserva,
} from '../domain/reserva.js';
import type { EntradaDaSaga, Mudanca } from '../domain/saga-reserva.js';
import { intervalosAbertos } from '../domain/abertura.js';
import { EspacoRepository, OcupacaoRepository, type ReservaCarregada, ReservaRepository } from './ports.js';
import { Precificacao } from './precificacao.js';
import { iso, PrazosDeRetencao } from './prazos-de-retencao.js';
import { VerificarCotas } from './verificar-cotas.js';

/** A booking that moves, and where to. */
interface Passagem {
  readonly carregada: ReservaCarregada & { readonly reserva: Confirmada };
  readonly periodo: PeriodoReserva;
  readonly orcamento: Orcamento;
}

/**
 * Moves bookings, as one: all of those that were asked for, or none. A dearer time of what is wholly paid is held
 * beside the old one until the difference is paid; every other move happens at once.
 */
@Injectable()
export class Remarcacoes {
  constructor(
    private readonly espacos: EspacoRepository,
    private readonly ocupacoes: OcupacaoRepository,
    private readonly reservas: ReservaRepository,
    private readonly cotas: VerificarCotas,
    private readonly precificacao: Precificacao,
    private readonly prazos: PrazosDeRetencao,
  ) {}

  /**
   * @throws the errors of remarcavel, of verificarPeriodo and of VerificarCotas, EspacoIndisponivel,
   * RemarcacaoRequerAprovacao
   */
  async remarcar(
    todas: readonly ReservaCarregada[],
    mudancas: readonly Mudanca[],
    porAdmin: boolean,
  ): Promise<EntradaDaSaga> {
    const [primeira] = todas;
    if (!primeira || primeira.reserva.status === 'INEXISTENTE') throw new ReservaInexistente();
    const { espaco } = await this.espacos.load(primeira.reserva.dados.espacoId);
    if (espaco.requerAprovacao && !porAdmin) throw new RemarcacaoRequerAprovacao();
    const passagens: Passagem[] = [];
    const folego = new Folego();
    for (const mudanca of mudancas) {
      passagens.push(await this.passagem(espaco, todas, mudanca));
      await folego.take();
    }
    const diferenca = passagens.reduce((total, { carregada, orcamento }) => total + excesso(carregada, orcamento), 0);
    // Of several that are paid at once: one charge could not be as much.
    if (diferenca > COBRANCA_MAXIMA_CENTAVOS) throw new PrecoAcimaDoLimite();
    const temSaldo = passagens.some(({ carregada }) => carregada.reserva.saldo !== null);
    const desfecho = pagaAntes(diferenca, temSaldo)
      ? await this.reterNovoHorario(espaco, passagens, diferenca)
      : await this.mudarJa(espaco, passagens, temSaldo ? 0 : Math.max(0, diferenca));
    if (!porAdmin)
      await this.cotas.decideAgain(
        espaco,
        primeira.reserva.dados.clienteId,
        passagens.map(({ carregada: { id }, periodo }) => ({ id, periodo })),
      );
    return desfecho;
  }

  /**
   * What a move of one booking would come to; whether its new time is free is not looked at, and nothing is held.
   * @throws the errors of remarcavel and of verificarPeriodo, RemarcacaoRequerAprovacao
   */
  async prever(carregada: ReservaCarregada, para: Omit<Mudanca, 'reservaId'>, porAdmin: boolean) {
    if (carregada.reserva.status === 'INEXISTENTE') throw new ReservaInexistente();
    const { espaco } = await this.espacos.load(carregada.reserva.dados.espacoId);
    if (espaco.requerAprovacao && !porAdmin) throw new RemarcacaoRequerAprovacao();
    const passagem = await this.passagem(espaco, [carregada], { reservaId: carregada.id, ...para });
    const { novos, ...previsto } = this.desfecho(espaco, [passagem]);
    const [novo] = novos;
    if (!novo) throw new ReservaInexistente();
    return { ...mostrado(novo), ...previsto };
  }

  /** The same of several that are paid together, as `remarcar` would move them. @throws the errors of `prever`, PrecoAcimaDoLimite */
  async preverJuntas(todas: readonly ReservaCarregada[], mudancas: readonly Mudanca[], porAdmin: boolean) {
    const [primeira] = todas;
    if (!primeira || primeira.reserva.status === 'INEXISTENTE') throw new ReservaInexistente();
    const { espaco } = await this.espacos.load(primeira.reserva.dados.espacoId);
    if (espaco.requerAprovacao && !porAdmin) throw new RemarcacaoRequerAprovacao();
    const passagens: Passagem[] = [];
    const folego = new Folego();
    for (const mudanca of mudancas) {
      passagens.push(await this.passagem(espaco, todas, mudanca));
      await folego.take();
    }
    const { novos, aPagarCentavos, reembolsoCentavos } = this.desfecho(espaco, passagens);
    if (aPagarCentavos > COBRANCA_MAXIMA_CENTAVOS) throw new PrecoAcimaDoLimite();
    const mudam = novos.map(({ inicio, fim, valorCentavos }, i) => ({
      reservaId: passagens[i]?.carregada.id ?? '',
      inicio,
      fim,
      valorCentavos,
    }));
    return { mudam, aPagarCentavos, reembolsoCentavos };
  }

  /** What moves that are made as one come to, if their times are free. */
  private desfecho(espaco: Espaco, passagens: readonly Passagem[]) {
    const diferenca = passagens.reduce((total, { carregada, orcamento }) => total + excesso(carregada, orcamento), 0);
    const temSaldo = passagens.some(({ carregada }) => carregada.reserva.saldo !== null);
    const novos = passagens.map((passagem) =>
      novoHorario(espaco, passagem, passagem.carregada.reserva.retencao.unidades),
    );
    if (pagaAntes(diferenca, temSaldo)) return { novos, aPagarCentavos: diferenca, reembolsoCentavos: 0, saldo: null };
    let aPerdoar = temSaldo ? 0 : Math.max(0, diferenca);
    let devolver = 0;
    let saldo: Confirmada['saldo'] = null;
    const mudados = passagens.map((passagem, i) => {
      const { reserva, agora } = passagem.carregada;
      const perdao = Math.min(aPerdoar, Math.max(0, excesso(passagem.carregada, passagem.orcamento)));
      aPerdoar -= perdao;
      const novo = novos[i] ?? novoHorario(espaco, passagem, reserva.retencao.unidades);
      const mudado = perdao > 0 ? comPerdao(novo, perdao) : novo;
      const depois = remarcar(reserva, mudado, agora, this.venceEm(espaco, passagem)).reduce<Reserva>(evoluir, reserva);
      const mudada = depois.status === 'CONFIRMADA' ? depois : reserva;
      devolver += reserva.pagoCentavos - mudada.pagoCentavos;
      saldo = mudada.saldo;
      return mudado;
    });
    return { novos: mudados, aPagarCentavos: 0, reembolsoCentavos: Math.max(0, devolver), saldo };
  }

  private async passagem(
    espaco: Espaco,
    todas: readonly ReservaCarregada[],
    { reservaId, inicio, fim }: Mudanca,
  ): Promise<Passagem> {
    const carregada = todas.find(({ id }) => id === reservaId);
    if (!carregada) throw new ReservaInexistente();
    const { agora } = carregada;
    const reserva = remarcavel(carregada.reserva, agora);
    const periodo = PeriodoReserva.de(new Date(inicio), new Date(fim));
    verificarPeriodo(espaco, periodo, agora, (janela) => intervalosAbertos(espaco, janela));
    const { espacoVersao } = reserva.retencao;
    const orcamento = await this.precificacao.reestimar({ espaco, periodo, agora, reservaId, espacoVersao });
    return { carregada: { ...carregada, reserva }, periodo, orcamento };
  }

  /** Ends moves that waited for their difference: they happen, or nothing ever did. */
  async encerrar(
    todas: readonly ReservaCarregada[],
    decide: (reserva: Reserva) => readonly EventoDaReserva[],
  ): Promise<undefined> {
    const emCurso = todas.filter(({ reserva }) => reserva.status === 'CONFIRMADA' && reserva.remarcacao);
    const encerradas: ReservaCarregada[] = [];
    for (const carregada of emCurso) encerradas.push(await this.reservas.save(carregada, decide(carregada.reserva)));
    await this.ocupacoes.settle(encerradas);
  }

  private async reterNovoHorario(
    espaco: Espaco,
    passagens: readonly Passagem[],
    diferencaCentavos: number,
  ): Promise<EntradaDaSaga> {
    const ids = passagens.map(({ carregada }) => carregada.id);
    // Before any of the times involved has come, or there would be nothing left to move.
    const prazos = passagens.flatMap(({ carregada: { reserva, agora }, periodo }) => [
      Date.parse(this.prazos.doPagamento(espaco, agora)),
      Date.parse(reserva.dados.inicio),
      periodo.inicio,
    ]);
    const expiraEm = iso(Math.min(...prazos));
    const novos: NovoHorario[] = [];
    for (const passagem of passagens) {
      const novo = await this.ocupar({ ...espaco, unidades: semAsDe(novos, espaco, passagem) }, passagem, ids);
      novos.push(novo);
      const { carregada } = passagem;
      await this.reservas.save(carregada, pedirRemarcacao(carregada.reserva, novo, carregada.agora, expiraEm));
    }
    return { type: 'remarcacao-retida', diferencaCentavos, expiraEm };
  }

  /** `perdoar` is a difference too small to be charged, centavos. */
  private async mudarJa(espaco: Espaco, passagens: readonly Passagem[], perdoar: number): Promise<EntradaDaSaga> {
    await this.ocupacoes.release(passagens.map(({ carregada }) => carregada.id));
    let aPerdoar = perdoar;
    let reembolsoCentavos = 0;
    let saldo: { valorCentavos: number; venceEm: string } | null = null;
    for (const passagem of passagens) {
      const { carregada } = passagem;
      const ocupado = await this.ocupar(espaco, passagem, []);
      const perdao = Math.min(aPerdoar, Math.max(0, excesso(carregada, passagem.orcamento)));
      aPerdoar -= perdao;
      const novo = perdao > 0 ? comPerdao(ocupado, perdao) : ocupado;
      const antes = carregada.reserva.pagoCentavos;
      const { reserva } = await this.reservas.save(
        carregada,
        remarcar(carregada.reserva, novo, carregada.agora, this.venceEm(espaco, passagem)),
      );
      if (reserva.status !== 'CONFIRMADA') continue;
      reembolsoCentavos += antes - reserva.pagoCentavos;
      saldo = reserva.saldo;
    }
    return { type: 'remarcadas', reembolsoCentavos: Math.max(0, reembolsoCentavos), saldo };
  }

  /** When a balance of the new time is due; one that is due at once is still given the time of a hold. */
  private venceEm(espaco: Espaco, { carregada, periodo }: Passagem): string {
    const carencia = Date.parse(this.prazos.doPagamento(espaco, carregada.agora));
    return iso(Math.max(periodo.inicio - espaco.saldoHorasAntes * HORA_MS, carencia));
  }

  private async ocupar(espaco: Espaco, passagem: Passagem, juntoCom: readonly string[]): Promise<NovoHorario> {
    const ocupacao = comFolgas(espaco, passagem);
    const { unidades } = await this.ocupacoes.occupy(espaco, ocupacao, passagem.carregada.id, { juntoCom });
    return novoHorario(espaco, passagem, unidades);
  }
}

function novoHorario(espaco: Espaco, passagem: Passagem, unidades: string[]): NovoHorario {
  const { carregada, periodo, orcamento } = passagem;
  const ocupacao = comFolgas(espaco, passagem);
  return {
    inicio: iso(periodo.inicio),
    fim: iso(periodo.fim),
    valorCentavos: orcamento.totalCentavos,
    unidades,
    ocupacao: { inicio: iso(ocupacao.inicio), fim: iso(ocupacao.fim) },
    preco: [...orcamento.linhas],
    espacoVersao: carregada.reserva.retencao.espacoVersao,
  };
}

const mostrado = ({ inicio, fim, valorCentavos, preco = [] }: NovoHorario) => ({ inicio, fim, valorCentavos, preco });

/** Whether the difference is paid first: of what is wholly paid, if a charge can be as little. */
const pagaAntes = (diferencaCentavos: number, temSaldo: boolean): boolean =>
  !temSaldo && diferencaCentavos >= COBRANCA_MINIMA_CENTAVOS;

const comFolgas = ({ folgaAntesMinutos, folgaDepoisMinutos }: Espaco, { periodo }: Passagem) =>
  periodo.comFolgas(folgaAntesMinutos, folgaDepoisMinutos);

/**
 * The units that a booking may move to beside others that move with it: not one that another takes at the same time,
 * which their old times may hide. @throws EspacoIndisponivel when it needs them all
 */
function semAsDe(novos: readonly NovoHorario[], espaco: Espaco, passagem: Passagem): readonly string[] {
  const { inicio, fim } = comFolgas(espaco, passagem);
  const tomadas = novos
    .filter(({ ocupacao }) => Date.parse(ocupacao.inicio) < fim && inicio < Date.parse(ocupacao.fim))
    .flatMap(({ unidades }) => unidades);
  if (espaco.ocupa === 'TODAS' && tomadas.length > 0) throw new EspacoIndisponivel();
  return espaco.unidades.filter((unidade) => !tomadas.includes(unidade));
}

const excesso = ({ reserva }: Passagem['carregada'], { totalCentavos }: Orcamento): number =>
  totalCentavos - reserva.dados.valorCentavos;

const comPerdao = (novo: NovoHorario, perdao: number): NovoHorario => ({
  ...novo,
  valorCentavos: novo.valorCentavos - perdao,
  preco: [
    ...(novo.preco ?? []),
    { tipo: 'ARREDONDAMENTO', descricao: 'Diferença pequena demais para cobrar', valorCentavos: -perdao },
  ],
});
