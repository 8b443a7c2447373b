import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { deadLetters, DEAD_LETTER_EXCHANGE, DEAD_LETTER_QUEUE, EVENTS_EXCHANGE, queues } from '@plataforma/messaging';
import { FAILPOINTS } from '@plataforma/platform';
import { freePort } from '@plataforma/testing';
import pg from 'pg';
import { residentBytes } from '../bench/cpu.ts';
import { runQuietly } from '../cli/build.ts';
import { root } from '../cli/paths.ts';
import { administrator } from '../demo/client.ts';
import { migrateCommand } from '../infra/prepare.ts';
import { behind, diskFull, failedOver, partitioned } from './faults-of-servers.ts';
import type { ChaosPlatform } from './platform.ts';
import { shuffled } from './random.ts';
import { NotSurvived } from './outcomes.ts';
import { drain, publishAgain, type Stage } from './stage.ts';

export interface Fault {
  readonly n: number;
  readonly name: string;
  /** Which promises must hold. */
  readonly holds: string;
  /** Part of the short selection. */
  readonly selected?: true;
  /** How far a fault of the clocks puts them from the client's, ms. */
  readonly clocksMs?: number;
  /** @returns what is worth knowing besides. @throws NotSurvived, NotPossible */
  readonly inject: (stage: Stage) => Promise<string | void>;
}

const minuteMs = 60_000;

// ── 1: death at every step ───────────────────────────────────────────────────────────────────────────────────────────

const commit = 'messaging.consumidor.antes-do-commit';
const ack = 'messaging.consumidor.antes-do-ack';
const publish = 'messaging.relay.antes-de-publicar';
const mark = 'messaging.relay.antes-de-marcar';

type Deaths = Readonly<
  Record<string, readonly (readonly [point: string, provoke?: (stage: Stage) => Promise<unknown>])[]>
>;

/** A person of their own, who exports what is known of them, or leaves. */
async function aside(stage: Stage, what: 'exportar' | 'apagar'): Promise<void> {
  const person = stage.crowd.newcomer();
  await person.register();
  if (what === 'exportar') await person.ask((api) => api('POST /v1/conta/exportacoes'));
  else await person.ask((api) => api('DELETE /v1/conta', { corpo: { senha: person.password } }));
}
const exporting = (stage: Stage) => aside(stage, 'exportar');
const leaving = (stage: Stage) => aside(stage, 'apagar');
/** To whom a letter goes, to prove their address. */
const arriving = (stage: Stage) => stage.crowd.newcomer().register();
const remind = (stage: Stage) =>
  stage.rows(
    'notificacoes',
    `UPDATE lembretes SET devida_em = now() WHERE ctid IN (SELECT ctid FROM lembretes LIMIT 5)`,
  );

const sagaSteps = ['criado', 'aprovado', 'recusado', 'cancelado', 'estornado'].map((step) => `pagamento.${step}.v1`);
const commands = ['cobranca.criar.v1', 'cobranca.cancelar.v1', 'estorno.criar.v1'];
const both = (types: readonly string[]): [string][] =>
  types.flatMap((type): [string][] => [[`${commit}@${type}`], [`${ack}@${type}`]]);

const everyDeath: Deaths = {
  reservas: [...both(sagaSteps), [publish], [mark]],
  pagamentos: [
    ...both(commands),
    [publish],
    [mark],
    ['pagamentos.stripe.depois-da-cobranca'],
    ['pagamentos.stripe.depois-do-estorno'],
    ['pagamentos.recibos.antes-do-commit'],
    ['pagamentos.recibos.depois-do-commit'],
  ],
  notificacoes: [
    ...both(['reserva.confirmada.v1']),
    ['notificacoes.envio.antes-de-entregar'],
    ['notificacoes.envio.depois-de-entregar'],
    ['notificacoes.cartas.antes-de-entregar', arriving],
    ['notificacoes.cartas.depois-de-entregar', arriving],
    ['notificacoes.lembretes.antes-do-commit', remind],
    ['notificacoes.ganchos.depois-do-envio'],
  ],
  auth: [
    ...FAILPOINTS.filter((point) => point.startsWith('auth.exportacao.')).map((point) => [point, exporting] as const),
    ...FAILPOINTS.filter((point) => point.startsWith('auth.apagamento.')).map((point) => [point, leaving] as const),
  ],
};
const someDeaths: Deaths = {
  reservas: [[`${commit}@pagamento.aprovado.v1`], [mark]],
  pagamentos: [['pagamentos.stripe.depois-da-cobranca']],
};

