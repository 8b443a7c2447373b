import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConfirmChannel } from 'amqplib';
import type pg from 'pg';
import { percentile, spreadOf } from '../figures.ts';
import { asAdmin } from '../occupations.ts';
import { startOwn } from '../own-service.ts';
import type { Scenario } from '../scenario.ts';
import { until } from '../waiting.ts';

const port = 3_343;
const pessoa = randomUUID();

/** Says that a booking is confirmed. */
function confirm(channel: ConfirmChannel): void {
  const reservaId = randomUUID();
  const event = {
    specversion: '1.0',
    id: randomUUID(),
    source: '/servicos/reservas',
    type: 'reserva.confirmada.v1',
    subject: `reserva/${reservaId}`,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    sequence: '2',
    correlationid: randomUUID(),
    data: {
      reservaId,
      clienteId: pessoa,
      espacoId: randomUUID(),
      espacoNome: 'Sala Ipê',
      cidade: 'São Paulo',
      inicio: '2030-12-04T13:00:00Z',
      fim: '2030-12-04T15:00:00Z',
      fuso: 'America/Sao_Paulo',
      valorCentavos: 12_000,
      moeda: 'BRL',
      pagamentoId: randomUUID(),
    },
  };
  channel.publish('reservas.events', 'reserva.confirmada', Buffer.from(JSON.stringify(event)), {
    contentType: 'application/cloudevents+json',
    persistent: true,
    messageId: event.id,
    type: event.type,
  });
}

/** Of the e-mails that tell it, how long each took from the event to the local record, ms, once `count` have left. */
async function handedOver(client: pg.Client, count: number): Promise<number[]> {
  const sent = `FROM entregas WHERE estado = 'ENVIADA' AND tipo = 'RESERVA_CONFIRMADA'`;
  await until('avisos entregues', 20, async () => {
    const { rows } = await client.query<{ n: number }>(`SELECT count(*)::int AS n ${sent}`);
    return (rows[0]?.n ?? 0) >= count;
  });
  const { rows } = await client.query<{ ms: number }>(
    `SELECT extract(epoch FROM enviada_em - ocorrido_em)::float8 * 1000 AS ms ${sent}`,
  );
  await client.query(`UPDATE entregas SET tipo = 'JA_MEDIDA' WHERE tipo = 'RESERVA_CONFIRMADA'`);
  return rows.map(({ ms }) => ms);
}

/** How fast what happened becomes a message that the local adapter has, and how long that takes at a tenth of it. */
export const avisos: Scenario = {
  title: 'Do fato ao aviso entregue',
  async run(place) {
    const service = await startOwn(place, {
      service: 'notificacoes',
      name: 'notificacoes-avisos',
      port,
      fill: (adminUrl) =>
        asAdmin(adminUrl, async (client) => {
          await client.query(`INSERT INTO contatos VALUES ($1, 'Ana Souza', 'ana@exemplo.com', 'pt-BR')`, [pessoa]);
        }),
    });
    const count = place.quick ? 200 : 1_000;
    try {
      return await asAdmin(service.adminUrl, (client) =>
        service.vhost.withChannel(async (channel) => {
          const flood = async (): Promise<number> => {
            const started = performance.now();
            for (let i = 0; i < count; i++) confirm(channel);
            await channel.waitForConfirms();
            await handedOver(client, count);
            return (count / (performance.now() - started)) * 1_000;
          };
          await flood();
          const rates: number[] = [];
          for (let round = 0; round < place.rounds; round++) rates.push(await flood());
          const rate = spreadOf(rates);
          place.progress('avisos: vazão medida');
          const latencies: number[] = [];
          for (let round = 0; round < place.rounds; round++) {
            const few = Math.max(20, Math.round(count / 10));
            for (let i = 0; i < few; i++) {
              confirm(channel);
              await delay(10_000 / rate.median);
            }
            await channel.waitForConfirms();
            latencies.push(percentile(await handedOver(client, few), 0.99));
          }
          return {
            rows: [
              {
                id: 'avisos-por-segundo',
                title: 'fatos que viram e-mail no registro local, por segundo',
                unit: '/s',
                better: 'higher',
                must: 20,
                goal: 100,
                measured: rate,
                bound: 'quatro transações por aviso (inbox, posse, registro, marca), dez em mãos',
                next: 'marcar juntas as entregas que saem juntas',
              },
              {
                id: 'avisos-p99',
                title: 'do fato ao registro, p99, a um décimo dessa vazão',
                unit: 'ms',
                better: 'lower',
                must: 2_000,
                goal: 250,
                measured: spreadOf(latencies),
                bound: 'o consumo da mensagem, o aviso ao trabalhador e o envio, uma transação cada',
                next: 'enviar logo depois do commit que registra, sem passar pela fila',
              },
            ],
          };
        }),
      );
    } finally {
      await service.close();
    }
  },
};
