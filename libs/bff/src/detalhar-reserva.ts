import { Injectable } from '@nestjs/common';
import {
  type Cabecalhos,
  type NotificacaoHttp,
  operacoesDeNotificacoes,
  operacoesDeReservas,
  type PagamentoHttp,
  type ParteOpcional,
  type ReservaCompletaHttp,
} from '@plataforma/contracts';
import { Logger } from '@plataforma/platform';
import { PlatformApi } from './platform-api.js';

export type ReservaComPagamento = Omit<ReservaCompletaHttp, 'notificacoes'>;

const SITUACOES = ['PENDENTE', 'APROVADO', 'CANCELADO'] as const satisfies PagamentoHttp['status'][];
/** A difference holds two slots and has minutes; a balance has days. */
const URGENCIA = ['INTEGRAL', 'SINAL', 'DIFERENCA', 'SALDO'] as const satisfies PagamentoHttp['finalidade'][];

/** What is to be paid now first, then what was paid last, then what came to nothing. */
export const porUrgencia = (pagamentos: readonly PagamentoHttp[]): PagamentoHttp[] =>
  pagamentos.toSorted(
    (a, b) =>
      SITUACOES.indexOf(a.status) - SITUACOES.indexOf(b.status) ||
      (a.status === 'PENDENTE' ? URGENCIA.indexOf(a.finalidade) - URGENCIA.indexOf(b.finalidade) : 0) ||
      b.parcela - a.parcela,
  );

/**
 * Puts a booking together from the services, all asked at once. What an optional one does not give is named in
 * `faltando`; without the booking itself there is no answer but its error.
 */
@Injectable()
export class DetalharReserva {
  private readonly cobrancas;
  private readonly notificacoes;
  private readonly reservas;

  constructor(
    api: PlatformApi,
    private readonly logger: Logger,
  ) {
    this.cobrancas = api.cobrancasAVista();
    this.reservas = api.cliente(operacoesDeReservas.reservas);
    this.notificacoes = api.cliente(operacoesDeNotificacoes.notificacoes);
  }

  /** @throws Problem what reservas answered, or that it did not */
  async comPagamento(id: string, headers: Cabecalhos): Promise<ReservaComPagamento> {
    // What is paid for under one id, a booking or a series charged at once, is a handful.
    const cobrancas = (reservaId: string) =>
      this.opcional('pagamento', this.cobrancas.list({ consulta: { reservaId, limite: 100 }, cabecalhos: headers }));
    // Nearly every booking is charged under its own id: guessing so asks both services at once.
    const [{ body: reserva }, proprias] = await Promise.all([
      this.reservas.byId({ parametros: { id }, cabecalhos: headers }),
      cobrancas(id),
    ]);
    const lidas = reserva.cobrancaId === id ? proprias : await cobrancas(reserva.cobrancaId);
    const pagamentos = porUrgencia(lidas?.body.itens ?? []);
    return { reserva, pagamento: pagamentos[0] ?? null, pagamentos, faltando: lidas ? [] : ['pagamento'] };
  }

  /** @throws Problem what reservas answered, or that it did not */
  async completa(id: string, headers: Cabecalhos): Promise<ReservaCompletaHttp> {
    const [comPagamento, notificacoes] = await Promise.all([
      this.comPagamento(id, headers),
      this.opcional('notificacoes', this.notificacoes.listar({ consulta: { reservaId: id }, cabecalhos: headers })),
    ]);
    const itens: NotificacaoHttp[] = notificacoes?.body.itens ?? [];
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
