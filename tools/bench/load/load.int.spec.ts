import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Call } from './calls.ts';
import { Load } from './load.ts';

let load: Load;
let server: Server;

async function answering(listener: RequestListener): Promise<(count: number) => Call[]> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return (count) => Array.from({ length: count }, (_, n) => ({ method: 'POST', url: `${url}${n}`, body: String(n) }));
}

beforeEach(async () => {
  load = await Load.start();
});

afterEach(() => {
  load.stop();
  server.closeAllConnections();
  server.close();
});

describe('O gerador de carga', () => {
  it('em laço fechado tem tantos pedidos em andamento quantos clientes, e nunca mais', async () => {
    let [open, most] = [0, 0];
    const calls = await answering((request, response) => {
      most = Math.max(most, ++open);
      request.resume().on('end', () =>
        setImmediate(() => {
          open -= 1;
          response.end('certo');
        }),
      );
    });
    const outcome = await load.run({ calls: calls(200), pace: { clients: 5 }, keepBodies: true });
    expect(outcome.statuses).toEqual({ '200': 200 });
    expect(outcome.bodies).toEqual(Array.from({ length: 200 }, () => 'certo'));
    expect(outcome.latenciesMs).toHaveLength(200);
    expect(most).toBeLessThanOrEqual(5);
  });

  it('em laço aberto não espera pelas respostas, e conta o tempo de quando cada um devia sair', async () => {
    const waiting: (() => void)[] = [];
    // Nobody is answered before everybody has asked: whoever waited for an answer would wait for ever.
    const calls = await answering((request, response) => {
      request.resume();
      waiting.push(() => response.end());
      if (waiting.length === 50) for (const answer of waiting) answer();
    });
    const dueMs = Array.from({ length: 50 }, (_, n) => n * 2);
    const outcome = await load.run({ calls: calls(50), pace: { dueMs } });
    expect(outcome.statuses).toEqual({ '200': 50 });
    // All had their answers when the last had asked, at 98 ms: who was due first has waited for that (timers may be early).
    for (const [n, latency] of outcome.latenciesMs.entries()) expect(latency).toBeGreaterThan(96 - (dueMs[n] ?? NaN));
    for (const [n, ended] of outcome.endedMs.entries())
      expect(outcome.latenciesMs[n]).toBeCloseTo(ended - (dueMs[n] ?? NaN), 3);
  });

  it('conta o que falha, e os 503 que não dizem quando voltar, sem parar', async () => {
    const calls = await answering((request, response) => {
      const n = Number(request.url?.slice(1));
      if (n === 0) request.socket.destroy();
      else if (n === 1) response.writeHead(503).end();
      else if (n === 2) response.writeHead(503, { 'retry-after': '1' }).end();
      else response.writeHead(409).end();
    });
    const outcome = await load.run({ calls: calls(5), pace: { clients: 2 } });
    expect(outcome).toMatchObject({ statuses: { erro: 1, '503': 2, '409': 2 }, withoutRetryAfter: 1 });
    expect(outcome.firstError).toBeDefined();
  });

  it('parado, não começa outro pedido, espera pelos que estão em andamento, e serve de novo', async () => {
    const calls = await answering((request, response) => {
      request.resume().on('end', () => {
        load.halt();
        setImmediate(() => response.end());
      });
    });
    const outcome = await load.run({ calls: calls(100_000), pace: { clients: 2 } });
    expect(outcome.latenciesMs.length).toBeLessThan(100_000);
    await expect(load.run({ calls: calls(1), pace: { clients: 1 } })).resolves.toMatchObject({
      statuses: { '200': 1 },
    });
  });
});
