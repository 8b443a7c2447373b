import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PagamentosHttp } from '@plataforma/contracts';
import { eventually } from '@plataforma/testing';
import { OLD_WEBHOOK_SECRET, PagamentosFixture, WEBHOOK_SECRET } from './pagamentos-fixture.js';

let pagamentos: PagamentosFixture;

beforeAll(async () => {
  pagamentos = await PagamentosFixture.start();
});

afterAll(async () => {
  await pagamentos.stop();
});

describe('cobrança', () => {
  it('aberta por comando, paga no provedor, aprovada pelo webhook, com o razão equilibrado', async () => {
    const cobranca = await pagamentos.charge();
    await pagamentos.pay(await pagamentos.opened(cobranca));
    const [aprovado] = await pagamentos.told('pagamento.aprovado.v1', cobranca.reservaId);
    expect(aprovado?.data).toMatchObject({ reservaId: cobranca.reservaId, parcela: 1, valorCentavos: 9_000 });
    await pagamentos.converge(cobranca.reservaId, 9_000, 0);
  });

  it('o mesmo comando três vezes abre uma cobrança só', async () => {
    const cobranca = await pagamentos.charge();
    const { reservaId, clienteId, token } = cobranca;
    await Promise.all([pagamentos.comando(reservaId, clienteId), pagamentos.comando(reservaId, clienteId)]);
    await pagamentos.opened(cobranca);
    const { body } = await pagamentos.http.get<PagamentosHttp>(`/v1/pagamentos?reservaId=${reservaId}`, { token });
    expect(body.itens).toHaveLength(1);
    expect(await pagamentos.noProvedor(reservaId)).toHaveLength(1);
  });

  it('um sinal e o seu saldo são cobranças à parte, pagas e devolvidas cada uma', async () => {
    const sinal = await pagamentos.paid({ parcela: 1, finalidade: 'SINAL', valorCentavos: 2_000 });
    await pagamentos.comando(sinal.reservaId, sinal.clienteId, {
      parcela: 2,
      finalidade: 'SALDO',
      valorCentavos: 7_000,
    });
    const saldo = await pagamentos.opened(sinal, 2);
    expect(saldo).toMatchObject({ finalidade: 'SALDO', valorCentavos: 7_000 });
    expect(saldo.intent).not.toBe(sinal.intent);
    await pagamentos.pay(saldo);
    const aprovados = await pagamentos.told('pagamento.aprovado.v1', sinal.reservaId, 2);
    expect(aprovados.map(({ data }) => [data.parcela, data.valorCentavos])).toEqual([
      [1, 2_000],
      [2, 7_000],
    ]);
    await pagamentos.refund(sinal.reservaId, 7_000, { parcela: 2 });
    const [estornado] = await pagamentos.told('pagamento.estornado.v1', sinal.reservaId);
    expect(estornado?.data).toMatchObject({ parcela: 2, valorCentavos: 7_000, origem: 'RESERVA' });
    await pagamentos.converge(sinal.reservaId, 9_000, 7_000);
  });

  it.each([
    ['de outro valor para a mesma parcela', { valorCentavos: 8_000 }],
    ['abaixo do que o provedor cobra', { parcela: 2, valorCentavos: 49 }],
    ['acima do que o provedor cobra', { parcela: 2, valorCentavos: 100_000_000 }],
  ])('um comando %s é recusado às claras', async (_qual, mudancas) => {
    const { reservaId, clienteId, ...cobranca } = await pagamentos.charge();
    await pagamentos.opened({ reservaId, clienteId, ...cobranca });
    const antes = await pagamentos.broker.deadLetterCount();
    await pagamentos.comando(reservaId, clienteId, mudancas);
    await eventually(async () => (await pagamentos.broker.deadLetterCount()) === antes + 1);
    expect(await pagamentos.noProvedor(reservaId)).toHaveLength(1);
  });

  it('um pedido de encerrar que chega antes da cobrança não se perde', async () => {
    const reservaId = randomUUID();
    await pagamentos.broker.publish('cobranca.cancelar.v1', { reservaId, parcela: 2 });
    await eventually(
      async () =>
        (await pagamentos.database.query('SELECT FROM cancelamentos_antecipados WHERE reserva_id = $1', [reservaId]))
          .length === 1,
    );
    await pagamentos.charge({ parcela: 2 }, reservaId);
    const [cancelado] = await pagamentos.told('pagamento.cancelado.v1', reservaId);
    expect(cancelado?.data.parcela).toBe(2);
    expect(await pagamentos.noProvedor(reservaId)).toHaveLength(0);
  });

  it('criar e encerrar ao mesmo tempo terminam sempre encerrados', async () => {
    const reservas = Array.from({ length: 20 }, () => randomUUID());
    await Promise.all(
      reservas.flatMap((reservaId) => [
        pagamentos.charge({}, reservaId),
        pagamentos.broker.publish('cobranca.cancelar.v1', { reservaId }),
      ]),
    );
    for (const reservaId of reservas) await pagamentos.told('pagamento.cancelado.v1', reservaId);
    const abertas = (await Promise.all(reservas.map((id) => pagamentos.noProvedor(id)))).flat();
    expect(abertas.filter(({ status }) => status !== 'canceled')).toEqual([]);
  });

  it('conta cada recusa uma vez e ainda aceita outro cartão', async () => {
    const cobranca = await pagamentos.charge();
    const { reservaId } = cobranca;
    const aberta = await pagamentos.opened(cobranca);
    await expect(pagamentos.pay(aberta, 'pm_card_chargeDeclined')).rejects.toThrow();
    await pagamentos.told('pagamento.recusado.v1', reservaId);
    await pagamentos.pay(aberta);
    await pagamentos.converge(reservaId, 9_000, 0);
    expect(pagamentos.published('pagamento.recusado.v1', reservaId)).toHaveLength(1);
  });

  it('com 3-D Secure, é aprovada depois do desafio', async () => {
    const cobranca = await pagamentos.charge();
    const aberta = await pagamentos.opened(cobranca);
    await pagamentos.pay(aberta, 'pm_card_threeDSecure2Required');
    await pagamentos.control(`3ds/${aberta.intent}`, { resultado: 'aprovado' });
    await pagamentos.converge(cobranca.reservaId, 9_000, 0);
  });

  it('por Pix, conta o prazo de cada QR uma vez, e o de um novo depois que o primeiro expira', async () => {
    const cobranca = await pagamentos.charge();
    const { reservaId } = cobranca;
    const aberta = await pagamentos.opened(cobranca);
    await pagamentos.fault(reservaId, { tipo: 'webhook_duplicado', evento: 'payment_intent.requires_action' });
    const mostrado = await pagamentos.pay(aberta, 'pix');
    const [primeiro] = await pagamentos.told('pagamento.em-processamento.v1', reservaId);
    const expiraEm = new Date((mostrado.next_action?.pix_display_qr_code?.expires_at ?? 0) * 1000).toISOString();
    expect(primeiro?.data).toMatchObject({ parcela: 1, metodo: 'PIX', expiraEm });
    await pagamentos.control(`pix/${aberta.intent}/expirar`, {});
    await eventually(
      async () =>
        (
          await pagamentos.database.query(
            `SELECT FROM webhooks WHERE intento_id = $1 AND tipo = 'payment_intent.payment_failed' AND estado = 'PROCESSADO'`,
            [aberta.intent],
          )
        ).length === 1,
    );
    // Nobody refused it: nobody paid it.
    expect(pagamentos.published('pagamento.recusado.v1', reservaId)).toEqual([]);
    await pagamentos.pay(aberta, 'pix');
    await pagamentos.told('pagamento.em-processamento.v1', reservaId, 2);
    await pagamentos.control(`pix/${aberta.intent}/pagar`, { processando: true });
    const contados = await pagamentos.told('pagamento.em-processamento.v1', reservaId, 3);
    await pagamentos.control(`pix/${aberta.intent}/pagar`, {});
    await pagamentos.converge(reservaId, 9_000, 0);
    expect(contados).toHaveLength(3);
  });

  it('um QR cujo webhook se perde é visto pela reconciliação', async () => {
    const cobranca = await pagamentos.charge();
    await pagamentos.fault(cobranca.reservaId, { tipo: 'webhook_perdido', vezes: null });
    await pagamentos.pay(await pagamentos.opened(cobranca), 'pix');
    await pagamentos.told('pagamento.em-processamento.v1', cobranca.reservaId);
  });

  it('a taxa do provedor entra no razão', async () => {
    const { reservaId } = await pagamentos.paid();
    const [noProvedor] = await pagamentos.noProvedor(reservaId);
    expect(noProvedor?.tarifasCentavos).toBeGreaterThan(0);
    await eventually(async () => (await pagamentos.saldos(reservaId))['TAXAS'] === noProvedor?.tarifasCentavos);
    const taxas = noProvedor?.tarifasCentavos ?? 0;
    expect(await pagamentos.saldos(reservaId)).toEqual({ CLIENTE: -9_000, RECEBIVEL: 9_000 - taxas, TAXAS: taxas });
  });

  it('encerrada, não pode mais ser paga', async () => {
    const cobranca = await pagamentos.charge();
    const aberta = await pagamentos.opened(cobranca);
    await pagamentos.broker.publish('cobranca.cancelar.v1', { reservaId: cobranca.reservaId });
    await pagamentos.told('pagamento.cancelado.v1', cobranca.reservaId);
    await expect(pagamentos.pay(aberta)).rejects.toThrow(/cancel/i);
    await pagamentos.converge(cobranca.reservaId, 0, 0);
  });

  it('não é encerrada por si: enquanto a reserva a quer, o Pix ainda pode ser pago', async () => {
    const em = (ms: number) => new Date(Date.now() + ms).toISOString();
    const cobranca = await pagamentos.charge({ expiraEm: em(-60_000), prorrogavelAte: em(60_000) });
    const aberta = await pagamentos.opened(cobranca);
    await pagamentos.pay(aberta, 'pix');
    await pagamentos.told('pagamento.em-processamento.v1', cobranca.reservaId);
    await pagamentos.reconcile();
    await pagamentos.control(`pix/${aberta.intent}/pagar`, {});
    await pagamentos.converge(cobranca.reservaId, 9_000, 0);
  });
});

