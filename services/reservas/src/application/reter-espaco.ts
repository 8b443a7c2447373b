import { randomInt, randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, metrics } from '@plataforma/platform';
import type { Espaco } from '../domain/espaco.js';
import type { PeriodoReserva } from '../domain/periodo-reserva.js';
import {
  criar,
  type DadosDaReserva,
  INEXISTENTE,
  primeiroPagamentoCentavos,
  type Retencao,
} from '../domain/reserva.js';
import { type Compra, descricaoDaCompra, iniciar } from '../domain/saga-reserva.js';
import type { DitoDaReserva } from './pedinte.js';
import { OcupacaoRepository, ReservaRepository } from './ports.js';
import { iso, PrazosDeRetencao } from './prazos-de-retencao.js';
import { Precificacao } from './precificacao.js';
import { ReservaSagaRunner } from './reserva-saga-runner.js';
import { VerificarCotas } from './verificar-cotas.js';

/** The quote whose price a booking pays, and the coupon. */
export interface Oferta {
  readonly cotacaoId?: string | undefined;
  readonly cupom?: string | undefined;
}

/** A booking to be made, its period checked. */
export interface Pedido extends Oferta {
  readonly clienteId: string;
  readonly espaco: Espaco;
  readonly periodo: PeriodoReserva;
  /** The database's clock, ms. */
  readonly agora: number;
  readonly serieId?: string | undefined;
  /** Under which id it is charged, when that is not its own. */
  readonly cobrancaId?: string | undefined;
  readonly filaId?: string | undefined;
  /** Who makes it, when that is not whom it is for. */
  readonly feitaPorId?: string | undefined;
  readonly dito?: Omit<DitoDaReserva, 'paraId'> | undefined;
}

export type Retida = DadosDaReserva & Retencao;

/** Makes bookings: takes their time, writes them down, and starts to charge them, all in the caller's transaction. */
@Injectable()
export class ReterEspaco {
  constructor(
    private readonly database: Database,
    private readonly ocupacoes: OcupacaoRepository,
    private readonly reservas: ReservaRepository,
    private readonly saga: ReservaSagaRunner,
    private readonly cotas: VerificarCotas,
    private readonly precificacao: Precificacao,
    private readonly prazos: PrazosDeRetencao,
  ) {}

  /** Holds the space and charges what is due first. @throws the errors of reter */
  async reterECobrar(pedido: Pedido): Promise<Retida> {
    const retida = await this.reter(pedido);
    await this.cobrar(pedido, retida.reservaId, [retida]);
    return retida;
  }

  /** Holds the space, without a charge yet. @throws EspacoIndisponivel, the errors of VerificarCotas and Precificacao */
  async reter({ espaco, periodo, agora, ...pedido }: Pedido): Promise<Retida> {
    const id = randomUUIDv7();
    const { clienteId, serieId, cobrancaId, cotacaoId, cupom } = pedido;
    const retemId = pedido.feitaPorId ?? clienteId;
    const ocupacao = periodo.comFolgas(espaco.folgaAntesMinutos, espaco.folgaDepoisMinutos);
    const { unidades, retencoes } = await this.ocupacoes.occupy(espaco, ocupacao, id, {
      pessoa: { retemId, serieId },
    });
    await this.cotas.decide(espaco, { clienteId, retemId, emSerie: serieId !== undefined }, periodo, retencoes);
    const preco = await this.precificacao.fechar(id, { clienteId, espaco, periodo, agora, cotacaoId, cupom });
    const { orcamento } = preco;
    const retida: Retida = {
      reservaId: id,
      clienteId,
      espacoId: espaco.id,
      espacoNome: espaco.nome,
      cidade: espaco.cidade,
      inicio: iso(periodo.inicio),
      fim: iso(periodo.fim),
      fuso: espaco.fuso,
      valorCentavos: orcamento.totalCentavos,
      moeda: 'BRL',
      serieId,
      unidades,
      ocupacao: { inicio: iso(ocupacao.inicio), fim: iso(ocupacao.fim) },
      expiraEm: this.prazos.doPedido(espaco, periodo, agora),
      politicaCancelamento: [...preco.politicaCancelamento],
      requerAprovacao: espaco.requerAprovacao || undefined,
      espacoVersao: preco.espacoVersao,
      preco: [...orcamento.linhas],
      ...(cobrancaId === undefined && orcamento.sinal),
      cupom: preco.cupom?.codigo,
      cobrancaId,
      checkin: {
        codigo: codigoDeCheckin(),
        exigido: espaco.exigeCheckin,
        toleranciaMinutos: espaco.toleranciaMinutos,
      },
      filaId: pedido.filaId,
      feitaPorId: pedido.feitaPorId,
    };
    await this.reservas.save({ id, reserva: INEXISTENTE, versao: 0, agora }, criar(retida));
    await this.reservas.describe(id, { ...pedido.dito, feitaPorId: pedido.feitaPorId });
    this.database.afterCommit(() => metrics.reservasCriadas.inc({ forma: serieId === undefined ? 'avulsa' : 'serie' }));
    return retida;
  }

  /** Starts to charge bookings that are paid together under `cobrancaId`. */
  async cobrar({ espaco }: Pedido, cobrancaId: string, retidas: readonly Retida[]): Promise<void> {
    const [primeira] = retidas;
    if (!primeira) return;
    const { sinalCentavos, saldoVenceEm, valorCentavos } = primeira;
    const compra: Compra = {
      cobrancaId,
      clienteId: primeira.clienteId,
      descricao: descricaoDaCompra(espaco.nome, retidas.length),
      valorCentavos: retidas.reduce((total, retida) => total + aPagar(retida), 0),
      saldo:
        sinalCentavos !== undefined && saldoVenceEm !== undefined
          ? { valorCentavos: valorCentavos - sinalCentavos, venceEm: saldoVenceEm }
          : null,
      prorrogacaoMinutos: espaco.prorrogacaoMaximaMinutos,
    };
    await this.saga.begin(cobrancaId, iniciar(compra, espaco.requerAprovacao, primeira.expiraEm));
  }
}

const aPagar = (retida: Retida): number => primeiroPagamentoCentavos({ dados: retida, retencao: retida });

/** Without letters and digits that look alike (Crockford's base 32, without 0 and 1 too). */
const ALFABETO = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const codigoDeCheckin = (): string => Array.from({ length: 8 }, () => ALFABETO[randomInt(ALFABETO.length)]).join('');
