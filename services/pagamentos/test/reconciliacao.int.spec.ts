import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually, TcpProxy } from '@plataforma/testing';
import { Reconciliar } from '../src/application/reconciliar.js';
import { tiposDeDivergencia } from '../src/domain/divergencia.js';
import { PagamentosFixture } from './pagamentos-fixture.js';

let pagamentos: PagamentosFixture;

beforeAll(async () => {
  pagamentos = await PagamentosFixture.start();
});

afterAll(async () => {
  await pagamentos.stop();
});

const divergencia = async (tipo: string, chave: string) =>
  (
    await pagamentos.database.query<{ situacao: string; detalhe: Record<string, unknown> }>(
      'SELECT situacao, detalhe FROM divergencias WHERE tipo = $1 AND chave = $2',
      [tipo, chave],
    )
  )[0];
const metrica = async (nome: string, tipo: string) => {
  const { body } = await pagamentos.http.get<string>('/metrics');
  return Number(new RegExp(`${nome}\\{[^}]*tipo="${tipo}"[^}]*\\} (\\d+)`).exec(body)?.[1]);
};
const reserva = (reservaId: string) => ({
  reservaId,
  clienteId: randomUUID(),
  espacoId: randomUUID(),
  espacoNome: 'Sala',
  cidade: 'Manaus',
  inicio: '2026-12-01T10:00:00Z',
  fim: '2026-12-01T11:00:00Z',
  fuso: 'America/Manaus',
  valorCentavos: 9_000,
  moeda: 'BRL' as const,
});
const confirmar = (reservaId: string, pagoCentavos = 9_000) =>
  pagamentos.broker.publish(
    'reserva.confirmada.v1',
    { ...reserva(reservaId), pagamentoId: null, pagoCentavos },
    { sequence: '2' },
  );
const cancelar = (reservaId: string, pagoCentavos = 0, sequence = '3') =>
  pagamentos.broker.publish(
    'reserva.cancelada.v1',
    { ...reserva(reservaId), motivo: 'CLIENTE', reembolsoCentavos: 9_000 - pagoCentavos, pagoCentavos },
    { sequence },
  );

describe('o que se sabe da reserva', () => {
  it('um reembolso por fora de uma reserva cancelada não a faz valer de novo, em qualquer ordem', async () => {
    for (const ordem of [
      [3, 4],
      [4, 3],
    ]) {
      const reservaId = randomUUID();
      await confirmar(reservaId);
      for (const sequencia of ordem)
        await (sequencia === 3
          ? cancelar(reservaId, 4_000)
          : pagamentos.broker.publish(
              'reserva.reembolsada.v1',
              { ...reserva(reservaId), reembolsoCentavos: 1_000, pagoCentavos: 3_000, origem: 'ADMIN' },
              { sequence: '4' },
            ));
      const vista = await eventually(async () => {
        const [row] = await pagamentos.database.query<{ situacao: string; pago: number; vistos: number }>(
          `SELECT situacao, pago_centavos::int AS pago,
                  (SELECT count(*)::int FROM fatos_da_reserva f WHERE f.reserva_id = r.reserva_id) AS vistos
             FROM reservas_vistas r WHERE reserva_id = $1`,
          [reservaId],
        );
        return row?.vistos === 3 && row;
      });
      expect([vista.situacao, vista.pago]).toEqual(['CANCELADA', 3_000]);
    }
  });
});

