import { Injectable } from '@nestjs/common';
import { failpoint, Logger } from '@plataforma/platform';
import { type Claim, LeasedWork, subjectsOf } from '@plataforma/trabalho';
import type { EstornoNoProvedor } from '../domain/estorno.js';
import {
  ChaveEmConflito,
  CobrancaRepository,
  type EstornoAFazer,
  EstornoRepository,
  ProvedorDePagamento,
  RecusaDoProvedor,
  RespostaSalva,
} from './ports.js';

const CONCURRENCY = 4;
/** Several calls, each with its own time-out. */
const ITEM_MS = 60_000;

/** Asks the provider for refunds and follows them to their end; one that fails is asked for again, until somebody has to decide. */
@Injectable()
export class ProcessarEstornos extends LeasedWork<EstornoAFazer> {
  constructor(
    private readonly estornos: EstornoRepository,
    private readonly cobrancas: CobrancaRepository,
    private readonly provedor: ProvedorDePagamento,
    logger: Logger,
  ) {
    super({ table: estornos.aFazer, concurrency: CONCURRENCY, itemMs: ITEM_MS, subjects: subjectsOf }, logger);
  }

  protected override async process(estorno: EstornoAFazer, posse: Claim): Promise<void> {
    const noProvedor = await this.carryOut(estorno);
    failpoint('pagamentos.stripe.depois-do-estorno');
    await this.estornos.save(estorno, noProvedor);
    await this.table.release(posse);
  }

  protected override async failed(estorno: EstornoAFazer, posse: Claim, error: unknown): Promise<void> {
    const recusado = error instanceof RecusaDoProvedor;
    const novaChave = recusado || error instanceof RespostaSalva || error instanceof ChaveEmConflito;
    await this.estornos.postpone(posse, (error as Error).message, { novaChave, recusado });
    // Perhaps there is less left than we know: somebody refunded at the provider's desk, or a dispute took it.
    if (recusado) await this.cobrancas.requestCheck('id', estorno.cobrancaId);
  }

  /** A call that was made before may have had its effect, under a key that is not tried any more. */
  private async carryOut(estorno: EstornoAFazer): Promise<EstornoNoProvedor> {
    const { provedorId, tentativas, chaveTentativa, intentoId } = estorno;
    if (provedorId) return this.provedor.retrieveRefund(provedorId);
    const made = tentativas > 0 || chaveTentativa > 1 ? await this.provedor.listRefunds(intentoId) : [];
    const found = made.find(({ estornoId, situacao }) => estornoId === estorno.id && situacao !== 'FALHOU');
    return found ?? this.provedor.refund(estorno, `estorno-${estorno.id}-${estorno.chaveTentativa}`);
  }
}
