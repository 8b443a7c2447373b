import { Injectable } from '@nestjs/common';
import {
  cotaExcedida,
  type CotasDoEspaco,
  type Retencoes,
  SEM_RETENCOES,
  temCota,
  type UsoDaPessoa,
} from '../domain/cota.js';
import { type ErroDeReserva, RetencoesDemais } from '../domain/errors.js';
import type { Intervalo } from '../domain/periodo-reserva.js';
import { semanaLocal } from '../domain/relogio.js';
import { RestricaoDaPessoa } from './ports.js';
import { CotaRepository } from './ports-precos.js';

/**
 * How many unpaid holds one person may have on the whole platform, a series counting once, and how many occurrences all
 * of their unpaid series together.
 */
export class RetencoesPorPessoa {
  constructor(
    readonly limite: number,
    readonly emSeries: number,
  ) {}
}

type EspacoComCota = CotasDoEspaco & { readonly id: string; readonly fuso: string };

/** The limits per person. */
@Injectable()
export class VerificarCotas extends RestricaoDaPessoa {
  constructor(
    private readonly cotas: CotaRepository,
    private readonly retencoesPorPessoa: RetencoesPorPessoa,
  ) {
    super();
  }

  /** What `decide` would say now: without the person's lock it is an opinion. @throws the errors of `decide` */
  override async check(espaco: EspacoComCota, periodo: Intervalo, pessoaId: string): Promise<void> {
    await this.decide(
      espaco,
      { clienteId: pessoaId, retemId: pessoaId, emSerie: false },
      periodo,
      await this.cotas.holds(pessoaId),
    );
  }

  /**
   * Decides whether the person may have this booking too, inside its transaction, under the person's lock that
   * `OcupacaoRepository.occupy` has taken and with the `retencoes` that it has counted. An advisory lock, not a
   * counter: bookings also cease to count because time passes, which no counter would notice. Nothing is asked of the
   * database unless the space has a quota.
   * @throws RetencoesDemais, CotaDeReservas, CotaDeHoras
   */
  async decide(
    espaco: EspacoComCota,
    {
      clienteId,
      retemId,
      emSerie,
    }: { readonly clienteId: string; readonly retemId: string; readonly emSerie: boolean },
    periodo: Intervalo,
    [retencoes, ocorrencias]: Retencoes,
  ): Promise<void> {
    const { limite, emSeries } = this.retencoesPorPessoa;
    if (retencoes >= limite) throw new RetencoesDemais(limite);
    if (emSerie && ocorrencias >= emSeries) throw new RetencoesDemais(emSeries);
    // What the space allows is of whom it is for: their lock, after that of whoever makes it.
    if (retemId !== clienteId && temCota(espaco)) await this.cotas.holds(clienteId);
    const motivo = await this.motivoDeCota(espaco, clienteId, periodo);
    if (motivo) throw motivo;
  }

  /**
   * Decides the same of bookings that are taken anew (moved, or taken up again after they had expired), once all of
   * their units have been: then the person's lock comes here. Each is counted where it is written to be by now, so that
   * those which move together count as such.
   * @throws CotaDeReservas, CotaDeHoras
   */
  async decideAgain(
    espaco: EspacoComCota,
    clienteId: string,
    reservas: readonly { readonly id: string; readonly periodo: Intervalo }[],
  ): Promise<void> {
    if (!temCota(espaco)) return;
    await this.cotas.holds(clienteId);
    for (const { id, periodo } of reservas) {
      const motivo = await this.motivoDeCota(espaco, clienteId, periodo, id);
      if (motivo) throw motivo;
    }
  }

  /**
   * Which quota of the space stands in the way of this booking, with how much is left; null when none does. Leaves
   * `exceto`, a booking that is being moved, aside. Without the person's lock it is an opinion, not a decision.
   */
  async motivoDeCota(
    espaco: EspacoComCota,
    clienteId: string,
    periodo: Intervalo,
    exceto: string | null = null,
  ): Promise<ErroDeReserva | null> {
    if (!temCota(espaco)) return null;
    const uso = await this.cotas.usage(espaco.id, clienteId, semanaLocal(espaco.fuso, periodo.inicio), exceto);
    return cotaExcedida(espaco, uso, periodo);
  }

  /**
   * What `decide` would say now of each of these, made one after the other as a series; who is refused does not count
   * for those after it. One query for each week that hours are counted in.
   */
  async opinions(
    espaco: EspacoComCota,
    periodos: readonly Intervalo[],
    pessoaId: string,
    /** Of another series, made just before. */
    antes: Retencoes = SEM_RETENCOES,
  ): Promise<(ErroDeReserva | null)[]> {
    const { limite, emSeries } = this.retencoesPorPessoa;
    const [retencoes, emSerie] = await this.cotas.holds(pessoaId);
    const usos = new Map<number, UsoDaPessoa>();
    let feitas = 0;
    const opinioes: (ErroDeReserva | null)[] = [];
    for (const periodo of periodos) {
      let erro: ErroDeReserva | null = null;
      if (retencoes + antes[0] >= limite) erro = new RetencoesDemais(limite);
      else if (emSerie + antes[1] + feitas >= emSeries) erro = new RetencoesDemais(emSeries);
      else if (temCota(espaco)) {
        const semana = semanaLocal(espaco.fuso, periodo.inicio);
        const uso = usos.get(semana.inicio) ?? (await this.cotas.usage(espaco.id, pessoaId, semana, null));
        erro = cotaExcedida(espaco, { ...uso, reservasAtivas: uso.reservasAtivas + feitas }, periodo);
        const aMais = erro ? 0 : periodo.fim - periodo.inicio;
        usos.set(semana.inicio, { ...uso, semanaMs: uso.semanaMs + aMais });
      }
      if (!erro) feitas++;
      opinioes.push(erro);
    }
    return opinioes;
  }
}
