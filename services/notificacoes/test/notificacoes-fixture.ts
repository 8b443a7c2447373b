import { randomUUID } from 'node:crypto';
import type { CloudEvent, MessageData, NotificacaoHttp, NotificacoesHttp } from '@plataforma/contracts';
import { consumeQueue } from '@plataforma/messaging';
import { loadConfig } from '@plataforma/platform';
import { TestApp, TestBroker, TestDatabase, testEnvironment, TokenIssuer } from '@plataforma/testing';
import { application, AppModule, migrations, settings } from '../src/app.module.js';

type Reserva = MessageData<'reserva.confirmada.v1'>;

/** A booking of a client of its own; each test has one, so that tests do not see each other. */
export interface Caso {
  readonly reservaId: string;
  readonly clienteId: string;
  readonly serieId?: string;
  /** RFC 3339; two hours from there on. */
  readonly inicio?: string;
}

export const novoCaso = (): Caso => ({ reservaId: randomUUID(), clienteId: randomUUID() });

/** The notificacoes service in the test's process, on servers of the test's own. */
export class NotificacoesFixture {
  private readonly apps: TestApp[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly broker: TestBroker,
    readonly issuer: TokenIssuer,
  ) {}

  static async create(): Promise<NotificacoesFixture> {
    const [database, broker, issuer] = await Promise.all([
      TestDatabase.create('notificacoes', migrations),
      TestBroker.create('notificacoes'),
      TokenIssuer.start(),
    ]);
    return new NotificacoesFixture(database, broker, issuer);
  }

  async start(env: Record<string, string> = {}): Promise<TestApp> {
    const config = loadConfig(settings, {
      ...testEnvironment(this),
      ENVIO_PAUSA_MS: '20',
      ENVIO_PAUSA_DO_PROVEDOR_MS: '20',
      ...env,
    });
    const consumers = (app: TestApp['nest']) => {
      consumeQueue(app, 'notificacoes.eventos', config.RABBITMQ_PREFETCH);
      consumeQueue(app, 'notificacoes.ganchos', config.RABBITMQ_PREFETCH);
    };
    const app = await TestApp.start(AppModule.with(config), application, { consumers });
    this.apps.push(app);
    return app;
  }

  /** One of them ends before the others. */
  async end(app: TestApp): Promise<void> {
    this.apps.splice(this.apps.indexOf(app), 1);
    await app.stop();
  }

  async stop(): Promise<void> {
    await Promise.all(this.apps.map((app) => app.stop()));
    await Promise.all([this.database.drop(), this.broker.drop(), this.issuer.stop()]);
  }

  registrar(
    { clienteId }: Caso,
    data: Partial<MessageData<'usuario.registrado.v1'>> = {},
    overrides: Partial<CloudEvent> = {},
  ) {
    return this.broker.publish(
      'usuario.registrado.v1',
      { usuarioId: clienteId, nome: 'Ana Souza', email: 'ana.souza@exemplo.com', idioma: 'pt-BR', ...data },
      { subject: `usuario/${clienteId}`, ...overrides },
    );
  }

  criar(caso: Caso, mais: Partial<MessageData<'reserva.criada.v1'>> = {}) {
    const reserva = this.reserva(caso);
    return this.broker.publish(
      'reserva.criada.v1',
      {
        ...reserva,
        unidades: [randomUUID()],
        ocupacao: { inicio: reserva.inicio, fim: reserva.fim },
        expiraEm: new Date(Date.now() + 900_000).toISOString(),
        politicaCancelamento: [],
        checkin: { codigo: 'K7QF-29XM', exigido: true, toleranciaMinutos: 15 },
        ...mais,
      },
      { subject: `reserva/${caso.reservaId}`, sequence: '1' },
    );
  }

  /** That the money of the booking, or of what it is charged under, came or went back. */
  pagamento(
    tipo: 'pagamento.aprovado.v1' | 'pagamento.estornado.v1',
    reservaId: string,
    { sequence = '2', parcela = 1 }: { readonly sequence?: string; readonly parcela?: number } = {},
  ) {
    const [pagamentoId, agora] = [randomUUID(), new Date().toISOString()];
    const pagamento = { pagamentoId, reservaId, parcela, valorCentavos: 12_000, moeda: 'BRL' } as const;
    return this.broker.publish(
      tipo,
      { ...pagamento, aprovadoEm: agora, estornoId: randomUUID(), totalEstornadoCentavos: 12_000 },
      { subject: `pagamento/${pagamentoId}`, sequence },
    );
  }

  confirmar(caso: Caso, overrides: Partial<CloudEvent> = {}, pagoCentavos?: number) {
    return this.broker.publish(
      'reserva.confirmada.v1',
      { ...this.reserva(caso), pagamentoId: randomUUID(), ...(pagoCentavos !== undefined && { pagoCentavos }) },
      { subject: `reserva/${caso.reservaId}`, sequence: '2', ...overrides },
    );
  }

