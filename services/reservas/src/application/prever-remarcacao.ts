import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type DisponibilidadeHttp, type PreviaDeRemarcacaoHttp, pode } from '@plataforma/contracts';
import { Database, type Usuario } from '@plataforma/platform';
import { horariosNaAgenda, livresNaAgenda } from '../domain/agenda.js';
import { DIA_MS, MINUTO_MS, PeriodoReserva } from '../domain/periodo-reserva.js';
import { remarcavel } from '../domain/reserva.js';
import { Agendas } from './agendas.js';
import { LocalizarReserva } from './localizar-reserva.js';
import { EspacoRepository, ReservaRepository } from './ports.js';
import { iso } from './prazos-de-retencao.js';
import { Remarcacoes } from './remarcacoes.js';

/** What it would bring to move a booking now. */
export class PreverRemarcacao extends Query<PreviaDeRemarcacaoHttp> {
  constructor(
    readonly reservaId: string,
    readonly usuario: Usuario,
    readonly inicio: Date,
    readonly fim: Date,
  ) {
    super();
  }
}

@QueryHandler(PreverRemarcacao)
export class PreverRemarcacaoHandler implements IQueryHandler<PreverRemarcacao> {
  constructor(
    private readonly database: Database,
    private readonly localizar: LocalizarReserva,
    private readonly reservas: ReservaRepository,
    private readonly remarcacoes: Remarcacoes,
  ) {}

  /** @throws ReservaInexistente also for somebody else's booking, and the errors of Remarcacoes.prever */
  async execute({ reservaId, usuario, inicio, fim }: PreverRemarcacao): Promise<PreviaDeRemarcacaoHttp> {
    const { propria } = await this.localizar.locate(reservaId, usuario, 'reservas.mudar:todos');
    const para = PeriodoReserva.de(inicio, fim);
    const porAdmin = !propria || pode(usuario, 'reservas.mudar:todos');
    return this.database.transaction(async () => {
      const carregada = await this.reservas.load(reservaId);
      const previa = await this.remarcacoes.prever(carregada, para, porAdmin);
      return { ...previa, calculadaEm: iso(carregada.agora) };
    });
  }
}

/** When a booking could be instead, of the same length. */
export class ConsultarHorariosDaReserva extends Query<DisponibilidadeHttp> {
  constructor(
    readonly reservaId: string,
    readonly usuario: Usuario,
    readonly janela: PeriodoReserva,
  ) {
    super();
  }
}

/** So many starts at most: more than a day of a space that can be begun at any minute. */
const MAX_INICIOS = 3_000;

@QueryHandler(ConsultarHorariosDaReserva)
export class ConsultarHorariosDaReservaHandler implements IQueryHandler<ConsultarHorariosDaReserva> {
  constructor(
    private readonly database: Database,
    private readonly localizar: LocalizarReserva,
    private readonly reservas: ReservaRepository,
    private readonly espacos: EspacoRepository,
    private readonly agendas: Agendas,
  ) {}

  /**
   * What the booking itself takes counts as free.
   * @throws ReservaInexistente also for somebody else's booking, JanelaGrandeDemais, and the errors of remarcavel
   */
  async execute({ reservaId, usuario, janela }: ConsultarHorariosDaReserva): Promise<DisponibilidadeHttp> {
    const { espacoId } = await this.localizar.locate(reservaId, usuario, 'reservas.mudar:todos');
    const { dados } = await this.database.transaction(async () => {
      const { reserva, agora } = await this.reservas.load(reservaId);
      return remarcavel(reserva, agora);
    });
    const duracaoMinutos = (Date.parse(dados.fim) - Date.parse(dados.inicio)) / MINUTO_MS;
    const lido = await this.espacos.load(espacoId);
    // Local days may be longer than 24 hours.
    const ate = janela.fim + duracaoMinutos * MINUTO_MS + DIA_MS;
    const agenda = await this.agendas.of(lido, { inicio: janela.inicio, fim: ate }, reservaId);
    const inicios = horariosNaAgenda(agenda, { duracaoMinutos, janela, limite: MAX_INICIOS + 1 }).map(({ inicio }) =>
      iso(inicio),
    );
    return {
      espacoId,
      fuso: lido.espaco.fuso,
      livres: livresNaAgenda(agenda, janela).map(({ inicio, fim }) => ({ inicio: iso(inicio), fim: iso(fim) })),
      inicios: inicios.slice(0, MAX_INICIOS),
      proximoInicio: inicios[MAX_INICIOS] ?? null,
    };
  }
}