/** Somebody whom the house tells by webhook, while the fault lasts. */
async function subscribed(stage: Stage): Promise<void> {
  const server = createServer((request, response) => {
    request.resume();
    response.end('visto');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  stage.afterwards(async () => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const admin = await administrator(stage.platform.state);
  const { body } = await admin('POST /v1/ganchos', { corpo: { url, tipos: ['reserva.confirmada.v1'] } });
  stage.afterwards(() => admin('DELETE /v1/ganchos/:id', { parametros: { id: body.id } }));
}

async function die(stage: Stage): Promise<string> {
  const deaths = stage.short ? someDeaths : everyDeath;
  let died = 0;
  if (!stage.short) await subscribed(stage);
  for (const [app, points] of Object.entries(deaths))
    for (const [point, provoke] of points) {
      await stage.killAt(app, point, provoke && (() => provoke(stage)));
      died += 1;
    }
  return `${died} mortes, em ${Object.keys(deaths).length} serviços`;
}

// ── the rest, in the order of the table ──────────────────────────────────────────────────────────────────────────────

async function twoRelays(stage: Stage): Promise<void> {
  const { platform } = stage;
  for (const name of ['reservas', 'pagamentos']) {
    const second = await platform.another(name, await freePort());
    stage.afterwards(() => second.stop(13_000));
  }
  await stage.pass(8_000);
  platform.signal('reservas', 'SIGSTOP');
  stage.afterwards(async () => platform.signal('reservas', 'SIGCONT'));
  // Longer than the lease of a relay that holds its turn (15 s).
  await stage.pass(20_000);
  platform.signal('reservas', 'SIGCONT');
  await stage.until(
    'reservas pronta de novo',
    () =>
      platform.ready(1_000).then(
        () => true,
        () => false,
      ),
    minuteMs,
  );
}

async function halfOpen(stage: Stage): Promise<string> {
  const slowest: string[] = [];
  for (const name of stage.short ? (['postgres'] as const) : (['rabbitmq', 'postgres', 'stripe'] as const)) {
    const proxy = stage.platform.proxy(name);
    proxy.swallow();
    try {
      const began = Date.now();
      const url = `${stage.platform.state.apps['bff-web']}/v1/espacos?limite=1&texto=${randomUUID()}`;
      await fetch(url, { signal: AbortSignal.timeout(45_000) }).catch(() => {
        stage.must(false, `com ${name} mudo, um pedido ficou sem resposta por 45 s`);
      });
      slowest.push(`${name} ${((Date.now() - began) / 1_000).toFixed(1)} s`);
      await stage.pass(Math.max(0, 8_000 - (Date.now() - began)));
    } finally {
      proxy.resume('lost');
    }
    await stage.pass(2_000);
  }
  return `resposta mais lenta: ${slowest.join(', ')}`;
}

async function redisAway(stage: Stage): Promise<void> {
  const { platform, crowd } = stage;
  const made = async (): Promise<number> => {
    const [{ n } = { n: '0' }] = await stage.rows<{ n: string }>('reservas', 'SELECT count(*) AS n FROM reservas');
    return Number(n);
  };
  const before = await made();
  const bounce = platform.bounce('redis', 'SIGKILL', stage.short ? 3_000 : 6_000);
  const [person] = crowd.people;
  const login = await person?.login();
  await bounce;
  stage.must(login === true, 'sem o Redis não se entrou');
  stage.must((await made()) > before, 'sem o Redis ninguém reservou');
  const { Redis } = await import('ioredis');
  const cache = new Redis(platform.servers.urls.redis);
  await cache.flushall();
  cache.disconnect();
  await stage.pass(2_000);
}

/** What goes to the saga and to pagamentos is kept from them for a while, and comes thrice and in any order. */
async function thriceAndShuffled(stage: Stage): Promise<string> {
  return stage.broker(async (channel) => {
    const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true });
    const kept: [queue: string, exchange: string, key: string][] = Object.entries(queues)
      .filter(([name]) => name === 'reservas.saga' || name === 'pagamentos.comandos')
      .flatMap(([name, types]) =>
        types.map((type): [string, string, string] => {
          const key = type.replace(/\.v\d+$/, '');
          return [name, name === 'reservas.saga' ? EVENTS_EXCHANGE : 'reservas.commands', key];
        }),
      );
    const rebind = async (): Promise<void> => {
      for (const binding of kept) await channel.bindQueue(...binding);
    };
    for (const [, exchange, key] of kept) await channel.bindQueue(queue, exchange, key);
    let messages;
    try {
      for (const binding of kept) await channel.unbindQueue(...binding);
      await stage.pass(6_000);
    } finally {
      await rebind();
      for (const [, exchange, key] of kept) await channel.unbindQueue(queue, exchange, key);
      messages = await drain(channel, queue);
      for (const message of shuffled(stage.random, [...messages, ...messages, ...messages]))
        publishAgain(channel, message);
      await channel.waitForConfirms();
    }
    return `${messages.length} mensagens, três vezes cada, fora de ordem; o atraso é de 6 s (31 min e 8 dias: specs da inbox)`;
  });
}

async function poison(stage: Stage): Promise<string> {
  const { brokers } = stage.platform.servers.urls;
  const before = (await deadLetters.list(brokers.operacao, 10_000)).length;
  const id = randomUUID();
  await stage.broker(async (channel) => {
    channel.publish(EVENTS_EXCHANGE, 'pagamento.aprovado', Buffer.from('{"isto":"não é um CloudEvent"}'), {
      messageId: id,
      persistent: true,
    });
    await channel.waitForConfirms();
  });
  await stage.killAt('reservas', `${commit}@pagamento.criado.v1`);
  await stage.until('a venenosa na DLQ', async () =>
    (await deadLetters.list(brokers.operacao, 10_000)).some(({ mensagemId }) => mensagemId === id),
  );
  const dead = await deadLetters.list(brokers.operacao, 10_000);
  const taken = Object.values(queues).filter((types: readonly string[]) =>
    types.includes('pagamento.aprovado.v1'),
  ).length;
  stage.must(dead.length - before === taken, `na DLQ há ${dead.length - before} mensagens novas, e não ${taken}`);
  await deadLetters.drop(
    brokers.operacao,
    dead.filter(({ mensagemId }) => mensagemId === id).map((entry) => entry.id),
  );
  return `só a venenosa foi à DLQ, uma vez por fila que a recebe (${taken})`;
}

async function unboundDeadLetters(stage: Stage): Promise<string> {
  const id = randomUUID();
  await stage.broker(async (channel) => {
    await channel.unbindQueue(DEAD_LETTER_QUEUE, DEAD_LETTER_EXCHANGE, '#');
    stage.afterwards(() => stage.broker((again) => again.bindQueue(DEAD_LETTER_QUEUE, DEAD_LETTER_EXCHANGE, '#')));
    channel.publish(EVENTS_EXCHANGE, 'pagamento.aprovado', Buffer.from('nada'), { messageId: id, persistent: true });
    await channel.waitForConfirms();
    await stage.pass(5_000);
    await channel.bindQueue(DEAD_LETTER_QUEUE, DEAD_LETTER_EXCHANGE, '#');
  });
  const { operacao } = stage.platform.servers.urls.brokers;
  const found = async () => (await deadLetters.list(operacao, 10_000)).filter(({ mensagemId }) => mensagemId === id);
  await stage.until('na DLQ a que não pôde ir', async () => (await found()).length > 0, minuteMs);
  await deadLetters.drop(
    operacao,
    (await found()).map((entry) => entry.id),
  );
  return 'nada se perdeu; o alerta é conferido pelas specs das regras (infra/observability)';
}

async function otherBody(stage: Stage): Promise<void> {
  const { crowd, random } = stage;
  const [person] = crowd.people;
  if (!person) return;
  const key = randomUUID();
  for (let tries = 0; tries < 20; tries++) if ((await person.book(crowd.time(random), key)) !== undefined) break;
  const told = await person.tryToBook(crowd.time(random), key);
  stage.must(
    told.what === 'refused' && told.code === 'idempotencia.corpo-diferente',
    `outro corpo sob a mesma chave: ${told.what === 'refused' ? told.code : told.what}`,
  );
}

async function refundsFail(stage: Stage): Promise<void> {
  await stage.breakPayments({ tipo: 'estorno_falha', vezes: 3 }, { tipo: 'estorno_pendente', vezes: 2 });
  await stage.instead({ cancelarPaga: 1 });
  await stage.pass(12_000);
  await stage.crowd.stop();
  const pending = () =>
    stage.rows<{ id: string }>(
      'pagamentos',
      `SELECT provedor_id AS id FROM estornos WHERE estado = 'EM_PROCESSAMENTO' AND provedor_id IS NOT NULL`,
    );
  await stage.until('os estornos pendentes concluídos', async () => {
    const rows = await pending();
    for (const { id } of rows)
      await stage.emulator('POST', `estornos/${id}`, { resultado: 'succeeded' }).catch(() => undefined);
    return rows.length === 0;
  });
}

async function retryWhileCompensating(stage: Stage): Promise<void> {
  stage.platform.arm('pagamentos', `${commit}@cobranca.criar.v1=erro`);
  stage.afterwards(async () => stage.platform.arm('pagamentos', undefined));
  await stage.instead({ cancelar: 1 });
  await stage.pass(4_000);
  stage.platform.arm('pagamentos', undefined);
  await stage.pass(4_000);
}

async function slowConsumer(stage: Stage): Promise<string> {
  const before = residentBytes(stage.platform.pid('reservas'));
  for (const app of ['reservas', 'notificacoes']) {
    stage.platform.arm(app, `${commit}=atraso:100`);
    stage.afterwards(async () => stage.platform.arm(app, undefined));
  }
  await stage.pass(stage.short ? 10_000 : minuteMs);
  const grown = (residentBytes(stage.platform.pid('reservas')) - before) / 2 ** 20;
  stage.must(grown < 200, `a memória de reservas cresceu ${grown.toFixed(0)} MB`);
  return `memória de reservas: ${grown < 0 ? '' : '+'}${grown.toFixed(0)} MB`;
}

async function deadTwice(stage: Stage): Promise<string> {
  const { operacao } = stage.platform.servers.urls.brokers;
  const dead = () => deadLetters.list(operacao, 10_000);
  stage.platform.arm('notificacoes', `${commit}@reserva.confirmada.v1=erro`);
  stage.afterwards(async () => stage.platform.arm('notificacoes', undefined));
  await stage.until('mensagens na DLQ', async () => (await dead()).length > 0, minuteMs);
  stage.platform.arm('notificacoes', undefined);
  const first = await deadLetters.replay(operacao);
  const copies = await deadLetters.replay(operacao);
  // Twice: what had its effect by the first replay comes once more.
  await stage.broker(async (channel) => {
    for (const { fila, conteudo, mensagemId, tipo } of first)
      channel.sendToQueue(fila, Buffer.from(JSON.stringify(conteudo)), {
        persistent: true,
        messageId: mensagemId,
        type: tipo,
        contentType: 'application/cloudevents+json',
        headers: { 'x-attempt': 1 },
      });
    await channel.waitForConfirms();
  });
  let left = await dead();
  await stage
    .until(
      'a DLQ vazia',
      async () => {
        left = await dead();
        if (left.length > 0) await deadLetters.replay(operacao);
        return left.length === 0;
      },
      minuteMs,
    )
    .catch((error: unknown) => {
      const [one] = left;
      throw new NotSurvived(`${String(error)}: ${left.length} em ${one?.fila}, ${one?.causa}: ${one?.detalhe}`);
    });
  return `${first.length + copies.length} reenviadas, e de novo`;
}

async function twenty(stage: Stage): Promise<string> {
  const { urls } = stage.platform.servers;
  const count = stage.short ? 6 : 20;
  const name = 'caos_vinte';
  const admin = new pg.Client({ connectionString: urls.postgres });
  await admin.connect();
  try {
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await admin.query(`CREATE DATABASE ${name} TEMPLATE template0`);
    const address = new URL(urls.postgres);
    address.pathname = `/${name}`;
    const ends = await Promise.all(
      Array.from({ length: count }, () =>
        runQuietly(process.execPath, migrateCommand('pagamentos'), undefined, { DATABASE_MIGRATION_URL: address.href }),
      ),
    );
    for (const { code, output } of ends) stage.must(code === 0, `uma migração falhou: ${output}`);
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  } finally {
    await admin.end();
  }
  const started = await Promise.all(
    Array.from({ length: stage.short ? 2 : 6 }, async () => stage.platform.another('reservas', await freePort())),
  );
  for (const one of started) stage.afterwards(() => one.stop(13_000));
  await stage.pass(10_000);
  stage.must(
    started.every(({ isRunning }) => isRunning),
    'uma das instâncias não ficou de pé',
  );
  return `${count} migrações ao mesmo tempo de um banco vazio; ${started.length} instâncias a mais de reservas`;
}

/** Its clock is off by so much until the fault is over. */
async function withClock(platform: ChaosPlatform, app: string, offsetMs: number): Promise<void> {
  await platform.relaunch(
    app,
    offsetMs === 0
      ? {}
      : { NODE_OPTIONS: `--import=${join(root, 'tools/chaos/clock.mjs')}`, CAOS_RELOGIO_MS: String(offsetMs) },
  );
}

async function clocks(stage: Stage): Promise<void> {
  const tenMinutes = 10 * minuteMs;
  for (const [app, offset] of [
    ['reservas', tenMinutes],
    ['pagamentos', -tenMinutes],
    ['reservas', -tenMinutes],
    ['pagamentos', tenMinutes],
  ] as const) {
    stage.afterwards(() => withClock(stage.platform, app, 0));
    await withClock(stage.platform, app, offset);
    await stage.pass(8_000);
  }
}

export const faults: readonly Fault[] = [
  { n: 1, name: 'SIGKILL em cada passo da saga', holds: 'I1–I7', selected: true, inject: die },
  { n: 2, name: 'dois relays; o que tem a vez para e continua', holds: 'I4', inject: twoRelays },
  {
    n: 3,
    name: 'RabbitMQ morto e reiniciado',
    holds: 'I4 I5 I7',
    selected: true,
    inject: ({ platform }) => platform.bounce('rabbitmq', 'SIGKILL', 1_000),
  },
  { n: 4, name: 'partição de um RabbitMQ de três nós', holds: 'I4 I5', inject: partitioned },
  { n: 5, name: 'TCP meio aberto: RabbitMQ, PostgreSQL, Stripe', holds: 'I5, prazos', inject: halfOpen },
  {
    n: 6,
    name: 'PostgreSQL parado na hora e reiniciado',
    holds: 'I1–I7',
    selected: true,
    inject: ({ platform }) => platform.bounce('postgres', 'SIGQUIT', 1_000),
  },
  { n: 7, name: 'PostgreSQL passa à réplica', holds: 'I1–I3 I7', inject: failedOver },
  { n: 8, name: 'réplica 30 s atrás', holds: 'I1', inject: behind },
  { n: 9, name: 'Redis morto, e esvaziado', holds: 'I1–I7', selected: true, inject: redisAway },
  {
    n: 10,
    name: 'mensagens três vezes, fora de ordem, atrasadas',
    holds: 'I4',
    selected: true,
    inject: thriceAndShuffled,
  },
  { n: 11, name: 'uma mensagem venenosa entre outras; consumidor que morre', holds: 'só ela na DLQ', inject: poison },
  { n: 12, name: 'DLQ sem ligação', holds: 'I5 e alerta', inject: unboundDeadLetters },
  {
    n: 13,
    name: 'a Stripe cobra e a conexão cai',
    holds: 'I2',
    selected: true,
    async inject(stage) {
      await stage.breakPayments(
        { tipo: 'cai_depois_do_efeito', operacao: 'payment_intents.create', vezes: 6 },
        { tipo: 'cai_depois_do_efeito', operacao: 'refunds.create', vezes: 4 },
        { tipo: 'cai_depois_do_efeito', operacao: 'payment_intents.cancel', vezes: 4 },
      );
      await stage.pass(stage.short ? 4_000 : 8_000);
    },
  },
  {
    n: 14,
    name: 'a Stripe repete um 500 guardado; chave esquecida',
    holds: 'I2',
    async inject(stage) {
      await stage.breakPayments({ tipo: 'erro_500', operacao: 'payment_intents.create', comEfeito: true, vezes: 4 });
      await stage.pass(5_000);
      await stage.emulator('POST', 'idempotencia/podar', {});
      await stage.pass(5_000);
    },
  },
  { n: 15, name: 'mesma chave de idempotência, outro corpo', holds: 'erro dito', inject: otherBody },
  {
    n: 16,
    name: 'um webhook três vezes ao mesmo tempo',
    holds: 'I2 I4',
    async inject(stage) {
      await stage.breakPayments({ tipo: 'webhook_duplicado', copias: 3 });
      await stage.pass(8_000);
    },
  },
  {
    n: 17,
    name: 'webhooks fora de ordem, e antes da resposta da API',
    holds: 'I2 I5',
    async inject(stage) {
      await stage.breakPayments(
        { tipo: 'webhook_reordenado', vezes: 10 },
        { tipo: 'webhook_antes_da_resposta', vezes: 10 },
      );
      await stage.pass(10_000);
      await stage.emulator('POST', 'webhooks/liberar', {});
    },
  },
  {
    n: 18,
    name: 'webhook perdido',
    holds: 'I2 I5',
    selected: true,
    async inject(stage) {
      await stage.breakPayments({ tipo: 'webhook_perdido' });
      await stage.pass(stage.short ? 4_000 : 12_000);
    },
  },
  { n: 19, name: 'relógio ±10 min por serviço', holds: 'I1–I3', clocksMs: 11 * minuteMs, inject: clocks },
  {
    n: 20,
    name: 'fim da retenção contra o pagamento',
    holds: 'I1–I3',
    async inject(stage) {
      await stage.instead({ pagarNoPrazo: 1 });
      await stage.pass(30_000);
    },
  },
  {
    n: 21,
    name: 'cancelamento contra a captura',
    holds: 'I3',
    selected: true,
    async inject(stage) {
      await stage.instead({ pagarECancelar: 1 });
      await stage.pass(stage.short ? 4_000 : 12_000);
    },
  },
  { n: 22, name: 'estorno que falha e depois passa; estorno pendente', holds: 'I3', inject: refundsFail },
  { n: 23, name: 'retentativa pendente enquanto a saga compensa', holds: 'I3', inject: retryWhileCompensating },
  { n: 24, name: 'consumidor a 10 % por 60 s', holds: 'memória, I5', inject: slowConsumer },
  { n: 25, name: 'disco cheio', holds: 'I7; 503', inject: diskFull },
  {
    n: 26,
    name: 'SendGrid ou Twilio aceitam e a resposta se perde',
    holds: 'ao menos uma vez',
    async inject(stage) {
      // Of what was delivered nothing is written down when the process dies right then: the answer that is lost.
      for (let times = 0; times < 2; times++)
        await stage.killAt('notificacoes', 'notificacoes.envio.depois-de-entregar');
      return 'pelo canal local: o processo morre com o aceite em mãos; os provedores, nas specs de notificacoes';
    },
  },
  { n: 27, name: 'DLQ reenviada duas vezes sob carga', holds: 'I6', inject: deadTwice },
  { n: 28, name: 'vinte instâncias começam juntas', holds: 'uma migra', inject: twenty },
];

/** Of the points of failure, those that no fault arms. */
export function forgottenFailpoints(): string[] {
  const armed = Object.values(everyDeath).flatMap((points) => points.map(([point]) => point.replace(/[@=].*$/, '')));
  return FAILPOINTS.filter((point) => !armed.includes(point));
}
