import { randomUUID } from 'node:crypto';
import type { CotacaoHttp, CupomHttp, EspacoHttp, EspacosHttp, ReservaHttp } from '@plataforma/contracts';
import { consumeQueue } from '@plataforma/messaging';
import { loadConfig } from '@plataforma/platform';
import {
  eventually,
  TestApp,
  TestBroker,
  TestDatabase,
  testEnvironment,
  type TestResponse,
  TokenIssuer,
} from '@plataforma/testing';
import { application, AppModule, migrations, settings } from '../src/app.module.js';
import { publicar } from './espacos-fixture.js';

export interface Periodo {
  readonly inicio: string;
  readonly fim: string;
}

export interface Pessoa {
  readonly id: string;
  readonly token: string;
}

const HORA_MS = 3_600_000;
/** The day from which days are counted: one and the same, also when the tests run past midnight. */
export const HOJE = new Date().toISOString().slice(0, 10);

/** The payment of a charge: pagamentos has one for each. */
export const pagamentoDe = (reservaId: string, parcela = 1): string => `${reservaId.slice(0, 35)}${parcela}`;

/** reservas on real servers, with the demonstration venues, and what tests of bookings do with it. */
export class ReservasFixture {
  private constructor(
    readonly app: TestApp,
    readonly broker: TestBroker,
    readonly database: TestDatabase,
    readonly issuer: TokenIssuer,
    private readonly espacos: ReadonlyMap<string, string>,
    readonly admin: Pessoa,
  ) {}

  /** @param environment more of it, which may depend on the database */
  static async start(
    environment: Record<string, string> | ((database: TestDatabase) => Promise<Record<string, string>>) = {},
  ): Promise<ReservasFixture> {
    const [broker, database, issuer] = await Promise.all([
      TestBroker.create('reservas'),
      TestDatabase.create('reservas', migrations),
      TokenIssuer.start(),
    ]);
    const config = loadConfig(settings, {
      ...testEnvironment({ database, broker, issuer }),
      SEED_DEMO: 'true',
      // Nobody answers for the provider here unless a spec does.
      CONFERENCIA_SEGUNDOS: '1',
      ...(typeof environment === 'function' ? await environment(database) : environment),
    });
    const app = await TestApp.start(AppModule.with(config), application, {
      consumers: (nest) => {
        consumeQueue(nest, 'reservas.saga', 50);
        consumeQueue(nest, 'reservas.cache', 50);
        consumeQueue(nest, 'reservas.acessos', 50);
      },
    });
    const { body } = await app.get<EspacosHttp>('/v1/espacos?limite=100');
    const id = randomUUID();
    const admin = { id, token: await issuer.token(id, ['ADMIN']) };
    return new ReservasFixture(
      app,
      broker,
      database,
      issuer,
      new Map(body.itens.map(({ nome, id }) => [nome, id])),
      admin,
    );
  }

  async stop(): Promise<void> {
    await this.app.stop();
    await Promise.all([this.broker.drop(), this.database.drop(), this.issuer.stop()]);
  }

  espaco(nome: string): string {
    const id = this.espacos.get(nome);
    if (id === undefined) throw new Error(`o seed não tem ${nome}`);
    return id;
  }

  publicado(campos?: Record<string, unknown>): Promise<EspacoHttp> {
    return publicar(this.app, this.admin.token, campos);
  }

  async pessoa(): Promise<Pessoa> {
    const id = randomUUID();
    return { id, token: await this.issuer.token(id) };
  }

  pessoas(quantas: number): Promise<Pessoa[]> {
    return Promise.all(Array.from({ length: quantas }, () => this.pessoa()));
  }

  /** A period so many days from today, at an hour of São Paulo. */
  periodo(dias: number, horaLocal: number, horas = 1): Periodo {
    const meiaNoite = Date.parse(`${HOJE}T00:00:00-03:00`);
    const inicio = meiaNoite + dias * 24 * HORA_MS + horaLocal * HORA_MS;
    return { inicio: new Date(inicio).toISOString(), fim: new Date(inicio + horas * HORA_MS).toISOString() };
  }

  cotar(pessoa: Pessoa, espacoId: string, periodo: Periodo, cupom?: string): Promise<TestResponse<CotacaoHttp>> {
    const corpo = { espacoId, ...periodo, ...(cupom !== undefined && { cupom }) };
    return this.app.post<CotacaoHttp>('/v1/cotacoes', corpo, { token: pessoa.token });
  }

  reservar(
    pessoa: Pessoa,
    espacoId: string,
    periodo: Periodo,
    oferta: { cotacaoId?: string; cupom?: string } = {},
  ): Promise<TestResponse<ReservaHttp>> {
    return this.app.post<ReservaHttp>('/v1/reservas', { espacoId, ...periodo, ...oferta }, { token: pessoa.token });
  }

  cancelar(pessoa: Pessoa, reservaId: string): Promise<TestResponse<ReservaHttp>> {
    return this.app.post<ReservaHttp>(`/v1/reservas/${reservaId}/cancelamento`, undefined, { token: pessoa.token });
  }

  async pagar({ id: reservaId, valorCentavos }: Pick<ReservaHttp, 'id' | 'valorCentavos'>): Promise<void> {
    await this.broker.publish('pagamento.aprovado.v1', {
      pagamentoId: pagamentoDe(reservaId),
      reservaId,
      valorCentavos,
      moeda: 'BRL',
      aprovadoEm: new Date().toISOString(),
    });
    await this.comStatus(reservaId, 'CONFIRMADA');
  }

  comStatus(reservaId: string, status: ReservaHttp['status']): Promise<ReservaHttp> {
    return eventually(async () => {
      const { body } = await this.app.get<ReservaHttp>(`/v1/reservas/${reservaId}`, { token: this.admin.token });
      return body.status === status && body;
    });
  }

  async cupom(campos: Record<string, unknown> = {}): Promise<CupomHttp> {
    const codigo = `T${randomUUID().slice(0, 8)}`;
    const corpo = { codigo, desconto: { tipo: 'PERCENTUAL', percentual: 10 }, ...campos };
    const { status, body } = await this.app.post<CupomHttp>('/v1/cupons', corpo, { token: this.admin.token });
    if (status !== 201) throw new Error(`cupom recusado: ${JSON.stringify(body)}`);
    return body;
  }

  async usos(cupomId: string): Promise<{ contados: number; linhas: number }> {
    const [row] = await this.database.query<{ contados: number; linhas: number }>(
      `SELECT usos AS contados, (SELECT count(*)::int FROM cupom_usos u WHERE u.cupom_id = c.id AND devolvido_em IS NULL) AS linhas
         FROM cupons c WHERE id = $1`,
      [cupomId],
    );
    if (!row) throw new Error('cupom inexistente');
    return row;
  }
}

/** Status and stable code of an answer that refuses. */
export const recusa = ({ status, body }: TestResponse<unknown>): [number, unknown] => [
  status,
  (body as { code?: unknown }).code,
];

export const contar = (respostas: readonly TestResponse<unknown>[]): Record<number, number> =>
  respostas.reduce<Record<number, number>>((soma, { status }) => ({ ...soma, [status]: (soma[status] ?? 0) + 1 }), {});