describe('reconciliação', () => {
  it('mostra cada tipo de divergência, também com zero', async () => {
    for (const tipo of tiposDeDivergencia)
      await eventually(async () => (await metrica('pagamentos_divergencias', tipo)) === 0);
  });

  it('busca um evento que nunca chegou, e conta que o fez', async () => {
    const { reservaId, intent } = await pagamentos.paid();
    await pagamentos.fault(reservaId, { tipo: 'webhook_perdido', vezes: null });
    await pagamentos.balcao.refunds.create({ payment_intent: intent, amount: 1_000 });
    await pagamentos.converge(reservaId, 9_000, 1_000);
    const [perdido] = await eventually(async () => {
      const rows = await pagamentos.database.query<{ evento_id: string }>(
        `SELECT evento_id FROM webhooks WHERE intento_id = $1 AND origem = 'RECONCILIACAO'`,
        [intent],
      );
      return rows.length > 0 && rows;
    });
    await eventually(
      async () => (await divergencia('webhook-perdido', perdido?.evento_id ?? ''))?.situacao === 'REPARADA',
    );
    expect(await metrica('pagamentos_divergencias_reparadas_total', 'webhook-perdido')).toBeGreaterThan(0);
  });

  it('encerra no provedor um intento nosso de que nenhuma cobrança sabe', async () => {
    const reservaId = randomUUID();
    const { id } = await pagamentos.balcao.paymentIntents.create({
      amount: 9_000,
      currency: 'brl',
      metadata: { reservaId, parcela: '1' },
    });
    await eventually(async () => (await pagamentos.noProvedor(reservaId))[0]?.status === 'canceled');
    await eventually(async () => (await divergencia('intento-orfao', id))?.situacao !== 'ABERTA');
    await eventually(
      async () =>
        (await pagamentos.database.query(`SELECT FROM webhooks WHERE intento_id = $1 AND estado = 'ESTACIONADO'`, [id]))
          .length === 0,
    );
  });

  it('devolve o que um segundo intento de uma cobrança capturou, e o razão conta as duas coisas', async () => {
    const { reservaId } = await pagamentos.paid();
    await pagamentos.balcao.paymentIntents.create({
      amount: 9_000,
      currency: 'brl',
      metadata: { reservaId, parcela: '1' },
      payment_method: 'pm_card_visa',
      confirm: true,
      return_url: 'http://127.0.0.1/volta',
    });
    await eventually(async () => {
      const { razao, provedor, desequilibrio } = await pagamentos.tresLados(reservaId);
      return JSON.stringify([razao, provedor, desequilibrio]) === '[[18000,9000],[18000,9000],0]';
    });
    expect(pagamentos.published('pagamento.aprovado.v1', reservaId)).toHaveLength(1);
    expect(pagamentos.published('pagamento.estornado.v1', reservaId)).toHaveLength(0);
  });

  it('ignora o que outros fazem na mesma conta do provedor', async () => {
    const { id } = await pagamentos.balcao.paymentIntents.create({
      amount: 9_000,
      currency: 'brl',
      payment_method: 'pm_card_visa',
      confirm: true,
      return_url: 'http://127.0.0.1/volta',
    });
    await pagamentos.balcao.refunds.create({ payment_intent: id, amount: 100 });
    await eventually(async () => {
      const rows = await pagamentos.database.query<{ estado: string }>(
        'SELECT estado FROM webhooks WHERE intento_id = $1',
        [id],
      );
      return rows.length >= 4 && rows.every(({ estado }) => estado === 'IGNORADO');
    });
  });

  it('encerra a cobrança aberta de uma reserva cancelada', async () => {
    const cobranca = await pagamentos.charge();
    const { id } = await pagamentos.opened(cobranca);
    await cancelar(cobranca.reservaId, 0, '2');
    await pagamentos.told('pagamento.cancelado.v1', cobranca.reservaId);
    expect(await divergencia('cobranca-de-reserva-cancelada', id)).toMatchObject({ situacao: 'REPARADA' });
  });

  it('levanta o dinheiro que ficou de uma reserva cancelada, até que ele volte', async () => {
    const { reservaId } = await pagamentos.paid();
    await confirmar(reservaId);
    await cancelar(reservaId);
    await eventually(async () => (await divergencia('dinheiro-sem-reserva', reservaId))?.situacao === 'ABERTA');
    await eventually(async () => (await metrica('pagamentos_divergencias', 'dinheiro-sem-reserva')) === 1);
    const alertas = await pagamentos.database.query<{ causa: string }>(
      `SELECT dados ->> 'causa' AS causa FROM eventos
        WHERE tipo = 'operacao.alertada.v1' AND dados ->> 'causa' IN ('dinheiro-sem-reserva', 'cobranca-de-reserva-cancelada')`,
    );
    // Of what repairs itself nobody is told.
    expect(alertas).toEqual([{ causa: 'dinheiro-sem-reserva' }]);
    await pagamentos.refund(reservaId, 9_000);
    await eventually(async () => (await divergencia('dinheiro-sem-reserva', reservaId))?.situacao === 'REPARADA');
    await eventually(async () => (await metrica('pagamentos_divergencias', 'dinheiro-sem-reserva')) === 0);
  });

  it('levanta a reserva que conta com dinheiro que não há', async () => {
    const { reservaId } = await pagamentos.charge();
    await confirmar(reservaId);
    await eventually(async () => (await divergencia('reserva-sem-dinheiro', reservaId))?.situacao === 'ABERTA');
    await cancelar(reservaId);
    await eventually(async () => (await divergencia('reserva-sem-dinheiro', reservaId))?.situacao === 'REPARADA');
  });

  it('não estranha um estorno à mão de uma reserva que segue confirmada', async () => {
    const { reservaId, intent } = await pagamentos.paid();
    await confirmar(reservaId);
    await pagamentos.balcao.refunds.create({ payment_intent: intent, amount: 9_000 });
    await pagamentos.converge(reservaId, 9_000, 9_000);
    await pagamentos.reconcile();
    expect(await divergencia('reserva-sem-dinheiro', reservaId)).toBeUndefined();
  });
});

