import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENTS_EXCHANGE } from '@plataforma/messaging';
import { eventually } from '@plataforma/testing';
import { connect } from 'amqplib';
import pg from 'pg';
import { apps } from '../tools/apps.ts';
import { account } from '../tools/demo/account.ts';
import { Person } from '../tools/demo/client.ts';
import { dizerTudo } from '../tools/platform/auditoria.ts';
import { E2ePlatform } from './platform.ts';

const GOOD_CARD = 'pm_card_visa';

let platform: E2ePlatform;

beforeAll(async () => {
  platform = await E2ePlatform.start({ oidc: true });
});

afterAll(async () => {
  await platform?.stop();
});

/** Rows of a service's database, read as its owner would. */
async function rows<Row extends object>(
  database: 'reservas' | 'pagamentos' | 'notificacoes',
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: platform.state.servers.databases[database].owner });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

async function booked(nome = 'Sala Jacarandá') {
  const person = await Person.register(platform.state, 'Rui');
  const espaco = await person.findSpace(nome);
  return { person, reserva: await person.book(await person.freeSlot(espaco.id, 60)) };
}

const confirmed = (person: Person, id: string) =>
  person.until(id, 'a reserva confirmada', (d) => d.reserva.status === 'CONFIRMADA');
const died = (name: string) => eventually(() => !platform.isRunning(name));

/** Nothing is under way that would use up a failpoint meant for the booking of the test. */
const quiescent = () =>
  eventually(
    async () =>
      (
        await rows(
          'reservas',
          `SELECT FROM sagas WHERE prazo < now() + interval '30 s' OR estado->>'passo' IN ('CONFERINDO', 'ENCERRANDO_COBRANCA', 'ESTORNANDO')
           UNION ALL SELECT FROM eventos WHERE publicado_em IS NULL`,
        )
      ).length === 0,
    30_000,
  );

describe('o provedor local de OpenID Connect', () => {
  it('liga-se a uma conta, que entra por ele: a história dela, do começo ao fim', async () => {
    const told: string[] = [];
    await account(platform.state, (line) => told.push(line));
    expect(told.join('\n')).toMatch(/liga à conta o provedor local .*, e entra por ele/);
  });
});

describe('a auditoria', () => {
  /** As somebody who owns the database of reservas, and its triggers. */
  async function tamper(sql: string, values: unknown[]): Promise<void> {
    for (const each of ['DISABLE', 'ENABLE']) {
      await rows('reservas', `ALTER TABLE auditoria ${each} TRIGGER USER`);
      if (each === 'DISABLE') await rows('reservas', sql, values);
    }
  }
  const verified = async () => {
    const said: string[] = [];
    const code = await dizerTudo(platform.state, (line) => said.push(line));
    return { code, said: said.join('\n') };
  };

  it('Segurança 38: conferida, acaba em 0; com um registro mudado, em 1, e diz qual foi o primeiro', async () => {
    const chained = () =>
      rows<{ registro_id: string; posicao: string }>(
        'reservas',
        'SELECT registro_id, posicao FROM auditoria_corrente WHERE posicao IN (2, 3) ORDER BY posicao',
      );
    const [second, third] = await eventually(async () => {
      const found = await chained();
      return found.length === 2 && found;
    });
    if (!second || !third) throw new Error('a corrente não tem três registros');
    expect(await verified()).toEqual({ code: 0, said: expect.stringMatching(/^(✔ .*\n?){4}$/) });
    const set = `UPDATE auditoria SET ocorrido_em = ocorrido_em + $2::int * interval '1 ms' WHERE id = ANY($1)`;
    await tamper(set, [[second.registro_id, third.registro_id], 1]);
    try {
      const { code, said } = await verified();
      expect([code, said]).toEqual([1, expect.stringMatching(/✖ reservas: /)]);
      expect(said).toContain(`posição ${second.posicao}, registro ${second.registro_id}; antes, 1 certos`);
    } finally {
      await tamper(set, [[second.registro_id, third.registro_id], -1]);
    }
    expect((await verified()).code).toBe(0);
  });
});

