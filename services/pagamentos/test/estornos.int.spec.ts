import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { EstornoHttp, EstornosHttp, RazaoHttp } from '@plataforma/contracts';
import { eventually } from '@plataforma/testing';
import { PagamentosFixture } from './pagamentos-fixture.js';

let pagamentos: PagamentosFixture;
let admin: string;
const adminId = randomUUID();

beforeAll(async () => {
  pagamentos = await PagamentosFixture.start();
  admin = await pagamentos.issuer.token(adminId, ['ADMIN']);
});

afterAll(async () => {
  await pagamentos.stop();
});

const estornar = (id: string, body: unknown, { token = admin, chave = String(randomUUID()) } = {}) =>
  pagamentos.http.post(`/v1/pagamentos/${id}/estornos`, body, { token, headers: { 'idempotency-key': chave } });
const doPagamento = async (id: string, token = admin) =>
  (await pagamentos.http.get<EstornosHttp>(`/v1/pagamentos/${id}/estornos`, { token })).body.itens;

describe('estorno pedido pela reserva', () => {
  it('devolve o pedido, uma vez, ainda que o comando se repita', async () => {
    const { reservaId } = await pagamentos.paid();
    const { id } = await pagamentos.refund(reservaId, 4_000);
    await pagamentos.refund(reservaId, 4_000, { id });
    const [estornado] = await pagamentos.told('pagamento.estornado.v1', reservaId);
    expect(estornado?.data).toMatchObject({ estornoId: id, parcela: 1, valorCentavos: 4_000, origem: 'RESERVA' });
    await pagamentos.converge(reservaId, 9_000, 4_000);
  });

  it('acima do que resta devolve o que resta; quando nada resta, responde na hora com zero', async () => {
    const { reservaId } = await pagamentos.paid();
    await pagamentos.refund(reservaId, 9_001);
    await pagamentos.told('pagamento.estornado.v1', reservaId);
    await pagamentos.refund(reservaId, 1_000);
    const eventos = await pagamentos.told('pagamento.estornado.v1', reservaId, 2);
    expect(eventos.map(({ data }) => [data.valorCentavos, data.totalEstornadoCentavos])).toEqual([
      [9_000, 9_000],
      [0, 9_000],
    ]);
    await pagamentos.converge(reservaId, 9_000, 9_000);
  });

  it('de uma cobrança que não foi capturada não se perde: fica à vista na DLQ', async () => {
    const { reservaId } = await pagamentos.charge();
    const antes = await pagamentos.broker.deadLetterCount();
    await pagamentos.refund(reservaId, 1_000);
    await eventually(async () => (await pagamentos.broker.deadLetterCount()) === antes + 1);
  });

  it('que o banco devolve depois de concluído é devido de novo, refeito, e contado uma vez', async () => {
    const { reservaId, intent } = await pagamentos.paid();
    await pagamentos.refund(reservaId, 9_000);
    await pagamentos.told('pagamento.estornado.v1', reservaId);
    const { data } = await pagamentos.balcao.refunds.list({ payment_intent: intent });
    await pagamentos.control(`estornos/${data[0]?.id}`, { resultado: 'failed' });
    await eventually(async () => (await pagamentos.balcao.refunds.list({ payment_intent: intent })).data.length === 2);
    await pagamentos.converge(reservaId, 9_000, 9_000);
    expect(pagamentos.published('pagamento.estornado.v1', reservaId)).toHaveLength(1);
    expect(await pagamentos.saldos(reservaId)).toMatchObject({ ESTORNOS: 0, CLIENTE: 0 });
  });
});

