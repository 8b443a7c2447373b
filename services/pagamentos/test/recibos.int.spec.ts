import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ReciboHttp, RecibosHttp, VerificacaoDeReciboHttp } from '@plataforma/contracts';
import { Database, Logger } from '@plataforma/platform';
import { eventually } from '@plataforma/testing';
import { Notifier } from '@plataforma/trabalho';
import { extractText, getDocumentProxy } from 'unpdf';
import { EmitenteDeRecibos } from '../src/application/ports.js';
import { EmissorDeRecibos } from '../src/infrastructure/emissor-de-recibos.js';
import { PagamentosFixture } from './pagamentos-fixture.js';

let pagamentos: PagamentosFixture;
let operador: string;

beforeAll(async () => {
  pagamentos = await PagamentosFixture.start();
  operador = await pagamentos.issuer.token(randomUUID(), ['OPERADOR']);
});

afterAll(async () => {
  await pagamentos.stop();
});

const emitidos = async (id: string, token = operador): Promise<ReciboHttp[]> =>
  (await pagamentos.http.get<RecibosHttp>(`/v1/pagamentos/${id}/recibos`, { token })).body.itens;

/** Receipts follow the money by a moment: those of a charge, once none is owed. */
const daCobranca = (id: string, token = operador): Promise<ReciboHttp[]> =>
  eventually(async () => {
    const devidos = await pagamentos.database.query('SELECT FROM recibos_a_emitir WHERE cobranca_id = $1', [id]);
    return devidos.length === 0 && emitidos(id, token);
  });

const pdf = async (numero: string, token: string, headers: Record<string, string> = {}): Promise<Uint8Array> => {
  const query = headers['accept'] ? '' : '?formato=pdf';
  const response = await fetch(`${pagamentos.http.url}/v1/pagamentos/recibos/${numero}${query}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/pdf']);
  return new Uint8Array(await response.arrayBuffer());
};

/** The text of a PDF, with every kind of space as one. */
const textOf = async (bytes: Uint8Array): Promise<string> => {
  const { text } = await extractText(await getDocumentProxy(bytes.slice()), { mergePages: true });
  return text.replace(/\s+/g, ' ');
};

/** A booking as its event tells it. */
const reservar = async (reservaId: string) => {
  const dados = {
    reservaId,
    clienteId: randomUUID(),
    espacoId: randomUUID(),
    espacoNome: 'Auditório São João — Łódź',
    cidade: 'Manaus',
    inicio: '2026-12-01T13:00:00.000Z',
    fim: '2026-12-01T15:30:00.000Z',
    fuso: 'America/Manaus',
    valorCentavos: 123_456,
    moeda: 'BRL' as const,
  };
  await pagamentos.broker.publish(
    'reserva.criada.v1',
    {
      ...dados,
      unidades: [randomUUID()],
      ocupacao: { inicio: dados.inicio, fim: dados.fim },
      expiraEm: new Date(Date.now() + 60_000).toISOString(),
      politicaCancelamento: [],
    },
    { sequence: '00000000000000000001' },
  );
  await eventually(
    async () =>
      (await pagamentos.database.query('SELECT FROM fatos_da_reserva WHERE reserva_id = $1', [reservaId])).length > 0,
  );
};

describe('recibo de um pagamento', () => {
  it('é emitido com a captura, e diz em JSON e em PDF o que foi pago', async () => {
    const reservaId = randomUUID();
    await reservar(reservaId);
    const cobranca = await pagamentos.charge({ valorCentavos: 123_456, descricao: 'Reserva do auditório' }, reservaId);
    const aberta = await pagamentos.opened(cobranca);
    await pagamentos.pay(aberta, 'pix');
    await pagamentos.control(`pix/${aberta.intent}/pagar`, {});
    await pagamentos.told('pagamento.aprovado.v1', reservaId);
    const [recibo] = await daCobranca(aberta.id, cobranca.token);
    expect(recibo).toMatchObject({
      numero: expect.stringMatching(/^\d{4}-\d{6}$/),
      tipo: 'PAGAMENTO',
      situacao: 'VALIDO',
      valorCentavos: 123_456,
      metodo: 'PIX',
      provedorId: aberta.intent,
      reservas: [{ espacoNome: 'Auditório São João — Łódź', fuso: 'America/Manaus' }],
    });
    const numero = recibo?.numero ?? '';
    const caminho = `/v1/pagamentos/recibos/${numero}`;
    expect((await pagamentos.http.get(caminho, { token: cobranca.token })).body).toEqual(recibo);

    const bytes = await pdf(numero, cobranca.token);
    expect(await pdf(numero, cobranca.token, { accept: 'application/pdf' })).toEqual(bytes);
    expect(await pdf(numero, cobranca.token, { accept: 'application/json;q=0.5, application/pdf;q=0.9' })).toEqual(
      bytes,
    );
    const recusado = await pagamentos.http.get(caminho, { token: cobranca.token, headers: { accept: 'text/html' } });
    expect(recusado).toMatchObject({ status: 406, body: { code: 'requisicao.formato-nao-aceito' } });
    const texto = await textOf(bytes);
    for (const parte of [
      `Recibo de pagamento nº ${numero}`,
      'R$ 1.234,56',
      'Pix',
      'Reserva do auditório',
      'Auditório São João — Łódź',
      '1 de dezembro de 2026, 09:00 a 11:30 (America/Manaus)',
      aberta.intent,
      recibo?.codigo ?? 'sem código',
    ])
      expect(texto).toContain(parte);
    // It may be broken over two lines.
    expect(texto.replaceAll(' ', '')).toContain(
      `https://reservas.exemplo/v1/pagamentos/recibos/verificacoes/${recibo?.codigo}`,
    );
    const documento = await getDocumentProxy(bytes.slice());
    const { info } = await documento.getMetadata();
    expect(info).toMatchObject({ Language: 'pt-BR', Title: `Recibo de pagamento nº ${numero}` });
    expect(JSON.stringify(await (await documento.getPage(1)).getStructTree())).toContain('"role":"H1"');
  });

  it('é um só, por mais que a captura seja contada', async () => {
    const { id, intent } = await pagamentos.paid();
    await pagamentos.control('webhooks/reenviar', { payment_intent: intent, tipo: 'payment_intent.succeeded' });
    await pagamentos.reconcile();
    expect(await daCobranca(id)).toMatchObject([{ provedorId: intent }]);
  });
});

