import { publishConfirmed } from '../broker.ts';
import { alternate, ratios, spreadOf } from '../figures.ts';
import { asAdmin } from '../occupations.ts';
import { startOwn } from '../own-service.ts';
import type { Scenario } from '../scenario.ts';
import { until } from '../waiting.ts';

/** The only queue that gets orders to charge. */
const queue = 'pagamentos.comandos';
/** As many as the relay has under way. */
const window = 200;
/** Events of each stream, where their order is what is measured. */
const perStream = 10;
const port = 3_341;

/** How fast what was committed reaches the broker, against publishing alone. */
export const relay: Scenario = {
  title: 'Da tabela de eventos ao broker',
  async run(place) {
    const service = await startOwn(place, {
      service: 'reservas',
      name: 'reservas-relay',
      port,
    });
    const count = place.quick ? 600 : 3_000;
    try {
      return await asAdmin(service.adminUrl, (client) =>
        service.vhost.withChannel(async (channel) => {
          /** @param each how many events each stream has: they are published one after the other, streams side by side */
          const relayed = async (each: number): Promise<number> => {
            const started = performance.now();
            await client.query(
              `INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados)
               SELECT gen_random_uuid(), 'saga-reserva/' || reserva, versao, 'cobranca.criar.v1',
                      jsonb_build_object('moeda', 'BRL', 'parcela', 1, 'expiraEm', '2027-01-01T00:00:00.000Z', 'clienteId', gen_random_uuid(),
                        'descricao', 'Reserva de Sala 102', 'reservaId', reserva, 'finalidade', 'INTEGRAL', 'valorCentavos', 9000,
                        'prorrogavelAte', '2027-01-01T00:15:00.000Z'),
                      jsonb_build_object('correlationid', gen_random_uuid())
                 FROM (SELECT gen_random_uuid() AS reserva FROM generate_series(1, $1)) AS novas, generate_series(1, $2) AS versao`,
              [count / each, each],
            );
            await client.query(`SELECT pg_notify('outbox', 'bench')`);
            await until('eventos publicados', 10, async () => {
              const { rowCount } = await client.query('SELECT FROM eventos WHERE publicado_em IS NULL LIMIT 1');
              return rowCount === 0;
            });
            const tookMs = performance.now() - started;
            await channel.purgeQueue(queue);
            return (count / tookMs) * 1_000;
          };
          const published = async (): Promise<number> => {
            const tookMs = await publishConfirmed(channel, queue, count, window);
            await channel.purgeQueue(queue);
            return (count / tookMs) * 1_000;
          };
          await relayed(1);
          await published();
          const { ours, inOrder, floor } = await alternate(place.rounds, {
            ours: () => relayed(1),
            inOrder: () => relayed(perStream),
            floor: published,
          });
          place.progress('relay: medido');
          return {
            rows: [
              {
                id: 'relay-por-publicacao',
                title: `eventos por segundo pelo relay ÷ publicações confirmadas por amqplib (janela ${window}, fila quórum)`,
                unit: '',
                better: 'higher',
                must: 0.2,
                goal: 0.4,
                measured: spreadOf(ratios(ours, floor)),
                of: { ours: spreadOf(ours), floor: spreadOf(floor), unit: '/s' },
                bound:
                  'um lote de cada vez: ler, publicar, esperar todas as confirmações, marcar, e só então o próximo',
                next: 'ler o lote seguinte enquanto se esperam as confirmações do anterior',
              },
              {
                id: 'relay-em-ordem',
                title: `o mesmo com ${perStream} eventos em cada fluxo, que saem na ordem`,
                unit: '',
                better: 'higher',
                measured: spreadOf(ratios(inOrder, floor)),
                of: { ours: spreadOf(inOrder), floor: spreadOf(floor), unit: '/s' },
                bound: 'cada evento de um fluxo espera a confirmação do anterior',
                next: 'lotes maiores, que têm mais fluxos lado a lado',
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
