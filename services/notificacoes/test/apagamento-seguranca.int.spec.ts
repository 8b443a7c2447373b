import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { consumeQueue } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import { eventually } from '@plataforma/testing';
import { EmailLocal } from '../src/infrastructure/email-local.js';
import { type Caso, NotificacoesFixture, novoCaso } from './notificacoes-fixture.js';

describe('Segurança 36: apagada a pessoa', () => {
  let notificacoes: NotificacoesFixture;

  beforeAll(async () => {
    notificacoes = await NotificacoesFixture.create();
    const app = await notificacoes.start();
    consumeQueue(app.nest, 'notificacoes.pessoas', 10);
    await app.nest.startAllMicroservices();
  });
  afterAll(() => notificacoes.stop());

  const perguntar = (caso: Caso, pedidoId: string, etapa: string, servico = 'notificacoes') =>
    notificacoes.broker.publish(
      'usuario.apagamento-pedido.v1',
      { pedidoId, usuarioId: caso.clienteId, servico, etapa },
      { subject: `apagamento/${randomUUID()}` },
    );
  const respostas = (pedidoId: string) =>
    notificacoes.broker.publishedOf('apagamento.respondido.v1').filter(({ data }) => data.pedidoId === pedidoId);
  const linhas = async ({ clienteId }: Caso) => {
    const [row] = await notificacoes.database.query<{ contatos: string; entregas: string }>(
      `SELECT (SELECT count(*) FROM contatos WHERE usuario_id = $1) AS contatos, (SELECT count(*) FROM entregas WHERE usuario_id = $1) AS entregas`,
      [clienteId],
    );
    return [Number(row?.contatos), Number(row?.entregas)];
  };
  const consumidas = async (id: string) =>
    (
      await notificacoes.database.query(
        "SELECT FROM inbox WHERE mensagem_id = $1 AND consumidor <> 'notificacoes.ganchos'",
        [id],
      )
    ).length > 0;

  it('o serviço responde com contagens, na transação do que fez, e o que chega depois não deixa nada', async () => {
    const caso = novoCaso();
    await notificacoes.registrar(caso);
    await notificacoes.confirmar(caso);
    await eventually(async () => (await linhas(caso)).join() === '1,1', 30_000);
    const [pedidoId, alheio] = [randomUUID(), await perguntar(caso, randomUUID(), 'APAGAR', 'reservas')];
    await eventually(() => consumidas(alheio.id), 30_000);
    expect(await linhas(caso)).toEqual([1, 1]);

    await perguntar(caso, pedidoId, 'APAGAR');
    const { data } = await eventually(() => respostas(pedidoId)[0], 30_000);
    expect(data).toMatchObject({ servico: 'notificacoes', etapa: 'APAGAR', pendencias: [] });
    expect(data.apagado).toContainEqual({ tipo: 'contato', quantidade: 1 });
    expect(data.mantido).toEqual([expect.objectContaining({ quantidade: 1, ate: '400 dias' })]);
    expect(JSON.stringify(data)).not.toMatch(/Ana|exemplo\.com/);

    const tardias = [
      await notificacoes.registrar(caso, {}, { sequence: '9' }),
      await notificacoes.confirmar({ ...caso, reservaId: randomUUID() }),
      await notificacoes.broker.publish('usuario.carta-pedida.v1', {
        cartaId: randomUUID(),
        usuarioId: caso.clienteId,
        tipo: 'SENHA_MUDOU',
        nome: 'Ana Souza',
        email: 'ana.souza@exemplo.com',
        idioma: 'pt-BR',
      }),
    ];
    for (const { id } of tardias) await eventually(() => consumidas(id), 30_000);
    expect(await linhas(caso)).toEqual([0, 1]);
    expect(
      await notificacoes.database.query('SELECT FROM cartas_de_conta WHERE usuario_id = $1', [caso.clienteId]),
    ).toEqual([]);
    expect(
      await notificacoes.database.query(`SELECT FROM emails_locais WHERE para_nome || html || texto ~ 'Ana Souza'`),
    ).toEqual([]);
  });

  it('do que a pessoa disse ao cancelar nada fica, onde quer que estivesse', async () => {
    const caso = novoCaso();
    await notificacoes.registrar(caso);
    await notificacoes.cancelar(caso, {}, 'Zuleica viajou para Xapuri');
    const guardadas = async () => {
      const tabelas = await notificacoes.database.query<{ nome: string }>(
        `SELECT format('%I', table_name) AS nome FROM information_schema.tables
          WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
      );
      const achadas = [];
      for (const { nome } of tabelas)
        if ((await notificacoes.database.query(`SELECT FROM ${nome} t WHERE t::text LIKE '%Xapuri%'`)).length > 0)
          achadas.push(nome);
      return achadas;
    };
    await eventually(async () => (await guardadas()).includes('entregas'), 30_000);
    const pedidoId = randomUUID();
    await perguntar(caso, pedidoId, 'APAGAR');
    expect((await eventually(() => respostas(pedidoId)[0], 30_000)).data.apagado).toContainEqual({
      tipo: 'palavras de cancelamentos',
      quantidade: expect.any(Number),
    });
    expect(await guardadas()).toEqual([]);
  });

  it.each<[string, (caso: Caso) => readonly [string, unknown[]], string]>([
    [
      'um contato',
      ({ clienteId }) => [
        `INSERT INTO contatos (usuario_id, nome, email, idioma) VALUES ($1, 'Ana', 'ana@exemplo.com', 'pt-BR')`,
        [clienteId],
      ],
      'contatos',
    ],
    [
      'uma carta',
      ({ clienteId }) => [
        `INSERT INTO cartas_de_conta (id, usuario_id, tipo, nome, email, idioma, ocorrido_em, disponivel_em)
         VALUES (gen_random_uuid(), $1, 'SENHA_MUDOU', 'Ana', 'ana@exemplo.com', 'pt-BR', now(), now() + interval '1 hour')`,
        [clienteId],
      ],
      'cartas_de_conta',
    ],
    [
      'um telefone',
      ({ clienteId }) => [
        `INSERT INTO destinos (id, usuario_id, meio, endereco, verificado_em) VALUES (gen_random_uuid(), $1, 'TELEFONE', '+5511999990000', now())`,
        [clienteId],
      ],
      'destinos',
    ],
  ])('enquanto se gravava %s, também isso se apaga', async (_o, gravar, tabela) => {
    const caso = novoCaso();
    const [um, outro] = [1, 2].map(() => new Database(notificacoes.database.options)) as [Database, Database];
    await Promise.all([um.connect(), outro.connect()]);
    try {
      let apagada: Promise<unknown> = Promise.resolve();
      await um.transaction(async () => {
        const [sql, parametros] = gravar(caso);
        await um.query(sql, parametros);
        apagada = outro.query('SELECT apagar_pessoa($1)', [caso.clienteId]);
        // It waits for what is being written; one that does not has ended already.
        const espera = eventually(
          async () =>
            (
              await notificacoes.database.query(
                `SELECT FROM pg_stat_activity WHERE datname = $1 AND wait_event = 'advisory'`,
                [notificacoes.database.name],
              )
            ).length > 0,
          30_000,
        );
        await Promise.race([apagada, espera]);
      });
      await apagada;
      expect(
        await notificacoes.database.query(`SELECT FROM ${tabela} WHERE usuario_id = $1`, [caso.clienteId]),
      ).toEqual([]);
    } finally {
      await Promise.all([um.close(), outro.close()]);
    }
  });

  it('o e-mail que saía, a ela ou a quem convidou, não se guarda', async () => {
    const caso = novoCaso();
    const convidado = randomUUID();
    await notificacoes.registrar(caso);
    await notificacoes.confirmar(caso);
    await eventually(async () => (await linhas(caso)).join() === '1,1', 30_000);
    await notificacoes.database.query(
      `INSERT INTO convidados (id, reserva_id, email, anfitriao) VALUES ($1, $2, 'bia@exemplo.com', $3)`,
      [convidado, caso.reservaId, caso.clienteId],
    );
    const emVoo = await Promise.all(
      [caso.clienteId, convidado].map(async (quem) => {
        const id = randomUUID();
        await notificacoes.database.query(
          `INSERT INTO entregas (id, reserva_id, versao, tipo, canal, usuario_id, dados, estado, disponivel_em)
           VALUES ($1, $2, 7, 'COMO_FOI', 'EMAIL', $3, '{}', 'PENDENTE', now() + interval '1 hour')`,
          [id, caso.reservaId, quem],
        );
        return id;
      }),
    );
    const carta = randomUUID();
    await notificacoes.database.query('SELECT apagar_pessoa($1)', [caso.clienteId]);
    const database = new Database(notificacoes.database.options);
    await database.connect();
    try {
      const email = new EmailLocal(database);
      for (const id of [...emVoo, carta])
        await email.deliver({
          id,
          tipo: 'COMO_FOI',
          para: { usuarioId: caso.clienteId, nome: 'Ana Souza', email: 'ana@exemplo.com', idioma: 'pt-BR' },
          conteudo: { assunto: 'Oi', html: 'Oi', texto: 'Oi' },
        });
    } finally {
      await database.close();
    }
    expect(
      await notificacoes.database.query('SELECT FROM emails_locais WHERE entrega_id = ANY($1)', [[...emVoo, carta]]),
    ).toEqual([]);
  });

  it('só depois de sair a carta que o conta', async () => {
    const caso = novoCaso();
    await notificacoes.registrar(caso);
    await eventually(async () => (await linhas(caso)).join() === '1,0', 30_000);
    const carta = randomUUID();
    await notificacoes.database.query(
      `INSERT INTO cartas_de_conta (id, usuario_id, tipo, nome, email, idioma, ocorrido_em, disponivel_em)
       VALUES ($1, $2, 'APAGAMENTO_PEDIDO', 'Ana Souza', 'ana@exemplo.com', 'pt-BR', now(), now() + interval '1 hour')`,
      [carta, caso.clienteId],
    );
    const [cedo, depois] = [randomUUID(), randomUUID()];
    await perguntar(caso, cedo, 'APAGAR');
    expect((await eventually(() => respostas(cedo)[0], 30_000)).data).toMatchObject({
      pendencias: [{ tipo: 'CARTA_A_ENVIAR', id: carta }],
      apagado: [],
    });
    expect(await linhas(caso)).toEqual([1, 0]);
    await notificacoes.database.query(`UPDATE cartas_de_conta SET disponivel_em = now() WHERE id = $1`, [carta]);
    await eventually(
      async () =>
        (await notificacoes.database.query(`SELECT FROM cartas_de_conta WHERE id = $1 AND estado = 'ENVIADA'`, [carta]))
          .length > 0,
      60_000,
    );
    await perguntar(caso, depois, 'APAGAR');
    expect((await eventually(() => respostas(depois)[0], 30_000)).data.pendencias).toEqual([]);
    expect(await linhas(caso)).toEqual([0, 0]);
  });
});
