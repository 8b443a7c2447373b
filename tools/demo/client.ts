import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { PlatformState } from '../platform/state.ts';

const POLL_MS = 200;

export interface Answer<Body = Record<string, unknown>> {
  status: number;
  body: Body;
}

export interface Slot {
  espacoId: string;
  inicio: string;
  fim: string;
}

export interface Booking {
  id: string;
  status: string;
  motivo: string | null;
  espaco: { id: string };
  inicio: string;
  fim: string;
  expiraEm: string;
  conferindoPagamento: boolean;
  valorCentavos: number;
  pagoCentavos: number;
  saldo: { valorCentavos: number } | null;
  remarcacao: { inicio: string; diferencaCentavos: number } | null;
}

interface Charge {
  id: string;
  finalidade: string;
  status: string;
  valorCentavos: number;
  estornadoCentavos: number;
  provedor: { paymentIntentId: string; clientSecret: string | null } | null;
}

interface BookingDetails {
  reserva: Booking;
  /** The charge to pay now, or else the last. */
  pagamento: Charge | null;
  pagamentos: Charge[];
  notificacoes: { tipo: string; canal: string; estado: string; assunto: string | null }[];
}

/** A story did not end as told. */
export class StoryError extends Error {}

async function send<Body>(url: string, method: string, body?: unknown, token?: string): Promise<Answer<Body>> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
      ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : undefined) as Body };
}

/** Waits for what happens by messages, and says what it waited for when it does not happen. */
export async function until<T>(what: string, look: () => Promise<T | undefined>, deadlineMs = 20_000): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new StoryError(`esperava ${what}, e não aconteceu em ${deadlineMs / 1000} s`);
    await delay(POLL_MS);
  }
}

/** The public APIs of a running platform: what a visitor can do. */
export class Visitor {
  protected readonly state: PlatformState;

  constructor(state: PlatformState) {
    this.state = state;
  }

  private get web(): string {
    const url = this.state.apps['bff-web'];
    if (!url) throw new Error('bff-web sem endereço');
    return url;
  }

  protected call<Body>(method: string, path: string, body?: unknown, token?: string): Promise<Answer<Body>> {
    return send<Body>(`${this.web}${path}`, method, body, token);
  }