describe('concorrência', () => {
  it('duzentos pedidos simultâneos para um horário: um 201, 199 vezes 409, nenhum 5xx, nenhum deadlock', async () => {
    const people = await Promise.all([1, 2, 3, 4].map(() => Person.register(platform.state, 'Concorrente')));
    const [first] = people;
    if (!first) throw new Error('ninguém');
    const slot = await first.freeSlot((await first.findSpace('Estúdio Arpoador')).id, 60);
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) => (people[i % people.length] ?? first).tryToBook(slot)),
    );
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    expect({ criadas: count(201), conflitos: count(409) }).toEqual({ criadas: 1, conflitos: 199 });
    const [stats] = await rows<{ deadlocks: string }>(
      'reservas',
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    );
    expect(Number(stats?.deadlocks)).toBe(0);
  });
});

describe('quedas', () => {
  it('reservas morre entre o commit e a publicação: reiniciado, nada se perdeu', async () => {
    await quiescent();
    await platform.restart('reservas', { FAILPOINT: 'messaging.relay.antes-de-publicar' });
    const { person, reserva } = await booked();
    await died('reservas');
    const pendentes = await rows('reservas', 'SELECT FROM eventos WHERE publicado_em IS NULL');
    expect(pendentes.length).toBeGreaterThan(0);
    await platform.launch('reservas');
    expect((await person.pay(reserva.id, GOOD_CARD)).status).toBe(200);
    await confirmed(person, reserva.id);
    await eventually(
      async () => (await rows('reservas', 'SELECT FROM eventos WHERE publicado_em IS NULL')).length === 0,
    );
  });

  it('reservas morre depois de publicar e antes de marcar: a repetição não tem efeito', async () => {
    await quiescent();
    await platform.restart('reservas', { FAILPOINT: 'messaging.relay.antes-de-marcar' });
    const { person, reserva } = await booked();
    await died('reservas');
    await platform.launch('reservas');
    await person.pay(reserva.id, GOOD_CARD);
    await confirmed(person, reserva.id);
    expect(await rows('pagamentos', 'SELECT FROM cobrancas WHERE reserva_id = $1', [reserva.id])).toHaveLength(1);
  });

  it('pagamentos morre depois de o provedor abrir a cobrança e antes de anotar: não há outra', async () => {
    await quiescent();
    await platform.restart('pagamentos', { FAILPOINT: 'pagamentos.stripe.depois-da-cobranca' });
    const { person, reserva } = await booked();
    await died('pagamentos');
    // The dead worker's lease would be over in some seconds; its end is what lets another take the charge up.
    await rows('pagamentos', `UPDATE cobrancas SET em_trabalho_ate = now() WHERE reserva_id = $1`, [reserva.id]);
    await platform.launch('pagamentos');
    await person.pay(reserva.id, GOOD_CARD);
    await confirmed(person, reserva.id);
    const response = await fetch(`${platform.state.stripe.apiBase}/_emulador/razao?metadata[reservaId]=${reserva.id}`);
    const { porPaymentIntent } = (await response.json()) as { porPaymentIntent: { liquidoCentavos: number }[] };
    expect(porPaymentIntent.map(({ liquidoCentavos }) => liquidoCentavos)).toEqual([reserva.valorCentavos]);
  });

  it.each(['pagamentos.recibos.antes-do-commit', 'pagamentos.recibos.depois-do-commit'] as const)(
    'pagamentos morre ao numerar (%s): nenhum recibo se perde, nenhum número salta ou se repete',
    async (FAILPOINT) => {
      const { person, reserva } = await booked();
      await person.until(reserva.id, 'a cobrança aberta', (d) => Boolean(d.pagamento?.provedor?.clientSecret));
      await quiescent();
      await platform.restart('pagamentos', { FAILPOINT });
      expect((await person.pay(reserva.id, GOOD_CARD)).status).toBe(200);
      await died('pagamentos');
      // The dead worker's lease would be over in some seconds.
      await rows('pagamentos', 'UPDATE recibos_a_emitir SET em_trabalho_ate = NULL');
      await platform.launch('pagamentos');
      await confirmed(person, reserva.id);
      await eventually(async () => (await rows('pagamentos', 'SELECT FROM recibos_a_emitir')).length === 0);
      const recibos = await rows(
        'pagamentos',
        'SELECT FROM recibos r JOIN cobrancas c ON c.id = r.cobranca_id WHERE c.reserva_id = $1',
        [reserva.id],
      );
      expect(recibos).toHaveLength(1);
      expect(
        await rows(
          'pagamentos',
          'SELECT ano FROM recibos GROUP BY ano HAVING max(sequencia) <> count(*) OR min(sequencia) <> 1',
        ),
      ).toEqual([]);
    },
  );

  it('reservas morre com o efeito gravado e a mensagem não confirmada: ela volta e não se repete', async () => {
    const { person, reserva } = await booked();
    await person.until(reserva.id, 'a cobrança aberta', (d) => Boolean(d.pagamento?.provedor?.clientSecret));
    await quiescent();
    await platform.restart('reservas', { FAILPOINT: 'messaging.consumidor.antes-do-ack' });
    await person.pay(reserva.id, GOOD_CARD);
    await died('reservas');
    await platform.launch('reservas');
    const { reserva: fim } = await confirmed(person, reserva.id);
    expect(fim.status).toBe('CONFIRMADA');
    const eventos = await rows('reservas', 'SELECT FROM eventos WHERE fluxo = $1', [`reserva/${reserva.id}`]);
    expect(eventos).toHaveLength(2);
  });

  it.each(['reservas', 'pagamentos', 'notificacoes'])(
    '%s derrubado no meio do caminho volta e termina',
    async (name) => {
      const { person, reserva } = await booked('Auditório Encontro das Águas');
      await person.until(reserva.id, 'a cobrança aberta', (d) => Boolean(d.pagamento?.provedor?.clientSecret));
      await person.pay(reserva.id, GOOD_CARD);
      platform.kill(name);
      await died(name);
      await platform.launch(name);
      await confirmed(person, reserva.id);
      await person.until(reserva.id, 'o e-mail', (d) => d.notificacoes.some(({ estado }) => estado === 'ENVIADA'));
    },
  );
});

