import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WebhookHttp, WebhooksHttp } from '@plataforma/contracts';
import { duePerRule, Retention } from '@plataforma/messaging';
import { eventually } from '@plataforma/testing';
import { REGRAS_DE_EXPURGO } from '../src/infrastructure/expurgo.js';
import { PagamentosFixture, WEBHOOK_SECRET } from './pagamentos-fixture.js';

let pagamentos: PagamentosFixture;
let operador: string;

beforeAll(async () => {
  pagamentos = await PagamentosFixture.start();
  operador = await pagamentos.issuer.token(randomUUID(), ['OPERADOR']);
});
afterAll(() => pagamentos.stop());

const enviar = (payload: string) =>
  pagamentos.http.send('POST', '/webhooks/stripe', {
    body: payload,
    headers: {
      'stripe-signature': pagamentos.cliente.webhooks.generateTestHeaderString({ payload, secret: WEBHOOK_SECRET }),
    },
  });
const guardados = async () =>
  (
    await pagamentos.http.get<WebhooksHttp>('/v1/pagamentos/webhooks?situacao=INESPERADO&limite=100', {
      token: operador,
    })
  ).body.itens;
const descartar = (id: string, motivo = 'Enviado à mão, num teste', token = operador) =>
  pagamentos.http.post<WebhookHttp>(
    `/v1/pagamentos/webhooks/${encodeURIComponent(id)}/descarte`,
    { motivo },
    { token },
  );
const estadoDe = async (id: string) =>
  (await pagamentos.database.query<{ estado: string }>('SELECT estado FROM webhooks WHERE evento_id = $1', [id]))[0]
    ?.estado;

const THIN = {
  id: `evt_${randomUUID()}`,
  object: 'v2.core.event',
  type: 'v1.billing.meter.error_report_triggered',
  livemode: false,
  created: '2026-11-22T15:00:00.000Z',
  related_object: { id: 'mtr_1', type: 'billing.meter', url: '/v1/billing/meters/mtr_1' },
};

describe('corpo assinado de forma inesperada', () => {
  it.each<[string, string, string]>([
    ['{}', '{}', 'forma de um evento'],
    ['[]', '[]', 'forma de um evento'],
    ['null', 'null', 'forma de um evento'],
    ['um texto', '"olá"', 'forma de um evento'],
    [
      'um tipo que o banco não guarda',
      JSON.stringify({ id: `evt_${randomUUID()}`, object: 'event', type: 'a\u0000b', data: { object: {} } }),
      'forma de um evento',
    ],
    [
      'um pagamento que não é um',
      JSON.stringify({
        id: `evt_${randomUUID()}`,
        object: 'event',
        type: 'charge.refunded',
        data: { object: { object: 'charge', payment_intent: 'pi\u0000' } },
      }),
      'forma de um evento',
    ],
    ['um evento sem dados', JSON.stringify({ id: `evt_${randomUUID()}`, object: 'event', type: 'x' }), 'forma de um'],
    [
      'um id que não é um',
      JSON.stringify({ id: '../../x', object: 'event', type: 'x', data: { object: {} } }),
      'forma',
    ],
    ['um evento v2 (thin)', JSON.stringify(THIN), 'v2'],
  ])('%s: é guardado, mostrado com o porquê, e alguém o descarta', async (_nome, corpo, explicacao) => {
    const antes = new Set((await guardados()).map(({ id }) => id));
    expect((await enviar(corpo)).status).toBe(200);
    expect((await enviar(corpo)).status).toBe(200);
    const novos = (await guardados()).filter(({ id }) => !antes.has(id));
    expect(novos).toHaveLength(1);
    const [novo] = novos;
    expect(novo).toMatchObject({ situacao: 'INESPERADO', descarte: null, proximaTentativaEm: null });
    expect(novo?.explicacao).toContain(explicacao);
    const { status, body } = await descartar(novo?.id ?? '');
    expect([status, body.situacao, body.descarte?.motivo]).toEqual([200, 'DESCARTADO', 'Enviado à mão, num teste']);
    expect((await guardados()).map(({ id }) => id)).not.toContain(novo?.id);
    const outra = await descartar(novo?.id ?? '');
    expect([outra.status, (outra.body as unknown as { code: string }).code]).toEqual([
      409,
      'pagamentos.webhook-nao-parado',
    ]);
  });

  it('que nem é JSON é recusado', async () => {
    expect((await enviar('olá')).status).toBe(400);
  });

  it('não deixa número de cartão no banco', async () => {
    expect((await enviar('{"cartão": "4242 4242 4242 4242"}')).status).toBe(200);
    const rows = await pagamentos.database.query(`SELECT FROM webhooks WHERE corpo LIKE '%4242 4242%'`);
    expect(rows).toHaveLength(0);
  });

  it('só se mostra e se descarta por quem administra ou opera, com motivo, e só o que está parado', async () => {
    const cliente = await pagamentos.issuer.token(randomUUID());
    expect((await pagamentos.http.get('/v1/pagamentos/webhooks', { token: cliente })).status).toBe(403);
    expect((await descartar('evt_1', 'um motivo', cliente)).status).toBe(403);
    expect((await descartar('evt_que_nao_ha')).status).toBe(404);
    expect((await descartar('evt_1', ' ')).status).toBe(400);
    expect((await descartar('a b')).status).toBe(400);
  });

  it('vem em páginas, cada um uma vez', async () => {
    for (const n of [1, 2, 3]) await enviar(JSON.stringify({ n }));
    const rota = '/v1/pagamentos/webhooks?situacao=INESPERADO';
    const aosPoucos = await pagamentos.http.everyPage<{ id: string }>(rota, 1, { token: operador });
    expect(aosPoucos.map(({ id }) => id)).toEqual((await guardados()).map(({ id }) => id));
  });
});

