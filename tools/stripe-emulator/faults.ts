import type { EventType, Metadata } from './model.ts';

/** The faults that a switch can cause. The first group acts on API calls, the second on webhooks, the third on money. */
export const faultKinds = [
  'latencia',
  'cai_antes_do_efeito',
  'cai_depois_do_efeito',
  'erro_500',
  'limite_429',
  'webhook_antes_da_resposta',
  'busca_atrasada',
  'webhook_perdido',
  'webhook_duplicado',
  'webhook_reordenado',
  'webhook_atrasado',
  'estorno_falha',
  'estorno_pendente',
  'pagamento_instantaneo',
] as const;
export type FaultKind = (typeof faultKinds)[number];

const webhookKinds = ['webhook_perdido', 'webhook_duplicado', 'webhook_reordenado', 'webhook_atrasado'] as const;
export type WebhookFaultKind = (typeof webhookKinds)[number];
const moneyOperation: Partial<Record<FaultKind, string>> = {
  busca_atrasada: 'payment_intents.search',
  estorno_falha: 'refunds.create',
  estorno_pendente: 'refunds.create',
  pagamento_instantaneo: 'payment_intents.create',
};

export interface Fault {
  readonly id: string;
  readonly tipo: FaultKind;
  /** `payment_intents.create`, …; `*` is every operation. */
  readonly operacao: string;
  /** An event type, or `*`. */
  readonly evento: string;
  readonly metadata: Metadata;
  /** How often it still acts; null is without end. */
  restantes: number | null;
  usos: number;
  readonly ms: number;
  readonly copias: number;
  /** For `erro_500`: whether the operation takes effect before the error is answered. */
  readonly comEfeito: boolean;
  readonly metodo: 'card' | 'pix';
}

export class InvalidFaultError extends Error {}

/** The switches that are on. They are not durable: a restarted emulator behaves well. */
export class Faults {
  readonly #faults = new Map<string, Fault>();
  readonly #newId: (prefix: string) => string;
  readonly #operations: () => readonly string[];

  constructor(newId: (prefix: string) => string, operations: () => readonly string[]) {
    this.#newId = newId;
    this.#operations = operations;
  }

  /** @throws InvalidFault naming the field and what was expected */
  add(input: unknown): Fault {
    const fields = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
    const unknown = Object.keys(fields).find((name) => !accepted.includes(name));
    if (unknown !== undefined)
      throw new InvalidFaultError(`campo desconhecido: ${unknown}; os aceitos são ${accepted.join(', ')}`);
    const tipo = faultKinds.find((kind) => kind === fields.tipo);
    if (tipo === undefined) throw new InvalidFaultError(`tipo: esperado um de ${faultKinds.join(', ')}`);
    const operacao = fields.operacao ?? moneyOperation[tipo] ?? '*';
    if (typeof operacao !== 'string' || (operacao !== '*' && !this.#operations().includes(operacao))) {
      throw new InvalidFaultError(`operacao: esperado * ou um de ${this.#operations().join(', ')}`);
    }
    const evento = fields.evento ?? '*';
    if (typeof evento !== 'string') throw new InvalidFaultError('evento: esperado um tipo de evento ou *');
    const { metadata = {} } = fields;
    if (!isMetadata(metadata)) throw new InvalidFaultError('metadata: esperado um objeto de textos');
    const { comEfeito = false, metodo = 'card' } = fields;
    if (typeof comEfeito !== 'boolean') throw new InvalidFaultError('comEfeito: esperado true ou false');
    if (metodo !== 'card' && metodo !== 'pix') throw new InvalidFaultError('metodo: esperado card ou pix');
    const fault: Fault = {
      id: this.#newId('falha_'),
      tipo,
      operacao,
      evento,
      metadata,
      restantes: fields.vezes === null ? null : integer(fields, 'vezes', 1, 1),
      usos: 0,
      ms: integer(
        fields,
        'ms',
        tipo === 'latencia' || tipo === 'webhook_atrasado' || tipo === 'busca_atrasada' ? 1000 : 0,
        0,
      ),
      copias: integer(fields, 'copias', 3, 2),
      comEfeito,
      metodo,
    };
    this.#faults.set(fault.id, fault);
    return fault;
  }

  list(): Fault[] {
    return [...this.#faults.values()];
  }

  remove(id: string | undefined): number {
    const count = id === undefined ? this.#faults.size : Number(this.#faults.has(id));
    if (id === undefined) this.#faults.clear();
    else this.#faults.delete(id);
    return count;
  }

  /** The first fault of these kinds that fits an API call; it counts as used. */
  forOperation(kinds: readonly FaultKind[], operation: string, metadata: () => Metadata): Fault | undefined {
    return this.#take(
      (fault) => kinds.includes(fault.tipo) && (fault.operacao === '*' || fault.operacao === operation),
      metadata,
    );
  }

  /** The first webhook fault that fits an event, with its kind; it counts as used. */
  forWebhook(type: EventType, metadata: () => Metadata): { kind: WebhookFaultKind; fault: Fault } | undefined {
    const isWebhookFault = (fault: Fault): boolean => webhookKinds.some((kind) => kind === fault.tipo);
    const fault = this.#take((each) => isWebhookFault(each) && (each.evento === '*' || each.evento === type), metadata);
    const kind = webhookKinds.find((each) => each === fault?.tipo);
    return fault === undefined || kind === undefined ? undefined : { kind, fault };
  }

  #take(fits: (fault: Fault) => boolean, metadata: () => Metadata): Fault | undefined {
    if (this.#faults.size === 0) return undefined;
    for (const fault of this.#faults.values()) {
      if (fault.restantes === 0 || !fits(fault) || !includes(metadata(), fault.metadata)) continue;
      fault.usos++;
      if (fault.restantes !== null) fault.restantes--;
      return fault;
    }
    return undefined;
  }
}

const accepted = ['tipo', 'operacao', 'evento', 'metadata', 'vezes', 'ms', 'copias', 'comEfeito', 'metodo'];

function includes(metadata: Metadata, wanted: Metadata): boolean {
  return Object.entries(wanted).every(([key, value]) => metadata[key] === value);
}

function isMetadata(value: unknown): value is Metadata {
  return typeof value === 'object' && value !== null && Object.values(value).every((item) => typeof item === 'string');
}

function integer(fields: Record<string, unknown>, name: string, fallback: number, minimum: number): number {
  const value = fields[name] ?? fallback;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < minimum || value > 86_400_000) {
    throw new InvalidFaultError(`${name}: esperado um inteiro a partir de ${minimum}`);
  }
  return value;
}
