import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { PedidoDePrecosDaSerieHttp, PrecosDaSerieHttp } from '@plataforma/contracts';
import type { Usuario } from '@plataforma/platform';
import { duracaoDe } from '../domain/espaco.js';
import { orcarEstada } from '../domain/orcamento.js';
import { PeriodoReserva } from '../domain/periodo-reserva.js';
import { lerRegra, ocorrencias } from '../domain/recorrencia.js';
import { Pedinte } from './pedinte.js';
import { EspacoRepository } from './ports.js';
import { iso } from './prazos-de-retencao.js';

/** What each occurrence of a rule would cost now. */
export class OrcarSerie extends Query<PrecosDaSerieHttp> {
  constructor(
    readonly usuario: Usuario,
    readonly pedido: PedidoDePrecosDaSerieHttp,
  ) {
    super();
  }
}

@QueryHandler(OrcarSerie)
export class OrcarSerieHandler implements IQueryHandler<OrcarSerie> {
  constructor(
    private readonly espacos: EspacoRepository,
    private readonly pedinte: Pedinte,
  ) {}

  /** @throws what CriarSerie would refuse before it looks at any of them, and PrecoAcimaDoLimite */
  async execute({ usuario, pedido }: OrcarSerie): Promise<PrecosDaSerieHttp> {
    const regra = lerRegra(pedido.regra);
    const primeiro = PeriodoReserva.de(new Date(pedido.inicio), new Date(pedido.fim));
    const { espaco: lido, agora } = await this.espacos.load(pedido.espacoId);
    const { espaco } = await this.pedinte.de(usuario, lido, {});
    duracaoDe(espaco, primeiro);
    const itens = ocorrencias(regra, espaco.fuso, primeiro, pedido.excecoes).map((periodo) => ({
      inicio: iso(periodo.inicio),
      fim: iso(periodo.fim),
      valorCentavos: orcarEstada(espaco, periodo, agora).totalCentavos,
    }));
    return { ocorrencias: itens, totalCentavos: itens.reduce((soma, { valorCentavos }) => soma + valorCentavos, 0) };
  }
}
