import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ParteDaLinhaHttp } from '@plataforma/contracts';
import { duePerRule, EVENTS_EXCHANGE, Retention } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import { eventually, type TestApp } from '@plataforma/testing';
import { REGRAS_DE_EXPURGO } from '../src/infrastructure/expurgo.js';
import { type Caso, NotificacoesFixture, novoCaso } from './notificacoes-fixture.js';

interface EmailGuardado {
  readonly para_email: string;
  readonly assunto: string;
  readonly html: string;
  readonly texto: string;
}

describe('Avisos sobre reservas', () => {
  let notificacoes: NotificacoesFixture;
  let app: TestApp;

  const emails = (id: string) =>
    notificacoes.database.query<EmailGuardado & Record<string, unknown>>(
      'SELECT * FROM emails_locais WHERE entrega_id = $1',
      [id],
    );

  beforeAll(async () => {
    notificacoes = await NotificacoesFixture.create();
    app = await notificacoes.start();
  });
  afterAll(() => notificacoes.stop());

  it('estão na linha do tempo da reserva, com o que deles ainda se fará; só para a casa', async () => {
    const caso = novoCaso();
    await notificacoes.confirmar(caso);
    const token = await notificacoes.issuer.token(randomUUID(), ['OPERADOR']);
    const rota = `/v1/notificacoes/linha-do-tempo?reservaId=${caso.reservaId}`;
    const linha = async () => (await app.get<ParteDaLinhaHttp>(rota, { token })).body;
    const espera = await eventually(async () => {
      const body = await linha();
      return body.proximos.length > 0 && body;
    });
    // Nobody knows yet how to reach this person.
    expect(espera.proximos[0]).toMatchObject({ origem: 'notificacoes', acao: 'enviar-aviso', em: null, parado: true });
    await notificacoes.registrar(caso);
    const contada = await eventually(async () => {
      const body = await linha();
      return body.itens.some(({ tipo }) => tipo === 'notificacao.enviada.v1') && body;
    });
    expect(contada.itens.find(({ especie }) => especie === 'AVISO')).toMatchObject({
      tipo: 'RESERVA_CONFIRMADA',
      dados: { canal: 'EMAIL', estado: 'ENVIADA' },
    });
    expect(JSON.stringify(contada)).not.toMatch(new RegExp(`Ana|@exemplo|${caso.clienteId}`));
    const alheia = await notificacoes.issuer.token(caso.clienteId);
    expect((await app.get(rota, { token: alheia })).status).toBe(403);
  });

  it('são registrados pelo adaptador local e anunciados', async () => {
    const caso = novoCaso();
    await notificacoes.registrar(caso);
    await notificacoes.confirmar(caso);
    const enviada = await eventually(async () =>
      (await notificacoes.listar(app, caso)).find(({ estado }) => estado === 'ENVIADA'),
    );
    expect(enviada).toMatchObject({
      tipo: 'RESERVA_CONFIRMADA',
      canal: 'EMAIL',
      assunto: 'Reserva confirmada: Sala Ipê',
    });
    expect(Date.parse(enviada.enviadaEm ?? '')).not.toBeNaN();
    const [email] = await emails(enviada.id);
    expect(email).toMatchObject({ para_email: 'ana.souza@exemplo.com', assunto: enviada.assunto });
    expect(email?.texto.replace(/\s/g, ' ')).toContain('sexta-feira, 4 de dezembro de 2026 10:00 – 12:00 BRT');
    expect(email?.html).toContain('Ana Souza');
    const evento = await eventually(() =>
      notificacoes.broker.publishedOf('notificacao.enviada.v1').find(({ data }) => data.notificacaoId === enviada.id),
    );
    expect(evento.data).toEqual({
      notificacaoId: enviada.id,
      usuarioId: caso.clienteId,
      reservaId: caso.reservaId,
      tipo: 'RESERVA_CONFIRMADA',
      canal: 'EMAIL',
    });
  });

  it('são um de cada, embora a mesma mensagem venha três vezes ao mesmo tempo e o mesmo fato sob outro id', async () => {
    const caso = novoCaso();
    await notificacoes.registrar(caso);
    const { id } = await notificacoes.confirmar(caso);
    const [, , outra] = await Promise.all([
      notificacoes.confirmar(caso, { id }),
      notificacoes.confirmar(caso, { id }),
      notificacoes.confirmar(caso),
    ]);
    await eventually(
      () =>
        notificacoes.database.query('SELECT 1 FROM inbox WHERE mensagem_id = $1', [outra.id]).then(([linha]) => linha),
      2_000,
    );
    await notificacoes.cancelar(caso, { sequence: '3' });
    await eventually(async () =>
      (await notificacoes.listar(app, caso)).some(
        ({ tipo, estado }) => tipo === 'RESERVA_CANCELADA' && estado === 'ENVIADA',
      ),
    );
    expect((await notificacoes.listar(app, caso)).map(({ tipo }) => tipo)).toEqual([
      'RESERVA_CONFIRMADA',
      'RESERVA_CANCELADA',
    ]);
    const anunciadas = notificacoes.broker
      .publishedOf('notificacao.enviada.v1')
      .filter(({ data }) => data.reservaId === caso.reservaId);
    expect(new Set(anunciadas.map(({ data }) => data.notificacaoId)).size).toBe(anunciadas.length);
  });

  it('de uma reserva feita para outra pessoa vão às duas: a quem a fez, por e-mail e sem o código', async () => {
    const caso = novoCaso();
    const quemFez = randomUUID();
    await notificacoes.registrar(caso);
    await notificacoes.registrar(
      { ...caso, clienteId: quemFez },
      { usuarioId: quemFez, nome: 'Rui Lima', email: 'rui.lima@exemplo.com' },
    );
    await notificacoes.criar(caso, { feitaPorId: quemFez });
    await eventually(async () => (await notificacoes.listar(app, caso)).length > 0);
    await notificacoes.confirmar(caso);
    const enviadas = await eventually(async () => {
      const confirmadas = (await notificacoes.listar(app, caso)).filter(
        ({ tipo, canal, estado }) => tipo === 'RESERVA_CONFIRMADA' && canal === 'EMAIL' && estado === 'ENVIADA',
      );
      return confirmadas.length === 2 && confirmadas;
    });
    const textos = (await Promise.all(enviadas.map(({ id }) => emails(id)))).flat();
    const para = (email: string) => textos.find(({ para_email }) => para_email === email)?.texto ?? '';
    expect(para('ana.souza@exemplo.com')).toContain('K7QF-29XM');
    expect(para('ana.souza@exemplo.com')).not.toContain('outra pessoa');
    expect(para('rui.lima@exemplo.com')).toContain('Você fez esta reserva para outra pessoa');
    expect(para('rui.lima@exemplo.com')).not.toContain('K7QF-29XM');
    await notificacoes.cancelar(caso);
    await eventually(
      async () => (await notificacoes.listar(app, caso)).filter(({ tipo }) => tipo === 'RESERVA_CANCELADA').length >= 2,
    );
  });

  it('esperam pelo contato quando se ouve antes da reserva, e nenhum se perde', async () => {
    const caso = novoCaso();
    await notificacoes.confirmar(caso);
    const esperando = await eventually(async () => (await notificacoes.listar(app, caso))[0]);
    expect(esperando).toMatchObject({ estado: 'AGUARDANDO_CONTATO', assunto: null, enviadaEm: null });
    await notificacoes.registrar(caso, { idioma: 'en' });
    const enviada = await eventually(async () =>
      (await notificacoes.listar(app, caso)).find(({ estado }) => estado === 'ENVIADA'),
    );
    expect(enviada.assunto).toBe('Booking confirmed: Sala Ipê');
  });

  it('alcançam todos quando contatos e reservas chegam ao mesmo tempo, em qualquer ordem', async () => {
    const casos = Array.from({ length: 25 }, novoCaso);
    await Promise.all(casos.flatMap((caso) => [notificacoes.confirmar(caso), notificacoes.registrar(caso)]));
    await eventually(async () => {
      const [linha] = await notificacoes.database.query<{ total: number }>(
        `SELECT count(*)::int AS total FROM entregas WHERE estado = 'ENVIADA' AND reserva_id = ANY($1)`,
        [casos.map(({ reservaId }) => reservaId)],
      );
      return linha?.total === casos.length;
    });
  });

  it('são uma carta só para as ocorrências de uma série, cada uma das quais conta como avisada', async () => {
    const [um, serieId] = [novoCaso(), randomUUID()];
    const serie = Array.from({ length: 12 }, () => ({ ...um, serieId, reservaId: randomUUID() }));
    const outra = { ...novoCaso(), clienteId: um.clienteId };
    await Promise.all([...serie, outra].map((caso) => notificacoes.confirmar(caso)));
    await eventually(async () =>
      (await Promise.all(serie.map((caso) => notificacoes.listar(app, caso)))).every(({ length }) => length > 0),
    );
    await notificacoes.registrar(um);
    const enviadas = await eventually(async () => {
      const listas = await Promise.all([...serie, outra].map((caso) => notificacoes.listar(app, caso)));
      const todas = listas.flat();
      return todas.length === 13 && todas.every(({ estado }) => estado === 'ENVIADA') && todas;
    });
    const cartas = await notificacoes.database.query<EmailGuardado>(
      'SELECT * FROM emails_locais WHERE entrega_id = ANY($1) ORDER BY assunto',
      [enviadas.map(({ id }) => id)],
    );
    expect(cartas.map(({ assunto }) => assunto)).toEqual([
      'Reserva confirmada: Sala Ipê',
      'Reserva confirmada: Sala Ipê (12 datas)',
    ]);
    expect(cartas[1]?.texto.replace(/\s/g, ' ')).toContain('pagamento de R$ 1.440,00');
    await eventually(() => {
      const ditas = notificacoes.broker.publishedOf('notificacao.enviada.v1').map(({ data }) => data.reservaId);
      return serie.every(({ reservaId }) => ditas.includes(reservaId));
    });
  });

  it('de uma série esperam pelo que ainda vem dela, mas não para sempre', async () => {
    const [um, serieId] = [novoCaso(), randomUUID()];
    const serie = Array.from({ length: 3 }, () => ({ ...um, serieId, reservaId: randomUUID() }));
    const [primeira, ultima] = [serie[0] ?? um, serie[2] ?? um];
    const chegou = (caso: Caso, quando: string) =>
      notificacoes.database.query('UPDATE entregas SET criada_em = now() + $2::interval WHERE reserva_id = $1', [
        caso.reservaId,
        quando,
      ]);
    const estados = async () =>
      (await Promise.all(serie.map((caso) => notificacoes.listar(app, caso)))).map(([entrega]) => entrega?.estado);
    const outra = { ...novoCaso(), clienteId: um.clienteId };
    for (const caso of [...serie, outra]) await notificacoes.confirmar(caso);
    await eventually(async () => (await estados()).every((estado) => estado === 'AGUARDANDO_CONTATO'));
    for (const caso of serie) await chegou(caso, caso === ultima ? '1 hour' : '-10 s');
    await notificacoes.registrar(um);
    await eventually(async () => (await notificacoes.listar(app, outra))[0]?.estado === 'ENVIADA');
    expect(await estados()).toEqual(['PENDENTE', 'PENDENTE', 'PENDENTE']);
    await chegou(primeira, '-21 s');
    await eventually(async () => (await estados()).every((estado) => estado === 'ENVIADA'));
    expect((await notificacoes.listar(app, primeira))[0]?.assunto).toBe('Reserva confirmada: Sala Ipê (3 datas)');
  });

  it('deixam fora da carta de uma série o que já não é assim', async () => {
    const [um, serieId] = [novoCaso(), randomUUID()];
    const serie = Array.from({ length: 3 }, () => ({ ...um, serieId, reservaId: randomUUID() }));
    for (const caso of serie) await notificacoes.confirmar(caso);
    await notificacoes.cancelar(serie[0] ?? um);
    await eventually(async () => (await notificacoes.listar(app, serie[0] ?? um)).length === 2);
    await notificacoes.registrar(um);
    const decididas = await eventually(async () => {
      const confirmadas = await Promise.all(
        serie.map(async (caso) =>
          (await notificacoes.listar(app, caso)).find(({ tipo }) => tipo === 'RESERVA_CONFIRMADA'),
        ),
      );
      return confirmadas.every((entrega) => /ENVIADA|SUPERADA/.test(entrega?.estado ?? '')) && confirmadas;
    });
    expect(decididas.map((entrega) => [entrega?.estado, entrega?.assunto])).toEqual([
      ['SUPERADA', null],
      ['ENVIADA', 'Reserva confirmada: Sala Ipê (2 datas)'],
      ['ENVIADA', 'Reserva confirmada: Sala Ipê (2 datas)'],
    ]);
  });

  it('nada dizem de velho: uma confirmação que um cancelamento alcançou não é enviada', async () => {
    const caso = novoCaso();
    await notificacoes.confirmar(caso);
    await notificacoes.cancelar(caso);
    await eventually(async () => (await notificacoes.listar(app, caso)).length === 2);
    await notificacoes.registrar(caso);
    await eventually(async () => (await notificacoes.listar(app, caso)).some(({ estado }) => estado === 'ENVIADA'));
    const [confirmada, cancelada] = await eventually(async () => {
      const lista = await notificacoes.listar(app, caso);
      return lista.every(({ estado }) => estado !== 'PENDENTE') && lista;
    });
    expect(confirmada).toMatchObject({ tipo: 'RESERVA_CONFIRMADA', estado: 'SUPERADA' });
    expect(await emails(confirmada?.id ?? '')).toEqual([]);
    expect(cancelada).toMatchObject({
      tipo: 'RESERVA_CANCELADA',
      estado: 'ENVIADA',
      assunto: 'Reserva cancelada: Sala Ipê',
    });
    const [email] = await emails(cancelada?.id ?? '');
    expect(email?.texto.replace(/\s/g, ' ')).toContain('Vamos devolver R$ 60,00');
  });

  it('nada dizem de velho tampouco quando o cancelamento chega antes da confirmação', async () => {
    const caso = novoCaso();
    await notificacoes.registrar(caso);
    await notificacoes.cancelar(caso);
    await eventually(async () => (await notificacoes.listar(app, caso)).some(({ estado }) => estado === 'ENVIADA'));
    await notificacoes.confirmar(caso);
    await eventually(async () =>
      (await notificacoes.listar(app, caso)).some(
        ({ tipo, estado }) => tipo === 'RESERVA_CONFIRMADA' && estado === 'SUPERADA',
      ),
    );
  });

  const AMANHA = () => new Date(Date.now() + 86_400_000).toISOString();

  it.each<[string, (caso: Caso) => Promise<unknown>, string, string]>([
    [
      'RESERVA_APROVADA',
      (caso) => notificacoes.aprovar(caso, AMANHA()),
      'Pedido aprovado: Sala Ipê',
      'pague R$ 120,00 até',
    ],
    [
      'FILA_ATENDIDA',
      (caso) => notificacoes.atender(caso, AMANHA(), { sinalCentavos: 3_600 }),
      'O horário que você esperava: Sala Ipê',
      'pague R$ 36,00 até',
    ],
    ['RESERVA_REMARCADA', (caso) => notificacoes.remarcar(caso), 'Reserva remarcada: Sala Ipê', 'R$ 20,00 a mais'],
    ['RESERVA_NAO_COMPARECEU', (caso) => notificacoes.faltar(caso), 'Sentimos a sua falta: Sala Ipê', 'foi liberado'],
    [
      'RESERVA_CANCELADA',
      (caso) => notificacoes.cancelar(caso, {}, 'Obra no prédio'),
      'Reserva cancelada: Sala Ipê',
      '“Obra no prédio”',
    ],
  ])('contam de %s', async (tipo, publicar, assunto, trecho) => {
    const caso = novoCaso();
    await notificacoes.registrar(caso);
    await publicar(caso);
    const enviada = await eventually(async () =>
      (await notificacoes.listar(app, caso)).find(({ estado }) => estado === 'ENVIADA'),
    );
    expect(enviada).toMatchObject({ tipo, assunto });
    const [email] = await emails(enviada.id);
    expect(email?.texto.replace(/\s/g, ' ')).toContain(trecho);
  });

  it('de um pedido aprovado contam o que se paga agora, que só a criação dele diz', async () => {
    const caso = novoCaso();
    await notificacoes.criar(caso, { requerAprovacao: true, sinalCentavos: 3_600, saldoVenceEm: AMANHA() });
    await eventually(async () => (await notificacoes.listar(app, caso)).length === 1);
    await notificacoes.aprovar(caso, AMANHA());
    await eventually(async () => (await notificacoes.listar(app, caso)).length === 2);
    await notificacoes.registrar(caso);
    const aprovada = await eventually(async () =>
      (await notificacoes.listar(app, caso)).find(
        ({ tipo, estado }) => tipo === 'RESERVA_APROVADA' && estado === 'ENVIADA',
      ),
    );
    const [email] = await emails(aprovada.id);
    expect(email?.texto.replace(/\s/g, ' ')).toContain('pague R$ 36,00 até');
  });

  it('nada dizem de velho: nem a confirmação de uma reserva que mudou nem o que a confirmação alcançou', async () => {
    const caso = novoCaso();
    await notificacoes.atender(caso, AMANHA());
    await notificacoes.confirmar(caso);
    await notificacoes.remarcar(caso);
    await eventually(async () => (await notificacoes.listar(app, caso)).length === 3);
    await notificacoes.registrar(caso);
    const lista = await eventually(async () => {
      const atual = await notificacoes.listar(app, caso);
      return atual.every(({ estado }) => estado === 'ENVIADA' || estado === 'SUPERADA') && atual;
    });
    expect(lista.map(({ tipo, estado }) => [tipo, estado])).toEqual([
      ['FILA_ATENDIDA', 'SUPERADA'],
      ['RESERVA_CONFIRMADA', 'SUPERADA'],
      ['RESERVA_REMARCADA', 'ENVIADA'],
    ]);
  });

  it('nada dizem de uma retenção cujo prazo para pagar passou', async () => {
    const caso = novoCaso();
    await notificacoes.registrar(caso);
    await notificacoes.aprovar(caso, new Date(Date.now() - 1_000).toISOString());
    const [aprovada] = await eventually(async () => {
      const lista = await notificacoes.listar(app, caso);
      return lista.some(({ estado }) => estado !== 'PENDENTE' && estado !== 'AGUARDANDO_CONTATO') && lista;
    });
    expect(aprovada).toMatchObject({ tipo: 'RESERVA_APROVADA', estado: 'SUPERADA' });
  });

  it('ficam separados de uma mensagem envenenada, que vai à DLQ', async () => {
    const antes = await notificacoes.broker.deadLetterCount();
    await notificacoes.broker.publishRaw(
      EVENTS_EXCHANGE,
      'reserva.confirmada',
      Buffer.from('{"isto":"não é um CloudEvent"}'),
    );
    const caso = novoCaso();
    await notificacoes.registrar(caso);
    await notificacoes.confirmar(caso);
    await eventually(async () => (await notificacoes.listar(app, caso)).some(({ estado }) => estado === 'ENVIADA'));
    // One entry for each queue that takes it: those of letters and of webhooks.
    await eventually(async () => (await notificacoes.broker.deadLetterCount()) === antes + 2);
  });

  it('são listados ao dono, a ADMIN e a OPERADOR, e a mais ninguém', async () => {
    const caso = novoCaso();
    await notificacoes.confirmar(caso);
    await eventually(async () => (await notificacoes.listar(app, caso))[0]);
    const ver = async (id: string, ...papeis: ('CLIENTE' | 'ADMIN' | 'OPERADOR')[]) => {
      const token = await notificacoes.issuer.token(id, papeis);
      return (await app.get<{ itens: unknown[] }>(`/v1/notificacoes?reservaId=${caso.reservaId}`, { token })).body.itens
        .length;
    };
    expect(await ver(caso.clienteId, 'CLIENTE')).toBe(1);
    expect(await ver(novoCaso().clienteId, 'ADMIN')).toBe(1);
    expect(await ver(novoCaso().clienteId, 'CLIENTE')).toBe(0);
    expect((await app.get(`/v1/notificacoes?reservaId=${caso.reservaId}`)).status).toBe(401);
  });

  it.each(['', '?reservaId=1', '?reservaId=0192f0c4-0000-7000-8000-000000000001&outro=1'])(
    'recusam a consulta %p',
    async (query) => {
      const token = await notificacoes.issuer.token(novoCaso().clienteId);
      expect(await app.get(`/v1/notificacoes${query}`, { token })).toMatchObject({
        status: 400,
        body: { code: 'requisicao.invalida' },
      });
    },
  );

  it('vão ao último contato que se conhece da pessoa, em qualquer ordem em que se tenha ouvido dele', async () => {
    const casos = [novoCaso(), novoCaso()] as const;
    const versoes = [
      ['1', { nome: 'Ana', email: 'antiga@exemplo.com' }],
      ['2', { nome: 'Ana Lima', email: 'nova@exemplo.com', idioma: 'en' }],
    ] as const;
    for (const [caso, ordem] of [
      [casos[0], versoes],
      [casos[1], versoes.toReversed()],
    ] as const)
      for (const [sequence, data] of ordem) {
        const { id } = await notificacoes.registrar(caso, data, { sequence });
        await eventually(
          async () =>
            (
              await notificacoes.database.query(
                "SELECT FROM inbox WHERE mensagem_id = $1 AND consumidor <> 'notificacoes.ganchos'",
                [id],
              )
            ).length === 1,
        );
      }
    const contatos = await notificacoes.database.query(
      'SELECT nome, email, idioma, versao FROM contatos WHERE usuario_id = ANY($1)',
      [casos.map(({ clienteId }) => clienteId)],
    );
    expect(contatos).toEqual(
      casos.map(() => ({ nome: 'Ana Lima', email: 'nova@exemplo.com', idioma: 'en', versao: 2 })),
    );
  });

  it('não podem ser removidos nem virar outros pelo papel da aplicação', async () => {
    const caso = novoCaso();
    await notificacoes.registrar(caso);
    await notificacoes.confirmar(caso);
    await eventually(async () => (await notificacoes.listar(app, caso))[0]?.estado === 'ENVIADA');
    const database = app.nest.get(Database);
    for (const [sql, recusa] of [
      ['DELETE FROM entregas', 'ainda guarda esta linha'],
      ['UPDATE entregas SET usuario_id = usuario_id', 'permission denied'],
      ['DELETE FROM emails_locais', 'ainda guarda esta linha'],
      ['DELETE FROM contatos', 'permission denied'],
      ['UPDATE contatos SET usuario_id = usuario_id', 'permission denied'],
    ] as const)
      await expect(database.query(sql)).rejects.toThrow(recusa);
  });

  it('são esquecidos quando velhos e passados, as cartas com o nome de quem as lê mais cedo', async () => {
    const [velha, viva, recente] = [novoCaso(), novoCaso(), novoCaso()];
    for (const caso of [velha, viva, recente]) {
      if (caso !== viva) await notificacoes.registrar(caso);
      await notificacoes.confirmar(caso);
      await eventually(
        async () =>
          (await notificacoes.listar(app, caso))[0]?.estado === (caso === viva ? 'AGUARDANDO_CONTATO' : 'ENVIADA'),
      );
    }
    const envelhecer = ({ reservaId }: Caso, dias: number) =>
      notificacoes.database.query(
        `WITH e AS (UPDATE entregas SET criada_em = now() - make_interval(days => $2) WHERE reserva_id = $1 RETURNING id)
         UPDATE emails_locais SET registrado_em = now() - make_interval(days => $2) WHERE entrega_id IN (SELECT id FROM e)`,
        [reservaId, dias],
      );
    await envelhecer(velha, 401);
    await envelhecer(viva, 401);
    await envelhecer(recente, 31);
    const restam = async (caso: Caso) => {
      const [linha] = await notificacoes.database.query<{ entregas: number; cartas: number }>(
        `SELECT count(*)::int AS entregas, count(l.entrega_id)::int AS cartas
           FROM entregas e LEFT JOIN emails_locais l ON l.entrega_id = e.id WHERE e.reserva_id = $1`,
        [caso.reservaId],
      );
      return linha;
    };
    app.nest.get(Retention).wake();
    await eventually(async () => (await restam(velha))?.entregas === 0 && (await restam(recente))?.cartas === 0);
    expect(await restam(recente)).toEqual({ entregas: 1, cartas: 0 });
    expect(await restam(viva)).toEqual({ entregas: 1, cartas: 0 });
    for (const regra of REGRAS_DE_EXPURGO)
      expect(await notificacoes.database.indexedPlan(duePerRule(regra), [regra.days])).not.toContain('Seq Scan');
  });
});
