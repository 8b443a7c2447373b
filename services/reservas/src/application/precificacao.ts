import { Injectable } from '@nestjs/common';
import { codigoCanonico, descontar, verificarCupom, verificarUsos } from '../domain/cupom.js';
import { CotacaoDeOutroPedido, CupomNaoSeAplica } from '../domain/errors.js';
import type { Espaco } from '../domain/espaco.js';
import type { Intervalo } from '../domain/periodo-reserva.js';
import type { FaixaDeReembolso } from '../domain/politica-cancelamento.js';
import type { Orcamento } from '../domain/preco.js';
import { orcarEstada } from './orcamento.js';
import { CotacaoRepository, CupomRepository } from './ports-precos.js';

/** What somebody wants to book, at the instant `agora` (ms) of the database. */
export interface PedidoDePreco {
  readonly clienteId: string;
  readonly espaco: Espaco;
  readonly periodo: Intervalo;
  readonly agora: number;
  readonly cupom?: string | undefined;
}

/** What the booking costs and under which version of the space's rules; the coupon with the id to redeem it by. */
export interface PrecoFechado {
  readonly orcamento: Orcamento;
  readonly espacoVersao: number;
  readonly politicaCancelamento: readonly FaixaDeReembolso[];
  readonly cupom: { readonly id: string; readonly codigo: string } | null;
}

/** Settles what bookings cost: by the quote that the person was given, or afresh. */
@Injectable()
export class Precificacao {
  constructor(
    private readonly cotacoes: CotacaoRepository,
    private readonly cupons: CupomRepository,
  ) {}

  /**
   * The price of now. A coupon is checked, not taken.
   * @throws PrecoAcimaDoLimite, CupomDesconhecido, CupomForaDaValidade, CupomEsgotado, LimiteDoCupomPorPessoa,
   * CupomNaoSeAplica
   */
  async estimar({ clienteId, espaco, periodo, agora, cupom: codigo }: PedidoDePreco): Promise<PrecoFechado> {
    const { versao: espacoVersao, politicaCancelamento } = espaco;
    if (codigo === undefined)
      return { orcamento: orcarEstada(espaco, periodo, agora), espacoVersao, politicaCancelamento, cupom: null };
    const { cupom, tipoDoEspaco } = await this.cupons.find(codigo, espaco.id);
    verificarCupom(cupom, { id: espaco.id, tipo: tipoDoEspaco }, agora);
    if (cupom.limiteTotal !== null || cupom.limitePorPessoa !== null)
      verificarUsos(cupom, await this.cupons.uses(cupom.id, clienteId));
    const orcamento = orcarEstada(espaco, periodo, agora, (subtotal) => descontar(cupom, subtotal));
    return { orcamento, espacoVersao, politicaCancelamento, cupom: { id: cupom.id, codigo: cupom.codigo } };
  }

  /**
   * The price of a booking that is being made, inside its transaction and after its space was occupied: uses the quote,
   * if any, and takes one use of the coupon. A quote is honoured whatever has changed since, except that a coupon whose
   * uses have run out stays run out: a quote holds nothing.
   * @throws CotacaoInexistente, CotacaoDeOutroPedido, CotacaoExpirada, CotacaoJaUsada, and the errors of `estimar`
   */
  async fechar(
    reservaId: string,
    { cotacaoId, ...pedido }: PedidoDePreco & { readonly cotacaoId?: string | undefined },
  ): Promise<PrecoFechado> {
    const preco =
      cotacaoId === undefined ? await this.estimar(pedido) : await this.cotado(reservaId, cotacaoId, pedido);
    if (preco.cupom) await this.cupons.redeem(preco.cupom, reservaId, pedido.clienteId);
    return preco;
  }

  /** What a booking costs at another time: its coupon goes with it, whatever has become of that since it was used. */
  async reestimar({ espaco, periodo, agora, cupom: codigo }: Omit<PedidoDePreco, 'clienteId'>): Promise<Orcamento> {
    if (codigo === undefined) return orcarEstada(espaco, periodo, agora);
    const { cupom } = await this.cupons.find(codigo, espaco.id);
    try {
      return orcarEstada(espaco, periodo, agora, (subtotal) => descontar(cupom, subtotal));
    } catch (error) {
      // The new time costs less than the coupon asks for.
      if (error instanceof CupomNaoSeAplica) return orcarEstada(espaco, periodo, agora);
      throw error;
    }
  }

  private async cotado(
    reservaId: string,
    cotacaoId: string,
    { clienteId, espaco, periodo, cupom }: PedidoDePreco,
  ): Promise<PrecoFechado> {
    const cotacao = await this.cotacoes.use(cotacaoId, { reservaId, clienteId, espacoId: espaco.id, periodo });
    if (cupom !== undefined && codigoCanonico(cupom) !== cotacao.cupom?.codigo) throw new CotacaoDeOutroPedido();
    return cotacao;
  }
}
