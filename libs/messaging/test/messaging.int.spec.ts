import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Controller, type DynamicModule, Module } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { type CloudEvent, type Message, messages, type MessageType } from '@plataforma/contracts';
import { Database, exposeMetrics, Logger, PlatformModule, platformMigrations } from '@plataforma/platform';
import { eventually, TestApp, TestBroker, TestDatabase, TokenIssuer } from '@plataforma/testing';
import { Notifier } from '@plataforma/trabalho';
import { type ConfirmChannel, connect } from 'amqplib';
import {
  assertTopology,
  Broker,
  COMMON_RULES,
  ConcurrencyError,
  consumeQueue,
  DEAD_LETTER_EXCHANGE,
  DEAD_LETTER_QUEUE,
  deadLetters,
  duePerRule,
  EVENTS_EXCHANGE,
  EventStore,
  FUTURE_EXCHANGE,
  MessagingModule,
  messagingMigrations,
  queues,
  Retention,
  SagaRunner,
  type SagaStep,
  UnprocessableMessageError,
} from '../src/index.js';

const QUEUE = 'notificacoes.eventos';

/** What the consumer under test does with a message; each test sets its own. */
let behaviour: (event: CloudEvent) => Promise<void> | void = () => undefined;

@Controller()
class Consumer {
  constructor(private readonly database: Database) {}

  @EventPattern('usuario.registrado.v1')
  async registered(@Payload() event: CloudEvent): Promise<void> {
    await this.database.query('INSERT INTO efeitos (mensagem_id) VALUES ($1)', [event.id]);
    await behaviour(event);
  }

  @EventPattern([...queues[QUEUE]].filter((type) => type !== 'usuario.registrado.v1'))
  async other(@Payload() event: CloudEvent): Promise<void> {
    await behaviour(event);
  }
}

let broker: TestBroker;
let database: TestDatabase;
let issuer: TokenIssuer;
let app: TestApp;
const others: TestApp[] = [];

@Module({})
class TestModule {}

function module(): DynamicModule {
  return {
    module: TestModule,
    imports: [
      PlatformModule.with({
        name: 'notificacoes',
        config: {
          HOST: '127.0.0.1',
          PORT: 0,
          LOG_LEVEL: 'error',
          NODE_ENV: 'test',
          SHUTDOWN_TIMEOUT_MS: 5_000,
          ...issuer.settings,
        },
        database: database.options,
      }),
      MessagingModule.with('notificacoes', [broker.url]),
    ],
    controllers: [Consumer],
  };
}

const start = () =>
  TestApp.start(
    module(),
    { name: 'teste', description: 'teste', problems: {} },
    { consumers: (nest) => consumeQueue(nest, QUEUE, 50) },
  );

beforeAll(async () => {
  [broker, database, issuer] = await Promise.all([
    TestBroker.create(),
    TestDatabase.create('notificacoes', [messagingMigrations, platformMigrations]),
    TokenIssuer.start(),
  ]);
  await database.query('CREATE TABLE efeitos (mensagem_id uuid NOT NULL)');
  await database.query('GRANT ALL ON efeitos TO notificacoes_app');
  app = await start();
});

afterEach(async () => {
  behaviour = () => undefined;
  await Promise.all(others.splice(0).map((other) => other.stop()));
});

afterAll(async () => {
  await app.stop();
  await Promise.all([broker.drop(), database.drop(), issuer.stop()]);
});

const usuario = (usuarioId: string = randomUUID()): Message & { type: 'usuario.registrado.v1' } => ({
  type: 'usuario.registrado.v1',
  data: { usuarioId, nome: 'Ana', email: 'ana@exemplo.com.br', idioma: 'pt-BR' },
});
/** One of the history, which nobody of the test receives. */
const espaco = (versao = 1): Message => ({ type: 'espaco.alterado.v1', data: { espacoId: randomUUID(), versao } });
const efeitos = async (id: string) => (await database.query('SELECT FROM efeitos WHERE mensagem_id = $1', [id])).length;
const store = (of = app) => of.nest.get(EventStore);
const db = (of = app) => of.nest.get(Database);
const pendentes = async (fluxo = '%') =>
  (
    await database.query(
      `SELECT FROM eventos WHERE publicado_em IS NULL AND fluxo LIKE $1
       UNION ALL SELECT FROM mensagens_pessoais WHERE publicado_em IS NULL AND fluxo LIKE $1`,
      [fluxo],
    )
  ).length;
const publicados = (fluxo: string) =>
  broker.published.filter(({ subject }) => subject === fluxo).map(({ sequence }) => Number(sequence));

