import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { MessageType } from '@plataforma/contracts';
import { messagingMigrations, queues, RETRY_DELAYS_MS, retryStep, DEAD_LETTER_QUEUE } from '@plataforma/messaging';
import { platformMigrations } from '@plataforma/platform';
import { TestDatabase } from '@plataforma/testing';
import pg from 'pg';
import { root } from '../cli/paths.ts';
import { databases, type Database } from '../infra/secrets.ts';
import type { ProviderBalance, Query, Sources } from './sources.ts';

const unidade = randomUUID();
const espaco = randomUUID();
const HORA_MS = 3_600_000;

interface Story {
  valorCentavos: number;
  /** Types of the booking's events, in order. */
  eventos: ('criada' | 'confirmada' | 'cancelada' | 'contestada')[];
  motivo?: 'CLIENTE' | 'PAGAMENTO_EXPIRADO';
  reembolsoCentavos?: number;
  capturadoCentavos?: number;
  estornadoCentavos?: number;
  /** What a bank gave back to the payer, who disputed it. */
  perdidoCentavos?: number;
}

/** What happens to bookings when everything goes right. */
const stories = {
  paga: { valorCentavos: 9_000, eventos: ['criada', 'confirmada'], capturadoCentavos: 9_000 },
  gratuita: { valorCentavos: 0, eventos: ['criada', 'confirmada'] },
  pendente: { valorCentavos: 5_000, eventos: ['criada'] },
  expirada: { valorCentavos: 4_000, eventos: ['criada', 'cancelada'], motivo: 'PAGAMENTO_EXPIRADO' },
  pagaTarde: {
    valorCentavos: 4_000,
    eventos: ['criada', 'cancelada'],
    motivo: 'PAGAMENTO_EXPIRADO',
    capturadoCentavos: 4_000,
    estornadoCentavos: 4_000,
  },
  canceladaComMulta: {
    valorCentavos: 8_000,
    eventos: ['criada', 'confirmada', 'cancelada'],
    motivo: 'CLIENTE',
    reembolsoCentavos: 4_000,
    capturadoCentavos: 8_000,
    estornadoCentavos: 4_000,
  },
  perdidaEmParte: {
    valorCentavos: 9_000,
    eventos: ['criada', 'confirmada', 'contestada'],
    capturadoCentavos: 9_000,
    perdidoCentavos: 3_000,
  },
} satisfies Record<string, Story>;

export type StoryName = keyof typeof stories;

const statusAfter = {
  criada: 'PENDENTE_PAGAMENTO',
  confirmada: 'CONFIRMADA',
  cancelada: 'CANCELADA',
  contestada: 'CONFIRMADA',
} as const;

/**
 * Databases of a platform at rest in which every promise holds, written row by row as the services write them. Each
 * database is seen through one connection, so that a test can break something inside a transaction and take it back.
 */
export class HealthyPlatform {
  readonly reservas: Record<StoryName, string>;
  readonly pagamentos: Record<StoryName, string>;
  /** What the broker and the provider hold; a test may change it before it looks. */
  readonly outside = {
    depths: Object.fromEntries(
      [...Object.keys(queues), ...RETRY_DELAYS_MS.map(retryStep), DEAD_LETTER_QUEUE].map((queue) => [queue, 0]),
    ) as Record<string, number>,
    dead: [] as Awaited<ReturnType<Sources['deadLetters']>>,
    balances: [] as ProviderBalance[],
  };

  private constructor(
    private readonly created: Record<Database, TestDatabase>,
    private readonly clients: Record<Database, pg.Client>,
  ) {
    const ids = () => Object.fromEntries(Object.keys(stories).map((name) => [name, randomUUID()]));
    this.reservas = ids() as Record<StoryName, string>;
    this.pagamentos = ids() as Record<StoryName, string>;
  }

  static async create(): Promise<HealthyPlatform> {
    const created = {} as Record<Database, TestDatabase>;
    const clients = {} as Record<Database, pg.Client>;
    for (const name of databases) {
      const own = name === 'auth' ? [] : [join(root, 'services', name, 'migrations')];
      created[name] = await TestDatabase.create(name, [messagingMigrations, platformMigrations, ...own]);
      clients[name] = new pg.Client({ connectionString: created[name].ownerUrl });
      await clients[name].connect();
    }
    const platform = new HealthyPlatform(created, clients);
    await platform.transaction(() => platform.populate(), 'COMMIT');
    return platform;
  }

