import { Injectable } from '@nestjs/common';
import { cotaExcedida, type CotasDoEspaco, type Retencoes, temCota } from '../domain/cota.js';
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
    await this.decide(espaco, { clienteId: pessoaId, emSerie: false }, periodo, await this.cotas.holds(pessoaId));
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
    { clienteId, emSerie }: { readonly clienteId: string; readonly emSerie: boolean },
    periodo: Intervalo,
    [retencoes, ocorrencias]: Retencoes,
  ): Promise<void> {
    const { limite, emSeries } = this.retencoesPorPessoa;
    if (retencoes >= limite) throw new RetencoesDemais(limite);
    if (emSerie && ocorrencias >= emSeries) throw new RetencoesDemais(emSeries);
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
}