describe('outbox', () => {
  it('publica o que a transação confirmou, e nada do que ela desfez', async () => {
    const [mantido, desfeito] = [`teste/${randomUUID()}`, `teste/${randomUUID()}`];
    await db().transaction(() => store().append(mantido, [usuario()]));
    await expect(
      db().transaction(async () => {
        await store().append(desfeito, [usuario()]);
        throw new Error('desfaz');
      }),
    ).rejects.toThrow('desfaz');
    await eventually(() => publicados(mantido).length === 1);
    expect(publicados(desfeito)).toEqual([]);
  });

  it('com três relays ao mesmo tempo, mantém a ordem de cada fluxo', async () => {
    others.push(await start(), await start());
    const fluxos = Array.from({ length: 5 }, () => `teste/${randomUUID()}`);
    await Promise.all(
      fluxos.map(async (fluxo, i) => {
        for (let lote = 0; lote < 10; lote++)
          await store([app, ...others][(i + lote) % 3]).append(
            fluxo,
            Array.from({ length: 5 }, () => (i % 2 === 0 ? usuario() : espaco())),
          );
      }),
    );
    await eventually(async () => (await pendentes()) === 0);
    for (const fluxo of fluxos) {
      await eventually(() => publicados(fluxo).length >= 50);
      expect([...new Set(publicados(fluxo))]).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    }
  });

  it('o que o broker recusa segura o que vem depois no seu fluxo, e só isso', async () => {
    const [recusado, vizinho] = [`teste/${randomUUID()}`, `teste/${randomUUID()}`];
    const relayBroker = app.nest.get(Broker);
    const publish = relayBroker.publish.bind(relayBroker);
    let recusas = 0;
    const spy = jest.spyOn(relayBroker, 'publish').mockImplementation((publication) => {
      const { subject, sequence } = JSON.parse(publication.body.toString()) as CloudEvent;
      if (subject !== recusado || sequence !== '2') return publish(publication);
      recusas++;
      return Promise.reject(new Error('recusada'));
    });
    const restam = () => pendentes(recusado);
    try {
      await store().append(recusado, [usuario(), usuario(), usuario(), usuario()]);
      await eventually(() => recusas >= 2);
      await store().append(vizinho, [usuario()]);
      await eventually(() => publicados(vizinho).length === 1);
      expect(publicados(recusado)).toEqual([1]);
      expect(await restam()).toBe(3);
    } finally {
      spy.mockRestore();
    }
    await eventually(() => publicados(recusado).length === 4);
    expect(publicados(recusado)).toEqual([1, 2, 3, 4]);
    await eventually(async () => (await restam()) === 0);
  });

  it('um relay só publica com a trava em mãos', async () => {
    const fluxo = `teste/${randomUUID()}`;
    const atraso = async () => Number(/^outbox_atraso_segundos\S* (.+)$/m.exec((await exposeMetrics()).body)?.[1]);
    await db().transaction(async () => {
      await db().query(`SELECT pg_advisory_xact_lock(hashtextextended('relay', 2))`);
      await database.query(
        `INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados) VALUES ($1, $2, 1, 'usuario.registrado.v1', $3, '{"correlationid":"x"}')`,
        [randomUUID(), fluxo, JSON.stringify(usuario().data)],
      );
      // By then every relay has looked at it at least once.
      await eventually(async () => (await atraso()) > 1.5 || publicados(fluxo).length > 0);
      expect(publicados(fluxo)).toEqual([]);
    });
    await eventually(() => publicados(fluxo).length === 1);
  });

  it('não perde o que ninguém avisou: a sondagem encontra', async () => {
    const fluxo = `teste/${randomUUID()}`;
    // Written past the service, as by an instance that died between its commit and its notice.
    await database.query(
      `INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados) VALUES ($1, $2, 1, 'usuario.registrado.v1', $3, '{"correlationid":"x"}')`,
      [randomUUID(), fluxo, JSON.stringify(usuario().data)],
    );
    await eventually(() => publicados(fluxo).length === 1);
  });

  it('recusa o que não é a mensagem que diz ser, antes de gravar', async () => {
    const fluxo = `teste/${randomUUID()}`;
    await expect(
      store().append(fluxo, [{ type: 'usuario.registrado.v1', data: { nome: 1 } } as never]),
    ).rejects.toThrow();
    const amais = store().append(fluxo, [{ ...usuario(), data: { ...usuario().data, apelido: 'Aninha' } } as never]);
    await expect(amais).rejects.toThrow(
      'não descreve tudo o que se quer dizer: usuarioId, nome, email, idioma, apelido',
    );
    await expect(amais).rejects.not.toThrow(/Ana|exemplo/);
    expect(await store().read(fluxo)).toEqual([]);
  });

  it.each([
    ['da história', espaco],
    ['sobre uma pessoa', usuario],
  ])('duas escritas %s sobre a mesma versão: a segunda é recusada', async (_, mensagem) => {
    const fluxo = `teste/${randomUUID()}`;
    await store().append(fluxo, [mensagem()], 0);
    await expect(store().append(fluxo, [mensagem()], 0)).rejects.toThrow(ConcurrencyError);
    await eventually(() => publicados(fluxo).length === 1);
  });

  it('a história não se reescreve nem se apaga', async () => {
    const fluxo = `teste/${randomUUID()}`;
    await store().append(fluxo, [espaco()]);
    await expect(database.query(`UPDATE eventos SET dados = '{}' WHERE fluxo = $1`, [fluxo])).rejects.toThrow(
      'só aceita acréscimos',
    );
    await expect(database.query('DELETE FROM eventos WHERE fluxo = $1', [fluxo])).rejects.toThrow(
      'só aceita acréscimos',
    );
  });

  it('o que se diz de uma pessoa não entra na história, por caminho nenhum, e é publicado', async () => {
    const [novo, antigo] = [`usuario/${randomUUID()}`, `usuario/${randomUUID()}`];
    await store().append(novo, [usuario()], 0);
    // As an instance of before there was an outbox for it writes.
    await db().query(
      `INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados) VALUES ($1, $2, 1, 'usuario.registrado.v1', $3, '{"correlationid":"x"}')`,
      [randomUUID(), antigo, JSON.stringify(usuario().data)],
    );
    await eventually(() => publicados(novo).length === 1 && publicados(antigo).length === 1);
    await eventually(async () => (await pendentes('usuario/%')) === 0);
    expect(await database.query(`SELECT FROM eventos WHERE dados::text LIKE '%ana@exemplo%'`)).toEqual([]);
    await expect(store().append(novo, [usuario(), espaco()])).rejects.toThrow('mistura');
  });

  it('as palavras de alguém ficam ao lado do evento: quem o lê ou o publica as tem, até que sejam apagadas', async () => {
    const id = randomUUID();
    const fluxo = `reserva/${id}`;
    const cancelada = {
      reservaId: id,
      clienteId: randomUUID(),
      espacoId: randomUUID(),
      espacoNome: 'Sala Ipê',
      cidade: 'São Paulo',
      inicio: '2026-12-04T13:00:00.000Z',
      fim: '2026-12-04T15:00:00.000Z',
      fuso: 'America/Sao_Paulo',
      valorCentavos: 12_000,
      moeda: 'BRL',
      motivo: 'CLIENTE',
      reembolsoCentavos: 6_000,
      justificativa: 'Ana está doente',
    } as const;
    await store().append(fluxo, [{ type: 'reserva.cancelada.v1', data: cancelada }]);
    await eventually(() => publicados(fluxo).length === 1);
    expect(broker.published.find(({ subject }) => subject === fluxo)?.data).toEqual(cancelada);
    const lidos = async () =>
      [...(await store().read(fluxo)), ...((await store().readAll([fluxo])).get(fluxo) ?? [])].map(
        ({ dados }) => dados,
      );
    expect(await lidos()).toEqual([cancelada, cancelada]);
    expect(await database.query(`SELECT FROM eventos WHERE dados::text LIKE '%doente%'`)).toEqual([]);
    await database.query('DELETE FROM palavras_de_eventos');
    const { justificativa: _, ...resto } = cancelada;
    expect(await lidos()).toEqual([resto, resto]);
  });

  it('o que não alcança fila nenhuma não conta como publicado', async () => {
    const perdida = { exchange: '', key: 'ninguem', body: Buffer.from('{}'), messageId: randomUUID() };
    await expect(app.nest.get(Broker).publish({ ...perdida, mandatory: true })).rejects.toThrow('sem rota');
  });
});

