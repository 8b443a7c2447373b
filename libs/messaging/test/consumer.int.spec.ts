import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { messages, type MessageType } from '@plataforma/contracts';
import { exposeMetrics } from '@plataforma/platform';
import { eventually, TestApp } from '@plataforma/testing';
import { type ConfirmChannel, connect } from 'amqplib';
import {
  Alertas,
  assertTopology,
  Broker,
  consumeQueue,
  DEAD_LETTER_EXCHANGE,
  DEAD_LETTER_QUEUE,
  deadLetters,
  EVENTS_EXCHANGE,
  FUTURE_EXCHANGE,
  queues,
  UnprocessableMessageError,
} from '../src/index.js';
import { DEAD_LETTER_CAUSES, FUTURE_CAUSES } from '../src/topology.js';
import {
  alertas,
  QUEUE,
  consumer,
  broker,
  database,
  app,
  others,
  restart,
  start,
  testModule,
  usuario,
  efeitos,
  db,
  store,
} from './messaging-fixture.js';

describe('consumidor', () => {
  it('diz zero das mortas que ainda não houve: do que começa em um, aumento nenhum é visto', async () => {
    const { body } = await exposeMetrics();
    for (const causa of [...DEAD_LETTER_CAUSES, ...FUTURE_CAUSES])
      expect(body).toMatch(new RegExp(`^mensagens_mortas_total\\{fila="${QUEUE}",causa="${causa}"[^}]*\\} \\d`, 'm'));
    expect(body).toMatch(new RegExp(`^mensagens_dlq_falhas_total\\{fila="${QUEUE}"[^}]*\\} \\d`, 'm'));
  });

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
    consumer.behaviour = () => {
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
    consumer.behaviour = ({ id }) => {
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
    consumer.behaviour = () => undefined;
    expect(await deadLetters.replay(broker.url, [alvo])).toHaveLength(1);
    await eventually(async () => (await efeitos(alvo)) === 1);
    expect(await deadLetters.replay(broker.url, [alvo])).toHaveLength(0);
    expect(await efeitos(alvo)).toBe(1);
  });

  it('o banco que demora não gasta tentativas: quem só tinha mais uma espera por ele', async () => {
    let tentativas = 0;
    consumer.behaviour = async () => {
      tentativas++;
      if (tentativas < 4) throw new Error('ainda não');
      if (tentativas > 4) return;
      await db().query(`SET LOCAL statement_timeout = '20ms'`);
      await db().query('SELECT pg_sleep(30)');
    };
    const { id } = await broker.publish('usuario.registrado.v1', usuario().data);
    await eventually(async () => (await efeitos(id)) === 1);
    expect(tentativas).toBe(5);
    expect(await deadLetters.list(broker.url)).toEqual([]);
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
    consumer.behaviour = async ({ id }) => {
      if (id === alvo) await db().query('SELECT $1::uuid', ['Ana Confidencial']);
    };
    await broker.publish(type, data, { id: alvo });
    await eventually(async () => (await broker.deadLetterCount()) === 1, 60_000);
    const [morta] = await deadLetters.drop(broker.url);
    expect(morta?.detalhe).toBe('QueryFailedError: invalid input syntax for type uuid: "[valor]"');
  });

  it('o que nunca poderá ser tratado vai à DLQ de uma vez, e pode ser descartado', async () => {
    consumer.behaviour = () => {
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

  it('de cada causa por que morrem mensagens quem opera ouve uma vez por dia, por mais que morram e por quem as ache', async () => {
    const causa = `${QUEUE}: pagamento.estornado.v1, improcessavel`;
    const ditas = async () => (await alertas()).filter((alerta) => alerta.causa === causa);
    consumer.behaviour = () => {
      throw new UnprocessableMessageError('de ana@exemplo.com.br não se diz nada');
    };
    const morrer = () =>
      broker.publish('pagamento.estornado.v1', {
        pagamentoId: randomUUID(),
        reservaId: randomUUID(),
        estornoId: randomUUID(),
        valorCentavos: 100,
        totalEstornadoCentavos: 100,
        moeda: 'BRL',
      });
    await morrer();
    await eventually(async () => (await ditas()).length === 1, 60_000);
    const outra = await start();
    others.push(outra);
    await Promise.all(Array.from({ length: 6 }, morrer));
    await eventually(async () => (await broker.deadLetterCount()) === 7, 60_000);
    await Promise.all([app, outra].map(({ nest }) => nest.get(Alertas).raise('MENSAGENS_MORTAS', causa)));
    expect(await ditas()).toEqual([{ tipo: 'MENSAGENS_MORTAS', causa, quantidade: 1, desde: expect.any(String) }]);
    // Also by those who know nothing yet, at the same time.
    const causas = Array.from({ length: 5 }, () => randomUUID());
    await Promise.all(
      causas.flatMap((uma) => [1, 2, 3].map(() => new Alertas(db(), store()).raise('DIVERGENCIA', uma, 2))),
    );
    expect(
      (await alertas())
        .filter(({ tipo }) => tipo === 'DIVERGENCIA')
        .map((uma) => uma.causa)
        .toSorted(),
    ).toEqual(causas.toSorted());
    await deadLetters.drop(broker.url);
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
    consumer.behaviour = async ({ subject, sequence }) => {
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
    consumer.behaviour = () => {
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
    consumer.behaviour = () => undefined;
    await restart();
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
    await restart();
    await eventually(async () => (await efeitos(vizinha.id)) === 1);
    await eventually(async () => (await broker.deadLetterCount()) === 1);
    expect(await efeitos(culpada.id)).toBe(0);
    expect(await deadLetters.drop(broker.url)).toMatchObject([{ mensagemId: culpada.id, causa: 'derruba-consumidor' }]);
    expect(await database.query('SELECT FROM inbox_suspeitas WHERE mensagem_id = $1', [vizinha.id])).toHaveLength(0);
  });

  it('uma fila só aceita os consumidores que a topologia lhe dá', async () => {
    @Controller()
    class Errado {
      @EventPattern('cobranca.criar.v1')
      handle(evento: unknown): unknown {
        return evento;
      }
    }
    const errada = { ...testModule(), controllers: [Errado] };
    await expect(
      TestApp.start(
        errada,
        { name: 'teste', description: 'teste', problems: {} },
        { consumers: (nest) => consumeQueue(nest, QUEUE, 1) },
      ),
    ).rejects.toThrow('há consumidores para [cobranca.criar.v1]');
  });
});

describe('topologia', () => {
  it('só liga filas a mensagens do catálogo', () => {
    for (const tipos of Object.values(queues))
      for (const tipo of tipos as readonly MessageType[]) expect(messages[tipo]).toBeDefined();
  });
});
