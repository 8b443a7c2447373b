import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { OperacaoDaAdministracao, OperacaoDaWeb, ReservaCompletaHttp, ReservaHttp } from '@plataforma/contracts';
import { clientePorEndereco, porFetch, Recusa, type Transporte } from '@plataforma/contracts/cliente';
import type { PlatformState } from '../platform/state.ts';

const POLL_MS = 200;

interface Answer<Body> {
  status: number;
  body: Body;
}

export interface Slot {
  espacoId: string;
  inicio: string;
  fim: string;
}

export type Booking = ReservaHttp;

/** A story did not end as told. */
export class StoryError extends Error {}

export type Tell = (line: string) => void;

export function expect(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new StoryError(otherwise);
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

/** As a careful client asks: what is sent has a key, and what is read is asked for again when it is "try again soon". */
function careful(transporte: Transporte): Transporte {
  return (envio) => {
    if (envio.method !== 'GET')
      return transporte({ ...envio, headers: { 'idempotency-key': randomUUID(), ...envio.headers } });
    return until('uma resposta', () =>
      transporte(envio).catch((error: unknown) => {
        if (error instanceof Recusa && error.status === 503) return undefined;
        throw error;
      }),
    );
  };
}

const apiOf = (url: string, token?: string) =>
  clientePorEndereco<OperacaoDaWeb>(
    careful(porFetch(url, { prazoMs: 30_000, cabecalhos: { authorization: token && `Bearer ${token}` } })),
  );

/** The public APIs of a running platform: what a visitor can do. */
export class Visitor {
  protected readonly state: PlatformState;
  /** The operations of the site, by address. */
  readonly api: ReturnType<typeof apiOf>;

  constructor(state: PlatformState, token?: string) {
    const web = state.apps['bff-web'];
    if (!web) throw new Error('bff-web sem endereço');
    this.state = state;
    this.api = apiOf(web, token);
  }

  async findSpace(nome: string, filter: Record<string, string> = {}) {
    const consulta = { limite: 100, ...filter };
    const { body } = await this.api('GET /v1/espacos', { consulta });
    const found = body.itens.find((espaco) => espaco.nome === nome);
    if (!found) throw new StoryError(`o espaço ${nome} não está no catálogo`);
    return found;
  }

  /** A free slot at least some days ahead; a random one, so that the demonstration can be run again and again. */
  async freeSlot(espacoId: string, minutes: number, days = 3): Promise<Slot> {
    const day = 24 * 3_600_000;
    const from = new Date(Date.now() + (days + Math.floor(Math.random() * 50)) * day);
    const ate = new Date(from.getTime() + 7 * day).toISOString();
    const { body } = await this.api('GET /v1/espacos/:id/disponibilidade', {
      parametros: { id: espacoId },
      consulta: { de: from.toISOString(), ate, duracaoMinutos: minutes },
    });
    const inicio = body.inicios[Math.floor(Math.random() * body.inicios.length)];
    if (!inicio) throw new StoryError('não há horário livre');
    return { espacoId, inicio, fim: new Date(Date.parse(inicio) + minutes * 60_000).toISOString() };
  }

  /** Sets a fault in the payment emulator for what concerns one booking. */
  async breakPayment(reservaId: string, fault: Record<string, unknown>): Promise<void> {
    const response = await fetch(`${this.state.stripe.apiBase}/_emulador/falhas`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ metadata: { reservaId }, ...fault }),
    });
    if (!response.ok) throw new StoryError(`o emulador recusou a falha: ${await response.text()}`);
  }
}

/** @throws Error for an account with a second factor: those of the demonstration have none */
function tokenOf(entrada: { readonly tokenAcesso: string } | { readonly desafio: string }): string {
  if ('desafio' in entrada) throw new Error('A conta pede um segundo fator');
  return entrada.tokenAcesso;
}

/** Somebody with an account, logged in. */
export class Person extends Visitor {
  readonly nome: string;

  private constructor(state: PlatformState, nome: string, token: string) {
    super(state, token);
    this.nome = nome;
  }

  /** Creates an account and logs in. */
  static async register(state: PlatformState, nome: string): Promise<Person> {
    const email = `${nome.toLowerCase()}-${randomUUID().slice(0, 8)}@demo.local`;
    const senha = `demonstração ${randomUUID()}`;
    const { api } = new Visitor(state);
    await api('POST /v1/usuarios', { corpo: { nome, email, senha, idioma: 'pt-BR' } });
    const { body } = await api('POST /v1/sessoes', { corpo: { email, senha } });
    return new Person(state, nome, tokenOf(body));
  }

