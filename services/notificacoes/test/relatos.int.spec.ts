import { createHmac, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SupressaoHttp, SupressoesHttp } from '@plataforma/contracts';
import { eventually, type TestApp } from '@plataforma/testing';
import { MUDANCA_DE_SITUACAO } from '../src/infrastructure/pg-entrega-repository.js';
import { type Caso, NotificacoesFixture, novoCaso } from './notificacoes-fixture.js';
import { ProvedorFalso } from './provedor-falso.js';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const SEGREDO = 'segredo-da-conta-da-twilio';
const WEBHOOKS = 'https://avisos.exemplo.com';

describe('O que provedores contam', () => {
  let notificacoes: NotificacoesFixture;
  let twilio: ProvedorFalso;
  let app: TestApp;

  beforeAll(async () => {
    [notificacoes, twilio] = await Promise.all([NotificacoesFixture.create(), ProvedorFalso.start()]);
    twilio.comportamentos = [{ status: 201, corpo: { sid: 'SM1' } }];
    app = await notificacoes.start({
      SENDGRID_WEBHOOK_CHAVE: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
      TWILIO_CONTA: `AC${'0'.repeat(32)}`,
      TWILIO_SEGREDO: SEGREDO,
      TWILIO_BASE_URL: twilio.url,
      SMS_REMETENTE: '+5511940000000',
      SMS_POR_SEGUNDO: '1000',
      WEBHOOKS_URL: WEBHOOKS,
      CANAIS_RESERVA: 'EMAIL:SMS',
    });
  });
  afterAll(async () => {
    await notificacoes.stop();
    await twilio.stop();
  });

  const assinar = (bytes: string, instante = '1796000000') => ({
    'content-type': 'application/json',
    'x-twilio-email-event-webhook-signature': sign('sha256', Buffer.from(instante + bytes), privateKey).toString(
      'base64',
    ),
    'x-twilio-email-event-webhook-timestamp': instante,
  });
  const chamar = async (rota: string, corpo: string, cabecalhos: Record<string, string>) => {
    const resposta = await fetch(`${app.url}/webhooks/${rota}`, { method: 'POST', headers: cabecalhos, body: corpo });
    return { status: resposta.status, texto: await resposta.text() };
  };
  const contar = async (...eventos: object[]) => {
    const bytes = JSON.stringify(eventos);
    expect(await chamar('sendgrid', bytes, assinar(bytes))).toEqual({ status: 204, texto: '' });
  };
  const assinarTwilio = (consulta: string, campos: Record<string, string>, segredo = SEGREDO) =>
    createHmac('sha1', segredo)
      .update(
        `${WEBHOOKS}/webhooks/twilio${consulta}` +
          Object.keys(campos)
            .toSorted()
            .map((campo) => campo + campos[campo])
            .join(''),
      )
      .digest('base64');
  const contarTwilio = (
    consulta: string,
    campos: Record<string, string>,
    assinatura = assinarTwilio(consulta, campos),
  ) =>
    chamar(`twilio${consulta}`, new URLSearchParams(campos).toString(), {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': assinatura,
    });
  const situacaoDe = async (id: string) =>
    (
      await notificacoes.database.query<{ situacao: string | null }>('SELECT situacao FROM entregas WHERE id = $1', [
        id,
      ])
    )[0]?.situacao;
  const anunciadas = (tipo: 'notificacao.entregue.v1' | 'notificacao.falhou.v1', id: string) =>
    notificacoes.broker.publishedOf(tipo).filter(({ data }) => data.notificacaoId === id);
  const enviada = async (caso: Caso = novoCaso(), email = `${randomUUID()}@exemplo.com`, canal = 'EMAIL') => {
    await notificacoes.registrar(caso, { email });
    await notificacoes.confirmar(caso);
    const { id } = await eventually(async () =>
      (await notificacoes.listar(app, caso)).find((uma) => uma.canal === canal && uma.estado === 'ENVIADA'),
    );
    return { id, email, caso };
  };
  const admin = () => notificacoes.issuer.token(randomUUID(), ['ADMIN']);
  const suprimidos = async (endereco: string) =>
    (await app.get<SupressoesHttp>(`/v1/supressoes?endereco=${encodeURIComponent(endereco)}`, { token: await admin() }))
      .body.itens;

  it('vale em qualquer ordem e repetido, e é anunciado uma vez', async () => {
    const { id } = await enviada();
    const evento = (event: string) => ({ event, timestamp: 1_796_000_000, email: 'x@exemplo.com', notificacaoId: id });
    await contar(evento('delivered'), evento('processed'), evento('deferred'));
    expect(await situacaoDe(id)).toBe('ENTREGUE');
    await contar(evento('deferred'));
    await Promise.all([contar(evento('delivered')), contar(evento('delivered'))]);
    expect(await situacaoDe(id)).toBe('ENTREGUE');
    const [entregue] = await eventually(() => {
      const todas = anunciadas('notificacao.entregue.v1', id);
      return todas.length > 0 && todas;
    });
    expect(JSON.stringify(entregue)).not.toMatch(/@|Ana/);
    expect(anunciadas('notificacao.entregue.v1', id)).toHaveLength(1);
    const relatos = (situacao: string) =>
      notificacoes.metrica(app, 'notificacoes_relatos_total', { canal: 'EMAIL', situacao });
    expect(await Promise.all([relatos('ENTREGUE'), relatos('ADIADA')])).toEqual([1, 0]);
  });

  it('o que chega antes de se marcar a entrega não a impede', async () => {
    const caso = novoCaso();
    await notificacoes.confirmar(caso);
    const { id } = await eventually(async () => (await notificacoes.listar(app, caso))[0]);
    await contar({ event: 'delivered', timestamp: 1_796_000_000, email: 'x@exemplo.com', notificacaoId: id });
    await notificacoes.registrar(caso);
    await eventually(async () => (await notificacoes.listar(app, caso))[0]?.estado === 'ENVIADA');
    await eventually(() =>
      notificacoes.broker.publishedOf('notificacao.enviada.v1').some(({ data }) => data.notificacaoId === id),
    );
  });

  it.each([
    ['um byte a mais', (bytes: string) => [`${bytes} `, assinar(bytes)] as const],
    [
      'outro instante',
      (bytes: string) => [bytes, { ...assinar(bytes), 'x-twilio-email-event-webhook-timestamp': '1' }] as const,
    ],
    [
      'outro segredo',
      (bytes: string) => [bytes, { ...assinar(bytes), 'x-twilio-email-event-webhook-signature': 'AAAA' }] as const,
    ],
    ['nenhuma assinatura', (bytes: string) => [bytes, { 'content-type': 'application/json' }] as const],
  ])('da SendGrid, com %s, nada se acredita', async (_com, preparar) => {
    const { id } = await enviada();
    const [corpo, cabecalhos] = preparar(JSON.stringify([{ event: 'delivered', notificacaoId: id }]));
    const { status, texto } = await chamar('sendgrid', corpo, cabecalhos);
    expect([status, JSON.parse(texto)]).toEqual([
      400,
      expect.objectContaining({ code: 'notificacoes.assinatura-invalida' }),
    ]);
    expect(await situacaoDe(id)).toBeNull();
  });

  it('o que não se entende é deixado, e o resto vale', async () => {
    const { id } = await enviada();
    await contar(
      { event: 'delivered', notificacaoId: "'; DROP TABLE entregas" },
      { nada: true },
      { event: 'bounce', email: 'a\r\nb', timestamp: 9e99 },
      { event: 'delivered', notificacaoId: id, timestamp: 1_796_000_000 },
      { event: 'delivered', notificacaoId: randomUUID() },
    );
    expect(await situacaoDe(id)).toBe('ENTREGUE');
    const objeto = '{"event":"delivered"}';
    expect((await chamar('sendgrid', objeto, assinar(objeto))).status).toBe(400);
  });

  it('um endereço que não existe é suprimido, o que era para ele falha e vai pelo canal de reserva, e só quem administra o libera', async () => {
    const { id, email, caso } = await enviada();
    const rejeicao = { event: 'bounce', type: 'bounce', email: email.toUpperCase(), notificacaoId: id };
    const agora = Math.floor(Date.now() / 1_000);
    await contar({ ...rejeicao, timestamp: agora });
    await contar({ ...rejeicao, timestamp: agora });
    expect(await situacaoDe(id)).toBe('REJEITADA');
    await eventually(() => anunciadas('notificacao.falhou.v1', id).length === 1);
    const [suprimido] = await suprimidos(email);
    expect(suprimido).toMatchObject({ canal: 'EMAIL', motivo: 'REJEITADO' });

    await notificacoes.database.query(
      `INSERT INTO destinos (id, usuario_id, meio, endereco, verificado_em) VALUES ($1, $2, 'TELEFONE', '+5511988887777', now())`,
      [randomUUID(), caso.clienteId],
    );
    // Only by e-mail, so that the other channel has it because the first could not.
    await notificacoes.database.query(
      `INSERT INTO entregas (id, reserva_id, versao, tipo, canal, usuario_id, dados, estado, sobre)
       SELECT gen_random_uuid(), reserva_id, 9, tipo, 'EMAIL', usuario_id, dados, 'PENDENTE', 'SALDO' FROM entregas WHERE id = $1`,
      [id],
    );
    const lista = await eventually(async () => {
      const itens = await notificacoes.listar(app, caso);
      return itens.some(({ canal, estado }) => canal === 'SMS' && estado === 'ENVIADA') && itens;
    });
    expect(lista.filter(({ estado }) => estado === 'FALHOU').map(({ canal }) => canal)).toEqual(['EMAIL']);
    // What it is told of goes along: it stays as fresh, or as stale, as it was.
    expect(
      await notificacoes.database.query(
        `SELECT DISTINCT sobre FROM entregas WHERE reserva_id = $1 AND canal = 'SMS' AND versao = 9`,
        [caso.reservaId],
      ),
    ).toEqual([{ sobre: 'SALDO' }]);

    for (const papel of ['CLIENTE', 'OPERADOR'] as const) {
      const token = await notificacoes.issuer.token(randomUUID(), [papel]);
      expect((await app.get('/v1/supressoes', { token })).status).toBe(403);
      expect((await app.send('DELETE', `/v1/supressoes/${suprimido?.id}`, { token })).status).toBe(403);
    }
    const retirar = async () =>
      (await app.send('DELETE', `/v1/supressoes/${suprimido?.id}`, { token: await admin() })).status;
    expect([await retirar(), await retirar()]).toEqual([204, 204]);
    expect(await suprimidos(email)).toEqual([]);
    // Told again of the time before.
    await contar({ ...rejeicao, timestamp: agora - 60 });
    expect(await suprimidos(email)).toEqual([]);
    await contar({ event: 'spamreport', email, timestamp: Math.floor(Date.now() / 1_000) + 60 });
    expect(await suprimidos(email)).toMatchObject([{ motivo: 'QUEIXA' }]);
    expect(
      await notificacoes.database.query(`SELECT tipo FROM auditoria WHERE alvo = $1`, [`supressao/${suprimido?.id}`]),
    ).toEqual([{ tipo: 'supressao.retirada' }]);
  });

  it('quem administra suprime à mão, e se vê página por página', async () => {
    const enderecos = Array.from({ length: 5 }, () => `${randomUUID()}@exemplo.com`);
    for (const endereco of enderecos) {
      const corpo = { canal: 'EMAIL', endereco };
      const uma = await app.send<SupressaoHttp>('PUT', '/v1/supressoes', { token: await admin(), body: corpo });
      const outra = await app.send<SupressaoHttp>('PUT', '/v1/supressoes', { token: await admin(), body: corpo });
      expect([uma.status, outra.body]).toEqual([200, uma.body]);
      expect(
        await notificacoes.database.query('SELECT tipo FROM auditoria WHERE alvo = $1', [`supressao/${uma.body.id}`]),
      ).toEqual([{ tipo: 'supressao.incluida' }]);
    }
    const vistos: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body }: { body: SupressoesHttp } = await app.get<SupressoesHttp>(
        `/v1/supressoes?limite=2${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
        { token: await admin() },
      );
      vistos.push(...body.itens.map(({ endereco }) => endereco));
      cursor = body.proximo;
    }
    expect(new Set(vistos).size).toBe(vistos.length);
    expect(vistos).toEqual(expect.arrayContaining(enderecos));
    const { email, caso } = await enviada();
    await app.send('PUT', '/v1/supressoes', { token: await admin(), body: { canal: 'EMAIL', endereco: email } });
    await notificacoes.cancelar(caso);
    await eventually(async () => (await notificacoes.listar(app, caso)).some(({ estado }) => estado === 'FALHOU'));
  });

  it('da Twilio, o estado de um SMS; só com a assinatura dela sobre o endereço e tudo o que diz', async () => {
    const caso = novoCaso();
    await notificacoes.database.query(
      `INSERT INTO destinos (id, usuario_id, meio, endereco, verificado_em) VALUES ($1, $2, 'TELEFONE', '+5511977776666', now())`,
      [randomUUID(), caso.clienteId],
    );
    const { id } = await enviada(caso, undefined, 'SMS');
    const consulta = `?notificacaoId=${id}`;
    const campos = { MessageSid: 'SM1', MessageStatus: 'delivered', To: '+5511977776666' };
    for (const [outraConsulta, outros, assinatura] of [
      [consulta, { ...campos, MessageStatus: 'failed' }, assinarTwilio(consulta, campos)],
      [`?notificacaoId=${randomUUID()}`, campos, assinarTwilio(consulta, campos)],
      [consulta, campos, assinarTwilio(consulta, campos, 'outro-segredo-qualquer')],
      [consulta, campos, ''],
    ] as const)
      expect((await contarTwilio(outraConsulta, outros, assinatura)).status).toBe(400);
    expect(await situacaoDe(id)).toBeNull();
    expect((await contarTwilio(consulta, campos)).status).toBe(204);
    expect((await contarTwilio(consulta, { ...campos, MessageStatus: 'sent' })).status).toBe(204);
    expect((await contarTwilio(consulta, campos)).status).toBe(204);
    expect(await situacaoDe(id)).toBe('ENTREGUE');
    await eventually(() => anunciadas('notificacao.entregue.v1', id).length === 1);
    const mudo = { ...campos, MessageStatus: 'undelivered', ErrorCode: '30006' };
    expect((await contarTwilio(consulta, mudo)).status).toBe(204);
    expect(await suprimidos('+5511977776666')).toMatchObject([{ canal: 'SMS', motivo: 'REJEITADO' }]);
  });

  it('da Twilio, o que diz tarde de um SMS de antes não tira de novo um número que se liberou', async () => {
    const numero = '+5511966665555';
    const contarDe = async (em: number) => {
      const consulta = `?notificacaoId=${randomUUID()}&em=${em}`;
      const campos = { MessageSid: 'SM1', MessageStatus: 'undelivered', To: numero, ErrorCode: '30006' };
      expect((await contarTwilio(consulta, campos)).status).toBe(204);
    };
    const antes = Date.now() - 60_000;
    await contarDe(antes);
    const [suprimido] = await suprimidos(numero);
    await app.send('DELETE', `/v1/supressoes/${suprimido?.id}`, { token: await admin() });
    await contarDe(antes);
    expect(await suprimidos(numero)).toEqual([]);
    await contarDe(Date.now() + 1_000);
    expect(await suprimidos(numero)).toHaveLength(1);
  });

  it('um código chega embora o provedor falhe por uns instantes', async () => {
    const numero = '+5511955554444';
    twilio.comportamentos = [
      ...Array.from({ length: 3 }, () => ({ status: 500 })),
      { status: 201, corpo: { sid: 'SM1' } },
    ];
    const { status } = await app.send('PUT', '/v1/destinos/telefone', {
      token: await notificacoes.issuer.token(randomUUID(), ['CLIENTE']),
      body: { numero },
    });
    expect(status).toBe(202);
    const enviados = () =>
      twilio.recebidos.filter(({ corpo }) => new URLSearchParams(corpo.toString()).get('To') === numero);
    await eventually(() => enviados().length >= 4, 60_000);
    await eventually(
      async () =>
        (
          await notificacoes.database.query('SELECT FROM destinos WHERE endereco = $1 AND codigo_enviar_em IS NULL', [
            numero,
          ])
        ).length === 1,
    );
    expect(enviados()).toHaveLength(4);
  });

  it('o que se conta de uma entrega se grava por índices, por mais entregas que haja', async () => {
    expect(
      await notificacoes.database.indexedPlan(MUDANCA_DE_SITUACAO, [randomUUID(), 'ENTREGUE', ['ADIADA']]),
    ).not.toContain('Seq Scan');
  });

  it('de provedor que não se tem, nada se espera; de ninguém se toma um formulário onde não se pede', async () => {
    const semProvedores = await notificacoes.start();
    for (const provedor of ['sendgrid', 'twilio'])
      expect((await fetch(`${semProvedores.url}/webhooks/${provedor}`, { method: 'POST' })).status).toBe(404);
    const formulario = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await chamar('sendgrid', 'a=b', formulario)).status).toBe(415);
    expect((await chamar('twilio', `${'a=b&'.repeat(500)}a=b`, formulario)).status).toBe(413);
  });
});