describe('estorno à mão', () => {
  it('pago por fora por muitos de uma vez, sai uma vez só', async () => {
    const { id, reservaId } = await pagamentos.paid();
    const pedidos = await Promise.all(
      Array.from({ length: 5 }, () => estornar(id, { motivo: 'Devolvido no balcão', porFora: true })),
    );
    expect(pedidos.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    await pagamentos.told('pagamento.estornado.v1', reservaId);
    expect(await pagamentos.saldos(reservaId)).toMatchObject({ ESTORNOS: 0, CAIXA: -9_000 });
    expect(pagamentos.published('pagamento.estornado.v1', reservaId)).toHaveLength(1);
    expect((await pagamentos.noProvedor(reservaId))[0]?.estornadoCentavos).toBe(0);
  });

  it('parcial e depois total, com motivo e autor na auditoria, que não se apaga', async () => {
    const { id, reservaId, clienteId, token } = await pagamentos.paid();
    const parcial = await estornar(id, { valorCentavos: 2_500, motivo: 'O projetor não funcionou' });
    expect(parcial.status).toBe(201);
    expect(parcial.body).toMatchObject({ valorCentavos: 2_500, origem: 'ADMIN', autorId: adminId });
    await pagamentos.told('pagamento.estornado.v1', reservaId);
    await estornar(id, { motivo: 'O resto também' });
    const eventos = await pagamentos.told('pagamento.estornado.v1', reservaId, 2);
    expect(eventos.map(({ data }) => [data.valorCentavos, data.origem])).toEqual([
      [2_500, 'ADMIN'],
      [6_500, 'ADMIN'],
    ]);
    await pagamentos.converge(reservaId, 9_000, 9_000);
    const auditoria = await pagamentos.database.query(
      'SELECT autor_id, motivo, correlacao FROM auditoria_estornos WHERE cobranca_id = $1 ORDER BY id',
      [id],
    );
    expect(auditoria).toMatchObject([
      { autor_id: adminId, motivo: 'O projetor não funcionou', correlacao: expect.stringMatching(/\S/) },
      { autor_id: adminId, motivo: 'O resto também' },
    ]);
    expect(
      await pagamentos.database.query(
        `SELECT tipo, autor_id, pessoa_id, (dados ->> 'valorCentavos')::int AS valor FROM auditoria
          WHERE alvo LIKE 'estorno/%' AND dados ->> 'pagamentoId' = $1 ORDER BY ocorrido_em`,
        [id],
      ),
    ).toEqual(
      [2_500, 6_500].map((valor) => ({ tipo: 'estorno.pedido', autor_id: adminId, pessoa_id: clienteId, valor })),
    );
    for (const sql of [
      'DELETE FROM auditoria_estornos',
      `UPDATE auditoria_estornos SET motivo = 'x'`,
      'TRUNCATE auditoria_estornos',
    ])
      await expect(pagamentos.database.query(sql)).rejects.toThrow(/acréscimos/);
    // Whose money it is sees that it came back, but not what is said about it inside.
    expect((await doPagamento(id, token))[0]).toMatchObject({ status: 'CONCLUIDO', motivo: null, autorId: null });
  });

  it('repetido sob a mesma chave, não devolve duas vezes', async () => {
    const { id, reservaId } = await pagamentos.paid();
    const chave = randomUUID();
    const pedido = { valorCentavos: 1_000, motivo: 'Um clique a mais' };
    const [primeira, segunda] = [await estornar(id, pedido, { chave }), await estornar(id, pedido, { chave })];
    expect(segunda.body['id']).toBe(primeira.body['id']);
    await pagamentos.converge(reservaId, 9_000, 1_000);
  });

  it('só por quem administra, com motivo e com chave', async () => {
    const { id, token } = await pagamentos.paid();
    const operador = await pagamentos.issuer.token(randomUUID(), ['OPERADOR']);
    expect((await estornar(id, { motivo: 'teste' }, { token })).status).toBe(403);
    expect((await estornar(id, { motivo: 'teste' }, { token: operador })).status).toBe(403);
    expect((await estornar(id, {})).status).toBe(400);
    expect((await estornar(id, { motivo: '   ' })).status).toBe(400);
    const semChave = await pagamentos.http.post(`/v1/pagamentos/${id}/estornos`, { motivo: 'teste' }, { token: admin });
    expect(semChave.body['code']).toBe('idempotencia.chave-ausente');
    expect(await doPagamento(id)).toEqual([]);
  });

  it('nunca além do que resta', async () => {
    const { id, reservaId } = await pagamentos.paid();
    const demais = await estornar(id, { valorCentavos: 9_001, motivo: 'Demais' });
    expect([demais.status, demais.body['code']]).toEqual([409, 'pagamentos.estorno-acima-do-capturado']);
    await pagamentos.refund(reservaId, 9_000);
    await pagamentos.told('pagamento.estornado.v1', reservaId);
    expect((await estornar(id, { motivo: 'Nada resta' })).status).toBe(409);
    const aberta = await pagamentos.opened(await pagamentos.charge());
    const cedo = await estornar(aberta.id, { motivo: 'Ainda não pago' });
    expect([cedo.status, cedo.body['code']]).toEqual([409, 'pagamentos.pagamento-nao-capturado']);
  });

  it('ao mesmo tempo que os da reserva, nunca devolvem juntos mais do que o capturado', async () => {
    for (let rodada = 0; rodada < 5; rodada++) {
      const { id, reservaId } = await pagamentos.paid();
      const respostas = await Promise.all([
        estornar(id, { valorCentavos: 6_000, motivo: 'Corrida' }),
        pagamentos.refund(reservaId, 6_000),
        estornar(id, { valorCentavos: 6_000, motivo: 'Corrida' }),
        pagamentos.refund(reservaId, 6_000),
      ]);
      const doAdmin = respostas.filter((resposta) => 'status' in resposta && resposta.status === 201).length;
      await pagamentos.told('pagamento.estornado.v1', reservaId, 2 + doAdmin);
      await pagamentos.converge(reservaId, 9_000, 9_000);
      // Nor was more than that ever promised, and taken back.
      expect(
        await pagamentos.database.query(
          `SELECT origem FROM lancamentos WHERE cobranca_id = $1 AND origem LIKE 'estorno-reduzido/%'`,
          [id],
        ),
      ).toEqual([]);
    }
  });
});

describe('estorno feito no provedor', () => {
  it('é adotado: razão, evento e lista o mostram', async () => {
    const { id, reservaId, intent } = await pagamentos.paid();
    const feito = await pagamentos.balcao.refunds.create({ payment_intent: intent, amount: 3_000 });
    const [estornado] = await pagamentos.told('pagamento.estornado.v1', reservaId);
    expect(estornado?.data).toMatchObject({ valorCentavos: 3_000, origem: 'PROVEDOR' });
    await pagamentos.converge(reservaId, 9_000, 3_000);
    expect(await doPagamento(id)).toMatchObject([{ origem: 'PROVEDOR', status: 'CONCLUIDO', valorCentavos: 3_000 }]);
    await eventually(
      async () =>
        (
          await pagamentos.database.query(
            `SELECT FROM webhooks WHERE intento_id = $1 AND tipo LIKE 'refund.%' AND estado <> 'PROCESSADO'`,
            [intent],
          )
        ).length === 0,
    );
    expect(feito.status).toBe('succeeded');
  });

  it('antes do nosso, deixa para o nosso só o que resta', async () => {
    const { reservaId, intent } = await pagamentos.paid();
    await pagamentos.fault(reservaId, { tipo: 'webhook_perdido', vezes: null });
    await pagamentos.balcao.refunds.create({ payment_intent: intent, amount: 5_000 });
    const { id } = await pagamentos.refund(reservaId, 9_000);
    const eventos = await pagamentos.told('pagamento.estornado.v1', reservaId, 2);
    expect(eventos.find(({ data }) => data.estornoId === id)?.data.valorCentavos).toBe(4_000);
    await pagamentos.converge(reservaId, 9_000, 9_000);
    expect(await pagamentos.saldos(reservaId)).toMatchObject({ ESTORNOS: 0, CLIENTE: 0 });
  });

  it('que falha depois de contado é desfeito no razão e fica à vista', async () => {
    const { id, reservaId, intent } = await pagamentos.paid();
    const feito = await pagamentos.balcao.refunds.create({ payment_intent: intent, amount: 3_000 });
    await pagamentos.told('pagamento.estornado.v1', reservaId);
    await pagamentos.control(`estornos/${feito.id}`, { resultado: 'failed' });
    await eventually(async () => (await doPagamento(id))[0]?.status === 'FALHOU');
    expect(await pagamentos.saldos(reservaId)).toMatchObject({ CLIENTE: -9_000, ESTORNOS: 0 });
    const { divergencias } = await pagamentos.reconcile();
    expect(divergencias).toContainEqual(
      expect.objectContaining({ tipo: 'estorno-devolvido', chave: (await doPagamento(id))[0]?.id, situacao: 'ABERTA' }),
    );
  });
});

describe('estornos pendentes', () => {
  it('estão na lista de quem opera até concluírem', async () => {
    const { reservaId, intent } = await pagamentos.paid();
    await pagamentos.fault(reservaId, { tipo: 'estorno_pendente' });
    const { id } = await pagamentos.refund(reservaId, 9_000);
    const operador = await pagamentos.issuer.token(randomUUID(), ['OPERADOR']);
    const naLista = async () =>
      (await pagamentos.http.get<EstornosHttp>('/v1/pagamentos/estornos', { token: operador })).body.itens.find(
        (item: EstornoHttp) => item.id === id,
      );
    await eventually(async () => (await naLista())?.status === 'EM_PROCESSAMENTO');
    expect(await pagamentos.saldos(reservaId)).toMatchObject({ CLIENTE: 0, ESTORNOS: -9_000 });
    await eventually(async () =>
      /pagamentos_estornos_pendentes\{[^}]*idade="ate-1min"[^}]*\} [1-9]/.test(
        (await pagamentos.http.get<string>('/metrics')).body,
      ),
    );
    const { data } = await pagamentos.balcao.refunds.list({ payment_intent: intent });
    await pagamentos.control(`estornos/${data[0]?.id}`, { resultado: 'succeeded' });
    await pagamentos.converge(reservaId, 9_000, 9_000);
    expect(await naLista()).toBeUndefined();
  });
});