  /** Somebody who has logged in already. @param token of access */
  static withToken(state: PlatformState, nome: string, token: string): Person {
    return new Person(state, nome, token);
  }

  /** A telephone, proven by the code that an SMS took there, and the application in it. */
  async giveDevices(): Promise<void> {
    const numero = `+5511${String(randomInt(900_000_000, 1_000_000_000))}`;
    const [{ body: telefone }, admin] = await Promise.all([
      this.api('PUT /v1/destinos/telefone', { corpo: { numero } }),
      administrator(this.state),
      this.api('PUT /v1/destinos/aplicativo', { corpo: { token: randomBytes(40).toString('hex'), nome: 'Celular' } }),
    ]);
    const codigo = await until('o código por SMS', async () => {
      const { body } = await admin('GET /v1/notificacoes/envios-locais', { consulta: { canal: 'SMS', limite: 20 } });
      return body.itens.flatMap(({ para, texto }) => (para === numero ? (/\d{6}/.exec(texto) ?? []) : []))[0];
    });
    await this.api('POST /v1/destinos/:id/verificacao', { parametros: { id: telefone.id }, corpo: { codigo } });
  }

  /** What comes of it, also when it is a refusal. */
  async tryToBook(corpo: Slot & { cotacaoId?: string }): Promise<{ status: number; code?: unknown }> {
    try {
      await this.api('POST /v1/reservas', { corpo });
      return { status: 201 };
    } catch (error) {
      if (error instanceof Recusa) return { status: error.status, code: error.problema['code'] };
      throw error;
    }
  }

  async book(corpo: Slot & { cotacaoId?: string }): Promise<Booking> {
    return (await this.api('POST /v1/reservas', { corpo })).body;
  }

  /** Slots that are both free; drawn again until they are, so that the demonstration can be run again and again. */
  bothFree<T extends Record<string, Slot>>(draw: () => T): Promise<T> {
    return until('horários livres', async () => {
      const slots = draw();
      const answers = await Promise.all(
        Object.values(slots).map(({ espacoId: id, inicio, fim }) =>
          this.api('GET /v1/espacos/:id/porque', { parametros: { id }, consulta: { inicio, fim } }),
        ),
      );
      return answers.every(({ body }) => body.livre) ? slots : undefined;
    });
  }

  /** Waits for the hold that a place in the waitlist brings. */
  offered(esperaId: string): Promise<{ reservaId: string }> {
    return until('a vez na fila', async () => {
      const { reservaId } = (await this.api('GET /v1/fila/:id', { parametros: { id: esperaId } })).body;
      return reservaId === null ? undefined : { reservaId };
    });
  }

  async details(id: string): Promise<ReservaCompletaHttp> {
    return (await this.api('GET /v1/reservas/:id', { parametros: { id } })).body;
  }

  until(id: string, what: string, condition: (details: ReservaCompletaHttp) => boolean): Promise<ReservaCompletaHttp> {
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
    const { pagamento: checkout } = (await this.api('GET /v1/configuracao')).body;
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

/** The operations of the panel, of whoever runs the house with the account of the demonstration data. */
export async function administrator(
  state: PlatformState,
): Promise<ReturnType<typeof clientePorEndereco<OperacaoDaAdministracao>>> {
  const painel = (token?: string) =>
    clientePorEndereco<OperacaoDaAdministracao>(
      porFetch(state.apps['bff-admin'] ?? '', { cabecalhos: { authorization: token && `Bearer ${token}` } }),
    );
  const corpo = { email: 'admin@demo.local', senha: 'demonstracao-2026' };
  return painel(tokenOf((await painel()('POST /v1/sessoes', { corpo })).body));
}

/** A coupon of `percentual`; its code. */
export async function createCoupon(state: PlatformState, percentual: number): Promise<string> {
  const admin = await administrator(state);
  const codigo = `DEMO-${randomUUID().slice(0, 8).toUpperCase()}`;
  const desconto = { tipo: 'PERCENTUAL', percentual } as const;
  await admin('POST /v1/cupons', { corpo: { codigo, desconto, limiteTotal: 1 } });
  return codigo;
}
