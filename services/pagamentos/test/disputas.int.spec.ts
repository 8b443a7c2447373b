import { randomUUID } from 'node:crypto';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DisputasHttp } from '@plataforma/contracts';
import { eventually } from '@plataforma/testing';
import { buffer } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';
import { Pagamentos } from './pagamentos-fixture.js';

const TAXA_DA_DISPUTA = 5_500;

let pagamentos: Pagamentos;
let operador: string;

beforeAll(async () => {
  pagamentos = await Pagamentos.start();
  operador = await pagamentos.issuer.token(randomUUID(), ['OPERADOR']);
});

afterAll(async () => {
  await pagamentos.stop();
});

async function disputado(valorCentavos?: number) {
  const pago = await pagamentos.paid();
  const { id: dp } = await pagamentos.control<{ id: string }>('disputas', {
    payment_intent: pago.intent,
    ...(valorCentavos && { valorCentavos }),
  });
  const [evento] = await pagamentos.told('pagamento.disputado.v1', pago.reservaId);
  if (!evento) throw new Error('a disputa não foi contada');
  return { ...pago, dp, disputa: evento.data };
}

const situacoes = (reservaId: string) =>
  pagamentos.published('pagamento.disputado.v1', reservaId).map(({ data }) => data.situacao);
const semTaxaDaCaptura = async (reservaId: string) => {
  const [noProvedor] = await pagamentos.noProvedor(reservaId);
  await eventually(async () => (await pagamentos.saldos(reservaId))['TAXAS'] === noProvedor?.tarifasCentavos);
  return pagamentos.saldos(reservaId);
};

describe('disputa', () => {
  it('aberta, leva o dinheiro e a taxa, no razão como no provedor', async () => {
    const { id, reservaId, dp, disputa } = await disputado();
    expect(disputa).toMatchObject({ situacao: 'ABERTA', motivo: 'fraudulent', valorCentavos: 9_000, parcela: 1 });
    const saldos = await semTaxaDaCaptura(reservaId);
    const [noProvedor] = await pagamentos.noProvedor(reservaId);
    expect(saldos).toMatchObject({ CLIENTE: -9_000, DISPUTAS: 9_000 });
    expect(saldos['TAXAS']).toBeGreaterThan(TAXA_DA_DISPUTA);
    expect(saldos['RECEBIVEL']).toBe(-(noProvedor?.tarifasCentavos ?? 0));
    const { body } = await pagamentos.http.get<DisputasHttp>('/v1/pagamentos/disputas?situacao=ABERTA', {
      token: operador,
    });
    expect(body.itens).toContainEqual(
      expect.objectContaining({ id: disputa.disputaId, pagamentoId: id, provedorId: dp, situacao: 'ABERTA' }),
    );
  });

  it.each(['na ordem', 'fora de ordem'])('ganha, devolve o dinheiro e a taxa, com os webhooks %s', async (ordem) => {
    const pago = await pagamentos.paid();
    if (ordem === 'fora de ordem')
      await pagamentos.fault(pago.reservaId, { tipo: 'webhook_reordenado', evento: 'charge.dispute.created' });
    const { id } = await pagamentos.control<{ id: string }>('disputas', { payment_intent: pago.intent });
    await pagamentos.control(`disputas/${id}`, { resultado: 'won' });
    await eventually(() => situacoes(pago.reservaId).includes('GANHA'));
    expect(situacoes(pago.reservaId).at(-1)).toBe('GANHA');
    const saldos = await semTaxaDaCaptura(pago.reservaId);
    expect(saldos).toMatchObject({ DISPUTAS: 0 });
    expect(saldos['TAXAS']).toBeLessThan(TAXA_DA_DISPUTA);
  });

  it('enquanto aberta, um estorno à mão é recusado e o da reserva espera; perdida, nada resta a devolver', async () => {
    const { id, reservaId, dp } = await disputado();
    const admin = await pagamentos.issuer.token(randomUUID(), ['ADMIN']);
    const recusado = await pagamentos.http.post(
      `/v1/pagamentos/${id}/estornos`,
      { motivo: 'Em disputa' },
      { token: admin, headers: { 'idempotency-key': randomUUID() } },
    );
    expect([recusado.status, recusado.body['code']]).toEqual([409, 'pagamentos.pagamento-em-disputa']);
    await pagamentos.refund(reservaId, 9_000);
    await eventually(async () => (await pagamentos.saldos(reservaId))['ESTORNOS'] === -9_000);
    await pagamentos.control(`disputas/${dp}`, { resultado: 'lost' });
    const [estornado] = await pagamentos.told('pagamento.estornado.v1', reservaId);
    expect(estornado?.data.valorCentavos).toBe(0);
    expect(situacoes(reservaId)).toEqual(['ABERTA', 'PERDIDA']);
    expect(await pagamentos.saldos(reservaId)).toMatchObject({ ESTORNOS: 0, DISPUTAS: 9_000 });
  });

  it('ganha, o estorno que esperava é feito', async () => {
    const { reservaId, dp } = await disputado();
    await pagamentos.refund(reservaId, 4_000);
    await eventually(async () => (await pagamentos.saldos(reservaId))['ESTORNOS'] === -4_000);
    await pagamentos.control(`disputas/${dp}`, { resultado: 'won' });
    await pagamentos.converge(reservaId, 9_000, 4_000, 20_000);
  });

  it('que ninguém conta é vista pela reconciliação', async () => {
    const { reservaId, intent } = await pagamentos.paid();
    await pagamentos.fault(reservaId, { tipo: 'webhook_perdido', vezes: null });
    await pagamentos.control('disputas', { payment_intent: intent });
    await pagamentos.told('pagamento.disputado.v1', reservaId);
  });

  it('como os estornos que esperam por ela, vem em páginas, cada uma uma vez', async () => {
    for (let vez = 0; vez < 2; vez++) await pagamentos.refund((await disputado()).reservaId, 1_000);
    for (const rota of ['/v1/pagamentos', '/v1/pagamentos/disputas', '/v1/pagamentos/estornos']) {
      const inteira = await eventually(async () => {
        const { body } = await pagamentos.http.get<DisputasHttp>(`${rota}?limite=100`, { token: operador });
        return body.itens.length >= 2 && body.itens;
      });
      const aosPoucos = await pagamentos.http.everyPage<{ id: string }>(rota, 1, { token: operador });
      expect(aosPoucos.map(({ id }) => id)).toEqual(inteira.map(({ id }) => id));
    }
  });

  it('só se mostra a quem administra ou opera', async () => {
    const { token, disputa } = await disputado();
    for (const rota of ['', `/${disputa.disputaId}`, `/${disputa.disputaId}/evidencias`])
      expect((await pagamentos.http.get(`/v1/pagamentos/disputas${rota}`, { token })).status).toBe(403);
    const inexistente = await pagamentos.http.get(`/v1/pagamentos/disputas/${randomUUID()}`, { token: operador });
    expect(inexistente.body['code']).toBe('pagamentos.disputa-inexistente');
  });
});