describe('recibo de um estorno', () => {
  it.each(['RESERVA', 'ADMIN', 'PROVEDOR'] as const)('é emitido quando conclui: %s', async (origem) => {
    const { id, reservaId, intent } = await pagamentos.paid();
    const pedidos = {
      RESERVA: () => pagamentos.refund(reservaId, 4_000),
      ADMIN: async () =>
        pagamentos.http.post(
          `/v1/pagamentos/${id}/estornos`,
          { valorCentavos: 4_000, motivo: 'Cortesia' },
          {
            token: await pagamentos.issuer.token(randomUUID(), ['ADMIN']),
            headers: { 'idempotency-key': randomUUID() },
          },
        ),
      PROVEDOR: () => pagamentos.balcao.refunds.create({ payment_intent: intent, amount: 4_000 }),
    };
    await pedidos[origem]();
    await pagamentos.told('pagamento.estornado.v1', reservaId);
    const [pagamento, estorno] = await daCobranca(id);
    expect(estorno).toMatchObject({
      tipo: 'ESTORNO',
      valorCentavos: 4_000,
      reciboDoPagamento: pagamento?.numero,
      situacao: 'VALIDO',
    });
    const texto = await textOf(await pdf(estorno?.numero ?? '', operador));
    expect(texto).toContain(`Recibo de estorno nº ${estorno?.numero}`);
    expect(texto).toContain('Valor devolvido R$ 40,00');
    expect(texto).toContain(`Recibo nº ${pagamento?.numero}`);
  });

  it('que o banco devolve fica sem efeito, e o que o refaz tem outro', async () => {
    const { id, reservaId, intent } = await pagamentos.paid();
    await pagamentos.refund(reservaId, 9_000);
    await pagamentos.told('pagamento.estornado.v1', reservaId);
    const { data } = await pagamentos.balcao.refunds.list({ payment_intent: intent });
    await pagamentos.control(`estornos/${data[0]?.id}`, { resultado: 'failed' });
    const recibos = await eventually(async () => {
      const todos = await emitidos(id);
      return todos.length === 3 && todos;
    });
    expect(recibos.map(({ tipo, situacao }) => [tipo, situacao])).toEqual([
      ['PAGAMENTO', 'VALIDO'],
      ['ESTORNO', 'SEM_EFEITO'],
      ['ESTORNO', 'VALIDO'],
    ]);
  });

  it('de zero não existe', async () => {
    const { id, reservaId } = await pagamentos.paid();
    await pagamentos.refund(reservaId, 9_000);
    await pagamentos.told('pagamento.estornado.v1', reservaId);
    await pagamentos.refund(reservaId, 1_000);
    await pagamentos.told('pagamento.estornado.v1', reservaId, 2);
    expect((await daCobranca(id)).map(({ tipo }) => tipo)).toEqual(['PAGAMENTO', 'ESTORNO']);
  });
});

