import qs from 'qs';
import { invalidParameter } from './errors.ts';
import type { Metadata } from './model.ts';

/** The parameters of one request. Reading one makes it known; what nobody read is refused, as Stripe does. */
export class Params {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #prefix: string;
  readonly #known = new Set<string>();
  readonly #children: Params[] = [];

  constructor(values: Readonly<Record<string, unknown>>, prefix = '') {
    this.#values = values;
    this.#prefix = prefix;
  }

  /** Parses Stripe's bracketed form or query (`metadata[reservaId]=…`, `payment_method_types[0]=card`). */
  static parse(text: string): Params {
    return new Params(qs.parse(text, { depth: 8, parameterLimit: 1000, arrayLimit: 100, ignoreQueryPrefix: true }));
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  /** A text; an empty one is null, which is how a field is unset. */
  text(name: string, maxLength = 5000): string | null | undefined {
    const value = this.#read(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string')
      throw invalidParameter(this.#name(name), 'Invalid string: must be a string.', 'parameter_invalid_string');
    if (value.length > maxLength) {
      throw invalidParameter(
        this.#name(name),
        `Invalid string: must be at most ${maxLength} characters`,
        'parameter_invalid_string_too_long',
      );
    }
    return value === '' ? null : value;
  }

  requiredText(name: string): string {
    const value = this.text(name);
    if (value == null) throw this.#missing(name);
    return value;
  }

  integer(name: string): number | undefined {
    const value = this.#read(name);
    if (value === undefined || value === '') return undefined;
    if (typeof value !== 'string' || !/^-?\d{1,15}$/.test(value)) {
      throw invalidParameter(
        this.#name(name),
        `Invalid integer: ${typeof value === 'string' ? value : 'not a text'}`,
        'parameter_invalid_integer',
      );
    }
    return Number(value);
  }

  requiredInteger(name: string): number {
    const value = this.integer(name);
    if (value === undefined) throw this.#missing(name);
    return value;
  }

  boolean(name: string): boolean | undefined {
    const value = this.#read(name);
    if (value === undefined) return undefined;
    if (value !== 'true' && value !== 'false')
      throw invalidParameter(
        this.#name(name),
        `Invalid boolean: ${typeof value === 'string' ? value : 'not a text'}`,
        'parameter_invalid_boolean',
      );
    return value === 'true';
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value == null) return undefined;
    const found = allowed.find((option) => option === value);
    if (found === undefined)
      throw invalidParameter(this.#name(name), `Invalid ${this.#name(name)}: must be one of ${allowed.join(', ')}`);
    return found;
  }

  list(name: string): string[] | undefined {
    const value = this.#read(name);
    if (value === undefined) return undefined;
    const items = Array.isArray(value) ? (value as unknown[]) : [];
    if (!items.every((item) => typeof item === 'string') || !Array.isArray(value)) {
      throw invalidParameter(this.#name(name), 'Invalid array', 'parameter_invalid_array');
    }
    return items;
  }

  object(name: string): Params | undefined {
    const value = this.#read(name);
    if (value === undefined || value === '') return undefined;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw invalidParameter(this.#name(name), 'Invalid object');
    const child = new Params(value as Record<string, unknown>, this.#name(name));
    this.#children.push(child);
    return child;
  }

  /** Every text of an object whose keys are the caller's own. */
  texts(name: string): Record<string, string> {
    const child = this.object(name);
    if (child === undefined) return {};
    return Object.fromEntries(Object.keys(child.#values).map((key) => [key, child.text(key, 20_000) ?? '']));
  }

  /** Merges into the present metadata: an empty value removes its key, an empty `metadata` removes all. */
  metadata(present: Metadata = {}): Metadata | undefined {
    if (this.#values.metadata === '') {
      this.#known.add('metadata');
      return {};
    }
    const child = this.object('metadata');
    if (child === undefined) return undefined;
    const merged: Record<string, string> = { ...present };
    for (const key of Object.keys(child.#values)) {
      if (key.length > 40) throw invalidParameter('metadata', 'Metadata keys can have up to 40 characters.');
      const value = child.text(key, 500);
      if (value == null) delete merged[key];
      else merged[key] = value;
    }
    if (Object.keys(merged).length > 50) throw invalidParameter('metadata', 'Metadata can have up to 50 keys.');
    return merged;
  }

  /** A text as it was sent, without making the parameter known: for whoever only looks, like a fault's scope. */
  peek(name: string): string | undefined {
    const value = Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
    return typeof value === 'string' ? value : undefined;
  }

  peekMetadata(): Metadata {
    const value = this.#values.metadata;
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  }

  /** Parameters of Stripe's that are taken and have no effect here. */
  ignore(...names: string[]): void {
    for (const name of names) this.#known.add(name);
  }

  /** Call after reading everything and before any effect. */
  refuseUnknown(): void {
    for (const name of Object.keys(this.#values)) {
      if (!this.#known.has(name)) {
        throw invalidParameter(
          this.#name(name),
          `Received unknown parameter: ${this.#name(name)}`,
          'parameter_unknown',
        );
      }
    }
    for (const child of this.#children) child.refuseUnknown();
  }

  #read(name: string): unknown {
    this.#known.add(name);
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
  }

  #name(name: string): string {
    return this.#prefix === '' ? name : `${this.#prefix}[${name}]`;
  }

  #missing(name: string): Error {
    return invalidParameter(this.#name(name), `Missing required param: ${this.#name(name)}.`, 'parameter_missing');
  }
}