  get sources(): Sources {
    return {
      databases: Object.fromEntries(databases.map((name) => [name, this.query(name)])) as Record<Database, Query>,
      queueDepths: () => Promise.resolve(this.outside.depths),
      instance: 'dev',
      deadLetters: () => Promise.resolve(this.outside.dead),
      provider: () => Promise.resolve(this.outside.balances),
    };
  }

  /** As the owner of the database, who may take its guards away. */
  query(database: Database): Query {
    return async <Row>(sql: string, parameters: readonly unknown[] = []) => {
      const { rows } = await this.clients[database].query(sql, [...parameters]);
      return rows as Row[];
    };
  }

  /** Runs `work` inside one transaction per database and ends them all so. */
  async transaction(work: () => Promise<void>, end: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    const outside = structuredClone(this.outside);
    for (const name of databases) await this.clients[name].query('BEGIN');
    try {
      await work();
      for (const name of databases) await this.clients[name].query(end);
    } catch (error) {
      for (const name of databases) await this.clients[name].query('ROLLBACK');
      throw error;
    } finally {
      if (end === 'ROLLBACK') Object.assign(this.outside, outside);
    }
  }

  async drop(): Promise<void> {
    for (const name of databases) {
      await this.clients[name].end();
      await this.created[name].drop();
    }
  }

  private async populate(): Promise<void> {
    const reservas = this.query('reservas');
    await reservas(`INSERT INTO unidades VALUES ($1, 'Sala')`, [unidade]);
    await reservas(
      `INSERT INTO espacos (id, nome, tipo, descricao, cidade, endereco, fuso, capacidade, horarios, ocupa,
                            duracao_minima_minutos, duracao_maxima_minutos, passo_minutos, preco_hora_centavos, politica_cancelamento)
       VALUES ($1, 'Sala', 'SALA', '', 'Manaus', '', 'America/Manaus', 1, '[]', 'UMA', 30, 480, 30, 1000, '[]')`,
      [espaco],
    );
    let hour = 0;
    for (const [name, story] of Object.entries(stories) as [StoryName, Story][]) await this.write(name, story, hour++);
  }

  private async write(name: StoryName, story: Story, hour: number): Promise<void> {
    const reservas = this.query('reservas');
    const id = this.reservas[name];
    const last = story.eventos.at(-1) ?? 'criada';
    const inicio = new Date(Date.now() + 86_400_000 + hour * HORA_MS).toISOString();
    const fim = new Date(Date.parse(inicio) + HORA_MS).toISOString();
    const expiraEm = new Date(Date.now() + HORA_MS).toISOString();
    const { motivo = null, reembolsoCentavos = 0, perdidoCentavos = 0, valorCentavos } = story;
    const confirmada = story.eventos.includes('confirmada');
    const pagoCentavos = confirmada ? valorCentavos - reembolsoCentavos - perdidoCentavos : 0;
    await reservas(
      `INSERT INTO reservas (id, cliente_id, espaco_id, status, motivo, inicio, fim, fuso, valor_centavos, reembolso_centavos,
                             moeda, expira_em, pagamento_id, versao, criada_em, cobranca_id, pago_centavos)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'America/Manaus', $8, $9, 'BRL', $10, $11, $12, now(), $1, $13)`,
      [
        id,
        randomUUID(),
        espaco,
        statusAfter[last],
        last === 'cancelada' ? motivo : null,
        inicio,
        fim,
        valorCentavos,
        reembolsoCentavos,
        expiraEm,
        confirmada && valorCentavos > 0 ? this.pagamentos[name] : null,
        story.eventos.length,
        pagoCentavos,
      ],
    );
    for (const [index, event] of story.eventos.entries())
      await this.publish('reservas', `reserva/${id}`, index + 1, `reserva.${event}.v1`, {
        ...(event === 'criada' && { unidades: [unidade], ocupacao: { inicio, fim } }),
        ...(event === 'confirmada' && { pagoCentavos: valorCentavos }),
        ...(event === 'contestada' && { perdidoCentavos, retidoCentavos: 0, indisponivelCentavos: 0, pagoCentavos }),
        ...(event === 'cancelada' && { motivo, reembolsoCentavos, pagoCentavos }),
      });
    if (last !== 'cancelada')
      await reservas(
        `INSERT INTO ocupacoes (unidade_id, periodo, origem, reserva_id)
         VALUES ($1, tstzrange($2::timestamptz, $3::timestamptz), 'RESERVA', $4)`,
        [unidade, inicio, fim, id],
      );
    await reservas(`INSERT INTO sagas (nome, chave, estado, prazo) VALUES ('reserva', $1, $2, $3)`, [
      id,
      JSON.stringify({ passo: last === 'criada' ? 'COBRANDO' : 'ENCERRADA' }),
      last === 'criada' ? expiraEm : null,
    ]);
    await reservas(`INSERT INTO idempotencia (chave, hash, status, corpo) VALUES ($1, '', 201, $2)`, [
      `${randomUUID()} POST /v1/reservas ${id}`,
      JSON.stringify({ id }),
    ]);
    if (valorCentavos > 0) await this.charge(name, story);
  }

