import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloudEvent, MessageData, MessageType, PagamentosHttp, ReconciliacaoHttp } from '@plataforma/contracts';
import { loadConfig } from '@plataforma/platform';
import { startEmulator } from '@plataforma/stripe-emulator';
import { readSettings } from '@plataforma/stripe-emulator/settings';
import {
  eventually,
  freePort,
  TestApp,
  TestBroker,
  TestDatabase,
  testEnvironment,
  TokenIssuer,
} from '@plataforma/testing';
import Stripe from 'stripe';
import { application, AppModule, consume, migrations, settings } from '../src/app.module.js';

const SECRET_KEY = 'sk_test_pagamentos';
const PUBLISHABLE_KEY = 'pk_test_pagamentos';
export const WEBHOOK_SECRET = 'whsec_pagamentos';
export const OLD_WEBHOOK_SECRET = 'whsec_anterior';

/** What the provider itself holds for one intent, by its own ledger. */
interface SaldoNoProvedor {
  readonly paymentIntent: string;
  readonly status: string;
  readonly capturadoCentavos: number;
  readonly estornadoCentavos: number;
  readonly disputadoCentavos: number;
  readonly tarifasCentavos: number;
}

export interface CobrancaDeTeste {
  readonly reservaId: string;
  readonly clienteId: string;
  readonly token: string;
}

/** The service with its servers and the emulator of Stripe, webhooks included, and the roles around it to play. */
export class PagamentosFixture {
  private app: TestApp | undefined;

  private constructor(
    readonly broker: TestBroker,
    readonly database: TestDatabase,
    readonly issuer: TokenIssuer,
    private readonly emulator: Awaited<ReturnType<typeof startEmulator>>,
    private readonly folder: string,
    private readonly port: number,
    /** What a browser with Stripe.js would use. */
    readonly cliente: Stripe,
    /** The provider's own desk (its dashboard). */
    readonly balcao: Stripe,
  ) {}

  static async start(): Promise<PagamentosFixture> {
    const folder = await mkdtemp(join(tmpdir(), 'pagamentos-'));
    const port = await freePort();
    const [broker, database, issuer, emulator] = await Promise.all([
      TestBroker.create('pagamentos'),
      TestDatabase.create('pagamentos', migrations),
      TokenIssuer.start(),
      startEmulator(
        readSettings({
          PORT: '0',
          DATA_DIR: folder,
          LOG_LEVEL: 'error',
          STRIPE_SECRET_KEY: SECRET_KEY,
          STRIPE_PUBLISHABLE_KEY: PUBLISHABLE_KEY,
          STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
          STRIPE_WEBHOOK_URL: `http://127.0.0.1:${port}/webhooks/stripe`,
          WEBHOOK_RETRY_BASE_MS: '100',
        }),
      ),
    ]);
    const { hostname, port: emulatorPort } = new URL(emulator.url);
    const sdk = (key: string) =>
      new Stripe(key, { host: hostname, port: emulatorPort, protocol: 'http', maxNetworkRetries: 0 });
    const pagamentos = new PagamentosFixture(
      broker,
      database,
      issuer,
      emulator,
      folder,
      port,
      sdk(PUBLISHABLE_KEY),
      sdk(SECRET_KEY),
    );
    await pagamentos.boot();
    return pagamentos;
  }

  get http(): TestApp {
    if (!this.app) throw new Error('o serviço está parado');
    return this.app;
  }

  /** Starts the service again, with whatever its former life has left in the database. */
  async boot(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    const { database, broker, issuer } = this;
    const config = loadConfig(settings, {
      ...testEnvironment({ database, broker, issuer }),
      STRIPE_SECRET_KEY: SECRET_KEY,
      STRIPE_WEBHOOK_SECRET: `${OLD_WEBHOOK_SECRET},${WEBHOOK_SECRET}`,
      STRIPE_API_BASE: this.emulator.url,
      RECONCILIACAO_SEGUNDOS: '1',
      RECIBO_VERIFICACAO_URL: 'https://reservas.exemplo/v1/pagamentos/recibos/verificacoes',
      ...environment,
    });
    this.app = await TestApp.start(AppModule.with(config), application, {
      consumers: (nest) => consume(nest, 50),
      port: this.port,
    });
  }