describe('evento de outra versão da API', () => {
  const antigo = (intent: object, api_version: string, mudancas: object) =>
    JSON.stringify({
      id: `evt_${randomUUID().replaceAll('-', '')}`,
      object: 'event',
      type: 'payment_intent.succeeded',
      api_version,
      created: 1,
      data: { object: { ...intent, ...mudancas } },
    });

  it.each([
    ['sem latest_charge', '2020-08-27', { latest_charge: undefined, charges: { object: 'list', data: [] } }],
    ['da nossa versão, mas sem latest_charge', '2026-10-28.endive', { latest_charge: undefined }],
    ['com valores que não são números', '2019-01-01', { amount: '9000', amount_received: null }],
  ])('%s: o pagamento é lido de novo, e tem efeito', async (_nome, versao, mudancas) => {
    const cobranca = await pagamentos.charge();
    const aberta = await pagamentos.opened(cobranca);
    await pagamentos.fault(cobranca.reservaId, { tipo: 'webhook_perdido', vezes: null });
    await pagamentos.pay(aberta);
    const intent = await pagamentos.balcao.paymentIntents.retrieve(aberta.intent);
    const corpo = antigo(intent, versao, mudancas);
    expect((await enviar(corpo)).status).toBe(200);
    await pagamentos.told('pagamento.aprovado.v1', cobranca.reservaId);
    const { id } = JSON.parse(corpo) as { id: string };
    await eventually(async () => (await estadoDe(id)) === 'PROCESSADO');
  });

  it('que não diz de que pagamento fala, fica à vista', async () => {
    const id = `evt_${randomUUID().replaceAll('-', '')}`;
    await enviar(
      JSON.stringify({
        id,
        object: 'event',
        type: 'charge.refunded',
        data: { object: { object: 'charge', id: 'ch_1' } },
      }),
    );
    await eventually(async () => (await estadoDe(id)) === 'INESPERADO');
    expect(await guardados()).toContainEqual(
      expect.objectContaining({ id, explicacao: 'não diz de que pagamento fala' }),
    );
  });

  it('de um pagamento que ninguém conhece fica estacionado, e pode ser descartado', async () => {
    const id = `evt_${randomUUID().replaceAll('-', '')}`;
    await enviar(
      JSON.stringify({
        id,
        object: 'event',
        type: 'charge.refunded',
        data: { object: { object: 'charge', id: 'ch_1', payment_intent: 'pi_de_ninguem' } },
      }),
    );
    await eventually(async () => (await estadoDe(id)) === 'ESTACIONADO');
    const { body } = await pagamentos.http.get<WebhooksHttp>('/v1/pagamentos/webhooks?limite=100', { token: operador });
    expect(body.itens).toContainEqual(
      expect.objectContaining({ id, situacao: 'ESTACIONADO', explicacao: 'fala de um pagamento que não conhecemos' }),
    );
    expect((await descartar(id)).body.situacao).toBe('DESCARTADO');
  });
});