describe('consumidor', () => {
  it('a mesma mensagem cinco vezes tem um efeito', async () => {
    const { type, data } = usuario();
    const id = randomUUID();
    await Promise.all(Array.from({ length: 5 }, () => broker.publish(type, data, { id })));
    await eventually(async () => (await efeitos(id)) === 1);
    await broker.publish(type, data, { id });
    const depois = await broker.publish(type, data);
    await eventually(async () => (await efeitos(depois.id)) === 1);
    expect(await efeitos(id)).toBe(1);
  });

  it('falha duas vezes, espera 1 s e 2 s na escada, e acerta na terceira, sem deixar efeito das falhas', async () => {
    const tentativas: number[] = [];
    behaviour = () => {
      tentativas.push(Date.now());
      if (tentativas.length < 3) throw new Error('ainda não');
    };
    const { id } = await broker.publish('usuario.registrado.v1', usuario().data);
    await eventually(async () => (await efeitos(id)) === 1);
    expect(tentativas).toHaveLength(3);
    const [primeira = 0, segunda = 0, terceira = 0] = tentativas;
    expect(segunda - primeira).toBeGreaterThanOrEqual(990);
    expect(terceira - segunda).toBeGreaterThanOrEqual(1_990);
  });

  it('quem falha sempre vai à DLQ com a causa depois de quatro tentativas, e o replay, já curado, tem efeito', async () => {
    const alvo = randomUUID();
    let tentativas = 0;
    behaviour = ({ id }) => {
      if (id === alvo) {
        tentativas++;
        throw new Error('sempre, com ana@exemplo.com.br');
      }
    };
    await broker.publish('usuario.registrado.v1', usuario().data, { id: alvo });
    const vizinha = await broker.publish('usuario.registrado.v1', usuario().data);
    await eventually(async () => (await efeitos(vizinha.id)) === 1);
    const [morta] = await eventually(async () => {
      const lista = await deadLetters.list(broker.url);
      return lista.length > 0 && lista;
    });
    expect(tentativas).toBe(4);
    expect(morta).toMatchObject({
      mensagemId: alvo,
      tipo: 'usuario.registrado.v1',
      fila: QUEUE,
      causa: 'tentativas-esgotadas',
      detalhe: 'Error: sempre, com [email]',
      tentativas: 4,
    });
    behaviour = () => undefined;
    expect(await deadLetters.replay(broker.url, [alvo])).toHaveLength(1);
    await eventually(async () => (await efeitos(alvo)) === 1);
    expect(await deadLetters.replay(broker.url, [alvo])).toHaveLength(0);
    expect(await efeitos(alvo)).toBe(1);
  });

  it('um canal recusado abre de novo quando o que lhe faltava aparece', async () => {
    const fila = `ainda-nao-ha-${randomUUID()}`;
    let tentativas = 0;
    let aberto = false;
    const canal = app.nest.get(Broker).openChannel('ensaio', async (channel) => {
      tentativas++;
      await channel.checkQueue(fila);
      aberto = true;
    });
    await eventually(() => tentativas >= 2, 60_000);
    expect(aberto).toBe(false);
    const connection = await connect(broker.url);
    await (await connection.createChannel()).assertQueue(fila);
    await eventually(() => aberto, 60_000);
    await canal.close();
    await connection.close();
    // The consumer, whose connection it was too, is back at its queue.
    const { id } = await broker.publish('usuario.registrado.v1', usuario().data);
    await eventually(async () => (await efeitos(id)) === 1, 60_000);
  });

  it('o que o banco não pôde guardar não vai, em claro, à causa da DLQ', async () => {
    const { type, data } = usuario();
    const alvo = randomUUID();
    behaviour = async ({ id }) => {
      if (id === alvo) await db().query('SELECT $1::uuid', ['Ana Confidencial']);
    };
    await broker.publish(type, data, { id: alvo });
    await eventually(async () => (await broker.deadLetterCount()) === 1, 60_000);
    const [morta] = await deadLetters.drop(broker.url);
    expect(morta?.detalhe).toBe('QueryFailedError: invalid input syntax for type uuid: "[valor]"');
  });

  it('o que nunca poderá ser tratado vai à DLQ de uma vez, e pode ser descartado', async () => {
    behaviour = () => {
      throw new UnprocessableMessageError('não há o que fazer');
    };
    const { id } = await broker.publish('usuario.registrado.v1', usuario().data);
    await eventually(async () => (await broker.deadLetterCount()) === 1);
    const [morta] = await deadLetters.list(broker.url);
    expect(morta).toMatchObject({ mensagemId: id, causa: 'improcessavel', tentativas: 1 });
    expect(await deadLetters.drop(broker.url, ['outro'])).toHaveLength(0);
    expect(await deadLetters.drop(broker.url)).toHaveLength(1);
    expect(await broker.deadLetterCount()).toBe(0);
  });

  it('o que pode nomear uma pessoa não espera para sempre na DLQ; o resto espera por quem decida', async () => {
    const ha = (dias: number) => new Date(Date.now() - dias * 86_400_000).toISOString();
    const morta = (type: string, desde: string, causa = 'tentativas-esgotadas') => ({
      exchange: DEAD_LETTER_EXCHANGE,
      key: QUEUE,
      body: Buffer.from(JSON.stringify(usuario().data)),
      messageId: randomUUID(),
      type,
      mandatory: true,
      headers: { 'x-cause': causa, 'x-origin-queue': QUEUE, 'x-dead-at': desde },
    });
    const enterradas = [
      morta('usuario.registrado.v1', ha(31)),
      morta('usuario.registrado.v1', ha(29)),
      morta('reserva.confirmada.v1', ha(31)),
      morta('qualquer', ha(31), 'malformada'),
    ];
    for (const uma of enterradas) await app.nest.get(Broker).publish(uma);
    await eventually(async () => (await broker.deadLetterCount()) === 4);
    const [velha, , , ilegivel] = enterradas.map(({ messageId }) => messageId);
    const esquecidas = await deadLetters.forgetPeople(broker.url, 30);
    expect(esquecidas.map(({ mensagemId }) => mensagemId)).toEqual([velha, ilegivel]);
    expect(await deadLetters.drop(broker.url)).toHaveLength(2);
  });

  it('as mensagens de um fluxo são tratadas uma depois da outra, as de fluxos diferentes lado a lado', async () => {
    const [um, outro] = [`teste/${randomUUID()}`, `teste/${randomUUID()}`];
    const vistas: string[] = [];
    const { promise: porta, resolve: abrir } = Promise.withResolvers<void>();
    behaviour = async ({ subject, sequence }) => {
      vistas.push(`${subject}#${sequence}`);
      if (subject === um) await porta;
    };
    for (const sequence of ['1', '2', '3'])
      await broker.publish('usuario.registrado.v1', usuario().data, { subject: um, sequence });
    await broker.publish('usuario.registrado.v1', usuario().data, { subject: outro });
    await eventually(() => vistas.includes(`${outro}#1`));
    expect(vistas.toSorted()).toEqual([`${um}#1`, `${outro}#1`].sort());
    abrir();
    await eventually(() => vistas.length === 4);
    expect(vistas.filter((vista) => vista.startsWith(um))).toEqual([`${um}#1`, `${um}#2`, `${um}#3`]);
  });

  it('o que só uma versão nova conhece espera, à vista, e é dela quando ela vem', async () => {
    const conhecida = { ...(await broker.publish('usuario.registrado.v1', usuario().data)), id: randomUUID() };
    const enviar = (type: string) =>
      broker.publishRaw(EVENTS_EXCHANGE, 'usuario.registrado', Buffer.from(JSON.stringify({ ...conhecida, type })));
    await enviar('usuario.registrado.v2');
    await enviar('usuario.promovido.v1');
    const causas = async () => (await deadLetters.list(broker.url)).map(({ causa }) => causa).toSorted();
    await eventually(async () => (await causas()).length === 2);
    expect(await causas()).toEqual(['sem-consumidor', 'versao-desconhecida']);
    expect(await broker.deadLetterCount()).toBe(0);
    // As an older release would have put it there, behind what nobody knows yet.
    await broker.publishRaw(FUTURE_EXCHANGE, QUEUE, Buffer.from(JSON.stringify(conhecida)));
    others.push(await start());
    await eventually(async () => (await efeitos(conhecida.id)) === 1);
    await eventually(async () => (await causas()).length === 2);
    expect(await deadLetters.replay(broker.url)).toHaveLength(2);
    await eventually(async () => (await causas()).length === 2);
    await deadLetters.drop(broker.url);
    expect(await causas()).toEqual([]);
  });

  it.each([['abc'], ['2'], [-1], [0], [1.5], [5], [1e12], [true], [[1]], [{ vezes: 1 }]])(
    'com %j tentativas contadas, a mensagem vai à DLQ de uma vez, e a vizinha é tratada',
    async (tentativas) => {
      const { id } = await broker.publish('usuario.registrado.v1', usuario().data, {}, { 'x-attempt': tentativas });
      const vizinha = await broker.publish('usuario.registrado.v1', usuario().data);
      await eventually(async () => (await efeitos(vizinha.id)) === 1);
      await eventually(async () => (await broker.deadLetterCount()) === 1);
      expect(await deadLetters.replay(broker.url)).toMatchObject([
        { mensagemId: id, causa: 'malformada', tentativas: 1 },
      ]);
      await eventually(async () => (await efeitos(id)) === 1);
    },
  );

  it('o tipo que quem enviou só pôs no corpo é o que se mostra', async () => {
    const connection = await connect(broker.url);
    const channel = await connection.createConfirmChannel();
    for (const corpo of ['{"type":"usuario.registrado.v1"}', '{"type":7}', 'nada'])
      channel.publish(DEAD_LETTER_EXCHANGE, QUEUE, Buffer.from(corpo));
    await channel.waitForConfirms();
    const entradas = await eventually(async () => {
      const lista = await deadLetters.list(broker.url);
      return lista.length === 3 && lista;
    });
    expect(entradas.map(({ tipo }) => tipo)).toEqual(['usuario.registrado.v1', 'desconhecido', 'desconhecido']);
    await deadLetters.drop(broker.url);
    await connection.close();
  });

  it('morta em duas filas, é duas entradas: cada uma se reenvia ou descarta sem a outra', async () => {
    const { id, ...resto } = await broker.publish('usuario.registrado.v1', usuario().data);
    await eventually(async () => (await efeitos(id)) === 1);
    const connection = await connect(broker.url);
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue('teste.vizinha');
    for (const fila of [QUEUE, 'teste.vizinha'])
      channel.publish(DEAD_LETTER_EXCHANGE, fila, Buffer.from(JSON.stringify({ id, ...resto })), {
        messageId: id,
        type: 'usuario.registrado.v1',
        headers: { 'x-origin-queue': fila, 'x-cause': 'improcessavel' },
      });
    await channel.waitForConfirms();
    const entradas = await deadLetters.list(broker.url);
    expect(entradas.map(({ fila, mensagemId }) => [fila, mensagemId])).toEqual([
      [QUEUE, id],
      ['teste.vizinha', id],
    ]);
    await expect(deadLetters.drop(broker.url, [id])).rejects.toThrow('em mais de uma fila');
    await eventually(async () => (await broker.deadLetterCount()) === 2);
    await deadLetters.replay(broker.url, [entradas[1]?.id ?? '']);
    expect((await channel.checkQueue('teste.vizinha')).messageCount).toBe(1);
    expect(await deadLetters.list(broker.url)).toMatchObject([{ fila: QUEUE, mensagemId: id }]);
    // Of one queue only, the id of the message will do.
    expect(await deadLetters.drop(broker.url, [id])).toHaveLength(1);
    await connection.close();
  });

  it('cuja fila foi apagada, volta a consumir, e até lá não está pronto', async () => {
    const connection = await connect(broker.url);
    const channel = await connection.createChannel();
    const ping = () =>
      app.nest
        .get(Broker)
        .ping()
        .then(
          () => '',
          (error: Error) => error.message,
        );
    const naoPronto = eventually(async () => (await ping()).includes(QUEUE));
    await channel.deleteQueue(QUEUE);
    await naoPronto;
    // Who administers declares it again; the consumer finds it by itself.
    await assertTopology(channel);
    await eventually(async () => (await ping()) === '');
    const depois = await broker.publish('usuario.registrado.v1', usuario().data);
    await eventually(async () => (await efeitos(depois.id)) === 1);
    await connection.close();
  });

  it('cujo canal o broker fechou, abre outro', async () => {
    const canais: ConfirmChannel[] = [];
    const canal = app.nest.get(Broker).openChannel('teste', async (channel) => void canais.push(channel));
    await canal.ready;
    canais[0]?.ack({ fields: { deliveryTag: 99 } } as never);
    await eventually(() => canais.length === 2 && canal.current === canais[1]);
    await canal.close();
  });

  it('cujo preparo falha, não deixa aberto o canal em que falhou', async () => {
    const canais: ConfirmChannel[] = [];
    const fechados: ConfirmChannel[] = [];
    const canal = app.nest.get(Broker).openChannel('teste', (channel) => {
      canais.push(channel);
      channel.once('close', () => fechados.push(channel));
      return canais.length < 3 ? Promise.reject(new Error('ainda não')) : Promise.resolve();
    });
    await canal.ready;
    expect(canais).toHaveLength(3);
    expect(fechados).toEqual(canais.slice(0, 2));
    await canal.close();
  });

  it('sem o binding da DLQ, a mensagem fica na fila de origem até haver', async () => {
    const connection = await connect(broker.url);
    const channel = await connection.createChannel();
    await channel.unbindQueue(DEAD_LETTER_QUEUE, DEAD_LETTER_EXCHANGE, '#');
    await broker.publishRaw(EVENTS_EXCHANGE, 'usuario.registrado', Buffer.from('veneno'));
    const vizinha = await broker.publish('usuario.registrado.v1', usuario().data);
    await eventually(async () => (await efeitos(vizinha.id)) === 1);
    expect(await broker.deadLetterCount()).toBe(0);
    await assertTopology(channel);
    await connection.close();
    await eventually(async () => (await broker.deadLetterCount()) === 1);
    await deadLetters.drop(broker.url);
  });

  it('ao encerrar, termina o que está em mãos', async () => {
    let solta: () => void = () => undefined;
    let comecou = false;
    behaviour = () => {
      comecou = true;
      return new Promise((resolve) => (solta = resolve));
    };
    await app.nest.close();
    const unica = await start();
    const { id } = await broker.publish('usuario.registrado.v1', usuario().data);
    await eventually(() => comecou);
    const encerrada = unica.stop();
    solta();
    await encerrada;
    expect(await efeitos(id)).toBe(1);
    behaviour = () => undefined;
    app = await start();
    const depois = await broker.publish('usuario.registrado.v1', usuario().data);
    await eventually(async () => (await efeitos(depois.id)) === 1);
    expect(await efeitos(id)).toBe(1);
  });

  it('a mensagem que derruba o consumidor vai à DLQ; a vizinha que só estava ao lado dela, não', async () => {
    await app.nest.close();
    const culpada = await broker.publish('usuario.registrado.v1', usuario().data);
    const vizinha = await broker.publish('usuario.registrado.v1', usuario().data);
    // As after consumers that died with both in hand, having begun only the first, three times.
    const connection = await connect(broker.url);
    const channel = await connection.createChannel();
    for (const _ of [culpada, vizinha]) await eventually(async () => await channel.get(QUEUE));
    await connection.close();
    await database.query('INSERT INTO inbox_suspeitas VALUES ($1, $2, 3)', [QUEUE, culpada.id]);
    app = await start();
    await eventually(async () => (await efeitos(vizinha.id)) === 1);
    await eventually(async () => (await broker.deadLetterCount()) === 1);
    expect(await efeitos(culpada.id)).toBe(0);
    expect(await deadLetters.drop(broker.url)).toMatchObject([{ mensagemId: culpada.id, causa: 'derruba-consumidor' }]);
    expect(await database.query('SELECT FROM inbox_suspeitas WHERE mensagem_id = $1', [vizinha.id])).toHaveLength(0);
  });

  it('uma fila só aceita os consumidores que a topologia lhe dá', async () => {
    @Controller()
    class Errado {
      @EventPattern('reserva.criada.v1')
      handle(evento: unknown): unknown {
        return evento;
      }
    }
    const errada = { ...module(), controllers: [Errado] };
    await expect(
      TestApp.start(
        errada,
        { name: 'teste', description: 'teste', problems: {} },
        { consumers: (nest) => consumeQueue(nest, QUEUE, 1) },
      ),
    ).rejects.toThrow('há consumidores para [reserva.criada.v1]');
  });
});

