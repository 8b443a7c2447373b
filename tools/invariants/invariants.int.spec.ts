import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../infra/secrets.ts';
import { invariants } from './all.ts';
import { HealthyPlatform } from './healthy-platform.ts';
import { pendingWork } from './i5-nada-parado.ts';

let platform: HealthyPlatform;

beforeAll(async () => {
  platform = await HealthyPlatform.create();
});

afterAll(async () => {
  await platform.drop();
});

/** What is found broken, as `I2: what`. */
async function findings(): Promise<string[]> {
  const found: string[] = [];
  for (const { id, check } of invariants)
    for (const { what } of (await check(platform.sources)).violations) found.push(`${id}: ${what}`);
  return found;
}

interface Control {
  /** What is broken, as an end to the sentence "goes red when …". */
  when: string;
  breaks: () => Promise<unknown>;
  finds: string[];
}

const sql = (database: Database, text: string, ...parameters: unknown[]) => platform.query(database)(text, parameters);
const { stringify } = JSON;

const controls: Control[] = [
  {
    when: 'the exclusion constraint is gone and two holds overlap',
    breaks: async () => {
      await sql('reservas', 'ALTER TABLE ocupacoes DROP CONSTRAINT ocupacoes_sem_sobreposicao');
      await sql(
        'reservas',
        `INSERT INTO ocupacoes (unidade_id, periodo, origem) SELECT unidade_id, periodo, 'BLOQUEIO' FROM ocupacoes WHERE reserva_id = $1`,
        platform.reservas.paga,
      );
    },
    finds: ['I1: ocupações que se sobrepõem'],
  },
  {
    when: 'an active booking has lost its occupation',
    breaks: () => sql('reservas', 'DELETE FROM ocupacoes WHERE reserva_id = $1', platform.reservas.pendente),
    finds: ['I1: ocupação que falta a uma reserva ativa, ou que sobra'],
  },
  {
    when: 'a cancelled booking still occupies',
    breaks: () =>
      sql(
        'reservas',
        `INSERT INTO ocupacoes (unidade_id, periodo, origem, reserva_id)
         SELECT unidade_id, tstzrange(now() + interval '9 days', now() + interval '10 days'), 'RESERVA', $1 FROM ocupacoes LIMIT 1`,
        platform.reservas.expirada,
      ),
    finds: ['I1: ocupação que falta a uma reserva ativa, ou que sobra'],
  },
  {
    when: 'a booking is confirmed without a charge',
    breaks: async () => {
      await sql(
        'reservas',
        `UPDATE reservas SET status = 'CONFIRMADA', versao = 2, pago_centavos = valor_centavos WHERE id = $1`,
        platform.reservas.pendente,
      );
      await sql(
        'reservas',
        `INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados, publicado_em)
         VALUES ($1, $2, 2, 'reserva.confirmada.v1', '{"pagoCentavos": 5000}', '{}', NULL)`,
        randomUUID(),
        `reserva/${platform.reservas.pendente}`,
      );
    },
    finds: ['I2: reserva que vale sem captura do que crê pago', 'I5: evento de reservas por publicar'],
  },
  {
    when: 'money was captured but the booking was never confirmed',
    breaks: async () => {
      await sql('pagamentos', `UPDATE cobrancas SET estado = 'APROVADA' WHERE id = $1`, platform.pagamentos.pendente);
      await sql(
        'pagamentos',
        `INSERT INTO lancamentos (origem, cobranca_id, conta, valor_centavos)
         VALUES ('captura/pi_pendente', $1, 'RECEBIVEL', 5000), ('captura/pi_pendente', $1, 'CLIENTE', -5000)`,
        platform.pagamentos.pendente,
      );
    },
    finds: [
      'I2: dinheiro capturado de reserva que ainda espera, ou que não existe',
      'I2: provedor e razão discordam',
      'I4: cobrança diferente dos seus eventos',
    ],
  },
  {
    when: 'the charge says approved but the ledger knows of no capture',
    breaks: () =>
      sql('pagamentos', `UPDATE cobrancas SET estado = 'APROVADA' WHERE id = $1`, platform.pagamentos.expirada),
    finds: ['I2: estado da cobrança e razão se contradizem', 'I4: cobrança diferente dos seus eventos'],
  },
  {
    when: 'the provider captured twice for one booking',
    breaks: async () => {
      const [balance] = platform.outside.balances;
      if (balance) platform.outside.balances.push({ ...balance, paymentIntent: 'pi_outra' });
    },
    finds: ['I2: provedor e razão discordam', 'I2: mais de uma captura pela mesma cobrança'],
  },
  {
    when: 'the provider holds money that no charge explains',
    breaks: async () => {
      platform.outside.balances.push({
        paymentIntent: 'pi_alheia',
        reservaId: randomUUID(),
        parcela: 1,
        capturadoCentavos: 100,
        estornadoCentavos: 0,
        disputadoCentavos: 0,
      });
    },
    finds: ['I2: dinheiro no provedor que nenhuma cobrança nossa explica'],
  },
  {
    when: 'a late payment was not given back',
    breaks: async () => {
      await sql('pagamentos', 'ALTER TABLE lancamentos DISABLE TRIGGER lancamentos_imutaveis');
      await sql('pagamentos', `DELETE FROM lancamentos WHERE origem = 'estorno/re_pagaTarde'`);
    },
    finds: [
      'I2: provedor e razão discordam',
      'I3: reserva CANCELADA com dinheiro a mais ou a menos do que a política retém',
    ],
  },
  {
    when: 'a cancellation gave back more than its policy',
    breaks: () =>
      sql(
        'pagamentos',
        `INSERT INTO lancamentos (origem, cobranca_id, conta, valor_centavos)
         VALUES ('estorno/re_dobro', $1, 'RECEBIVEL', -4000), ('estorno/re_dobro', $1, 'CLIENTE', 4000)`,
        platform.pagamentos.canceladaComMulta,
      ),
    finds: [
      'I2: provedor e razão discordam',
      'I3: reserva CANCELADA com dinheiro a mais ou a menos do que a política retém',
    ],
  },
  {
    when: 'a booking does not know what a bank took back',
    breaks: () =>
      sql(
        'reservas',
        `UPDATE reservas SET pago_centavos = valor_centavos WHERE id = $1`,
        platform.reservas.perdidaEmParte,
      ),
    finds: ['I2: reserva que vale sem captura do que crê pago', 'I4: reserva diferente dos seus eventos'],
  },
  {
    when: 'a cancelled booking promised money that a bank had taken',
    breaks: async () => {
      await sql(
        'reservas',
        `UPDATE reservas SET status = 'CANCELADA', motivo = 'CLIENTE', reembolso_centavos = 9000, pago_centavos = 0, versao = 4 WHERE id = $1`,
        platform.reservas.perdidaEmParte,
      );
      await sql('reservas', 'DELETE FROM ocupacoes WHERE reserva_id = $1', platform.reservas.perdidaEmParte);
      await sql(
        'reservas',
        `INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados)
         VALUES ($1, $2, 4, 'reserva.cancelada.v1', '{"motivo": "CLIENTE", "reembolsoCentavos": 9000, "pagoCentavos": 0}', '{}')`,
        randomUUID(),
        `reserva/${platform.reservas.perdidaEmParte}`,
      );
    },
    finds: [
      'I3: reserva CANCELADA com dinheiro a mais ou a menos do que a política retém',
      'I5: evento de reservas por publicar',
    ],
  },
  {
    when: 'a dispute took money that the ledger does not know of',
    breaks: async () => {
      await sql('pagamentos', 'ALTER TABLE lancamentos DISABLE TRIGGER lancamentos_imutaveis');
      await sql('pagamentos', `DELETE FROM lancamentos WHERE origem = 'disputa/txn_perdidaEmParte'`);
    },
    finds: ['I2: razão e disputas se contradizem', 'I2: provedor e razão discordam'],
  },
  {
    when: 'a refund is tried again and again, each time with a new date',
    breaks: () =>
      sql(
        'pagamentos',
        `INSERT INTO estornos (id, cobranca_id, valor_centavos, valor_pedido_centavos, motivo, estado, tentativas, proxima_acao_em, devido_em)
         VALUES ($1, $2, 100, 100, 'CANCELAMENTO', 'A_FAZER', 9, now() + interval '4 minutes', now() - interval '61 seconds')`,
        randomUUID(),
        platform.pagamentos.paga,
      ),
    finds: ['I5: estorno devido há muito'],
  },
  {
    when: 'a refund that the provider does not make waits for a decision',
    breaks: () =>
      sql(
        'pagamentos',
        `INSERT INTO estornos (id, cobranca_id, valor_centavos, valor_pedido_centavos, motivo, estado, proxima_acao_em)
         VALUES ($1, $2, 100, 100, 'CANCELAMENTO', 'PARADO', NULL)`,
        randomUUID(),
        platform.pagamentos.paga,
      ),
    finds: ['I5: estorno parado, à espera de quem decida'],
  },
  {
    when: 'a notice, a letter and a reminder are due and nobody does them',
    breaks: async () => {
      const [usuarioId, reservaId] = [randomUUID(), randomUUID()];
      await sql(
        'notificacoes',
        `INSERT INTO contatos (usuario_id, nome, email, idioma, versao) VALUES ($1, 'Ana', 'ana@exemplo.com', 'pt-BR', 1)`,
        usuarioId,
      );
      await sql(
        'notificacoes',
        `INSERT INTO entregas (id, reserva_id, versao, tipo, canal, usuario_id, dados, estado, disponivel_em)
         VALUES ($1, $2, 1, 'COMO_FOI', 'EMAIL', $3, '{}', 'PENDENTE', now() - interval '61 seconds')`,
        randomUUID(),
        reservaId,
        usuarioId,
      );
      await sql(
        'notificacoes',
        `INSERT INTO cartas_de_conta (id, usuario_id, tipo, nome, email, idioma, ocorrido_em, disponivel_em)
         VALUES ($1, $2, 'SENHA_MUDOU', 'Ana', 'ana@exemplo.com', 'pt-BR', now(), now() - interval '61 seconds')`,
        randomUUID(),
        usuarioId,
      );
      await sql(
        'notificacoes',
        `INSERT INTO reservas_conhecidas (reserva_id, usuario_id, versao, estado, inicio, fim, dados, cobranca_id)
         VALUES ($1, $2, 1, 'CONFIRMADA', now(), now(), '{}', $1)`,
        reservaId,
        usuarioId,
      );
      await sql(
        'notificacoes',
        `INSERT INTO lembretes (reserva_id, tipo, para, devida_em) VALUES ($1, 'LEMBRETE_1H', now(), now() - interval '61 seconds')`,
        reservaId,
      );
    },
    finds: ['I5: aviso por enviar além do prazo', 'I5: carta por enviar além do prazo', 'I5: lembrete além do prazo'],
  },
  {
    when: 'a webhook that is on is not delivered to',
    breaks: async () => {
      const [ganchoId, eventoId] = [randomUUID(), randomUUID()];
      await sql(
        'notificacoes',
        `INSERT INTO ganchos (id, url, descricao, tipos) VALUES ($1, 'https://erp.exemplo.net', '', '{espaco.alterado.v1}')`,
        ganchoId,
      );
      await sql(
        'notificacoes',
        `INSERT INTO eventos_de_gancho (id, tipo, corpo) VALUES ($1, 'espaco.alterado.v1', '{}')`,
        eventoId,
      );
      await sql(
        'notificacoes',
        `INSERT INTO entregas_de_gancho (gancho_id, evento_id, estado, proxima_em) VALUES ($1, $2, 'PENDENTE', now() - interval '61 seconds')`,
        ganchoId,
        eventoId,
      );
    },
    finds: ['I5: entrega a gancho além do prazo'],
  },
  {
    when: 'an intent that nobody wanted is not ended',
    breaks: () =>
      sql(
        'pagamentos',
        `INSERT INTO intentos_orfaos (provedor_id, reserva_id, parcela, visto_em) VALUES ('pi_orfao', $1, 1, now() - interval '61 seconds')`,
        randomUUID(),
      ),
    finds: ['I5: intento órfão por encerrar há muito'],
  },
  {
    when: 'a movement has one side only',
    breaks: () =>
      sql(
        'pagamentos',
        `INSERT INTO lancamentos (origem, cobranca_id, conta, valor_centavos) VALUES ('ajuste/1', $1, 'CLIENTE', 1)`,
        platform.pagamentos.paga,
      ),
    finds: ['I3: lançamentos que não se equilibram'],
  },
  {
    when: 'a consumer never saw a published event',
    breaks: () => sql('reservas', `DELETE FROM inbox WHERE ctid = (SELECT min(ctid) FROM inbox)`),
    finds: ['I4: publicada e sem efeito num consumidor'],
  },
  {
    when: 'a booking differs from the fold of its events',
    breaks: () =>
      sql('reservas', `UPDATE reservas SET motivo = 'ADMIN' WHERE id = $1`, platform.reservas.canceladaComMulta),
    finds: ['I4: reserva diferente dos seus eventos'],
  },
  {
    when: 'a booking believes to be paid more than its events tell',
    breaks: () =>
      sql('reservas', `UPDATE reservas SET pago_centavos = pago_centavos + 1 WHERE id = $1`, platform.reservas.paga),
    finds: ['I2: reserva que vale sem captura do que crê pago', 'I4: reserva diferente dos seus eventos'],
  },
  {
    when: 'a move that waits to be paid does not hold its new time',
    breaks: () =>
      sql(
        'reservas',
        `UPDATE reservas SET remarcacao = jsonb_build_object('novo', jsonb_build_object(
                'unidades', (SELECT jsonb_agg(id) FROM unidades), 'ocupacao', jsonb_build_object('inicio', inicio + interval '5 days', 'fim', fim + interval '5 days')))
          WHERE id = $1`,
        platform.reservas.paga,
      ),
    finds: ['I1: ocupação que falta a uma reserva ativa, ou que sobra'],
  },
  {
    when: 'a saga slept through its deadline',
    breaks: () =>
      sql(
        'reservas',
        `UPDATE sagas SET prazo = now() - interval '31 seconds' WHERE chave = $1`,
        platform.reservas.pendente,
      ),
    finds: ['I5: saga além do prazo'],
  },
  {
    when: 'an event was not published',
    breaks: () =>
      sql(
        'auth',
        `INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados) VALUES ($1, 'usuario/1', 1, 'usuario.registrado.v1', '{}', '{}')`,
        randomUUID(),
      ),
    finds: ['I5: evento de auth por publicar'],
  },
  {
    when: 'a webhook stays parked',
    breaks: () =>
      sql(
        'pagamentos',
        `INSERT INTO webhooks (evento_id, tipo, corpo, estado, recebido_em)
         VALUES ('evt_1', 'payment_intent.succeeded', '{}', 'ESTACIONADO', now() - interval '61 seconds')`,
      ),
    finds: ['I5: webhook parado'],
  },
  {
    when: 'nobody works on a charge',
    breaks: () =>
      sql(
        'pagamentos',
        `UPDATE cobrancas SET proxima_acao_em = now() - interval '31 seconds' WHERE id = $1`,
        platform.pagamentos.pendente,
      ),
    finds: ['I5: trabalho atrasado em cobrancas'],
  },
  {
    when: 'a queue does not drain, or is missing',
    breaks: async () => {
      platform.outside.depths['reservas.retry.4s'] = 1;
      delete platform.outside.depths['reservas.saga'];
      delete platform.outside.depths['failed_events_queue'];
    },
    finds: ['I5: fila que não esvaziou', 'I5: a DLQ não existe'],
  },
  {
    when: 'a dead letter does not say why it died',
    breaks: async () => {
      platform.outside.dead.push({
        id: 'a',
        mensagemId: randomUUID(),
        fila: 'reservas.saga',
        tipo: 'x',
        causa: 'desconhecida',
      });
    },
    finds: ['I6: mensagem morta sem id ou sem causa'],
  },
  {
    when: 'a booking was answered with 201 and is not there',
    breaks: () =>
      sql(
        'reservas',
        `INSERT INTO idempotencia (chave, hash, status, corpo) VALUES ($2, '', 201, $1)`,
        stringify({ id: randomUUID() }),
        `${randomUUID()} POST /v1/reservas k`,
      ),
    finds: ['I7: resposta 2xx guardada sem reserva, evento ou saga'],
  },
];