  /** Address of the provider. */
  get provedorUrl(): string {
    return this.emulator.url;
  }

  async halt(): Promise<void> {
    await this.app?.stop();
    this.app = undefined;
  }

  async stop(): Promise<void> {
    await this.halt();
    await this.emulator.close();
    await Promise.all([
      this.broker.drop(),
      this.database.drop(),
      this.issuer.stop(),
      rm(this.folder, { recursive: true }),
    ]);
  }

  async control<T = unknown>(path: string, body?: unknown): Promise<T> {
    const response = await fetch(new URL(`/_emulador/${path}`, this.emulator.url), {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Switches a fault of the emulator on, for one booking only. */
  fault(reservaId: string, falha: Record<string, unknown>): Promise<unknown> {
    return this.control('falhas', { ...falha, metadata: { reservaId } });
  }

  /** All faults off; what was held back is let go. */
  async noFaults(): Promise<void> {
    await fetch(new URL('/_emulador/falhas', this.emulator.url), { method: 'DELETE' });
    await this.control('webhooks/liberar', {});
  }

  async noProvedor(reservaId: string): Promise<SaldoNoProvedor[]> {
    const { porPaymentIntent } = await this.control<{ porPaymentIntent: SaldoNoProvedor[] }>(
      `razao?metadata[reservaId]=${reservaId}`,
    );
    return porPaymentIntent;
  }

  comando(
    reservaId: string,
    clienteId: string,
    mudancas: Partial<MessageData<'cobranca.criar.v1'>> = {},
  ): Promise<CloudEvent<'cobranca.criar.v1'>> {
    return this.broker.publish('cobranca.criar.v1', {
      reservaId,
      clienteId,
      valorCentavos: 9_000,
      moeda: 'BRL',
      descricao: 'Reserva de teste',
      expiraEm: new Date(Date.now() + 60_000).toISOString(),
      ...mudancas,
    });
  }

  async charge(
    mudancas: Partial<MessageData<'cobranca.criar.v1'>> = {},
    reservaId: string = randomUUID(),
  ): Promise<CobrancaDeTeste> {
    const clienteId = randomUUID();
    await this.comando(reservaId, clienteId, mudancas);
    return { reservaId, clienteId, token: await this.issuer.token(clienteId) };
  }

  /** The charge once it can be paid. */
  opened({ reservaId, token }: CobrancaDeTeste, parcela = 1) {
    return eventually(async () => {
      const { body } = await this.http.get<PagamentosHttp>(`/v1/pagamentos?reservaId=${reservaId}`, { token });
      const pagamento = body.itens.find((item) => item.parcela === parcela);
      return pagamento?.provedor?.clientSecret
        ? { ...pagamento, intent: pagamento.provedor.paymentIntentId, secret: pagamento.provedor.clientSecret }
        : null;
    });
  }

  /** Pays as the client's browser does. */
  pay({ intent, secret }: { intent: string; secret: string }, com = 'pm_card_visa'): Promise<Stripe.PaymentIntent> {
    return this.cliente.paymentIntents.confirm(intent, {
      ...(com === 'pix' ? { payment_method_data: { type: 'pix' } } : { payment_method: com }),
      return_url: 'http://127.0.0.1/volta',
      // What Stripe.js sends; the server SDK's types do not know it.
      ...{ client_secret: secret },
    });
  }

  /** A charge that was paid, and is known to be. */
  async paid(mudancas: Partial<MessageData<'cobranca.criar.v1'>> = {}) {
    const cobranca = await this.charge(mudancas);
    const aberta = await this.opened(cobranca);
    await this.pay(aberta);
    await this.told('pagamento.aprovado.v1', cobranca.reservaId);
    return { ...cobranca, ...aberta };
  }

  published<T extends MessageType>(type: T, reservaId: string): CloudEvent<T>[] {
    return this.broker
      .publishedOf(type)
      .filter((event) => (event.data as { reservaId?: string }).reservaId === reservaId);
  }

  /** The events of a type about a booking, once there are so many. */
  told<T extends MessageType>(type: T, reservaId: string, vezes = 1): Promise<CloudEvent<T>[]> {
    return eventually(() => {
      const found = this.published(type, reservaId);
      return found.length >= vezes && found;
    });
  }

  /** Asks for a refund as the saga of reservas does. */
  refund(reservaId: string, valorCentavos: number, mudancas: { parcela?: number; id?: string } = {}) {
    const { parcela, id } = mudancas;
    return this.broker.publish(
      'estorno.criar.v1',
      { reservaId, valorCentavos, motivo: 'CANCELAMENTO', ...(parcela && { parcela }) },
      id ? { id } : {},
    );
  }

  async saldos(reservaId: string): Promise<Record<string, number>> {
    const rows = await this.database.query<{ conta: string; saldo: string }>(
      `SELECT l.conta, sum(l.valor_centavos) AS saldo FROM lancamentos l JOIN cobrancas c ON c.id = l.cobranca_id
        WHERE c.reserva_id = $1 GROUP BY l.conta`,
      [reservaId],
    );
    return Object.fromEntries(rows.map(({ conta, saldo }) => [conta, Number(saldo)]));
  }

  /** What each side says of a booking's money: its events, the ledger and the provider. */
  async tresLados(reservaId: string) {
    const eventos = (type: 'pagamento.aprovado.v1' | 'pagamento.estornado.v1') =>
      this.published(type, reservaId).reduce((soma, { data }) => soma + data.valorCentavos, 0);
    const provedor = await this.noProvedor(reservaId);
    const soma = (campo: 'capturadoCentavos' | 'estornadoCentavos') =>
      provedor.reduce((total, item) => total + item[campo], 0);
    const [razao] = await this.database.query<{ capturado: string; estornado: string; soma: string }>(
      `SELECT coalesce(sum(l.valor_centavos) FILTER (WHERE l.conta = 'RECEBIVEL' AND l.origem LIKE 'captura/%'), 0) AS capturado,
              coalesce(-sum(l.valor_centavos) FILTER (WHERE l.conta = 'RECEBIVEL' AND l.origem LIKE 'estorno%'), 0) AS estornado,
              coalesce(sum(l.valor_centavos), 0) AS soma
         FROM cobrancas c LEFT JOIN lancamentos l ON l.cobranca_id = c.id WHERE c.reserva_id = $1`,
      [reservaId],
    );
    return {
      eventos: [eventos('pagamento.aprovado.v1'), eventos('pagamento.estornado.v1')],
      razao: [Number(razao?.capturado), Number(razao?.estornado)],
      provedor: [soma('capturadoCentavos'), soma('estornadoCentavos')],
      desequilibrio: Number(razao?.soma),
    };
  }

  /** Waits until events, ledger and provider say the same of a booking: so much captured, so much given back. */
  async converge(reservaId: string, capturado: number, estornado: number): Promise<void> {
    await eventually(async () => {
      const lados = await this.tresLados(reservaId);
      const esperado = [capturado, estornado];
      const iguais =
        JSON.stringify(lados) ===
        JSON.stringify({ eventos: esperado, razao: esperado, provedor: esperado, desequilibrio: 0 });
      if (!iguais) throw new Error(`não convergiu para ${esperado.join(' − ')}: ${JSON.stringify(lados)}`);
      return true;
    });
  }

  /** Asks for a full reconciliation as an operator does, and waits for its outcome. */
  async reconcile(): Promise<ReconciliacaoHttp> {
    const token = await this.issuer.token(randomUUID(), ['OPERADOR']);
    const { body } = await this.http.post<ReconciliacaoHttp>('/v1/pagamentos/reconciliacoes', {}, { token });
    return eventually(async () => {
      const resposta = await this.http.get<ReconciliacaoHttp>(`/v1/pagamentos/reconciliacoes/${body.id}`, { token });
      return resposta.body.concluidaEm !== null && resposta.body;
    });
  }
}