describe('saga', () => {
  interface Estado {
    readonly prazo: string | null;
    readonly passos: string[];
  }
  interface Local {
    readonly type: 'Agir';
    readonly falha: boolean;
  }

  function saga(falhas = { restantes: 0 }) {
    return new SagaRunner<Estado, string, Local>(
      {
        name: 'teste',
        deadline: 'prazo',
        decide: (estado, entrada): SagaStep<Estado, Local> => {
          const depois = { prazo: null, passos: [...estado.passos, entrada] };
          return entrada === 'age' ? [depois, espaco(), { type: 'Agir', falha: falhas.restantes-- > 0 }] : [depois];
        },
        execute: async (_chave, comando) => {
          if (comando.falha) throw new Error('no meio do passo');
          return 'agiu';
        },
      },
      db(),
      store(),
      app.nest.get(Notifier),
      app.nest.get(Logger),
    );
  }
  const estado = async (chave: string) =>
    (await database.query<{ estado: Estado }>('SELECT estado FROM sagas WHERE chave = $1', [chave]))[0]?.estado;

  it('o passo inteiro ou nada: o que falha no meio não deixa estado nem mensagem', async () => {
    const chave = randomUUID();
    const teste = saga({ restantes: 1 });
    await teste.begin(chave, [{ prazo: null, passos: [] }]);
    await expect(teste.deliver(chave, 'age')).rejects.toThrow('no meio do passo');
    expect(await estado(chave)).toEqual({ prazo: null, passos: [] });
    expect(await store().read(`saga-teste/${chave}`)).toEqual([]);
    await teste.deliver(chave, 'age');
    expect(await estado(chave)).toEqual({ prazo: null, passos: ['age', 'agiu'] });
    expect(await store().read(`saga-teste/${chave}`)).toHaveLength(1);
  });

  it('entregas simultâneas à mesma saga acontecem uma depois da outra', async () => {
    const chave = randomUUID();
    const teste = saga();
    await teste.begin(chave, [{ prazo: null, passos: [] }]);
    await Promise.all(Array.from({ length: 20 }, (_, i) => teste.deliver(chave, String(i))));
    expect((await estado(chave))?.passos.toSorted()).toEqual(Array.from({ length: 20 }, (_, i) => String(i)).sort());
  });

  it('um prazo vence uma vez, com dois executores à espera dele', async () => {
    const chaves = Array.from({ length: 10 }, () => randomUUID());
    const [a, b] = [saga(), saga()];
    for (const chave of chaves) await a.begin(chave, [{ prazo: new Date().toISOString(), passos: [] }]);
    a.start();
    b.start();
    for (const chave of chaves) await eventually(async () => (await estado(chave))?.passos.length === 1);
    await Promise.all([a.beforeApplicationShutdown(), b.beforeApplicationShutdown()]);
    for (const chave of chaves) expect(await estado(chave)).toEqual({ prazo: null, passos: ['prazo'] });
  });

  it('a que não consegue cumprir o seu prazo não atrasa as outras, e é tentada de novo', async () => {
    const [quebrada, sa] = [randomUUID(), randomUUID()];
    const falhas = { restantes: 2 };
    const executor = new SagaRunner<Estado, string, Local>(
      {
        name: 'prazo-que-falha',
        deadline: 'age',
        decide: (estado): SagaStep<Estado, Local> => [
          { prazo: null, passos: [...estado.passos, 'age'] },
          { type: 'Agir', falha: false },
        ],
        execute: async (chave) => {
          if (chave === quebrada && falhas.restantes-- > 0) throw new Error('ainda não');
          return undefined;
        },
      },
      db(),
      store(),
      app.nest.get(Notifier),
      app.nest.get(Logger),
    );
    const ontem = new Date(Date.now() - 86_400_000).toISOString();
    await executor.begin(quebrada, [{ prazo: ontem, passos: [] }]);
    await executor.begin(sa, [{ prazo: new Date().toISOString(), passos: [] }]);
    executor.start();
    await eventually(async () => (await estado(sa))?.passos.length === 1);
    expect(await estado(quebrada)).toEqual({ prazo: ontem, passos: [] });
    await eventually(async () => (await estado(quebrada))?.passos.length === 1);
    await executor.stop();
  });

  it('uma mensagem para uma saga que não existe não tem conserto', async () => {
    await expect(saga().deliver(randomUUID(), 'x')).rejects.toThrow(UnprocessableMessageError);
  });
});