describe('invariantes', () => {
  it('valem para uma plataforma em repouso, com o que olhar em cada um', async () => {
    expect(await findings()).toEqual([]);
    const idle: string[] = [];
    for (const { id, check } of invariants) if ((await check(platform.sources)).checked === 0) idle.push(id);
    expect(idle).toEqual(['I6']);
    expect(await pendingWork(platform.sources)).toEqual({});
  });

  it.each(controls)('ficam vermelhos quando $when', async ({ breaks, finds }) => {
    await platform.transaction(async () => {
      await breaks();
      expect(await findings()).toEqual(finds);
    }, 'ROLLBACK');
    expect(await findings()).toEqual([]);
  });

  /** The late payment of a cancelled booking, whose refund has not arrived so far. */
  const refundOf = async (estado: string, age: string, origem = 'RESERVA'): Promise<string> => {
    const id = randomUUID();
    await sql('pagamentos', 'ALTER TABLE lancamentos DISABLE TRIGGER lancamentos_imutaveis');
    await sql('pagamentos', `DELETE FROM lancamentos WHERE origem = 'estorno/re_pagaTarde'`);
    for (const balance of platform.outside.balances)
      if (balance.paymentIntent === 'pi_pagaTarde') balance.estornadoCentavos = 0;
    await sql(
      'pagamentos',
      `INSERT INTO estornos (id, cobranca_id, valor_centavos, valor_pedido_centavos, motivo, origem, estado, proxima_acao_em, devido_em)
       VALUES ($1, $2, 4000, 4000, 'CANCELAMENTO', $3, $4, now() + interval '1 minute', now() - $5::interval)`,
      id,
      platform.pagamentos.pagaTarde,
      origem,
      estado,
      age,
    );
    return id;
  };
  const notGivenBack = 'I3: reserva CANCELADA com dinheiro a mais ou a menos do que a política retém';

  it.each([
    ['A_FAZER', '30 seconds'],
    ['EM_PROCESSAMENTO', '9 days'],
  ])('valem enquanto um estorno está a caminho: %s por %s', async (estado, age) => {
    await platform.transaction(async () => {
      await refundOf(estado, age);
      expect(await findings()).toEqual([]);
    }, 'ROLLBACK');
  });

  it.each([
    ['A_FAZER', '61 seconds', 'RESERVA', [notGivenBack, 'I5: estorno devido há muito']],
    ['EM_PROCESSAMENTO', '11 days', 'RESERVA', [notGivenBack, 'I5: estorno devido há muito']],
    ['PARADO', '1 second', 'RESERVA', [notGivenBack, 'I5: estorno parado, à espera de quem decida']],
    // A booking counts what an admin gives back once it has arrived: of this one nobody gave its own refund back.
    ['EM_PROCESSAMENTO', '1 second', 'ADMIN', [notGivenBack]],
  ])('ficam vermelhos quando um estorno está %s por %s, de %s, e o nomeiam', async (estado, age, origem, finds) => {
    await platform.transaction(async () => {
      const id = await refundOf(estado, age, origem);
      expect(await findings()).toEqual(finds);
      const money = invariants.find((invariant) => invariant.id === 'I3');
      const [wrong] = (await money?.check(platform.sources))?.violations ?? [];
      expect(stringify(wrong?.rows)).toContain(id);
      expect(stringify(wrong?.rows)).toContain(platform.reservas.pagaTarde);
    }, 'ROLLBACK');
  });

  it('perdoam uma entrega que espera na DLQ por uma decisão, e o dizem', async () => {
    await platform.transaction(async () => {
      const [lost] = await platform.query('reservas')<{ id: string }>(
        `DELETE FROM inbox WHERE ctid = (SELECT min(ctid) FROM inbox WHERE consumidor = 'reservas.saga') RETURNING mensagem_id AS id`,
      );
      platform.outside.dead.push({
        id: 'a',
        mensagemId: lost?.id ?? '',
        fila: 'reservas.saga',
        tipo: 'x',
        causa: 'improcessavel',
      });
      expect(await findings()).toEqual([]);
      const notes: string[] = [];
      for (const { check } of invariants) notes.push(...(await check(platform.sources)).notes);
      expect(notes).toEqual([
        '1 entregas estão na DLQ, à espera de decisão',
        '1 mensagens mortas, ou à espera de uma versão que as conheça: npm run dlq -- list',
      ]);
    }, 'ROLLBACK');
  });

  it('sabem do que alguém excluiu da DLQ, pela auditoria, e só daquela entrega', async () => {
    await platform.transaction(async () => {
      const [lost] = await platform.query('reservas')<{ id: string }>(
        `DELETE FROM inbox WHERE ctid = (SELECT min(ctid) FROM inbox WHERE consumidor = 'reservas.saga') RETURNING mensagem_id AS id`,
      );
      expect(await findings()).toEqual(['I4: publicada e sem efeito num consumidor']);
      const exclude = (fila: string) =>
        sql(
          'auth',
          `INSERT INTO auditoria (tipo, alvo, dados) VALUES ('mensagem-morta.excluida', 'mensagem-morta/x', $1)`,
          stringify({ fila, mensagemId: lost?.id }),
        );
      await exclude('notificacoes.eventos');
      expect(await findings()).toEqual(['I4: publicada e sem efeito num consumidor']);
      await exclude('reservas.saga');
      expect(await findings()).toEqual([]);
      const notes: string[] = [];
      for (const { check } of invariants) notes.push(...(await check(platform.sources)).notes);
      expect(notes).toEqual(['1 entregas foram excluídas da DLQ por alguém; a auditoria do auth diz quem']);
    }, 'ROLLBACK');
  });

  it('veem trabalho em andamento, de modo que só se perguntam quando tudo está quieto', async () => {
    await platform.transaction(async () => {
      await sql(
        'pagamentos',
        `UPDATE cobrancas SET proxima_acao_em = now() WHERE id = $1`,
        platform.pagamentos.pendente,
      );
      platform.outside.depths['reservas.saga'] = 2;
      expect(await pendingWork(platform.sources)).toEqual({ 'cobranças a tratar': 1, 'mensagens em reservas.saga': 2 });
    }, 'ROLLBACK');
  });
});