describe('a conferência contínua', () => {
  const rodadas = async (quantas: number) => {
    for (let n = 0; n < quantas; n++) {
      const [antes] = await pagamentos.database.query<{ local_em: Date }>(
        'SELECT local_em FROM reconciliacao_continua',
      );
      await eventually(async () => {
        const [agora] = await pagamentos.database.query<{ local_em: Date }>(
          'SELECT local_em FROM reconciliacao_continua',
        );
        return agora && antes && agora.local_em > antes.local_em;
      });
    }
  };

  it('lê o que mudou, e não todas as reservas que já houve', async () => {
    const ANTIGAS = 30_000;
    await pagamentos.database.query('ALTER TABLE reservas_vistas DISABLE TRIGGER USER');
    await pagamentos.database.query(
      `INSERT INTO reservas_vistas (reserva_id, cobrada_sob, situacao, pago_centavos, sequencia, atualizada_em)
       SELECT id, id, 'CANCELADA', 0, 2, now() - interval '30 days' FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, $1)) x`,
      [ANTIGAS],
    );
    await pagamentos.database.query('ALTER TABLE reservas_vistas ENABLE TRIGGER USER');
    await pagamentos.database.query('ANALYZE reservas_vistas');
    const lidas = async () => {
      const [row] = await pagamentos.database.query<{ lidas: number }>(
        `SELECT (seq_tup_read + coalesce(idx_tup_fetch, 0))::int AS lidas FROM pg_stat_user_tables WHERE relname = 'reservas_vistas'`,
      );
      return row?.lidas ?? 0;
    };
    await rodadas(3);
    const antes = await lidas();
    const { reservaId } = await pagamentos.charge();
    await confirmar(reservaId);
    await eventually(async () => (await divergencia('reserva-sem-dinheiro', reservaId))?.situacao === 'ABERTA');
    await rodadas(5);
    expect((await lidas()) - antes).toBeLessThan(ANTIGAS / 2);
    await cancelar(reservaId);
    await eventually(async () => (await divergencia('reserva-sem-dinheiro', reservaId))?.situacao === 'REPARADA');
    await eventually(async () => (await pagamentos.database.query('SELECT FROM contas_mudadas')).length === 0);
  });

  it('que falha não atrasa a busca do que nunca chegou', async () => {
    const { reservaId, intent } = await pagamentos.paid();
    const defeito = jest
      .spyOn(pagamentos.http.nest.get(Reconciliar), 'changed')
      .mockRejectedValue(new Error('conferência quebrada'));
    await pagamentos.fault(reservaId, { tipo: 'webhook_perdido', vezes: null });
    await pagamentos.balcao.refunds.create({ payment_intent: intent, amount: 1_000 });
    await pagamentos.converge(reservaId, 9_000, 1_000);
    defeito.mockRestore();
  });
});

