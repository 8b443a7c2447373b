import { randomUUID } from 'node:crypto';
import type { EspacoHttp } from '@plataforma/contracts';
import { consumeQueue } from '@plataforma/messaging';
import { loadConfig } from '@plataforma/platform';
import {
  TestApp,
  TestBroker,
  TestDatabase,
  testEnvironment,
  type TestResponse,
  TokenIssuer,
} from '@plataforma/testing';
import { application, AppModule, migrations, settings } from '../src/app.module.js';

/** What a test says of a space by default: open every day from 8 to 20 in São Paulo, by half hours. */
export const cadastro = (mudanca: Record<string, unknown> = {}) => ({
  nome: `Sala ${randomUUID().slice(0, 8)}`,
  tipo: 'SALA',
  cidade: 'São Paulo',
  endereco: 'Rua das Flores, 1',
  fuso: 'America/Sao_Paulo',
  capacidade: 8,
  horarios: [1, 2, 3, 4, 5, 6, 7].map((diaSemana) => ({ diaSemana, abre: '08:00', fecha: '20:00' })),
  duracaoMinimaMinutos: 30,
  duracaoMaximaMinutos: 480,
  passoMinutos: 30,
  precoHoraCentavos: 9_000,
  politicaCancelamento: [{ horasAntes: 24, percentual: 100 }],
  ...mudanca,
});

/** `horas` hours of the local day that is so many days ahead (São Paulo, UTC-3). */
export function periodo(dias: number, horaLocal: number, horas = 1) {
  const inicio = new Date(`${new Date().toISOString().slice(0, 10)}T03:00:00Z`);
  inicio.setTime(inicio.getTime() + dias * 86_400_000 + horaLocal * 3_600_000);
  return { inicio: inicio.toISOString(), fim: new Date(inicio.getTime() + horas * 3_600_000).toISOString() };
}

/** A new space that can be booked. */
export async function publicar(app: TestApp, token: string, campos: Record<string, unknown> = {}): Promise<EspacoHttp> {
  const criado = await app.post<EspacoHttp>('/v1/espacos', cadastro(campos), { token });
  const rota = `/v1/espacos/${criado.body.id}/publicacao`;
  const { status, body } = await app.post<EspacoHttp>(rota, undefined, { token });
  if (status !== 200) throw new Error(`não publicou: ${JSON.stringify([criado.body, body])}`);
  return body;
}

/** The service of spaces in the test's process, and what its tests keep asking it. */
export class EspacosFixture {
  private constructor(
    readonly app: TestApp,
    readonly broker: TestBroker,
    readonly database: TestDatabase,
    private readonly issuer: TokenIssuer,
    readonly adminId: string,
    readonly admin: string,
    readonly cliente: string,
  ) {}

  static async start(overrides: Record<string, string> = {}): Promise<EspacosFixture> {
    const [broker, database, issuer] = await Promise.all([
      TestBroker.create('reservas'),
      TestDatabase.create('reservas', migrations),
      TokenIssuer.start(),
    ]);
    const config = loadConfig(settings, {
      ...testEnvironment({ database, broker, issuer }),
      RETENCOES_POR_PESSOA: '1000',
      ...overrides,
    });
    const app = await TestApp.start(AppModule.with(config), application, {
      consumers: (nest) => {
        consumeQueue(nest, 'reservas.saga', 50);
        consumeQueue(nest, 'reservas.cache', 50);
        consumeQueue(nest, 'reservas.acessos', 50);
      },
    });
    const adminId = randomUUID();
    const [admin, cliente] = await Promise.all([issuer.token(adminId, ['ADMIN']), issuer.token(randomUUID())]);
    return new EspacosFixture(app, broker, database, issuer, adminId, admin, cliente);
  }

  publicado(mudanca?: Record<string, unknown>): Promise<EspacoHttp> {
    return publicar(this.app, this.admin, mudanca);
  }

  criar(mudanca: Record<string, unknown> = {}): Promise<TestResponse<EspacoHttp>> {
    return this.app.post<EspacoHttp>('/v1/espacos', cadastro(mudanca), { token: this.admin });
  }

  mudar(
    { id, versao }: Pick<EspacoHttp, 'id' | 'versao'>,
    mudanca: Record<string, unknown>,
  ): Promise<TestResponse<EspacoHttp & { code?: string; obstaculos?: { id: string }[] }>> {
    return this.app.send('PUT', `/v1/espacos/${id}`, {
      token: this.admin,
      headers: { 'if-match': `"${versao}"` },
      body: cadastro(mudanca),
    });
  }

  reservar(espacoId: string, quando: { inicio: string; fim: string }): Promise<TestResponse<Record<string, unknown>>> {
    return this.app.post('/v1/reservas', { espacoId, ...quando }, { token: this.cliente });
  }

  async stop(): Promise<void> {
    await this.app.stop();
    await Promise.all([this.broker.drop(), this.database.drop(), this.issuer.stop()]);
  }
}
