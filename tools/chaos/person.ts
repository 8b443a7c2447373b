import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { OperacaoDaWeb, ReservaCompletaHttp } from '@plataforma/contracts';
import { clientePorEndereco, porFetch, Recusa } from '@plataforma/contracts/cliente';
import type { PlatformState } from '../platform/state.ts';
import type { Operation, Period, Status } from './history.ts';

/** How long a person asks again, with the same key, what was not answered. */
const patienceMs = 25_000;
const oneRequestMs = 15_000;
const pauseMs = 250;

type Api = ReturnType<typeof clientePorEndereco<OperacaoDaWeb>>;

/** What a person was told: it is done, it is refused, or no answer came before they lost patience. */
export type Told<T> =
  | { readonly what: 'done'; readonly value: T; readonly repeated: boolean }
  | { readonly what: 'refused'; readonly code: string; readonly repeated: boolean }
  | { readonly what: 'unknown' };

/** No answer, or one that says to come again: nobody knows what was done. */
function isRefusal(error: unknown): error is Recusa {
  if (!(error instanceof Recusa)) return false;
  const again = [401, 408, 425, 429].includes(error.status) || error.problema['code'] === 'idempotencia.em-andamento';
  return error.status < 500 && !again;
}

const now = (): number => performance.timeOrigin + performance.now();
const iso = (ms: number): string => new Date(ms).toISOString();

/** Somebody with an account, who writes down all that they do. */
export class Person {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  /** With which they were refused, or put off. */
  readonly statuses = new Set<number>();
  readonly #state: PlatformState;
  readonly #write: (operation: Operation) => void;
  #token: string | undefined;

  constructor(state: PlatformState, name: string, write: (operation: Operation) => void) {
    this.name = name;
    this.email = `${name}-${randomUUID().slice(0, 8)}@caos.local`;
    this.password = `caos ${randomUUID()}`;
    this.#state = state;
    this.#write = write;
  }

  async register(): Promise<void> {
    const { name: nome, email, password: senha } = this;
    await this.ask((api) => api('POST /v1/usuarios', { corpo: { nome, email, senha, idioma: 'pt-BR' } }));
    await this.login();
  }

  /** Who had a token keeps it when this one does not come. @returns whether it came */
  async login(): Promise<boolean> {
    const { email, password: senha } = this;
    const told = await this.ask((api) => api('POST /v1/sessoes', { corpo: { email, senha } }), { anonymous: true });
    if (told.what !== 'done' || !('tokenAcesso' in told.value.body)) return false;
    this.#token = told.value.body.tokenAcesso;
    return true;
  }

  /** Asks until there is an answer, always with the same key. */
  async ask<T>(
    request: (api: Api) => Promise<T>,
    {
      key = randomUUID(),
      anonymous = false,
      withinMs = patienceMs,
    }: { key?: string; anonymous?: boolean; withinMs?: number } = {},
  ): Promise<Told<T>> {
    const deadline = Date.now() + withinMs;
    const authorization = anonymous || !this.#token ? undefined : `Bearer ${this.#token}`;
    const cabecalhos = { authorization, 'idempotency-key': key };
    const url = this.#state.apps['bff-web'] ?? '';
    const api = clientePorEndereco<OperacaoDaWeb>(porFetch(url, { prazoMs: oneRequestMs, cabecalhos }));
    for (let repeated = false; ; repeated = true) {
      try {
        return { what: 'done', value: await request(api), repeated };
      } catch (error) {
        if (error instanceof Recusa) this.statuses.add(error.status);
        if (isRefusal(error)) return { what: 'refused', code: String(error.problema['code']), repeated };
        if (Date.now() > deadline) return { what: 'unknown' };
      }
      await delay(pauseMs);
    }
  }

  /** @returns the id of the booking, if it was made as far as this person knows */
  async book(periodo: Period, key: string = randomUUID()): Promise<string | undefined> {
    const start = now();
    const told = await this.tryToBook(periodo, key);
    const operation = { tipo: 'reservar', quem: this.name, start, periodo, chave: key } as const;
    if (told.what === 'unknown') this.#write({ ...operation, end: Infinity, resultado: 'incerto' });
    else if (told.what === 'done') {
      const { id, expiraEm } = told.value.body;
      this.#write({ ...operation, end: now(), resultado: { id, expiraEm: Date.parse(expiraEm) } });
      return id;
    } else if (told.code === 'reservas.espaco-indisponivel')
      this.#write({ ...operation, end: now(), resultado: 'ocupado', repetida: told.repeated });
    return undefined;
  }

  /** Without a word of it in the history. */
  tryToBook({ espacoId, inicio, fim }: Period, key: string) {
    return this.ask((api) => api('POST /v1/reservas', { corpo: { espacoId, inicio: iso(inicio), fim: iso(fim) } }), {
      key,
    });
  }

  /** One request of two bookings a day apart, all or nothing. */
  async bookSeries({ espacoId, inicio, fim }: Period): Promise<string[]> {
    const start = now();
    const dayMs = 86_400_000;
    const periods = [0, 1].map((day) => ({ espacoId, inicio: inicio + day * dayMs, fim: fim + day * dayMs }));
    const corpo = {
      espacoId,
      inicio: iso(inicio),
      fim: iso(fim),
      regra: 'FREQ=DAILY;COUNT=2',
      cobranca: 'OCORRENCIA',
      modo: 'TUDO_OU_NADA',
    } as const;
    const told = await this.ask((api) => api('POST /v1/series', { corpo }));
    const end = now();
    const made = told.what === 'done' ? await this.#readAll(told.value.body.serie.reservas) : [];
    for (const periodo of periods) {
      const booking = made.find(({ reserva }) => Date.parse(reserva.inicio) === periodo.inicio)?.reserva;
      const operation = { tipo: 'reservar', quem: this.name, start, periodo } as const;
      if (booking)
        this.#write({ ...operation, end, resultado: { id: booking.id, expiraEm: Date.parse(booking.expiraEm) } });
      else if (told.what !== 'refused') this.#write({ ...operation, end: Infinity, resultado: 'incerto' });
    }
    return made.map(({ reserva }) => reserva.id);
  }