describe('pago a tempo é mantido', () => {
  it.each(['reservas', 'pagamentos'])(
    'ainda que os avisos se percam e %s morra enquanto se pergunta ao provedor',
    async (name) => {
      const { person, reserva } = await booked('Cabine Relâmpago');
      await person.breakPayment(reserva.id, { tipo: 'webhook_perdido', vezes: null });
      await person.breakPayment(reserva.id, { tipo: 'latencia', operacao: 'payment_intents.cancel', ms: 3_000 });
      expect((await person.pay(reserva.id, GOOD_CARD)).status).toBe(200);
      await person.until(reserva.id, 'o fim do prazo', (d) => d.reserva.conferindoPagamento);
      platform.kill(name);
      await died(name);
      await rows('pagamentos', `UPDATE cobrancas SET em_trabalho_ate = now() WHERE reserva_id = $1`, [reserva.id]);
      await platform.launch(name);
      const { reserva: fim, pagamento } = await confirmed(person, reserva.id);
      expect(fim).toMatchObject({ pagoCentavos: reserva.valorCentavos, conferindoPagamento: false });
      expect(pagamento?.estornadoCentavos).toBe(0);
    },
  );
});

describe('mais de uma cobrança', () => {
  /** What the provider kept, by charge in the order in which they were opened, centavos. */
  async function captured(cobrancaId: string): Promise<number[]> {
    const url = `${platform.state.stripe.apiBase}/_emulador/razao?metadata[reservaId]=${cobrancaId}`;
    const { porPaymentIntent } = (await (await fetch(url)).json()) as {
      porPaymentIntent: { liquidoCentavos: number }[];
    };
    return porPaymentIntent.map(({ liquidoCentavos }) => liquidoCentavos).filter((centavos) => centavos > 0);
  }
  const sum = (centavos: readonly number[]) => centavos.reduce((total, valor) => total + valor, 0);

  it('o sinal confirma, e o saldo, pago depois, quita', async () => {
    const person = await Person.register(platform.state, 'Cora');
    const espaco = await person.findSpace('Salão Cristal');
    const reserva = await person.book(await person.freeSlot(espaco.id, 120, 10));
    expect((await person.pay(reserva.id, GOOD_CARD)).status).toBe(200);
    const { reserva: confirmada } = await confirmed(person, reserva.id);
    expect(confirmada).toMatchObject({ pagoCentavos: 30_000, saldo: { valorCentavos: 70_000 } });
    await person.until(reserva.id, 'a cobrança do saldo', ({ pagamento }) => pagamento?.finalidade === 'SALDO');
    await person.pay(reserva.id, GOOD_CARD);
    const { pagamentos } = await person.until(reserva.id, 'a quitação', (d) => d.reserva.pagoCentavos === 100_000);
    expect(pagamentos.map(({ finalidade, status }) => [finalidade, status])).toEqual([
      ['SALDO', 'APROVADO'],
      ['SINAL', 'APROVADO'],
    ]);
    expect((await captured(reserva.id)).toSorted((a, b) => a - b)).toEqual([30_000, 70_000]);
  });

  it('a remarcação mais cara vale quando a diferença é paga, e o provedor tem o novo preço', async () => {
    const person = await Person.register(platform.state, 'Dora');
    const espaco = await person.findSpace('Sala Jacarandá');
    const reserva = await person.book(await person.freeSlot(espaco.id, 60));
    await person.pay(reserva.id, GOOD_CARD);
    await confirmed(person, reserva.id);
    const { inicio, fim } = await person.freeSlot(espaco.id, 120);
    const { body: pedida } = await person.api('POST /v1/reservas/:id/remarcacao', {
      parametros: { id: reserva.id },
      corpo: { inicio, fim },
    });
    expect(pedida).toMatchObject({ inicio: reserva.inicio, remarcacao: { diferencaCentavos: reserva.valorCentavos } });
    await person.until(reserva.id, 'a cobrança', ({ pagamento }) => pagamento?.finalidade === 'DIFERENCA');
    await person.pay(reserva.id, GOOD_CARD);
    const { reserva: movida } = await person.until(reserva.id, 'a mudança', (d) => d.reserva.inicio === inicio);
    expect(movida).toMatchObject({ status: 'CONFIRMADA', pagoCentavos: 2 * reserva.valorCentavos, remarcacao: null });
    expect(sum(await captured(reserva.id))).toBe(2 * reserva.valorCentavos);
    await person.until(reserva.id, 'o aviso', (d) =>
      d.notificacoes.some(({ tipo, estado }) => tipo === 'RESERVA_REMARCADA' && estado === 'ENVIADA'),
    );
  });

  it('a série cobrada de uma vez é paga de uma vez, e toda ocorrência vale', async () => {
    const person = await Person.register(platform.state, 'Elis');
    const espaco = await person.findSpace('Sala Rio Negro');
    const { serie } = (
      await person.api('POST /v1/series', {
        corpo: {
          ...(await person.freeSlot(espaco.id, 60)),
          regra: 'FREQ=WEEKLY;COUNT=3',
          cobranca: 'SERIE',
          modo: 'PULAR_CONFLITOS',
        },
      })
    ).body;
    const [primeira = ''] = serie.reservas;
    await person.pay(primeira, GOOD_CARD);
    for (const id of serie.reservas) await confirmed(person, id);
    const { pagamentos } = await person.details(primeira);
    expect(pagamentos).toHaveLength(1);
    expect(await captured(serie.id)).toEqual([serie.reservas.length * espaco.precoHoraCentavos]);
  });
});