describe('webhook', () => {
  const evento = () =>
    JSON.stringify({ id: `evt_${randomUUID()}`, object: 'event', type: 'payout.paid', data: { object: {} } });
  const assinar = (payload: string, options: { secret?: string; timestamp?: number } = {}) =>
    pagamentos.cliente.webhooks.generateTestHeaderString({ payload, secret: WEBHOOK_SECRET, ...options });
  const enviar = (payload: string, assinatura: string) =>
    pagamentos.http.send('POST', '/webhooks/stripe', { body: payload, headers: { 'stripe-signature': assinatura } });
  const agora = () => Math.floor(Date.now() / 1000);

  it('de tipo desconhecido é guardado e ignorado', async () => {
    const payload = evento();
    expect((await enviar(payload, assinar(payload))).status).toBe(200);
    const { id } = JSON.parse(payload) as { id: string };
    await eventually(
      async () =>
        (await pagamentos.database.query(`SELECT FROM webhooks WHERE evento_id = $1 AND estado = 'IGNORADO'`, [id]))
          .length === 1,
    );
  });

  it('assinado com o segredo anterior ainda vale, durante a troca', async () => {
    const payload = evento();
    expect((await enviar(payload, assinar(payload, { secret: OLD_WEBHOOK_SECRET }))).status).toBe(200);
  });

  it.each([
    ['com um byte alterado', (payload: string) => [payload.replace('payout', 'pay0ut'), assinar(payload)] as const],
    ['com outro segredo', (payload: string) => [payload, assinar(payload, { secret: 'whsec_outro' })] as const],
    ['antigo', (payload: string) => [payload, assinar(payload, { timestamp: agora() - 301 })] as const],
    ['do futuro', (payload: string) => [payload, assinar(payload, { timestamp: agora() + 400 })] as const],
    ['sem assinatura', (payload: string) => [payload, ''] as const],
    [
      'reescrito, com o mesmo conteúdo',
      (payload: string) => [JSON.stringify(JSON.parse(payload), null, 2), assinar(payload)] as const,
    ],
  ])('%s é recusado sem efeito', async (_nome, forjar) => {
    const payload = evento();
    const [corpo, assinatura] = forjar(payload);
    const { status, body } = await enviar(corpo, assinatura);
    expect([status, body['code']]).toEqual([400, 'pagamentos.assinatura-invalida']);
    const { id } = JSON.parse(payload) as { id: string };
    expect(await pagamentos.database.query('SELECT FROM webhooks WHERE evento_id = $1', [id])).toHaveLength(0);
  });
});