  private async charge(
    name: StoryName,
    { valorCentavos, capturadoCentavos, estornadoCentavos, perdidoCentavos }: Story,
  ): Promise<void> {
    const pagamentos = this.query('pagamentos');
    const [id, reservaId] = [this.pagamentos[name], this.reservas[name]];
    const provedorId = `pi_${name}`;
    const outcome = capturadoCentavos ? 'aprovado' : stories[name].eventos.length > 1 ? 'cancelado' : undefined;
    const estado = outcome === 'aprovado' ? 'APROVADA' : outcome === 'cancelado' ? 'CANCELADA' : 'ABERTA';
    await pagamentos(
      `INSERT INTO cobrancas (id, reserva_id, cliente_id, valor_centavos, moeda, descricao, expira_em, estado, provedor_id, proxima_acao_em)
       VALUES ($1, $2, $3, $4, 'BRL', '', now(), $5, $6, CASE WHEN $5 = 'ABERTA' THEN now() + interval '1 minute' END)`,
      [id, reservaId, randomUUID(), valorCentavos, estado, provedorId],
    );
    const told = [
      'criado',
      ...(outcome ? [outcome] : []),
      ...(estornadoCentavos ? ['estornado'] : []),
      ...(perdidoCentavos ? ['disputado'] : []),
    ];
    for (const [index, type] of told.entries())
      await this.publish('pagamentos', `pagamento/${id}`, index + 1, `pagamento.${type}.v1` as MessageType, {});
    if (capturadoCentavos) await this.move(id, `captura/${provedorId}`, 'CLIENTE', 'RECEBIVEL', capturadoCentavos);
    if (estornadoCentavos) {
      await this.move(id, `estorno-devido/${name}`, 'ESTORNOS', 'CLIENTE', estornadoCentavos);
      await this.move(id, `estorno/re_${name}`, 'RECEBIVEL', 'ESTORNOS', estornadoCentavos);
    }
    if (perdidoCentavos) {
      await pagamentos(
        `INSERT INTO disputas (id, provedor_id, cobranca_id, valor_centavos, situacao, motivo, aberta_em, encerrada_em, retido_centavos)
         VALUES ($1, $2, $3, $4, 'PERDIDA', 'fraudulent', now(), now(), $4)`,
        [randomUUID(), `dp_${name}`, id, perdidoCentavos],
      );
      await this.move(id, `disputa/txn_${name}`, 'RECEBIVEL', 'DISPUTAS', perdidoCentavos);
    }
    this.outside.balances.push({
      paymentIntent: provedorId,
      reservaId,
      parcela: 1,
      capturadoCentavos: capturadoCentavos ?? 0,
      estornadoCentavos: estornadoCentavos ?? 0,
      disputadoCentavos: perdidoCentavos ?? 0,
    });
  }

  private async move(cobrancaId: string, origem: string, de: string, para: string, valorCentavos: number) {
    await this.query('pagamentos')(
      `INSERT INTO lancamentos (origem, cobranca_id, conta, valor_centavos) VALUES ($1, $2, $3, $5), ($1, $2, $4, -$5::bigint)`,
      [origem, cobrancaId, para, de, valorCentavos],
    );
  }

  /** An event that was published and has reached every queue that takes it. */
  private async publish(
    service: Database,
    fluxo: string,
    versao: number,
    tipo: MessageType,
    dados: object,
  ): Promise<void> {
    const id = randomUUID();
    await this.query(service)(
      `INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados, publicado_em) VALUES ($1, $2, $3, $4, $5, '{}', now())`,
      [id, fluxo, versao, tipo, JSON.stringify(dados)],
    );
    for (const [queue, types] of Object.entries(queues))
      if ((types as readonly MessageType[]).includes(tipo))
        await this.query(queue.split('.')[0] as Database)(
          'INSERT INTO inbox (consumidor, mensagem_id) VALUES ($1, $2)',
          [queue, id],
        );
  }
}
