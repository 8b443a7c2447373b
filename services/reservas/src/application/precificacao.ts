import { Injectable } from '@nestjs/common';
import { codigoCanonico, descontar, verificarCupom, verificarUsos } from '../domain/cupom.js';
import { CotacaoDeOutroPedido, CupomNaoSeAplica } from '../domain/errors.js';
import type { Espaco } from '../domain/espaco.js';
import type { Intervalo } from '../domain/periodo-reserva.js';
import type { FaixaDeReembolso } from '../domain/politica-cancelamento.js';
import type { Orcamento, TabelaDePreco } from '../domain/preco.js';
import { orcarEstada } from '../domain/orcamento.js';
import { EspacoRepository } from './ports.js';
import { CotacaoRepository, type CupomAcordado, CupomRepository } from './ports-precos.js';

/** What somebody wants to book, at the instant `agora` (ms) of the database. */
export interface PedidoDePreco {
  readonly clienteId: string;
  readonly espaco: Espaco;
  readonly periodo: Intervalo;
  readonly agora: number;
  readonly cupom?: string | undefined;
}

/** Another time for a booking that was made under `espacoVersao`. */
interface PedidoDeReestimativa extends Pick<PedidoDePreco, 'espaco' | 'periodo' | 'agora'> {
  readonly reservaId: string;
  readonly espacoVersao: number | undefined;
}

/** What the booking costs and under which version of the space's rules; the coupon with the id to redeem it by. */
export interface PrecoFechado {
  readonly orcamento: Orcamento;
  readonly espacoVersao: number;
  readonly politicaCancelamento: readonly FaixaDeReembolso[];
  readonly cupom: CupomAcordado | null;
}

/** Settles what bookings cost: by the quote that the person was given, or afresh. */
@Injectable()
export class Precificacao {
  constructor(
    private readonly cotacoes: CotacaoRepository,
    private readonly cupons: CupomRepository,
    private readonly espacos: EspacoRepository,
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
    const { id, desconto, valorMinimoCentavos } = cupom;
    return {
      orcamento,
      espacoVersao,
      politicaCancelamento,
      cupom: { id, codigo: cupom.codigo, desconto, valorMinimoCentavos },
    };
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

  /**
   * What a booking costs at another time, by what was agreed when it was made: the price list of that version of its
   * space, and what its coupon gave then, whatever has become of either since (ADR 21).
   */
  async reestimar({ espaco, periodo, agora, reservaId, espacoVersao }: PedidoDeReestimativa): Promise<Orcamento> {
    const tabela = { ...(await this.tabelaAcordada(espaco, espacoVersao)), fuso: espaco.fuso };
    const acordado = await this.cupons.agreed(reservaId);
    if (!acordado) return orcarEstada(tabela, periodo, agora);
    try {
      return orcarEstada(tabela, periodo, agora, (subtotal) => descontar(acordado, subtotal));
    } catch (error) {
      // The new time costs less than the coupon asks for.
      if (error instanceof CupomNaoSeAplica) return orcarEstada(tabela, periodo, agora);
      throw error;
    }
  }

  /** Of bookings older than the versions that are kept, today's. */
  private async tabelaAcordada(espaco: Espaco, versao: number | undefined): Promise<TabelaDePreco> {
    if (versao === undefined || versao === espaco.versao) return espaco;
    return (await this.espacos.priceList(espaco.id, versao)) ?? espaco;
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
