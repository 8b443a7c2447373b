import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import {
  type CancelamentoDaSerieHttp,
  type EscopoDaSerie,
  type EscopoDoCancelamentoHttp,
  type PreviaDeCancelamentoDaSerieHttp,
  type PreviaDeRemarcacaoDaSerieHttp,
  type RemarcacaoDaSerieHttp,
  pode,
} from '@plataforma/contracts';
import { Database, type Usuario } from '@plataforma/platform';
import { Acessos } from './acessos.js';
import { ReembolsoMudou, ReservaEncerrada, ReservaInexistente, SerieInexistente } from '../domain/errors.js';
import { type Intervalo, PeriodoReserva } from '../domain/periodo-reserva.js';
import { deslocar } from '../domain/recorrencia.js';
import { cancelavel, reembolsoAoCancelar } from '../domain/reserva.js';
import type { Mudanca } from '../domain/saga-reserva.js';
import { type OcorrenciaDaSerie, ReservaRepository, SerieRepository } from './ports.js';
import { iso } from './prazos-de-retencao.js';
import { Remarcacoes } from './remarcacoes.js';
import { ReservaSagaRunner } from './reserva-saga-runner.js';

/** Cancels ocorrencias of a series. */
export class CancelarSerie extends Command<void> {
  constructor(
    readonly serieId: string,
    readonly usuario: Usuario,
    readonly pedido: CancelamentoDaSerieHttp,
  ) {
    super();
  }
}

/** What it would bring to cancel some of a series now. */
export class PreverCancelamentoDaSerie extends Query<PreviaDeCancelamentoDaSerieHttp> {
  constructor(
    readonly serieId: string,
    readonly usuario: Usuario,
    readonly pedido: EscopoDoCancelamentoHttp,
  ) {
    super();
  }
}

/** What it would bring to move some of a series now. */
export class PreverRemarcacaoDaSerie extends Query<PreviaDeRemarcacaoDaSerieHttp> {
  constructor(
    readonly serieId: string,
    readonly usuario: Usuario,
    readonly pedido: RemarcacaoDaSerieHttp,
  ) {
    super();
  }
}

/** Moves ocorrencias of a series, as one of them moves. */
export class RemarcarSerie extends Command<void> {
  constructor(
    readonly serieId: string,
    readonly usuario: Usuario,
    readonly pedido: RemarcacaoDaSerieHttp,
  ) {
    super();
  }
}

interface Alvo {
  readonly fuso: string;
  readonly espacoId: string;
  readonly propria: boolean;
  readonly referencia: OcorrenciaDaSerie | undefined;
  /** Those that are asked for and can still be changed, by start. */
  readonly escolhidas: readonly OcorrenciaDaSerie[];
  readonly todas: readonly OcorrenciaDaSerie[];
}

/** @throws SerieInexistente also for somebody else's, ReservaInexistente, ReservaEncerrada when nothing is left of it */
async function mirar(
  { series, acessos }: { readonly series: SerieRepository; readonly acessos: Acessos },
  serieId: string,
  usuario: Usuario,
  escopo: EscopoDaSerie,
  reservaId: string | undefined,
): Promise<Alvo> {
  const serie = await series.find(serieId);
  if (!serie) throw new SerieInexistente();
  const { clienteId, feitaPorId, espacoId } = serie;
  const dela = clienteId === usuario.id;
  const daCasa =
    !dela && (pode(usuario, 'reservas.mudar:todos') || (await acessos.tem(espacoId, usuario, 'ADMINISTRAR')));
  if (!dela && !daCasa && feitaPorId !== usuario.id) throw new SerieInexistente();
  const todas = serie.ocorrencias;
  const referencia = todas.find(({ id }) => id === reservaId);
  if (!referencia && (reservaId !== undefined || escopo !== 'TODAS')) throw new ReservaInexistente();
  const escolhidas = todas.filter(
    ({ id, inicio, porVir }) =>
      porVir &&
      (escopo === 'TODAS' || id === reservaId || (escopo === 'ESTA_E_SEGUINTES' && inicio > inicioDe(referencia))),
  );
  if (escolhidas.length === 0) throw new ReservaEncerrada();
  return { fuso: serie.fuso, espacoId, propria: !daCasa, referencia, escolhidas, todas };
}

