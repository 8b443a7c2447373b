import type { Espaco } from '../domain/espaco.js';
import { HORA_MS, type PeriodoReserva } from '../domain/periodo-reserva.js';
import type { EspacoRepository, ReservaCarregada } from './ports.js';

export const iso = (ms: number): string => new Date(ms).toISOString();

/** How long a booking that is not paid holds its space. */
export class PrazosDeRetencao {
  constructor(
    private readonly espacos: EspacoRepository,
    /** s, where the space does not say otherwise. */
    private readonly padraoSegundos: number,
    /** s; for how long the provider is waited for, once the hold is over. */
    private readonly conferenciaSegundos: number,
  ) {}

  /** An admin's answer is waited for until the booking would begin, at most. */
  doPedido(espaco: Espaco, { inicio }: PeriodoReserva, agora: number): string {
    if (!espaco.requerAprovacao) return this.doPagamento(espaco, agora);
    return iso(Math.min(inicio, agora + espaco.prazoAprovacaoHoras * HORA_MS));
  }

  async aposAprovacao({ reserva, agora }: ReservaCarregada): Promise<string> {
    if (reserva.status === 'INEXISTENTE') return iso(agora);
    const { espaco } = await this.espacos.load(reserva.dados.espacoId);
    return this.doPagamento(espaco, agora);
  }

  doPagamento({ retencaoSegundos }: Pick<Espaco, 'retencaoSegundos'>, agora: number): string {
    return iso(agora + (retencaoSegundos ?? this.padraoSegundos) * 1000);
  }

  daConferencia(agora: number): string {
    return iso(agora + this.conferenciaSegundos * 1000);
  }
}