describe('razão', () => {
  it('dá o saldo de uma reserva em qualquer momento, e de cada cobrança sua', async () => {
    const { reservaId, clienteId } = await pagamentos.paid({ valorCentavos: 5_000 });
    const depoisDaCaptura = new Date().toISOString();
    await pagamentos.refund(reservaId, 2_000);
    await pagamentos.converge(reservaId, 5_000, 2_000);
    const razao = async (em = '') =>
      (await pagamentos.http.get<RazaoHttp>(`/v1/pagamentos/razao?reservaId=${reservaId}${em}`, { token: admin })).body;
    expect(await razao()).toMatchObject({
      capturadoCentavos: 5_000,
      estornadoCentavos: 2_000,
      liquidoCentavos: 3_000,
      cobrancas: [{ parcela: 1, liquidoCentavos: 3_000 }],
    });
    expect(await razao(`&em=${encodeURIComponent(depoisDaCaptura)}`)).toMatchObject({ liquidoCentavos: 5_000 });
    const { status } = await pagamentos.http.get(`/v1/pagamentos/razao?reservaId=${reservaId}`, {
      token: await pagamentos.issuer.token(clienteId),
    });
    expect(status).toBe(403);
  });

  it('o banco recusa um movimento que não soma zero, ou que se espalha por duas cobranças, e qualquer mudança', async () => {
    const [uma, outra] = [await pagamentos.paid(), await pagamentos.paid()];
    const insert = (lados: string) =>
      pagamentos.database.query(
        `INSERT INTO lancamentos (origem, cobranca_id, conta, valor_centavos) VALUES ${lados}`,
        [uma.id, ...(lados.includes('$2') ? [outra.id] : [])],
      );
    await expect(insert(`('torto', $1, 'RECEBIVEL', 10), ('torto', $1, 'CLIENTE', -9)`)).rejects.toThrow(/somam zero/);
    await expect(insert(`('dois', $1, 'RECEBIVEL', 10), ('dois', $2, 'CLIENTE', -10)`)).rejects.toThrow(/somam zero/);
    for (const sql of ['DELETE FROM lancamentos', 'UPDATE lancamentos SET valor_centavos = 1', 'TRUNCATE lancamentos'])
      await expect(pagamentos.database.query(sql)).rejects.toThrow(/acréscimos/);
  });
});

describe('números de cartão', () => {
  const PAN = '4242 4242 4242 4242';

  it.each([
    ['no motivo', { motivo: `estornar no cartão ${PAN}` }],
    ['num campo que ninguém pediu', { motivo: 'Devolver', numeroDoCartao: PAN }],
    ['num código de segurança', { motivo: 'Devolver', cvc: '123' }],
  ])('%s são recusados e nunca registrados', async (_onde, body) => {
    const { id } = await pagamentos.paid();
    const escrito: string[] = [];
    const espia = jest.spyOn(console, 'log').mockImplementation((...linha) => void escrito.push(linha.join(' ')));
    const direto = jest.spyOn(process.stdout, 'write').mockImplementation((linha) => escrito.push(String(linha)) > 0);
    try {
      const resposta = await estornar(id, body);
      expect(resposta.status).toBe(400);
      expect(JSON.stringify(resposta.body)).not.toContain('4242');
    } finally {
      espia.mockRestore();
      direto.mockRestore();
    }
    expect(escrito.join('\n')).not.toMatch(/4242/);
    expect(await doPagamento(id)).toEqual([]);
  });
});