  async #readAll(ids: readonly string[]): Promise<ReservaCompletaHttp[]> {
    return (await Promise.all(ids.map((id) => this.details(id)))).filter((details) => details !== undefined);
  }

  /** What is known of a booking; undefined when it does not come. */
  async details(id: string, withinMs = patienceMs): Promise<ReservaCompletaHttp | undefined> {
    const told = await this.ask((api) => api('GET /v1/reservas/:id', { parametros: { id } }), { withinMs });
    return told.what === 'done' ? told.value.body : undefined;
  }

  /** Reads a booking for the history: when all is quiet, or a copy could be what is read. */
  async witness(id: string): Promise<void> {
    const start = now();
    const details = await this.details(id);
    if (!details) throw new Error(`${id}: respondida com 2xx, e agora não se acha`);
    const told = await this.ask((api) => api('GET /v1/reservas/:id/historico', { parametros: { id } }));
    const eventos = told.what === 'done' ? told.value.body.eventos.map(({ tipo }) => tipo) : [];
    const { status } = details.reserva;
    if (status === 'PENDENTE_APROVACAO') throw new Error(`${id} espera aprovação, que espaço nenhum pede`);
    this.#write({ tipo: 'ler', quem: this.name, start, end: now(), id, status: status satisfies Status, eventos });
  }

  async cancel(id: string): Promise<void> {
    const start = now();
    const told = await this.ask((api) => api('POST /v1/reservas/:id/cancelamento', { parametros: { id }, corpo: {} }));
    if (told.what === 'refused') return;
    const done = told.what === 'done';
    this.#write({
      tipo: 'cancelar',
      quem: this.name,
      start,
      end: done ? now() : Infinity,
      id,
      resultado: done ? 'feito' : 'incerto',
    });
  }

  /** To a time that costs the same: at once, or not at all. */
  async move(id: string, para: Period): Promise<void> {
    const start = now();
    const corpo = { inicio: iso(para.inicio), fim: iso(para.fim) };
    const told = await this.ask((api) => api('POST /v1/reservas/:id/remarcacao', { parametros: { id }, corpo }));
    if (told.what === 'refused') return;
    const done = told.what === 'done';
    this.#write({
      tipo: 'mover',
      quem: this.name,
      start,
      end: done ? now() : Infinity,
      id,
      para,
      resultado: done ? 'feito' : 'incerto',
    });
  }

  async wait(periodo: Period): Promise<void> {
    const start = now();
    const { espacoId, inicio, fim } = periodo;
    const corpo = { espacoId, inicio: iso(inicio), fim: iso(fim) };
    const told = await this.ask((api) => api('POST /v1/fila', { corpo }));
    if (told.what !== 'refused') this.#write({ tipo: 'esperar', quem: this.name, start, end: now(), periodo });
  }

  /** Waits until a booking is confirmed, if that comes in time. */
  async confirmed(id: string, withinMs = 20_000): Promise<boolean> {
    const details = await this.#until(id, withinMs, ({ reserva }) => reserva.status !== 'PENDENTE_PAGAMENTO');
    return details?.reserva.status === 'CONFIRMADA';
  }

  /**
   * Pays as a browser would, directly at the provider.
   *
   * @param at when, ms since 1970: at once, or not before that
   */
  async pay(id: string, card: string, at = 0): Promise<void> {
    const details = await this.#until(id, 20_000, ({ pagamento }) => Boolean(pagamento?.provedor?.clientSecret));
    const { clientSecret, paymentIntentId } = details?.pagamento?.provedor ?? {};
    if (!clientSecret || !paymentIntentId) return;
    const key = await this.#publishableKey();
    if (key === undefined) return;
    await delay(Math.max(0, at - Date.now()));
    const start = now();
    const operation = { tipo: 'pagar', quem: this.name, start, id } as const;
    try {
      const response = await fetch(`${this.#state.stripe.apiBase}/v1/payment_intents/${paymentIntentId}/confirm`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: new URLSearchParams({
          payment_method: card,
          client_secret: clientSecret,
          return_url: 'http://127.0.0.1/volta',
        }),
        signal: AbortSignal.timeout(oneRequestMs),
      });
      const { status } = (await response.json()) as { status?: string };
      if (response.ok && status === 'succeeded') this.#write({ ...operation, end: now(), resultado: 'pago' });
      else if (response.status === 402) this.#write({ ...operation, end: now(), resultado: 'recusado' });
      else if (response.status >= 500) this.#write({ ...operation, end: Infinity, resultado: 'incerto' });
    } catch {
      this.#write({ ...operation, end: Infinity, resultado: 'incerto' });
    }
  }

  async #publishableKey(): Promise<string | undefined> {
    const told = await this.ask((api) => api('GET /v1/configuracao'));
    return told.what === 'done' ? (told.value.body.pagamento.chavePublicavel ?? undefined) : undefined;
  }

  async #until(
    id: string,
    withinMs: number,
    is: (details: ReservaCompletaHttp) => boolean,
  ): Promise<ReservaCompletaHttp | undefined> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const details = await this.details(id, Math.max(0, deadline - Date.now()));
      if (details && is(details)) return details;
      if (Date.now() > deadline) return undefined;
      await delay(pauseMs);
    }
  }
}
