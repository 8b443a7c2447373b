import { Injectable } from '@nestjs/common';
import {
  type NotificacaoHttp,
  notificacaoHttp,
  type PagamentoHttp,
  pagamentoHttp,
  type ReservaHttp,
  reservaHttp,
} from '@plataforma/contracts';
import { Logger } from '@plataforma/platform';
import { z } from 'zod';
import type { ForwardedHeaders } from './forwarded-headers.js';
import { PlatformApi } from './platform-api.js';

/** A part of the answer whose service may fail without the rest being withheld. */
const parteOpcional = z.enum(['pagamento', 'notificacoes']);
type ParteOpcional = z.output<typeof parteOpcional>;
export const faltando = z.array(parteOpcional).describe('Partes que não puderam ser obtidas agora');

/** A booking with what other services know about it. */
export const reservaCompletaHttp = z.object({
  reserva: reservaHttp,
  pagamento: pagamentoHttp.nullable().describe('null também enquanto não há cobrança; veja faltando'),
  notificacoes: z.array(notificacaoHttp),
  faltando,
});
export type ReservaCompletaHttp = z.output<typeof reservaCompletaHttp>;
export type ReservaComPagamento = Omit<ReservaCompletaHttp, 'notificacoes'>;

/** Of several charges the one that the booking names, else the newest. */
const pagamentoDe = (reserva: ReservaHttp, pagamentos: readonly PagamentoHttp[]): PagamentoHttp | null =>
  pagamentos.find(({ id }) => id === reserva.pagamentoId) ??
  pagamentos.toSorted((a, b) => Date.parse(b.criadoEm) - Date.parse(a.criadoEm))[0] ??
  null;

/**
 * Puts a booking together from the services, all asked at once. What an optional one does not give is named in
 * `faltando`; without the booking itself there is no answer but its error.
 */
@Injectable()
export class DetalharReserva {
  constructor(
    private readonly api: PlatformApi,
    private readonly logger: Logger,
  ) {}

  /** @throws Problem what reservas answered, or that it did not */
  async comPagamento(id: string, headers: ForwardedHeaders): Promise<ReservaComPagamento> {
    const [reserva, pagamentos] = await Promise.all([
      this.api.reserva(id, headers),
      this.opcional('pagamento', this.api.pagamentosDaReserva(id, headers)),
    ]);
    return {
      reserva,
      pagamento: pagamentos && pagamentoDe(reserva, pagamentos.itens),
      faltando: pagamentos ? [] : ['pagamento'],
    };
  }

  /** @throws Problem what reservas answered, or that it did not */
  async completa(id: string, headers: ForwardedHeaders): Promise<ReservaCompletaHttp> {
    const [comPagamento, notificacoes] = await Promise.all([
      this.comPagamento(id, headers),
      this.opcional('notificacoes', this.api.notificacoesDaReserva(id, headers)),
    ]);
    const itens: NotificacaoHttp[] = notificacoes?.itens ?? [];
    return {
      ...comPagamento,
      notificacoes: itens,
      faltando: notificacoes ? comPagamento.faltando : [...comPagamento.faltando, 'notificacoes'],
    };
  }

  private async opcional<T>(parte: ParteOpcional, resposta: Promise<T>): Promise<T | null> {
    try {
      return await resposta;
    } catch (error) {
      this.logger.warn('Resposta parcial', { parte, error });
      return null;
    }
  }
}
