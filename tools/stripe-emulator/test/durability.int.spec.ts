import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { readSettings } from '../settings.ts';
import { Bench, control, environment, sdk, until } from './harness.ts';

let bench: Bench;

beforeEach(async () => {
  bench = await Bench.start();
});

afterEach(async () => {
  await bench.close();
});

const params = (reservaId: string): Stripe.PaymentIntentCreateParams => ({
  amount: 5000,
  currency: 'brl',
  allowed_payment_method_types: ['card', 'pix'],
  metadata: { reservaId },
});

const journalOf = ({ dataDir }: Bench): string => join(dataDir, 'diario.jsonl');

async function pending(): Promise<number> {
  return (await bench.control<{ pendentes: unknown[] }>('GET', '/webhooks')).pendentes.length;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('um reinício', () => {
  it('mantém intentos, estornos, razão, eventos, respostas de idempotência e o relógio', async () => {
    let stripe = bench.stripe();
    const first = await stripe.paymentIntents.create(
      { ...params('a'), payment_method: 'pm_card_visa', confirm: true },
      { idempotencyKey: 'chave-a' },
    );
    await stripe.refunds.create({ payment_intent: first.id, amount: 1000 });
    await bench.control('POST', '/relogio', { avancarSegundos: 3600 });
    await until(async () => bench.receiver.received.length === 5 && (await pending()) === 0, 'tudo entregue');
    const look = async (): Promise<string> =>
      JSON.stringify([
        await stripe.paymentIntents.list(),
        await stripe.events.list(),
        await bench.control('GET', '/razao'),
      ]).replaceAll(bench.emulator.url, '');
    const before = await look();
    await bench.restart();
    stripe = bench.stripe();
    expect(await look()).toBe(before);
    const replayed = await stripe.paymentIntents.create(
      { ...params('a'), payment_method: 'pm_card_visa', confirm: true },
      { idempotencyKey: 'chave-a' },
    );
    expect(replayed.id).toBe(first.id);
    expect((await stripe.paymentIntents.create(params('b'))).created).toBeGreaterThan(first.created + 3590);
  });

  it('segue entregando o que não foi entregue, e nada esquece do que se perdeu no caminho', async () => {
    bench.receiver.answers.push(...Array.from({ length: 1000 }, () => 500));
    const created = await bench.stripe().paymentIntents.create(params('c'));
    await until(() => bench.receiver.typesOf(created.id).length >= 1, 'primeira tentativa');
    await bench.restart();
    const tries = bench.receiver.typesOf(created.id).length;
    bench.receiver.answers.length = 0;
    await until(() => bench.receiver.typesOf(created.id).length > tries, 'entregue depois do reinício');
    await until(async () => (await pending()) === 0, 'nada pendente');
  });

  it('deixa expirar um Pix cujo prazo acabou enquanto isso', async () => {
    const waiting = await bench.stripe().paymentIntents.create({
      ...params('d'),
      payment_method_data: { type: 'pix' },
      payment_method_options: { pix: { expires_after_seconds: 10 } },
      confirm: true,
    });
    await bench.restart(() => appendFile(journalOf(bench), `${JSON.stringify({ clockOffset: 11_000 })}\n`));
    await until(
      async () => (await bench.stripe().paymentIntents.retrieve(waiting.id)).status === 'requires_payment_method',
      'expirado',
    );
  });

  it('corta uma última linha partida e recusa uma danificada no meio', async () => {
    const stripe = bench.stripe();
    const created = await stripe.paymentIntents.create(params('e'));
    const journal = journalOf(bench);
    await bench.restart(() => appendFile(journal, '{"at":1,"changed":[{"object":"payment_int'));
    expect(await bench.stripe().paymentIntents.retrieve(created.id)).toMatchObject({ id: created.id });
    await bench.stripe().paymentIntents.create(params('f'));
    expect(await readFile(journal, 'utf8')).not.toContain('"payment_int{');
    await expect(bench.restart(() => appendFile(journal, 'isto não é JSON\n'))).rejects.toThrow('danificado na linha');
  });
});

describe('SIGKILL', () => {
  it('a qualquer momento nada perde do que foi respondido e não deixa meio pagamento', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const dataDir = join(bench.dataDir, 'processo');
    const answered = new Set<string>();
    const launch = async (): Promise<ChildProcess> => {
      const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts')], {
        env: { ...environment(dataDir, bench.receiver.url), PORT: String(port) },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      await until(
        async () => {
          if (child.exitCode !== null) throw new Error(`terminou com ${child.exitCode}`);
          return fetch(`${url}/health/ready`).then(
            (answer) => answer.ok,
            () => false,
          );
        },
        'no ar',
        15_000,
      );
      return child;
    };
    for (let round = 0; round < 3; round++) {
      const child = await launch();
      const stripe = sdk(url);
      let alive = true;
      const buyers = Array.from({ length: 8 }, async (_, buyer) => {
        for (let n = 0; alive; n++) {
          try {
            const intent = await stripe.paymentIntents.create(
              { ...params(`r${round}-${buyer}-${n}`), payment_method: 'pm_card_visa', confirm: true },
              { idempotencyKey: `r${round}-${buyer}-${n}` },
            );
            answered.add(intent.id);
          } catch (error) {
            if (alive) throw error;
          }
        }
      });
      const enough = answered.size + 100;
      await until(() => answered.size >= enough, 'cem pagamentos', 20_000);
      alive = false;
      child.kill('SIGKILL');
      await Promise.all([once(child, 'exit'), ...buyers]);
    }
    const child = await launch();
    interface Net {
      readonly paymentIntent: string;
      readonly status: string;
      readonly liquidoCentavos: number;
    }
    const ledger = await control<{ lancamentos: unknown[]; porPaymentIntent: Net[] }>(url, 'GET', '/razao');
    expect(
      [...answered].filter((id) => !ledger.porPaymentIntent.some(({ paymentIntent }) => paymentIntent === id)),
    ).toEqual([]);
    expect(
      ledger.porPaymentIntent.filter(
        ({ status, liquidoCentavos }) => status !== 'succeeded' || liquidoCentavos !== 5000,
      ),
    ).toEqual([]);
    expect(ledger.lancamentos).toHaveLength(ledger.porPaymentIntent.length);
    await until(
      async () => (await control<{ pendentes: unknown[] }>(url, 'GET', '/webhooks')).pendentes.length === 0,
      'tudo entregue',
      20_000,
    );
    const delivered = new Set(
      bench.receiver.received
        .filter(({ event }) => event.type === 'payment_intent.succeeded')
        .map(({ event }) => (event.data.object as Stripe.PaymentIntent).id),
    );
    expect([...answered].filter((id) => !delivered.has(id))).toEqual([]);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});

describe('ajustes', () => {
  it('são recusados juntos, cada um pelo nome, sem mostrar um segredo', () => {
    const wrong = {
      PORT: 'porta',
      STRIPE_SECRET_KEY: 'sk_live_segredo',
      STRIPE_WEBHOOK_URL: 'ftp://x',
      LOG_LEVEL: 'alto',
    };
    const read = (): unknown => readSettings(wrong);
    for (const name of [
      'PORT',
      'STRIPE_SECRET_KEY',
      'STRIPE_PUBLISHABLE_KEY',
      'STRIPE_WEBHOOK_URL',
      'STRIPE_WEBHOOK_SECRET',
      'DATA_DIR',
      'LOG_LEVEL',
    ]) {
      expect(read).toThrow(`${name}:`);
    }
    expect(read).not.toThrow('sk_live_segredo');
  });
});