  quitar(caso: Caso) {
    return this.broker.publish(
      'reserva.saldo-pago.v1',
      { ...this.reserva(caso), pagamentoId: randomUUID(), pagoCentavos: 12_000 },
      { subject: `reserva/${caso.reservaId}`, sequence: '3' },
    );
  }

  expirar(caso: Caso) {
    return this.broker.publish(
      'reserva.cancelada.v1',
      { ...this.reserva(caso), motivo: 'PAGAMENTO_EXPIRADO', reembolsoCentavos: 0 },
      { subject: `reserva/${caso.reservaId}`, sequence: '2' },
    );
  }

  cancelar(
    caso: Caso,
    overrides: Partial<CloudEvent> = {},
    justificativa?: string,
    motivo: MessageData<'reserva.cancelada.v1'>['motivo'] = 'CLIENTE',
  ) {
    return this.broker.publish(
      'reserva.cancelada.v1',
      {
        ...this.reserva(caso),
        motivo,
        reembolsoCentavos: 6_000,
        ...(justificativa !== undefined && { justificativa }),
      },
      { subject: `reserva/${caso.reservaId}`, sequence: '3', ...overrides },
    );
  }

  aprovar(caso: Caso, expiraEm: string) {
    return this.broker.publish(
      'reserva.aprovada.v1',
      { ...this.reserva(caso), expiraEm },
      { subject: `reserva/${caso.reservaId}`, sequence: '2' },
    );
  }

  atender(caso: Caso, expiraEm: string, mais: Partial<MessageData<'fila.atendida.v1'>> = {}) {
    const filaId = randomUUID();
    return this.broker.publish(
      'fila.atendida.v1',
      { ...this.reserva(caso), filaId, expiraEm, ...mais },
      { subject: `fila/${filaId}`, sequence: '1' },
    );
  }

  remarcar(caso: Caso, sequence = '4') {
    const reserva = this.reserva(caso);
    return this.broker.publish(
      'reserva.remarcada.v1',
      {
        ...reserva,
        unidades: [randomUUID()],
        ocupacao: { inicio: reserva.inicio, fim: reserva.fim },
        anterior: { inicio: '2026-12-03T13:00:00Z', fim: '2026-12-03T15:00:00Z', valorCentavos: 10_000 },
        pagoCentavos: 12_000,
        reembolsoCentavos: 0,
        tetoReembolsoPercentual: 100,
      },
      { subject: `reserva/${caso.reservaId}`, sequence },
    );
  }

  faltar(caso: Caso) {
    return this.broker.publish('reserva.nao-compareceu.v1', this.reserva(caso), {
      subject: `reserva/${caso.reservaId}`,
      sequence: '5',
    });
  }

  concluir(caso: Caso) {
    return this.broker.publish('reserva.concluida.v1', this.reserva(caso), {
      subject: `reserva/${caso.reservaId}`,
      sequence: '6',
    });
  }

  /** What the person says of a purpose, as their `sequencia`-th word on it. */
  consentir({ clienteId }: Caso, finalidade: string, concedido: boolean, sequencia: number) {
    return this.broker.publish(
      'consentimento.alterado.v1',
      { usuarioId: clienteId, finalidade, concedido, versaoDoTexto: 1, alteradoEm: new Date().toISOString() },
      { subject: `consentimento/${clienteId}/${finalidade}`, sequence: String(sequencia) },
    );
  }

  /** What an operator sees of the booking's notifications. */
  async listar(app: TestApp, { reservaId }: Caso): Promise<NotificacaoHttp[]> {
    const token = await this.issuer.token(randomUUID(), ['OPERADOR']);
    const { status, body } = await app.get<NotificacoesHttp>(`/v1/notificacoes?reservaId=${reservaId}`, { token });
    if (status !== 200) throw new Error(`A lista respondeu ${status}: ${JSON.stringify(body)}`);
    return body.itens;
  }

  /** The sum of a metric's series that have these labels. */
  async metrica(app: TestApp, nome: string, rotulos: Readonly<Record<string, string>>): Promise<number> {
    const { body } = await app.get<string>('/metrics');
    return body
      .split('\n')
      .filter((linha) => linha.startsWith(`${nome}{`))
      .filter((linha) => Object.entries(rotulos).every(([rotulo, valor]) => linha.includes(`${rotulo}="${valor}"`)))
      .reduce((soma, linha) => soma + Number(linha.slice(linha.lastIndexOf(' '))), 0);
  }

  private reserva({
    reservaId,
    clienteId,
    serieId,
    inicio = '2026-12-04T13:00:00Z',
  }: Caso): Omit<Reserva, 'pagamentoId'> {
    return {
      reservaId,
      clienteId,
      espacoId: randomUUID(),
      espacoNome: 'Sala Ipê',
      cidade: 'São Paulo',
      inicio,
      fim: new Date(Date.parse(inicio) + 7_200_000).toISOString(),
      fuso: 'America/Sao_Paulo',
      valorCentavos: 12_000,
      moeda: 'BRL',
      serieId,
    };
  }
}
