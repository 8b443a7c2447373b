import { Injectable } from '@nestjs/common';
import { Database, failpoint, Logger, Worker } from '@plataforma/platform';
import { type Cobranca, desistir, type Intento, observar, proximaAcao } from '../domain/cobranca.js';
import { CobrancaRepository, ProvedorDePagamento, RespostaSalva } from './ports.js';

const POLL_FLOOR_MS = 500;
const CONCURRENCY = 8;

/**
 * Does with the provider what the charges ask for: opens, cancels and, for those that stay open, looks again (the
 * reconciler: a webhook that never came is repaired here). No transaction is held across a call; what a crash leaves
 * undone is claimed again when its lease is over.
 */
@Injectable()
export class ProcessarCobrancas extends Worker {
  constructor(
    private readonly database: Database,
    private readonly cobrancas: CobrancaRepository,
    private readonly provedor: ProvedorDePagamento,
    logger: Logger,
  ) {
    super({ name: 'cobranças', floorMs: POLL_FLOOR_MS, drain: () => this.drain() }, logger);
  }

  private async drain(): Promise<number> {
    const claimed = await this.cobrancas.claim(CONCURRENCY);
    await Promise.all(claimed.map((cobranca) => this.process(cobranca)));
    return claimed.length;
  }

  private async process(cobranca: Cobranca): Promise<void> {
    try {
      const intento = await this.act(cobranca);
      await this.database.transaction(async () => {
        // Read again: a webhook may have been faster than the answer.
        const atual = await this.cobrancas.lock('id', cobranca.id);
        if (!atual) return;
        const resultado = intento ? observar(atual, intento) : desistir(atual);
        await this.cobrancas.save(resultado.cobranca, resultado.fatos);
      });
    } catch (error) {
      this.logger.warn('Cobrança não resolvida; nova tentativa adiante', { cobrancaId: cobranca.id, error });
      await this.cobrancas.postpone(cobranca.id, error instanceof RespostaSalva);
    }
  }

  private async act(cobranca: Cobranca): Promise<Intento | undefined> {
    const { provedorId } = cobranca;
    switch (proximaAcao(cobranca)) {
      case 'DESISTIR':
        return undefined;
      case 'ABRIR':
        return this.open(cobranca);
      case 'CANCELAR':
        return this.provedor.cancelIntent(existing(provedorId));
      case 'CONSULTAR':
      case 'NENHUMA':
        return this.provedor.retrieveIntent(existing(provedorId));
    }
  }

  /** A call that was made before may have had its effect: the intent is looked for before another is asked for. */
  private async open(cobranca: Cobranca): Promise<Intento> {
    const found = cobranca.tentativas > 0 ? await this.provedor.findIntent(cobranca.reservaId) : undefined;
    const chave = `reserva-${cobranca.reservaId}-${cobranca.chaveTentativa}`;
    const intento = found ?? (await this.provedor.openIntent(cobranca, chave));
    failpoint('pagamentos.stripe.depois-da-cobranca');
    return intento;
  }
}

function existing(provedorId: string | null): string {
  if (provedorId === null) throw new Error('cobrança aberta sem identificação no provedor');
  return provedorId;
}
