import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventStore } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import { eventually, type TestApp } from '@plataforma/testing';
import { Notifier } from '@plataforma/trabalho';
import { Canais, EntregaRepository, Modelos } from '../src/application/ports.js';
import { PgEntregaRepository } from '../src/infrastructure/pg-entrega-repository.js';
import { FakeSendGrid } from './fake-sendgrid.js';
import { type Caso, NotificacoesFixture, novoCaso } from './notificacoes-fixture.js';

describe('E-mails pelo SendGrid', () => {
  let notificacoes: NotificacoesFixture;
  let sendgrid: FakeSendGrid;
  let app: TestApp;

  const emEstado = (caso: Caso, estado: string) =>
    eventually(async () => (await notificacoes.listar(app, caso)).find((entrega) => entrega.estado === estado));
  const anunciadas = (tipo: 'notificacao.enviada.v1' | 'notificacao.falhou.v1', { reservaId }: Caso) =>
    notificacoes.broker.publishedOf(tipo).filter(({ data }) => data.reservaId === reservaId);
  const confirmada = async (caso = novoCaso()): Promise<Caso> => {
    await notificacoes.registrar(caso);
    await notificacoes.confirmar(caso);
    return caso;
  };

  beforeAll(async () => {
    [notificacoes, sendgrid] = await Promise.all([NotificacoesFixture.create(), FakeSendGrid.start()]);
    app = await notificacoes.start({
      SENDGRID_API_KEY: 'SG.teste',
      SENDGRID_BASE_URL: sendgrid.url,
      EMAIL_REMETENTE: 'reservas@exemplo.com',
      ENVIO_TENTATIVAS: '3',
    });
  });
  afterAll(async () => {
    await notificacoes.stop();
    await sendgrid.stop();
  });

  it('levam destinatário, os dois corpos e a chave da entrega', async () => {
    const { id, assunto } = await emEstado(await confirmada(), 'ENVIADA');
    const [pedido, ...outros] = sendgrid.de(id);
    expect(outros).toEqual([]);
    expect(pedido).toMatchObject({
      authorization: 'Bearer SG.teste',
      corpo: {
        from: { email: 'reservas@exemplo.com' },
        subject: assunto,
        personalizations: [{ to: [{ email: 'ana.souza@exemplo.com', name: 'Ana Souza' }] }],
        custom_args: { notificacaoId: id },
      },
    });
    expect(pedido?.corpo.content.map(({ type }) => type)).toEqual([
      'text/plain',
      'text/html',
      'text/calendar; charset=utf-8; method=REQUEST',
    ]);
  });

  it('são tentados de novo depois de um erro e depois de uma conexão perdida', async () => {
    sendgrid.responder(503, 'cortar');
    const caso = await confirmada();
    const { id } = await emEstado(caso, 'ENVIADA');
    expect(sendgrid.de(id)).toHaveLength(3);
    await eventually(() => anunciadas('notificacao.enviada.v1', caso).length === 1);
  });

  it('seguem sendo tentados por mais que falhem, enquanto não falham há tempo demais', async () => {
    sendgrid.responder(500, 500, 500, 500);
    const { id } = await emEstado(await confirmada(), 'ENVIADA');
    expect(sendgrid.de(id)).toHaveLength(5);
  });

  it('são abandonados quando falham há um dia, e isso é anunciado sem dados pessoais', async () => {
    sendgrid.responder(async (response) => {
      await notificacoes.database.query(
        `UPDATE entregas SET falhando_desde = now() - interval '24 hours' WHERE estado = 'PENDENTE'`,
      );
      response.writeHead(500).end();
    }, 500);
    const caso = await confirmada();
    const { id } = await emEstado(caso, 'FALHOU');
    expect(sendgrid.de(id)).toHaveLength(2);
    const evento = await eventually(() => anunciadas('notificacao.falhou.v1', caso)[0]);
    expect(evento.data).toMatchObject({ notificacaoId: id, motivo: 'SendGrid respondeu 500' });
    expect(JSON.stringify(evento)).not.toMatch(/ana\.souza|Ana Souza/);
  });

  it('que vieram cedo demais para o provedor não contam como tentados', async () => {
    const demais = (response: ServerResponse) =>
      Promise.resolve(void response.writeHead(429, { 'retry-after': '0.05' }).end());
    sendgrid.responder(...Array.from({ length: 5 }, () => demais));
    const { id } = await emEstado(await confirmada(), 'ENVIADA');
    expect(sendgrid.de(id)).toHaveLength(6);
    expect(await notificacoes.database.query('SELECT tentativas, falhas FROM entregas WHERE id = $1', [id])).toEqual([
      { tentativas: 1, falhas: 0 },
    ]);
  });

  it('abandonados se reenviam a pedido de quem opera, o que se audita; só os que falharam, e só a quem se alcança', async () => {
    sendgrid.responder(400);
    const caso = await confirmada();
    const { id } = await emEstado(caso, 'FALHOU');
    const reenviar = async (qual: string, papel: 'CLIENTE' | 'OPERADOR' = 'OPERADOR') =>
      (
        await app.send<{ code?: string }>('POST', `/v1/notificacoes/${qual}/reenvio`, {
          token: await notificacoes.issuer.token(randomUUID(), [papel]),
        })
      ).status;
    expect([await reenviar(id, 'CLIENTE'), await reenviar(randomUUID())]).toEqual([403, 404]);
    expect(await reenviar(id)).toBe(204);
    await emEstado(caso, 'ENVIADA');
    expect(sendgrid.de(id)).toHaveLength(2);
    expect(await reenviar(id)).toBe(409);
    expect(
      await notificacoes.database.query('SELECT tipo FROM auditoria WHERE alvo = $1', [`notificacao/${id}`]),
    ).toEqual([{ tipo: 'aviso.reenviado' }]);
    sendgrid.responder(400);
    const apagado = await confirmada();
    const outra = await emEstado(apagado, 'FALHOU');
    await notificacoes.database.query('SELECT apagar_pessoa($1)', [apagado.clienteId]);
    expect(await reenviar(outra.id)).toBe(409);
  });

  it('são abandonados na hora quando a SendGrid recusa a própria mensagem', async () => {
    sendgrid.responder(400);
    const { id } = await emEstado(await confirmada(), 'FALHOU');
    expect(sendgrid.de(id)).toHaveLength(1);
  });

  it('são enviados sem transação aberta', async () => {
    const abertas: { total: number }[] = [];
    sendgrid.responder(async (response) => {
      abertas.push(
        ...(await notificacoes.database.query<{ total: number }>(
          `SELECT count(*)::int AS total FROM pg_stat_activity WHERE datname = $1 AND state = 'idle in transaction'
              AND query NOT LIKE '%eventos%'`,
          [notificacoes.database.name],
        )),
      );
      response.writeHead(202).end();
    });
    await emEstado(await confirmada(), 'ENVIADA');
    expect(abertas).toEqual([{ total: 0 }]);
  });

  it('são enviados uma vez por dois trabalhadores que disputam', async () => {
    await notificacoes.start({
      SENDGRID_API_KEY: 'SG.teste',
      SENDGRID_BASE_URL: sendgrid.url,
      EMAIL_REMETENTE: 'reservas@exemplo.com',
    });
    const casos = await Promise.all(Array.from({ length: 20 }, () => confirmada()));
    for (const caso of casos) {
      const { id } = await emEstado(caso, 'ENVIADA');
      expect(sendgrid.de(id)).toHaveLength(1);
    }
  });

  it('são tomados por um trabalhador cada, por mais que olhem ao mesmo tempo', async () => {
    const caso = await confirmada();
    await emEstado(caso, 'ENVIADA');
    await notificacoes.database.query(
      `INSERT INTO entregas (id, reserva_id, versao, tipo, canal, usuario_id, dados, estado)
       SELECT gen_random_uuid(), gen_random_uuid(), 2, tipo, canal, usuario_id, dados, 'PENDENTE'
         FROM entregas, generate_series(1, 200) WHERE reserva_id = $1`,
      [caso.reservaId],
    );
    const entregas = app.nest.get(EntregaRepository);
    const reivindicadas = (await Promise.all(Array.from({ length: 10 }, () => entregas.toSend('EMAIL').claim(20))))
      .flat()
      .flatMap(({ item }) => item);
    expect(new Set(reivindicadas.map(({ id }) => id)).size).toBe(reivindicadas.length);
    expect(reivindicadas.filter(({ tentativas }) => tentativas > 1)).toEqual([]);
  });

  it('saem de novo, marcados e anunciados uma vez, depois que um processo morreu entre o envio e a marca', async () => {
    const caso = novoCaso();
    await notificacoes.confirmar(caso);
    await emEstado(caso, 'AGUARDANDO_CONTATO');
    // The process that is to die: it claims and sends with the service's own parts, and never comes to the mark. It
    // claims in the transaction that releases the delivery, so that the worker of `app` cannot be faster.
    const database = new Database(notificacoes.database.options);
    await database.connect();
    const entregas = app.nest.get(EntregaRepository);
    const [tomada] = await database.transaction(async () => {
      const repositorio = new PgEntregaRepository(
        database,
        new EventStore(database, () => undefined),
        app.nest.get(Notifier),
        30_000,
      );
      await repositorio.saveContato(
        {
          usuarioId: caso.clienteId,
          nome: 'Ana',
          email: 'ana@exemplo.com',
          idioma: 'pt-BR',
        },
        1,
      );
      return repositorio.toSend('EMAIL').claim(1);
    });
    await database.close();
    if (!tomada) throw new Error('nada a enviar');
    const carta = tomada.item;
    const [emMaos] = carta;
    const { id, aviso, contato } = emMaos;
    const conteudo = app.nest.get(Modelos).write('EMAIL', [aviso], contato);
    const aceite = await app.nest.get(Canais).por.EMAIL.deliver({ id, tipo: aviso.tipo, para: contato, conteudo });

    expect(sendgrid.de(emMaos.id)).toHaveLength(1);
    expect((await entregas.ofBooking(caso.reservaId, undefined))[0]?.estado).toBe('PENDENTE');
    await notificacoes.database.query('UPDATE entregas SET disponivel_em = now() WHERE id = $1', [emMaos.id]);
    await emEstado(caso, 'ENVIADA');
    expect(sendgrid.de(emMaos.id)).toHaveLength(2);
    expect(await entregas.markSent(carta, 'tarde demais', aceite)).toBe(0);
    await eventually(() => anunciadas('notificacao.enviada.v1', caso).length === 1);
  });

  it('esperam na fila pelo ritmo do provedor: não são tomados para nada', async () => {
    const outra = await NotificacoesFixture.create();
    try {
      const lento = await outra.start({
        SENDGRID_API_KEY: 'SG.teste',
        SENDGRID_BASE_URL: sendgrid.url,
        EMAIL_REMETENTE: 'reservas@exemplo.com',
        EMAIL_POR_SEGUNDO: '2',
      });
      const caso = novoCaso();
      await outra.registrar(caso);
      await outra.confirmar(caso);
      await eventually(async () => (await outra.listar(lento, caso)).some(({ estado }) => estado === 'ENVIADA'));
      // Of this process, whichever instance it was: what was counted before does not count.
      const contadas = () =>
        Promise.all([
          outra.metrica(lento, 'notificacoes_envios_total', { desfecho: 'enviada' }),
          outra.metrica(lento, 'notificacoes_envios_total', { desfecho: 'adiada' }),
          outra.metrica(lento, 'trabalhos_itens_falhas_total', { trabalho: 'envio por EMAIL' }),
        ]);
      const antes = await contadas();
      await outra.database.query(
        `INSERT INTO entregas (id, reserva_id, versao, tipo, canal, usuario_id, dados, estado)
         SELECT gen_random_uuid(), gen_random_uuid(), 2, tipo, canal, usuario_id, dados, 'PENDENTE'
           FROM entregas, generate_series(1, 60) WHERE reserva_id = $1`,
        [caso.reservaId],
      );
      await outra.database.query(`SELECT pg_notify('entregas_email', '')`);
      const [enviadas = 0, adiadas = 0, falhas = 0] = await eventually(async () => {
        const desde = (await contadas()).map((contada, i) => contada - (antes[i] ?? 0));
        return (desde[0] ?? 0) >= 8 && desde;
      }, 60_000);
      expect(adiadas).toBeLessThanOrEqual(enviadas);
      expect(falhas).toBe(0);
    } finally {
      await outra.stop();
    }
  });

  it('precisam que um remetente seja nomeado', async () => {
    await expect(notificacoes.start({ SENDGRID_API_KEY: 'SG.teste' })).rejects.toThrow(/EMAIL_REMETENTE/);
  });
});