describe('consulta', () => {
  it('acha a cobrança de uma série paga de uma vez por qualquer ocorrência, e só para quem é dela', async () => {
    const { reservaId: serieId, clienteId, token, id } = await pagamentos.paid();
    const ocorrencias = [randomUUID(), randomUUID()];
    const inicio = '2026-12-01T10:00:00-03:00';
    for (const reservaId of ocorrencias)
      await pagamentos.broker.publish('reserva.criada.v1', {
        reservaId,
        clienteId,
        espacoId: randomUUID(),
        espacoNome: 'Sala Ipê',
        cidade: 'São Paulo',
        inicio,
        fim: '2026-12-01T11:00:00-03:00',
        fuso: 'America/Sao_Paulo',
        valorCentavos: 4_500,
        moeda: 'BRL',
        serieId,
        unidades: [randomUUID()],
        ocupacao: { inicio, fim: '2026-12-01T11:00:00-03:00' },
        expiraEm: inicio,
        politicaCancelamento: [],
        cobrancaId: serieId,
      });
    const achadas = async (reservaId: string, quem: string) => {
      const { body } = await pagamentos.http.get<PagamentosHttp>(`/v1/pagamentos?reservaId=${reservaId}`, {
        token: quem,
      });
      return body.itens.map((item) => item.id);
    };
    for (const reservaId of [...ocorrencias, serieId])
      await eventually(async () => JSON.stringify(await achadas(reservaId, token)) === JSON.stringify([id]));
    const outro = await pagamentos.issuer.token(randomUUID());
    expect(await achadas(ocorrencias[0] ?? '', outro)).toEqual([]);
  });

  it('não mostra a ninguém o pagamento de outro, nem a quem administra o segredo do cliente', async () => {
    const aberta = await pagamentos.opened(await pagamentos.charge());
    const outro = await pagamentos.http.get(`/v1/pagamentos/${aberta.id}`, {
      token: await pagamentos.issuer.token(randomUUID()),
    });
    expect([outro.status, outro.body['code']]).toEqual([404, 'pagamentos.pagamento-inexistente']);
    const admin = await pagamentos.http.get(`/v1/pagamentos/${aberta.id}`, {
      token: await pagamentos.issuer.token(randomUUID(), ['ADMIN']),
    });
    expect(admin.body['provedor']).toEqual({ paymentIntentId: aberta.intent, clientSecret: null });
  });
});