  async get<Body>(path: string, token?: string): Promise<Body> {
    // 503 says "try again soon"; a client that reads can simply do so.
    const { status, body } = await until('uma resposta', async () => {
      const answer = await this.call<Body>('GET', path, undefined, token);
      return answer.status === 503 ? undefined : answer;
    });
    if (status !== 200) throw new StoryError(`GET ${path} respondeu ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  async findSpace(
    nome: string,
    filter = '',
  ): Promise<{ id: string; nome: string; cidade: string; precoHoraCentavos: number }> {
    const { itens } = await this.get<{
      itens: { id: string; nome: string; cidade: string; precoHoraCentavos: number }[];
    }>(`/v1/espacos?limite=100${filter}`);
    const found = itens.find((espaco) => espaco.nome === nome);
    if (!found) throw new StoryError(`o espaço ${nome} não está no catálogo`);
    return found;
  }

  /** Opens a session. */
  protected async login(email: string, senha: string): Promise<string> {
    const { status, body } = await this.call<{ tokenAcesso: string }>('POST', '/v1/sessoes', { email, senha });
    if (status !== 201) throw new StoryError(`a entrada respondeu ${status}: ${JSON.stringify(body)}`);
    return body.tokenAcesso;
  }

  /** A free slot at least some days ahead; a random one, so that the demonstration can be run again and again. */
  async freeSlot(espacoId: string, minutes: number, days = 3): Promise<Slot> {
    const day = 24 * 3_600_000;
    const from = new Date(Date.now() + (days + Math.floor(Math.random() * 50)) * day);
    const query = `de=${from.toISOString()}&ate=${new Date(from.getTime() + 7 * day).toISOString()}&duracaoMinutos=${minutes}`;
    const { inicios } = await this.get<{ inicios: string[] }>(`/v1/espacos/${espacoId}/disponibilidade?${query}`);
    const inicio = inicios[Math.floor(Math.random() * inicios.length)];
    if (!inicio) throw new StoryError('não há horário livre');
    return { espacoId, inicio, fim: new Date(Date.parse(inicio) + minutes * 60_000).toISOString() };
  }

  /** Sets a fault in the payment emulator for what concerns one booking. */
  async breakPayment(reservaId: string, fault: Record<string, unknown>): Promise<void> {
    const { status, body } = await send(`${this.state.stripe.apiBase}/_emulador/falhas`, 'POST', {
      metadata: { reservaId },
      ...fault,
    });
    if (status >= 300) throw new StoryError(`o emulador recusou a falha: ${JSON.stringify(body)}`);
  }
}

/** Somebody with an account, logged in. */
export class Person extends Visitor {
  readonly nome: string;
  private readonly token: string;

  private constructor(state: PlatformState, nome: string, token: string) {
    super(state);
    this.nome = nome;
    this.token = token;
  }

  /** Creates an account and logs in. */
  static async register(state: PlatformState, nome: string): Promise<Person> {
    const email = `${nome.toLowerCase()}-${randomUUID().slice(0, 8)}@demo.local`;
    const senha = `demonstração ${randomUUID()}`;
    const visitor = new Visitor(state);
    const registered = await visitor['call']('POST', '/v1/usuarios', { nome, email, senha, idioma: 'pt-BR' });
    if (registered.status !== 201) throw new StoryError(`o cadastro respondeu ${JSON.stringify(registered)}`);
    return new Person(state, nome, await visitor['login'](email, senha));
  }

  /** Somebody who has logged in already. @param token of access */
  static withToken(state: PlatformState, nome: string, token: string): Person {
    return new Person(state, nome, token);
  }

  /** What the person asks for and gets, with `status` for an answer. */
  async ask<Body>(method: 'GET' | 'POST', path: string, body?: unknown, status = 200): Promise<Body> {
    const answer = await this.call<Body>(method, path, body, this.token);
    if (answer.status !== status)
      throw new StoryError(`${method} ${path} de ${this.nome} respondeu ${JSON.stringify(answer)}`);
    return answer.body;
  }

  tryToBook(slot: Slot & { cotacaoId?: string }): Promise<Answer<Booking & { code?: string }>> {
    return this.call('POST', '/v1/reservas', slot, this.token);
  }

  async book(slot: Slot & { cotacaoId?: string }): Promise<Booking> {
    const { status, body } = await this.tryToBook(slot);
    if (status !== 201) throw new StoryError(`a reserva de ${this.nome} respondeu ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  /** Slots that are both free; drawn again until they are, so that the demonstration can be run again and again. */
  bothFree<T extends Record<string, Slot>>(draw: () => T): Promise<T> {
    return until('horários livres', async () => {
      const slots = draw();
      const answers = await Promise.all(
        Object.values(slots).map(({ espacoId, inicio, fim }) =>
          this.get<{ livre: boolean }>(`/v1/espacos/${espacoId}/porque?inicio=${inicio}&fim=${fim}`),
        ),
      );
      return answers.every(({ livre }) => livre) ? slots : undefined;
    });
  }

  /** Waits for the hold that a place in the waitlist brings. */
  offered(esperaId: string): Promise<{ reservaId: string }> {
    return until('a vez na fila', async () => {
      const { reservaId } = await this.ask<{ reservaId: string | null }>('GET', `/v1/fila/${esperaId}`);
      return reservaId === null ? undefined : { reservaId };
    });
  }

  details(id: string): Promise<BookingDetails> {
    return this.get<BookingDetails>(`/v1/reservas/${id}`, this.token);
  }

  until(id: string, what: string, condition: (details: BookingDetails) => boolean): Promise<BookingDetails> {
    return until(what, async () => {
      const details = await this.details(id);
      return condition(details) ? details : undefined;
    });
  }

  /** Pays as a browser would: with the publishable key and the client secret, directly at the provider. */
  async pay(
    id: string,
    paymentMethod: string,
  ): Promise<Answer<{ status?: string; error?: { decline_code?: string } }>> {
    const { pagamento } = await this.until(id, 'a cobrança aberta', (details) =>
      Boolean(details.pagamento?.status === 'PENDENTE' && details.pagamento.provedor?.clientSecret),
    );
    const { pagamento: checkout } = await this.get<{ pagamento: { chavePublicavel: string; apiBase: string } }>(
      '/v1/configuracao',
    );
    const provedor = pagamento?.provedor;
    const response = await fetch(`${checkout.apiBase}/v1/payment_intents/${provedor?.paymentIntentId}/confirm`, {
      method: 'POST',
      headers: { authorization: `Bearer ${checkout.chavePublicavel}` },
      body: new URLSearchParams({
        payment_method: paymentMethod,
        client_secret: provedor?.clientSecret ?? '',
        return_url: 'http://127.0.0.1/volta',
      }),
    });
    return { status: response.status, body: (await response.json()) as { status?: string } };
  }
}

/** Whoever runs the house, with the account of the demonstration data. */
export class Admin extends Visitor {
  /** A coupon of `percentual`; its code. */
  async createCoupon(percentual: number): Promise<string> {
    const token = await this.login('admin@demo.local', 'demonstracao-2026');
    const codigo = `DEMO-${randomUUID().slice(0, 8).toUpperCase()}`;
    const coupon = { codigo, desconto: { tipo: 'PERCENTUAL', percentual }, limiteTotal: 1 };
    const { status, body } = await send(`${this.state.apps['bff-admin']}/v1/cupons`, 'POST', coupon, token);
    if (status !== 201) throw new StoryError(`o cupom respondeu ${status}: ${JSON.stringify(body)}`);
    return codigo;
  }
}