const inicioDe = (ocorrencia: OcorrenciaDaSerie | undefined): Date => ocorrencia?.inicio ?? new Date(0);
const periodoDe = ({ inicio, fim }: OcorrenciaDaSerie): Intervalo => ({ inicio: inicio.getTime(), fim: fim.getTime() });

/** By what they are charged under, in one order for everybody: sagas are locked one after the other. */
function porCobranca(escolhidas: readonly OcorrenciaDaSerie[]): [cobrancaId: string, OcorrenciaDaSerie[]][] {
  const groups = new Map<string, OcorrenciaDaSerie[]>();
  for (const ocorrencia of escolhidas)
    groups.set(ocorrencia.cobrancaId, [...(groups.get(ocorrencia.cobrancaId) ?? []), ocorrencia]);
  return [...groups];
}

/** What moves with `referencia` when it moves to `para`; what its day has no such hour for stays. */
function mudancasDe(
  fuso: string,
  referencia: OcorrenciaDaSerie,
  para: PeriodoReserva,
  escolhidas: readonly OcorrenciaDaSerie[],
): [cobrancaId: string, Mudanca[]][] {
  const movimento = { de: periodoDe(referencia), para };
  // Away from each other: an ocorrencia never moves to where the next one has not left yet.
  const ordem = para.inicio > movimento.de.inicio ? escolhidas.toReversed() : escolhidas;
  return porCobranca(ordem).flatMap(([cobrancaId, grupo]) => {
    const mudancas = grupo.flatMap((ocorrencia) => {
      const novo = ocorrencia.id === referencia.id ? para : deslocar(fuso, movimento, periodoDe(ocorrencia));
      return novo ? [{ reservaId: ocorrencia.id, inicio: novo.inicio, fim: novo.fim }] : [];
    });
    return mudancas.length > 0 ? [[cobrancaId, mudancas] as [string, Mudanca[]]] : [];
  });
}

@QueryHandler(PreverRemarcacaoDaSerie)
export class PreverRemarcacaoDaSerieHandler implements IQueryHandler<PreverRemarcacaoDaSerie> {
  constructor(
    private readonly database: Database,
    readonly series: SerieRepository,
    readonly acessos: Acessos,
    private readonly reservas: ReservaRepository,
    private readonly remarcacoes: Remarcacoes,
  ) {}

  /** @throws the errors of mirar and of Remarcacoes.preverJuntas */
  async execute({ serieId, usuario, pedido }: PreverRemarcacaoDaSerie): Promise<PreviaDeRemarcacaoDaSerieHttp> {
    const { escopo, reservaId } = pedido;
    const para = PeriodoReserva.de(new Date(pedido.inicio), new Date(pedido.fim));
    const { propria, fuso, referencia, escolhidas } = await mirar(this, serieId, usuario, escopo, reservaId);
    if (!referencia) throw new ReservaInexistente();
    const porAdmin = !propria || pode(usuario, 'reservas.mudar:todos');
    return this.database.transaction(async () => {
      const total = { mudam: [] as PreviaDeRemarcacaoDaSerieHttp['mudam'], aPagarCentavos: 0, reembolsoCentavos: 0 };
      let calculada = 0;
      for (const [cobrancaId, mudancas] of mudancasDe(fuso, referencia, para, escolhidas)) {
        const todas = await this.reservas.loadCharged(cobrancaId);
        calculada = todas[0]?.agora ?? calculada;
        const previa = await this.remarcacoes.preverJuntas(todas, mudancas, porAdmin);
        total.mudam.push(...previa.mudam);
        total.aPagarCentavos += previa.aPagarCentavos;
        total.reembolsoCentavos += previa.reembolsoCentavos;
      }
      total.mudam.sort((a, b) => Date.parse(a.inicio) - Date.parse(b.inicio));
      return { ...total, ficam: escolhidas.length - total.mudam.length, calculadaEm: iso(calculada) };
    });
  }
}

