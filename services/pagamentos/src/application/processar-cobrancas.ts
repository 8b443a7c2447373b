import { Injectable } from '@nestjs/common';
import { Database, failpoint, Logger } from '@plataforma/platform';
import { Batches, type Claim, LeasedWork, subjectsOf } from '@plataforma/trabalho';
import {
  chaveDeIdempotencia,
  type Cobranca,
  desistir,
  type Intento,
  proximaAcao,
  type Resultado,
} from '../domain/cobranca.js';
import { ObservarIntento } from './observar-intento.js';
import {
  ChaveEmConflito,
  CobrancaRepository,
  type Mudanca,
  ProvedorDePagamento,
  RecusaDoProvedor,
  RespostaSalva,
} from './ports.js';
import { RegistroDeDivergencias } from './registro-de-divergencias.js';

/** Calls to the provider at a time. */
const CONCURRENCY = 16;
/** Several calls, each with its own time-out. */
const ITEM_MS = 60_000;
/** Answers that are written in one transaction. */
const BATCH = 50;

/** What the provider answered of a charge. */
interface Resposta {
  readonly cobranca: Cobranca;
  readonly intento: Intento | undefined;
  readonly posse: Claim;
}

/**
 * Does with the provider what the charges ask for: opens, cancels and, for those that stay open, looks again (the
 * reconciler: a webhook that never came is repaired here). No transaction is held across a call; what a crash leaves
 * undone is claimed again when its lease is over.
 */
@Injectable()
export class ProcessarCobrancas extends LeasedWork<Cobranca> {
  private readonly batches = new Batches<Resposta>({ max: BATCH, all: (respostas) => this.learn(respostas) });

  constructor(
    private readonly database: Database,
    private readonly cobrancas: CobrancaRepository,
    private readonly observarIntento: ObservarIntento,
    private readonly divergencias: RegistroDeDivergencias,
    private readonly provedor: ProvedorDePagamento,
    logger: Logger,
  ) {
    super({ table: cobrancas.aTratar, concurrency: CONCURRENCY, itemMs: ITEM_MS, subjects: subjectsOf }, logger);
  }

  protected override async process(cobranca: Cobranca, posse: Claim): Promise<void> {
    const intento = await this.act(cobranca);
    await this.batches.do({ cobranca, intento, posse });
  }

  protected override async failed(cobranca: Cobranca, posse: Claim, error: unknown): Promise<void> {
    const conflito = error instanceof ChaveEmConflito;
    if (conflito)
      await this.divergencias.repaired('chave-em-conflito', cobranca.id, { chave: chaveDeIdempotencia(cobranca) });
    const novaChave = conflito || error instanceof RespostaSalva;
    await this.cobrancas.postpone(posse, (error as Error).message, novaChave);
  }

  /** Writes what the calls showed. Read again: a webhook may have been faster than the answer. */
  private learn(respostas: readonly Resposta[]): Promise<void[]> {
    return this.database.transaction(async () => {
      const atuais = await this.cobrancas.lockAll(respostas.map(({ cobranca }) => cobranca.id));
      const mudancas: Mudanca[] = [];
      const adiadas: Claim[] = [];
      for (const { cobranca, intento, posse } of respostas) {
        const atual = atuais.get(cobranca.id);
        if (!atual) continue;
        const { cobranca: depois, fatos } = await this.observe(atual, intento);
        // It is being paid at this moment, and cannot be cancelled until that has ended.
        const adiada =
          cobranca.cancelamentoPedido && depois.estado === 'ABERTA' && proximaAcao(cobranca) === 'CANCELAR';
        if (adiada) adiadas.push(posse);
        mudancas.push({ cobranca: depois, fatos, ...(!adiada && { posse }) });
      }
      await this.cobrancas.saveAll(mudancas);
      for (const posse of adiadas)
        await this.cobrancas.postpone({ ...posse, due: null }, 'ainda não pôde ser encerrada no provedor', false);
      return [];
    });
  }

  private async observe(atual: Cobranca, intento: Intento | undefined): Promise<Resultado> {
    if (intento) return this.observarIntento.observe(atual, intento);
    return atual.estado === 'A_ABRIR' ? desistir(atual) : { cobranca: atual, fatos: [] };
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
        return (await this.provedor.retrieveIntent(existing(provedorId))).intento;
    }
  }

  /**
   * A call that was made before may have had its effect: the intent is looked for before another is asked for. What the
   * provider refuses to open it has not opened: nothing is left to be ended of a charge that is no longer wanted.
   */
  private async open(cobranca: Cobranca): Promise<Intento | undefined> {
    const found = cobranca.tentativas > 0 ? await this.provedor.findIntent(cobranca, cobranca.largados) : undefined;
    if (found) return found;
    try {
      const intento = await this.provedor.openIntent(cobranca, chaveDeIdempotencia(cobranca));
      failpoint('pagamentos.stripe.depois-da-cobranca');
      return intento;
    } catch (error) {
      if (cobranca.cancelamentoPedido && error instanceof RecusaDoProvedor) return undefined;
      throw error;
    }
  }
}

function existing(provedorId: string | null): string {
  if (provedorId === null) throw new Error('cobrança aberta sem identificação no provedor');
  return provedorId;
}