describe('expurgo', () => {
  const ha = (dias: number) => new Date(Date.now() - dias * 86_400_000);
  const expurgar = () => pagamentos.http.nest.get(Retention).wake();

  it.each([
    ['PROCESSADO', 31, 'a linha'],
    ['PROCESSADO', 29, 'tudo'],
    ['IGNORADO', 31, 'a linha'],
    ['DESCARTADO', 31, 'a linha'],
    ['INESPERADO', 91, 'a linha'],
    ['INESPERADO', 89, 'tudo'],
    ['ESTACIONADO', 400, 'tudo'],
    ['PROCESSADO', 551, 'nada'],
    ['ESTACIONADO', 551, 'tudo'],
  ])('de um webhook %s há %i dias fica %s', async (estado, dias, fica) => {
    const id = `evt_${randomUUID()}`;
    const corpo = JSON.stringify({ data: { object: { billing_details: { name: 'Ana', email: 'ana@exemplo.com' } } } });
    await pagamentos.database.query(
      `INSERT INTO webhooks (evento_id, tipo, corpo, estado, proxima_em, recebido_em, processado_em, descartado_em)
       SELECT $1, 'charge.updated', $2, estado, NULL, em, CASE WHEN estado IN ('PROCESSADO', 'IGNORADO') THEN em END,
              CASE WHEN estado = 'DESCARTADO' THEN em END FROM (SELECT $3::text AS estado, $4::timestamptz AS em) w`,
      [id, corpo, estado, ha(dias)],
    );
    // Whatever it does, it does it in the order of its rules, and for this one afterwards.
    const marca = randomUUID();
    await pagamentos.database.query(
      `INSERT INTO reconciliacoes (id, desde, concluida_em) VALUES ($1, now(), now() - interval '401 days')`,
      [marca],
    );
    expurgar();
    await eventually(
      async () => (await pagamentos.database.query('SELECT FROM reconciliacoes WHERE id = $1', [marca])).length === 0,
    );
    const esperado = fica === 'nada' ? [] : [{ corpo: fica === 'tudo' ? corpo : '{}' }];
    const resta = () => pagamentos.database.query('SELECT corpo FROM webhooks WHERE evento_id = $1', [id]);
    // The round that took the mark may have begun before the row was there.
    await eventually(async () => isDeepStrictEqual(await resta(), esperado));
  });

  it('os fatos de uma reserva vão juntos, quando o último e o seu fim passaram', async () => {
    const fato = (reservaId: string, dias: number, fim: number) =>
      pagamentos.database.query(
        `INSERT INTO fatos_da_reserva VALUES ($1, $2, 'reserva.criada.v1', $3, jsonb_build_object('fim', $4::timestamptz))`,
        [randomUUID(), reservaId, ha(dias), ha(fim)],
      );
    const [passada, recente, porVir] = [randomUUID(), randomUUID(), randomUUID()];
    await fato(passada, 600, 590);
    await fato(passada, 590, 590);
    await fato(recente, 600, 590);
    await fato(recente, 10, 590);
    await fato(porVir, 600, -30);
    const restam = async () =>
      (
        await pagamentos.database.query<{ id: string }>(
          'SELECT DISTINCT reserva_id AS id FROM fatos_da_reserva WHERE reserva_id = ANY($1)',
          [[passada, recente, porVir]],
        )
      ).map(({ id }) => id);
    expurgar();
    await eventually(async () => (await restam()).length === 2);
    expect((await restam()).sort()).toEqual([recente, porVir].sort());
  });

  it('encontra o que apaga por um índice', async () => {
    for (const regra of REGRAS_DE_EXPURGO)
      expect([regra, await pagamentos.database.indexedPlan(duePerRule(regra), [regra.days])]).toEqual([
        regra,
        expect.not.stringContaining('Seq Scan'),
      ]);
  });
});
