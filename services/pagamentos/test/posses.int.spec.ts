import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EventStore } from '@plataforma/messaging';
import { Database, Logger } from '@plataforma/platform';
import { eventually, TestDatabase } from '@plataforma/testing';
import { type Claimed, Notifier, type WorkTable } from '@plataforma/trabalho';
import { migrations } from '../src/app.module.js';
import { IntervaloDeReconciliacao } from '../src/application/ports.js';
import { ProcessarWebhooks } from '../src/application/processar-webhooks.js';
import {
  AtenderReconciliacoes,
  ConferenciaContinua,
  ReconciliacaoContinua,
} from '../src/application/reconciliacao-continua.js';
import { PgCobrancaRepository } from '../src/infrastructure/pg-cobranca-repository.js';
import { EmissorDeRecibos } from '../src/infrastructure/emissor-de-recibos.js';
import { PgEstornoRepository } from '../src/infrastructure/pg-estorno-repository.js';
import { PgOrfaoRepository } from '../src/infrastructure/pg-orfao-repository.js';

/** Of a part that a claim never calls. */
const unused = undefined as never;
const logger = Logger.create('teste', 'none');

interface Caso {
  readonly nome: string;
  readonly tabela: (database: Database, notifier: Notifier) => WorkTable<unknown>;
  /** Puts one row that is due, and nothing else. */
  readonly devida: string;
  /** How the version before this one claims it. */
  readonly anterior: string;
  /** Ends its lease. */
  readonly vencida: string;
  /** Makes of it one that somebody has to look at. */
  readonly parada: string;
}

const COBRANCA = `INSERT INTO cobrancas (id, reserva_id, cliente_id, valor_centavos, moeda, descricao, expira_em, estado, proxima_acao_em, conferir_em)
  VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 100, 'BRL', 'x', now(), 'A_ABRIR',`;
const emTrabalho = (tabela: string, coluna = 'em_trabalho_ate') => ({
  anterior: `UPDATE ${tabela} SET ${coluna} = now() + interval '40 s'`,
  vencida: `UPDATE ${tabela} SET ${coluna} = now() - interval '1 s'`,
});

const CASOS: Caso[] = [
  {
    nome: 'cobranças',
    tabela: (database, notifier) => cobrancas(database, notifier).aTratar,
    devida: `${COBRANCA} now(), NULL)`,
    ...emTrabalho('cobrancas'),
    parada: 'UPDATE cobrancas SET tentativas = 10',
  },
  {
    nome: 'conferências',
    tabela: (database, notifier) => cobrancas(database, notifier).aConferir,
    devida: `${COBRANCA} NULL, now())`,
    ...emTrabalho('cobrancas', 'em_conferencia_ate'),
    parada: 'UPDATE cobrancas SET conferencias_falhas = 10',
  },
  {
    nome: 'estornos',
    tabela: (database, notifier) => new PgEstornoRepository(database, eventos(database), unused, notifier).aFazer,
    devida: `WITH c AS (${COBRANCA} NULL, NULL) RETURNING id)
      INSERT INTO estornos (id, cobranca_id, valor_centavos, valor_pedido_centavos, motivo, estado)
      SELECT gen_random_uuid(), id, 1, 1, 'x', 'A_FAZER' FROM c`,
    ...emTrabalho('estornos'),
    parada: `UPDATE estornos SET estado = 'PARADO', proxima_acao_em = NULL`,
  },
  {
    nome: 'intentos órfãos',
    tabela: (database, notifier) => new PgOrfaoRepository(database, notifier).aTratar,
    devida: `INSERT INTO intentos_orfaos (provedor_id, reserva_id, parcela) VALUES ('pi_1', gen_random_uuid(), 1)`,
    ...emTrabalho('intentos_orfaos'),
    parada: 'UPDATE intentos_orfaos SET tentativas = 10',
  },
  {
    nome: 'webhooks',
    tabela: (database, notifier) =>
      new ProcessarWebhooks(database, unused, unused, unused, unused, notifier, logger).table,
    devida: `INSERT INTO webhooks (evento_id, tipo, corpo, estado) VALUES ('evt_1', 'x', '{}', 'PENDENTE')`,
    anterior: `UPDATE webhooks SET proxima_em = now() + interval '1 s', tentativas = tentativas + 1`,
    vencida: `UPDATE webhooks SET proxima_em = now() - interval '1 s'`,
    parada: `UPDATE webhooks SET estado = 'INESPERADO', proxima_em = NULL`,
  },
  {
    nome: 'recibos',
    tabela: (database, notifier) => new EmissorDeRecibos(database, unused, notifier, logger).table,
    devida: `WITH c AS (${COBRANCA} NULL, NULL) RETURNING id)
      INSERT INTO recibos_a_emitir (provedor_id, cobranca_id, valor_centavos) SELECT 'pi_1', id, 1 FROM c`,
    ...emTrabalho('recibos_a_emitir'),
    parada: 'UPDATE recibos_a_emitir SET tentativas = 10',
  },
  {
    nome: 'reconciliações pedidas',
    tabela: (database, notifier) => new AtenderReconciliacoes(database, unused, unused, notifier, logger).table,
    devida: `INSERT INTO reconciliacoes (id, desde) VALUES (gen_random_uuid(), now())`,
    ...emTrabalho('reconciliacoes'),
    parada: 'UPDATE reconciliacoes SET tentativas = 10',
  },
  {
    nome: 'reconciliação contínua',
    tabela: (database, notifier) => new ReconciliacaoContinua(database, unused, intervalo, notifier, logger).table,
    devida: `INSERT INTO reconciliacao_continua (eventos_ate) VALUES (now())`,
    ...emTrabalho('reconciliacao_continua'),
    parada: 'UPDATE reconciliacao_continua SET falhas = 10',
  },
  {
    nome: 'conferência contínua',
    tabela: (database, notifier) =>
      new ConferenciaContinua(database, unused, unused, intervalo, notifier, logger).table,
    devida: `INSERT INTO reconciliacao_continua (eventos_ate) VALUES (now())`,
    ...emTrabalho('reconciliacao_continua', 'local_em_trabalho_ate'),
    parada: 'UPDATE reconciliacao_continua SET falhas_locais = 10',
  },
];
const intervalo = new IntervaloDeReconciliacao(60);
const eventos = (database: Database) => new EventStore(database, () => undefined);
const cobrancas = (database: Database, notifier: Notifier) =>
  new PgCobrancaRepository(database, eventos(database), intervalo, notifier);