describe('expurgo', () => {
  const restam = async (tabela: string, coluna: string, valores: readonly string[]) =>
    (
      await database.query<{ valor: string }>(
        `SELECT ${coluna} AS valor FROM ${tabela} WHERE ${coluna}::text = ANY($1)`,
        [valores],
      )
    ).map(({ valor }) => valor);

  it.each([
    ['inbox', 'mensagem_id', 30, `INSERT INTO inbox VALUES ('teste', $1, $2)`],
    ['inbox_suspeitas', 'mensagem_id', 30, `INSERT INTO inbox_suspeitas VALUES ('teste', $1, 1, $2)`],
    ['idempotencia', 'chave', 7, `INSERT INTO idempotencia VALUES ($1::uuid, 'h', 201, '{}', $2)`],
    [
      'mensagens_pessoais',
      'id',
      7,
      `INSERT INTO mensagens_pessoais (id, fluxo, versao, tipo, dados, metadados, publicado_em)
       VALUES ($1::uuid, 'usuario/' || $1::text, 1, 'usuario.registrado.v1', '{}', '{}', $2)`,
    ],
  ])('esquece de %s o que é velho demais para voltar, e nada mais', async (tabela, coluna, dias, inserir) => {
    const [velha, nova] = [randomUUID(), randomUUID()];
    const ha = (quantos: number) => new Date(Date.now() - quantos * 86_400_000);
    await database.query(inserir, [velha, ha(dias + 1)]);
    await database.query(inserir, [nova, ha(dias - 1)]);
    app.nest.get(Retention).wake();
    await eventually(async () => !(await restam(tabela, coluna, [velha])).includes(velha));
    expect(await restam(tabela, coluna, [velha, nova])).toEqual([nova]);
    expect((await exposeMetrics()).body).toMatch(
      new RegExp(`^expurgo_linhas_total\\{regra="${tabela}".*\\} [1-9]`, 'm'),
    );
  });

  it('dos fluxos que são só caixa de saída apaga o que passou; o último de uns fica, e a história toda', async () => {
    await database.query(`INSERT INTO fluxos_passageiros VALUES ('passa', 400, false), ('conta', 400, true)`);
    const inserir = (fluxo: string, versao: number, dias: number, publicado = true) =>
      database.query(
        `INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados, ocorrido_em, publicado_em)
         VALUES ($1, $2, $3, 'espaco.alterado.v1', '{}', '{"correlationid":"x"}', now() - make_interval(days => $4), CASE WHEN $5 THEN now() END)`,
        [randomUUID(), fluxo, versao, dias, publicado],
      );
    await inserir('passa/velho', 1, 401);
    await inserir('passa/novo', 1, 399);
    for (const versao of [1, 2, 3]) await inserir('conta/velho', versao, 401);
    await inserir('reserva/velha', 1, 4_000);
    const ficam = async () =>
      (
        await database.query<{ evento: string }>(
          `SELECT fluxo || ' ' || versao AS evento FROM eventos WHERE fluxo ~ '/(velh|nov)[ao]$' ORDER BY 1`,
        )
      ).map(({ evento }) => evento);
    // A pass begins with the process.
    others.push(await start());
    await eventually(async () => (await ficam()).length <= 3);
    expect(await ficam()).toEqual(['conta/velho 3', 'passa/novo 1', 'reserva/velha 1']);
    for (const evento of await ficam())
      await expect(db().query(`DELETE FROM eventos WHERE fluxo || ' ' || versao = $1`, [evento])).rejects.toThrow(
        'só aceita acréscimos',
      );
    await expect(db().query(`INSERT INTO fluxos_passageiros VALUES ('reserva', 30, false)`)).rejects.toThrow(
      'permission denied',
    );
  });

  it('cada regra encontra o que apaga por um índice', async () => {
    for (const regra of COMMON_RULES)
      expect(await database.indexedPlan(duePerRule(regra), [regra.days])).not.toMatch(/Seq Scan/);
  });
});

describe('topologia', () => {
  it('só liga filas a mensagens do catálogo', () => {
    for (const tipos of Object.values(queues))
      for (const tipo of tipos as readonly MessageType[]) expect(messages[tipo]).toBeDefined();
  });
});