describe('fila de espera', () => {
  it('o horário cancelado é retido para o primeiro da fila, que é avisado; o segundo segue esperando', async () => {
    const { person, reserva } = await booked('Sala Guanabara');
    await person.pay(reserva.id, GOOD_CARD);
    await confirmed(person, reserva.id);
    const { inicio, fim, espaco } = reserva;
    const [primeira, segunda] = await Promise.all([1, 2].map(() => Person.register(platform.state, 'Espera')));
    if (!primeira || !segunda) throw new Error('ninguém');
    const join = async (quem: Person) =>
      (await quem.api('POST /v1/fila', { corpo: { espacoId: espaco.id, inicio, fim } })).body;
    const vez = await join(primeira);
    const depois = await join(segunda);
    await person.api('POST /v1/reservas/:id/cancelamento', { parametros: { id: reserva.id }, corpo: {} });
    const { reservaId } = await primeira.offered(vez.id);
    await primeira.until(reservaId, 'o aviso', (d) =>
      d.notificacoes.some(({ tipo, estado }) => tipo === 'FILA_ATENDIDA' && estado === 'ENVIADA'),
    );
    const { body } = await segunda.api('GET /v1/fila/:id', { parametros: { id: depois.id } });
    expect(body).toMatchObject({ situacao: 'ESPERANDO', reservaId: null });
  });
});

