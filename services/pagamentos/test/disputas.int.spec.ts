import { randomUUID } from 'node:crypto';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DisputasHttp, EstornoHttp, EstornosHttp, RecibosHttp } from '@plataforma/contracts';
import { eventually } from '@plataforma/testing';
import { buffer } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';
import { PagamentosFixture } from './pagamentos-fixture.js';

const TAXA_DA_DISPUTA = 5_500;

let pagamentos: PagamentosFixture;
let operador: string;

beforeAll(async () => {
  pagamentos = await PagamentosFixture.start();
  operador = await pagamentos.issuer.token(randomUUID(), ['OPERADOR']);
  admin = await pagamentos.issuer.token(randomUUID(), ['ADMIN']);
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

let admin: string;
const estornar = (id: string, corpo: object) =>
  pagamentos.http.post(`/v1/pagamentos/${id}/estornos`, corpo, {
    token: admin,
    headers: { 'idempotency-key': randomUUID() },
  });
const decidir = (id: string, acao: string, token = admin) =>
  pagamentos.http.post<EstornoHttp>(`/v1/pagamentos/estornos/${id}/decisao`, { acao, motivo: 'Porque sim' }, { token });
/** The refunds of a payment in a state, once there is one. */
const pendentes = (id: string, status: EstornoHttp['status']) =>
  eventually(async () => {
    const { body } = await pagamentos.http.get<EstornosHttp>(`/v1/pagamentos/${id}/estornos`, { token: admin });
    const itens = body.itens.filter((item) => item.status === status && (status !== 'PENDENTE' || item.esperaDisputa));
    return itens.length > 0 && itens;
  });

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
    const recusado = await estornar(id, { motivo: 'Em disputa' });
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
    await pagamentos.converge(reservaId, 9_000, 4_000);
  });

  it('perdida em parte, o provedor nada mais estorna: à mão, só por fora, e registrado', async () => {
    const { id, reservaId, dp } = await disputado(3_000);
    await pagamentos.control(`disputas/${dp}`, { resultado: 'lost' });
    await eventually(() => situacoes(reservaId).at(-1) === 'PERDIDA');
    expect(pagamentos.published('pagamento.disputado.v1', reservaId).at(-1)?.data).toMatchObject({
      retidoCentavos: 3_000,
      estornavel: false,
      consulta: false,
    });
    const recusado = await estornar(id, { motivo: 'Cortesia' });
    expect([recusado.status, recusado.body]).toEqual([
      409,
      expect.objectContaining({ code: 'pagamentos.estorno-impossivel', disponivelCentavos: 6_000 }),
    ]);
    const demais = await estornar(id, { motivo: 'Cortesia', valorCentavos: 6_001, porFora: true });
    expect(demais.body).toMatchObject({ code: 'pagamentos.estorno-acima-do-capturado', disponivelCentavos: 6_000 });
    const { status, body } = await estornar(id, { motivo: 'Pix de 26/11', porFora: true });
    expect([status, body]).toEqual([
      201,
      expect.objectContaining({ status: 'CONCLUIDO', porFora: true, valorCentavos: 6_000 }),
    ]);
    const [contado] = await pagamentos.told('pagamento.estornado.v1', reservaId);
    expect(contado?.data).toMatchObject({ valorCentavos: 6_000, origem: 'ADMIN' });
    expect(await pagamentos.saldos(reservaId)).toMatchObject({ CLIENTE: -3_000, CAIXA: -6_000, DISPUTAS: 3_000 });
    const recibos = await eventually(async () => {
      const caminho = `/v1/pagamentos/${id}/recibos`;
      const { itens } = (await pagamentos.http.get<RecibosHttp>(caminho, { token: operador })).body;
      return itens.length === 2 && itens;
    });
    expect(recibos.map(({ tipo, situacao, valorCentavos }) => [tipo, situacao, valorCentavos])).toEqual([
      ['PAGAMENTO', 'VALIDO', 9_000],
      ['ESTORNO', 'VALIDO', 6_000],
    ]);
  });

  it('ganha em parte, só o que o banco não devolveu conta como levado', async () => {
    const { reservaId, dp } = await disputado();
    await pagamentos.control(`disputas/${dp}`, { resultado: 'lost', devolvidoCentavos: 4_000 });
    await eventually(() => situacoes(reservaId).at(-1) === 'PERDIDA');
    expect(pagamentos.published('pagamento.disputado.v1', reservaId).at(-1)?.data.retidoCentavos).toBe(5_000);
    expect(await pagamentos.saldos(reservaId)).toMatchObject({ DISPUTAS: 5_000 });
  });

  it('uma consulta nada retém nem impede; se vira contestação, é contada de novo', async () => {
    const pago = await pagamentos.paid();
    const consulta = { payment_intent: pago.intent, consulta: true };
    const { id: dp } = await pagamentos.control<{ id: string }>('disputas', consulta);
    const [aberta] = await pagamentos.told('pagamento.disputado.v1', pago.reservaId);
    expect(aberta?.data).toMatchObject({ situacao: 'ABERTA', consulta: true, retidoCentavos: 0, estornavel: true });
    expect((await estornar(pago.id, { motivo: 'Cortesia', valorCentavos: 1_000 })).status).toBe(201);
    await pagamentos.converge(pago.reservaId, 9_000, 1_000);
    await pagamentos.control(`disputas/${dp}`, { resultado: 'needs_response' });
    const [, contestada] = await pagamentos.told('pagamento.disputado.v1', pago.reservaId, 2);
    expect(contestada?.data).toMatchObject({ situacao: 'ABERTA', consulta: false, retidoCentavos: 8_000 });
    expect((await estornar(pago.id, { motivo: 'Cortesia' })).body['code']).toBe('pagamentos.pagamento-em-disputa');
  });

  it('uma consulta encerrada nada deixa', async () => {
    const pago = await pagamentos.paid();
    const consulta = { payment_intent: pago.intent, consulta: true };
    const { id: dp } = await pagamentos.control<{ id: string }>('disputas', consulta);
    await pagamentos.control(`disputas/${dp}`, { resultado: 'warning_closed' });
    await eventually(() => situacoes(pago.reservaId).at(-1) === 'GANHA');
    expect(await pagamentos.saldos(pago.reservaId)).not.toHaveProperty('DISPUTAS');
  });

  describe('perdida em parte com um estorno da reserva à espera', () => {
    /** Of 9,000 the bank took 3,000; the refund of all of it stands still with 6,000. */
    async function parado() {
      const { id, reservaId, dp } = await disputado(3_000);
      await pagamentos.refund(reservaId, 9_000);
      const [esperando] = await pendentes(id, 'PENDENTE');
      expect(esperando).toMatchObject({ esperaDisputa: true, ultimaFalha: 'espera pelo fim da disputa' });
      await pagamentos.control(`disputas/${dp}`, { resultado: 'lost' });
      const [estorno] = await pendentes(id, 'PARADO');
      if (!estorno) throw new Error('o estorno não parou');
      expect(estorno).toMatchObject({ valorCentavos: 6_000, proximaTentativaEm: null });
      return { id, reservaId, dp, estorno };
    }

    it('ele para à vista de todos, e a divergência também', async () => {
      const { estorno } = await parado();
      const { body } = await pagamentos.http.get<EstornosHttp>('/v1/pagamentos/estornos?limite=100', {
        token: operador,
      });
      expect(body.itens).toContainEqual(expect.objectContaining({ id: estorno.id, status: 'PARADO' }));
      await eventually(
        async () =>
          (
            await pagamentos.database.query(
              `SELECT FROM divergencias WHERE tipo = 'estorno-parado' AND chave = $1 AND situacao = 'ABERTA'`,
              [estorno.id],
            )
          ).length === 1,
      );
    });

    it('pago por fora, está concluído, e a auditoria sabe por quem', async () => {
      const { reservaId, estorno } = await parado();
      const { status, body } = await decidir(estorno.id, 'PAGO_POR_FORA');
      expect([status, body.status, body.porFora]).toEqual([200, 'CONCLUIDO', true]);
      const [contado] = await pagamentos.told('pagamento.estornado.v1', reservaId);
      expect(contado?.data).toMatchObject({ valorCentavos: 6_000, origem: 'RESERVA' });
      expect(await pagamentos.saldos(reservaId)).toMatchObject({ ESTORNOS: 0, CAIXA: -6_000 });
      const auditoria = await pagamentos.database.query(
        'SELECT acao, valor_centavos::int AS valor, motivo FROM decisoes_de_estornos WHERE estorno_id = $1',
        [estorno.id],
      );
      expect(auditoria).toEqual([{ acao: 'PAGO_POR_FORA', valor: 6_000, motivo: 'Porque sim' }]);
      expect(
        await pagamentos.database.query('SELECT tipo, dados FROM auditoria WHERE alvo = $1', [`estorno/${estorno.id}`]),
      ).toEqual([{ tipo: 'estorno.decidido', dados: { acao: 'PAGO_POR_FORA', valorCentavos: 6_000 } }]);
      const outra = await decidir(estorno.id, 'BAIXAR');
      expect([outra.status, outra.body]).toEqual([
        409,
        expect.objectContaining({ code: 'pagamentos.estorno-nao-parado' }),
      ]);
    });

    it('baixado, deixa de ser devido, e quem o pediu fica sabendo', async () => {
      const { reservaId, estorno } = await parado();
      expect((await decidir(estorno.id, 'BAIXAR')).body.status).toBe('BAIXADO');
      const [contado] = await pagamentos.told('pagamento.estornado.v1', reservaId);
      expect(contado?.data).toMatchObject({ valorCentavos: 0, baixadoCentavos: 6_000 });
      expect(await pagamentos.saldos(reservaId)).toMatchObject({ ESTORNOS: 0, CLIENTE: -9_000 });
    });

    it('tentado de novo, o provedor recusa e ele para outra vez; ganha tarde, é feito', async () => {
      const { id, reservaId, dp, estorno } = await parado();
      await pagamentos.database.query('UPDATE estornos SET tentativas = 12 WHERE id = $1', [estorno.id]);
      expect((await decidir(estorno.id, 'TENTAR_DE_NOVO')).body.status).toBe('PENDENTE');
      const [depois] = await eventually(async () => {
        const parados = (await pendentes(id, 'PARADO')).filter(({ tentativas }) => tentativas > 0);
        return parados.length > 0 && parados;
      });
      expect(depois?.tentativas).toBeLessThan(12);
      await pagamentos.control(`disputas/${dp}`, { resultado: 'won' });
      await pagamentos.converge(reservaId, 9_000, 6_000);
    });

    it.each(['BAIXAR', 'PAGO_POR_FORA'])('%s por muitos de uma vez vale uma vez só', async (acao) => {
      const { reservaId, estorno } = await parado();
      const acoes = ['BAIXAR', 'PAGO_POR_FORA', acao, acao, acao, acao];
      const decididas = await Promise.all(acoes.map((uma) => decidir(estorno.id, uma)));
      expect(decididas.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
      await pagamentos.told('pagamento.estornado.v1', reservaId);
      const feita = decididas.find(({ status }) => status === 200)?.body.status;
      const saldos = await pagamentos.saldos(reservaId);
      expect(saldos).toMatchObject({
        ESTORNOS: 0,
        ...(feita === 'CONCLUIDO' ? { CAIXA: -6_000 } : { CLIENTE: -9_000 }),
      });
      expect(
        await pagamentos.database.query('SELECT FROM decisoes_de_estornos WHERE estorno_id = $1', [estorno.id]),
      ).toHaveLength(1);
      expect(pagamentos.published('pagamento.estornado.v1', reservaId)).toHaveLength(1);
    });

    it('só quem administra decide', async () => {
      const { estorno } = await parado();
      expect((await decidir(estorno.id, 'BAIXAR', operador)).status).toBe(403);
      expect((await decidir(randomUUID(), 'BAIXAR')).status).toBe(404);
    });
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