describe('numeração', () => {
  const numeros = async () =>
    (await pagamentos.database.query<{ sequencia: number }>('SELECT sequencia FROM recibos ORDER BY sequencia')).map(
      ({ sequencia }) => sequencia,
    );

  it('cinquenta capturas ao mesmo tempo: cinquenta números seguidos, nenhum duas vezes', async () => {
    const antes = (await numeros()).length;
    const cobrancas = await Promise.all(Array.from({ length: 50 }, () => pagamentos.charge()));
    const abertas = await Promise.all(cobrancas.map((cobranca) => pagamentos.opened(cobranca)));
    await Promise.all(abertas.map((aberta) => pagamentos.pay(aberta)));
    await eventually(async () => (await numeros()).length === antes + 50);
    expect(await numeros()).toEqual(Array.from({ length: antes + 50 }, (_, index) => index + 1));
  });

  it('sessões que caem a meio não perdem recibo, nem saltam ou repetem número', async () => {
    const abertas = await Promise.all(
      Array.from({ length: 30 }, async () => pagamentos.opened(await pagamentos.charge())),
    );
    await Promise.all(abertas.map((aberta) => pagamentos.pay(aberta)));
    const emitidos = async () =>
      (
        await pagamentos.database.query('SELECT FROM recibos WHERE cobranca_id = ANY($1)', [
          abertas.map(({ id }) => id),
        ])
      ).length;
    await eventually(async () => {
      // Whatever the issuer is at, its session ends, and with it its transaction; its claims end sooner than by themselves.
      await pagamentos.database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid() AND query ~ 'recibos' AND random() < 0.5`,
      );
      await pagamentos.database.query('UPDATE recibos_a_emitir SET em_trabalho_ate = NULL, emitir_em = now()');
      return (await emitidos()) === abertas.length;
    }, 60_000);
    const todos = await numeros();
    expect(todos).toEqual(todos.map((_, index) => index + 1));
  });

  it('dois emissores ao mesmo tempo: cada recibo uma vez, números seguidos', async () => {
    const { id } = await pagamentos.paid();
    await daCobranca(id);
    const [antes, muitos] = [(await numeros()).length, 300];
    const logger = Logger.create('teste', 'none');
    const bancos = [new Database(pagamentos.database.options), new Database(pagamentos.database.options)];
    const emissores = bancos.map(
      (banco) =>
        new EmissorDeRecibos(banco, new EmitenteDeRecibos('Outro', undefined), new Notifier(banco, logger), logger),
    );
    await Promise.all(bancos.map((banco) => banco.connect()));
    try {
      await pagamentos.database.query(
        `INSERT INTO recibos_a_emitir (provedor_id, cobranca_id, valor_centavos)
         SELECT 'pi_muitos_' || n, $1, 100 FROM generate_series(1, ${muitos}) AS n`,
        [id],
      );
      for (const emissor of emissores) emissor.start();
      await eventually(async () => (await numeros()).length === antes + muitos, 30_000);
      expect(await numeros()).toEqual(Array.from({ length: antes + muitos }, (_, index) => index + 1));
    } finally {
      await Promise.all(emissores.map((emissor) => emissor.stop()));
      await Promise.all(bancos.map((banco) => banco.close()));
    }
  });

  it('a captura não espera por quem numera', async () => {
    const trava = await pagamentos.database.query<{ ultimo: number }>('SELECT ultimo FROM contadores_de_recibos');
    expect(trava).toHaveLength(1);
    const outro = new Database(pagamentos.database.options);
    await outro.connect();
    try {
      const pago = await outro.transaction(async () => {
        await outro.query('SELECT FROM contadores_de_recibos FOR UPDATE');
        return pagamentos.paid();
      });
      expect(await daCobranca(pago.id)).toHaveLength(1);
    } finally {
      await outro.close();
    }
  });

  it('a transação desfeita devolve os números, e nenhum número fica sem recibo', async () => {
    for (const quantos of [1, 7]) {
      const contar = `INSERT INTO contadores_de_recibos AS c (ano, ultimo) VALUES (2026, 1)
                      ON CONFLICT (ano) DO UPDATE SET ultimo = c.ultimo + ${quantos}`;
      await expect(pagamentos.database.query(contar)).rejects.toThrow(/falta o recibo/);
    }
    const { id } = await pagamentos.paid();
    await daCobranca(id);
    const todos = await numeros();
    expect(todos).toEqual(todos.map((_, index) => index + 1));
  });

  it('o banco recusa mudar ou apagar um recibo, voltar o contador e emitir fora da conta', async () => {
    for (const sql of [
      `UPDATE recibos SET conteudo = '{}'`,
      'DELETE FROM recibos',
      'TRUNCATE recibos',
      'DELETE FROM contadores_de_recibos',
    ])
      await expect(pagamentos.database.query(sql)).rejects.toThrow(/acréscimos/);
    await expect(pagamentos.database.query('UPDATE contadores_de_recibos SET ultimo = 1')).rejects.toThrow(
      /para a frente/,
    );
    await expect(
      pagamentos.database.query(
        `INSERT INTO recibos (ano, sequencia, tipo, cobranca_id, provedor_id, codigo, emitido_em, conteudo)
         SELECT ano, 999999, tipo, cobranca_id, 'outro', 'outro', now(), '{}' FROM recibos WHERE tipo = 'PAGAMENTO' LIMIT 1`,
      ),
    ).rejects.toThrow(/número contado/);
  });
});

describe('quem vê', () => {
  it('quem pagou, quem administra e quem opera; para os outros não existe', async () => {
    const { id, token } = await pagamentos.paid();
    const numero = (await daCobranca(id))[0]?.numero ?? '';
    const admin = await pagamentos.issuer.token(randomUUID(), ['ADMIN']);
    const outro = await pagamentos.issuer.token(randomUUID());
    for (const caminho of [`/v1/pagamentos/${id}/recibos`, `/v1/pagamentos/recibos/${numero}`]) {
      const status = await Promise.all(
        [token, admin, operador, outro].map(async (de) => (await pagamentos.http.get(caminho, { token: de })).status),
      );
      expect(status).toEqual([200, 200, 200, 404]);
      expect((await pagamentos.http.get(caminho)).status).toBe(401);
    }
    const { body } = await pagamentos.http.get('/v1/pagamentos/recibos/2026-999999', { token: admin });
    expect(body['code']).toBe('pagamentos.recibo-inexistente');
    expect((await pagamentos.http.get('/v1/pagamentos/recibos/primeiro', { token: admin })).status).toBe(400);
  });

  it('com o código, qualquer um confere que é autêntico, sem ver de quem é', async () => {
    const { id, clienteId } = await pagamentos.paid();
    const [recibo] = await daCobranca(id);
    const caminho = '/v1/pagamentos/recibos/verificacoes';
    const { body } = await pagamentos.http.get<VerificacaoDeReciboHttp>(`${caminho}/${recibo?.codigo}`);
    expect(body).toMatchObject({ numero: recibo?.numero, situacao: 'VALIDO', valorCentavos: 9_000 });
    expect(JSON.stringify(body)).not.toContain(clienteId);
    expect((await pagamentos.http.get(`${caminho}/${'A'.repeat(22)}`)).status).toBe(404);
  });
});