describe('mensagens', () => {
  it('a venenosa aparece nas mensagens mortas do administrador, e as vizinhas passam', async () => {
    const venenosa = randomUUID();
    const connection = await connect(platform.state.servers.rabbitmq);
    const channel = await connection.createConfirmChannel();
    channel.publish(EVENTS_EXCHANGE, 'pagamento.aprovado', Buffer.from('{"isto":"não é um CloudEvent"}'), {
      messageId: venenosa,
    });
    await channel.waitForConfirms();
    await connection.close();
    const { person, reserva } = await booked();
    await person.pay(reserva.id, GOOD_CARD);
    await confirmed(person, reserva.id);
    const admin = platform.state.apps['bff-admin'];
    const web = platform.state.apps['bff-web'];
    const login = await fetch(`${web}/v1/sessoes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'admin@demo.local', senha: 'demonstracao-2026' }),
    });
    const { tokenAcesso } = (await login.json()) as { tokenAcesso: string };
    const headers = { authorization: `Bearer ${tokenAcesso}` };
    const morta = await eventually(async () => {
      const response = await fetch(`${admin}/v1/mensagens-mortas`, { headers });
      const { itens } = (await response.json()) as { itens: { id: string; mensagemId: string; causa: string }[] };
      return itens.find(({ mensagemId }) => mensagemId === venenosa);
    });
    expect(morta.causa).toBe('malformada');
    expect((await fetch(`${admin}/v1/mensagens-mortas/${morta.id}`, { method: 'DELETE', headers })).status).toBe(200);
  });

  it('o webhook triplicado confirma uma vez e avisa uma vez', async () => {
    const { person, reserva } = await booked();
    await person.breakPayment(reserva.id, { tipo: 'webhook_duplicado', copias: 3, vezes: null });
    await person.pay(reserva.id, GOOD_CARD);
    await confirmed(person, reserva.id);
    const { notificacoes } = await person.until(reserva.id, 'o e-mail', (d) =>
      d.notificacoes.some(({ tipo, estado }) => tipo === 'RESERVA_CONFIRMADA' && estado === 'ENVIADA'),
    );
    const canais = notificacoes.filter(({ tipo }) => tipo === 'RESERVA_CONFIRMADA').map(({ canal }) => canal);
    expect(canais).toEqual([...new Set(canais)]);
    expect(canais).toContain('EMAIL');
  });
});

describe('segredos', () => {
  /** What each application must know, of all that the installation keeps secret. */
  const own: Record<string, readonly string[]> = {
    auth: ['roles.auth_app', 'brokers.auth', 'caches.auth', 'authChaveMestra', 'cartasChave', 'oidcClienteSegredo'],
    reservas: ['roles.reservas_app', 'brokers.reservas', 'caches.reservas'],
    pagamentos: [
      'roles.pagamentos_app',
      'brokers.pagamentos',
      'caches.pagamentos',
      'stripeSecretKey',
      'stripeWebhookSecret',
    ],
    // The letters of accounts carry a token that only these two can read.
    notificacoes: [
      'roles.notificacoes_app',
      'brokers.notificacoes',
      'caches.notificacoes',
      'cartasChave',
      'ganchosChave',
      'vapidPrivada',
    ],
    // The key that every browser is given is none.
    'bff-web': ['stripePublishableKey', 'brokers.bff-web'],
    'bff-mobile': ['stripePublishableKey'],
    'bff-admin': ['stripePublishableKey', 'brokers.bff-admin'],
    'stripe-emulator': ['stripeSecretKey', 'stripePublishableKey', 'stripeWebhookSecret'],
  };

  it.each(apps.map(({ name }) => name))('%s só conhece os seus', (name) => {
    const all = Object.entries(platform.secrets).flatMap(([key, value]: [string, string | Record<string, string>]) =>
      typeof value === 'string'
        ? [[key, value] as const]
        : Object.entries(value).map(([user, secret]) => [`${key}.${user}`, secret] as const),
    );
    const visible = platform.visibleOf(name);
    expect(visible).toContain('PORT=');
    const known = all.filter(([, secret]) => visible.includes(secret) || visible.includes(encodeURIComponent(secret)));
    expect(known.map(([key]) => key).toSorted()).toEqual([...(own[name] ?? [])].toSorted());
  });

  it.each(apps.map(({ name }) => name))('%s não anota endereços de e-mail nem senhas', (name) => {
    expect(platform.logOf(name)).not.toMatch(/[\w.+-]+@[\w-]+\.[\w.-]+|demonstracao-2026/);
  });
});