@QueryHandler(PreverCancelamentoDaSerie)
export class PreverCancelamentoDaSerieHandler implements IQueryHandler<PreverCancelamentoDaSerie> {
  constructor(
    private readonly database: Database,
    readonly series: SerieRepository,
    readonly acessos: Acessos,
    private readonly reservas: ReservaRepository,
  ) {}

  /** @throws the errors of mirar and of cancelavel */
  async execute({ serieId, usuario, pedido }: PreverCancelamentoDaSerie): Promise<PreviaDeCancelamentoDaSerieHttp> {
    const { propria, escolhidas } = await mirar(this, serieId, usuario, pedido.escopo, pedido.reservaId);
    const motivo = propria ? 'CLIENTE' : 'ADMIN';
    return this.database.transaction(async () => {
      let [reembolsoCentavos, pago, calculada] = [0, 0, 0];
      // In the order in which sagas lock them.
      for (const id of escolhidas.map(({ id }) => id).sort()) {
        const { reserva, agora } = await this.reservas.load(id);
        pago += cancelavel(reserva, motivo, agora).pagoCentavos;
        reembolsoCentavos += reembolsoAoCancelar(reserva, motivo, agora).reembolsoCentavos;
        calculada = agora;
      }
      return {
        ocorrencias: escolhidas.length,
        reembolsoCentavos,
        retidoCentavos: pago - reembolsoCentavos,
        calculadaEm: iso(calculada),
      };
    });
  }
}

@CommandHandler(CancelarSerie)
export class CancelarSerieHandler implements ICommandHandler<CancelarSerie> {
  constructor(
    private readonly database: Database,
    readonly series: SerieRepository,
    readonly acessos: Acessos,
    private readonly reservas: ReservaRepository,
    private readonly saga: ReservaSagaRunner,
  ) {}

  /** All of those that were asked for, or none. @throws the errors of mirar and of CancelarReserva */
  async execute({ serieId, usuario, pedido }: CancelarSerie): Promise<void> {
    const { escopo, reservaId, justificativa, reembolsoEsperadoCentavos: esperado } = pedido;
    await this.database.transaction(async () => {
      const { propria, escolhidas, todas } = await mirar(this, serieId, usuario, escopo, reservaId);
      for (const [cobrancaId, grupo] of porCobranca(escolhidas)) {
        const vivas = todas.filter((uma) => uma.viva && uma.cobrancaId === cobrancaId);
        await this.saga.deliver(cobrancaId, {
          type: 'cancelamento-pedido',
          motivo: propria ? 'CLIENTE' : 'ADMIN',
          justificativa,
          reservas: vivas.length === grupo.length ? undefined : grupo.map(({ id }) => id),
        });
      }
      if (esperado === undefined) return;
      let reembolso = 0;
      for (const { id } of escolhidas) reembolso += await this.reservas.refund(id);
      if (reembolso !== esperado) throw new ReembolsoMudou(reembolso);
    });
  }
}

@CommandHandler(RemarcarSerie)
export class RemarcarSerieHandler implements ICommandHandler<RemarcarSerie> {
  constructor(
    private readonly database: Database,
    readonly series: SerieRepository,
    readonly acessos: Acessos,
    private readonly saga: ReservaSagaRunner,
  ) {}

  /**
   * All of those that were asked for, or none; but one whose new hour its day does not have stays where it is, as a new
   * series would leave it out. @throws the errors of mirar and of Remarcacoes
   */
  async execute({ serieId, usuario, pedido }: RemarcarSerie): Promise<void> {
    const para = PeriodoReserva.de(new Date(pedido.inicio), new Date(pedido.fim));
    await this.database.transaction(async () => {
      const { escopo, reservaId } = pedido;
      const { propria, espacoId, fuso, referencia, escolhidas } = await mirar(
        this,
        serieId,
        usuario,
        escopo,
        reservaId,
      );
      if (!referencia) throw new ReservaInexistente();
      await this.acessos.exigirEm(espacoId, usuario, 'RESERVAR');
      const porAdmin = !propria || pode(usuario, 'reservas.mudar:todos');
      for (const [cobrancaId, mudancas] of mudancasDe(fuso, referencia, para, escolhidas))
        await this.saga.deliver(cobrancaId, { type: 'remarcacao-pedida', mudancas, porAdmin });
    });
  }
}