describe('o provedor que emudece', () => {
  it('é perguntado de novo assim que a rede volta, e nada se cobra duas vezes', async () => {
    const provedor = await TcpProxy.start(pagamentos.provedorUrl);
    await pagamentos.halt();
    await pagamentos.boot({ STRIPE_API_BASE: provedor.url });
    try {
      provedor.swallow();
      const cobranca = await pagamentos.charge();
      await eventually(
        async () =>
          (
            await pagamentos.database.query(
              'SELECT FROM cobrancas WHERE reserva_id = $1 AND ultima_falha IS NOT NULL',
              [cobranca.reservaId],
            )
          ).length === 1,
      );
      expect((await pagamentos.http.get('/health/ready')).status).toBe(200);
      provedor.resume('lost');
      await eventually(
        async () =>
          (
            await pagamentos.database.query(`SELECT FROM cobrancas WHERE reserva_id = $1 AND estado = 'ABERTA'`, [
              cobranca.reservaId,
            ])
          ).length === 1,
        15_000,
      );
      expect(await pagamentos.noProvedor(cobranca.reservaId)).toHaveLength(1);
    } finally {
      await pagamentos.halt();
      await provedor.cut();
      await pagamentos.boot();
    }
  });
});

describe('reconciliação pedida', () => {
  /** Breaks what the database guards, as only its owner could. */
  const semGatilhos = async (sql: string, ...parameters: unknown[]) => {
    await pagamentos.database.query('ALTER TABLE lancamentos DISABLE TRIGGER USER');
    try {
      return await pagamentos.database.query(sql, parameters);
    } finally {
      await pagamentos.database.query('ALTER TABLE lancamentos ENABLE TRIGGER USER');
    }
  };

  it('sem diferenças, diz quanto conferiu e que nada encontrou', async () => {
    await pagamentos.paid();
    const { conferidos, divergencias } = await pagamentos.reconcile();
    expect(conferidos?.intentos).toBeGreaterThan(0);
    expect(divergencias.filter(({ situacao }) => situacao === 'ABERTA')).toEqual([]);
  });

  it('levanta o que o provedor capturou e o razão não tem, e o contrário', async () => {
    const [semRazao, semProvedor] = [await pagamentos.paid(), await pagamentos.paid()];
    await semGatilhos('DELETE FROM lancamentos WHERE cobranca_id = $1', semRazao.id);
    await pagamentos.database.query(
      `UPDATE cobrancas SET provedor_id = 'pi_que_nao_existe', criada_em = now() WHERE id = $1`,
      [semProvedor.id],
    );
    const { divergencias } = await pagamentos.reconcile();
    const abertas = divergencias
      .filter(({ situacao }) => situacao === 'ABERTA')
      .map(({ tipo, chave }) => [tipo, chave]);
    expect(abertas).toEqual(
      expect.arrayContaining([
        ['captura-divergente', semRazao.id],
        ['razao-divergente', semRazao.id],
        ['captura-sem-provedor', semProvedor.id],
      ]),
    );
  });

  it('é só para quem administra ou opera', async () => {
    const token = await pagamentos.issuer.token(randomUUID());
    expect((await pagamentos.http.post('/v1/pagamentos/reconciliacoes', {}, { token })).status).toBe(403);
    const operador = await pagamentos.issuer.token(randomUUID(), ['OPERADOR']);
    const inexistente = await pagamentos.http.get(`/v1/pagamentos/reconciliacoes/${randomUUID()}`, { token: operador });
    expect(inexistente.body['code']).toBe('pagamentos.reconciliacao-inexistente');
  });
});