describe('evidências', () => {
  /** What is told of a booking by others, out of order. */
  async function contarDaReserva(reservaId: string, clienteId: string) {
    const reserva = {
      reservaId,
      clienteId,
      espacoId: randomUUID(),
      espacoNome: 'Sala Ipê',
      cidade: 'Manaus',
      inicio: '2026-12-01T10:00:00-04:00',
      fim: '2026-12-01T12:00:00-04:00',
      fuso: 'America/Manaus',
      valorCentavos: 9_000,
      moeda: 'BRL' as const,
    };
    const { broker } = pagamentos;
    await broker.publish('reserva.iniciada.v1', reserva, { sequence: '3' });
    await broker.publish('reserva.confirmada.v1', { ...reserva, pagamentoId: null }, { sequence: '2' });
    await broker.publish(
      'reserva.criada.v1',
      {
        ...reserva,
        unidades: [randomUUID()],
        ocupacao: { inicio: reserva.inicio, fim: reserva.fim },
        expiraEm: reserva.inicio,
        politicaCancelamento: [{ horasAntes: 24, percentual: 100 }],
      },
      { sequence: '1' },
    );
    await broker.publish('notificacao.enviada.v1', {
      notificacaoId: randomUUID(),
      usuarioId: clienteId,
      reservaId,
      tipo: 'RESERVA_CONFIRMADA',
      canal: 'EMAIL',
    });
    await eventually(
      async () =>
        (await pagamentos.database.query('SELECT FROM fatos_da_reserva WHERE reserva_id = $1', [reservaId])).length ===
        4,
    );
  }

  async function baixar(disputaId: string) {
    const response = await fetch(`${pagamentos.http.url}/v1/pagamentos/disputas/${disputaId}/evidencias`, {
      headers: { authorization: `Bearer ${operador}` },
    });
    expect(response.headers.get('content-type')).toBe('application/zip');
    const zip = await fromBufferPromise(Buffer.from(await response.arrayBuffer()));
    const arquivos = new Map<string, Buffer>();
    for await (const entry of zip.eachEntry())
      arquivos.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
    return arquivos;
  }

  it('reúnem o que se sabe, com manifesto que confere e sem dados da pessoa', async () => {
    const { reservaId, clienteId, disputa, intent } = await disputado();
    await contarDaReserva(reservaId, clienteId);
    const arquivos = await baixar(disputa.disputaId);
    const json = (nome: string) => JSON.parse(arquivos.get(nome)?.toString() ?? 'null') as Record<string, unknown>[];
    const manifesto = JSON.parse(arquivos.get('manifesto.json')?.toString() ?? 'null') as {
      disputaId: string;
      arquivos: { nome: string; sha256: string }[];
    };
    expect(manifesto.disputaId).toBe(disputa.disputaId);
    expect([...arquivos.keys()].sort()).toEqual(
      ['manifesto.json', ...manifesto.arquivos.map(({ nome }) => nome)].sort(),
    );
    for (const { nome, sha256 } of manifesto.arquivos)
      expect(
        createHash('sha256')
          .update(arquivos.get(nome) ?? '')
          .digest('hex'),
      ).toBe(sha256);
    expect(json('reserva.json').map(({ tipo }) => tipo)).toEqual(
      expect.arrayContaining(['reserva.criada.v1', 'reserva.confirmada.v1', 'reserva.iniciada.v1']),
    );
    expect(json('reserva.json').find(({ tipo }) => tipo === 'reserva.criada.v1')?.['dados']).toMatchObject({
      espacoNome: 'Sala Ipê',
      politicaCancelamento: [{ horasAntes: 24, percentual: 100 }],
    });
    expect(json('mensagens.json')).toMatchObject([{ dados: { tipo: 'RESERVA_CONFIRMADA', canal: 'EMAIL' } }]);
    expect(json('tentativas.json')).toMatchObject([{ situacao: 'APROVADA' }]);
    expect(json('avisos-do-provedor.json')).toContainEqual(
      expect.objectContaining({ tipo: 'payment_intent.succeeded' }),
    );
    expect(json('cobranca.json')).toMatchObject([{ provedor_id: intent, valor_centavos: 9_000 }]);
    expect(Buffer.concat([...arquivos.values()]).toString()).not.toContain(clienteId);
  });
});