describe.each(CASOS)('a posse: $nome', ({ tabela, devida, anterior, vencida, parada }) => {
  let testDatabase: TestDatabase;
  let database: Database;
  let work: WorkTable<unknown>;

  beforeAll(async () => {
    testDatabase = await TestDatabase.create('pagamentos', migrations);
    database = new Database(testDatabase.options);
    await database.connect();
    work = tabela(database, new Notifier(database, logger));
  });
  afterAll(async () => {
    await database.close();
    await testDatabase.drop();
  });
  beforeEach(async () => {
    for (const table of [
      'estornos',
      'recibos_a_emitir',
      'cobrancas',
      'intentos_orfaos',
      'webhooks',
      'reconciliacoes',
      'reconciliacao_continua',
    ])
      await testDatabase.query(`DELETE FROM ${table}`);
    await testDatabase.query(devida);
  });

  const tomar = async (): Promise<Claimed<unknown>> => {
    const [tomada] = await work.claim(10);
    if (!tomada) throw new Error('nada tomado');
    return tomada;
  };
  const nadaPode = async ({ claim }: Claimed<unknown>) => {
    expect(await work.holding(claim, async () => 'escrito')).toBeUndefined();
    expect(await work.postpone({ ...claim, due: null })).toBe(false);
    expect(await work.giveBack(claim)).toBe(false);
    expect(await work.renew(claim)).toBe(false);
  };

  it('é de um só, por mais que sejam os que vêm ao mesmo tempo', async () => {
    const tomadas = await Promise.all(Array.from({ length: 8 }, () => work.claim(10)));
    expect(tomadas.flat()).toHaveLength(1);
  });

  it('quem a perdeu nada encerra, nem adia, nem escreve; a versão anterior também a tira', async () => {
    const primeira = await tomar();
    await testDatabase.query(vencida);
    const segunda = await tomar();
    await nadaPode(primeira);
    await testDatabase.query(anterior);
    await nadaPode(segunda);
  });

  it('o que falha espera, cada vez mais, e é tomado de novo; o que precisa de alguém aparece', async () => {
    const { claim } = await tomar();
    expect(await work.postpone(claim, 60_000)).toBe(true);
    expect(await work.claim(10)).toEqual([]);
    expect((await work.survey(600_000)).nextMs).toBeGreaterThan(30_000);
    expect((await work.survey(600_000)).stuck).toBe(0);
    await testDatabase.query(parada);
    expect((await work.survey(600_000)).stuck).toBe(1);
  });

  it('o que se devolve é tomado logo, e a tentativa não conta', async () => {
    const { claim } = await tomar();
    await work.giveBack(claim);
    const [deNovo] = await eventually(async () => {
      const tomadas = await work.claim(1);
      return tomadas.length > 0 && tomadas;
    });
    expect(deNovo?.claim.attempts).toBe(claim.attempts);
  });
});
