import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, it } from '@jest/globals';
import { StripeProvedor } from './stripe-provedor.js';

it('a Stripe que aceita a conexão e emudece não prende quem pergunta: a pergunta falha, e se faz outra', async () => {
  const conexoes: Socket[] = [];
  const muda = createServer((conexao) => conexoes.push(conexao)).listen(0, '127.0.0.1');
  await once(muda, 'listening');
  const provedor = new StripeProvedor({
    STRIPE_SECRET_KEY: 'sk_test_muda',
    STRIPE_WEBHOOK_SECRET: ['whsec_muda'],
    STRIPE_API_BASE: `http://127.0.0.1:${(muda.address() as AddressInfo).port}`,
  });
  try {
    const perguntas = [
      provedor.retrieveIntent('pi_1'),
      provedor.refundAll('pi_1', 'chave'),
      provedor.listRefunds('pi_1'),
    ];
    for (const resposta of await Promise.allSettled(perguntas)) {
      const falha = resposta.status === 'rejected' ? (resposta.reason as Error & { type?: string }) : undefined;
      expect(falha?.type).toBe('StripeConnectionError');
      expect(falha?.message).toMatch(/timed? ?out/i);
    }
    expect(conexoes.length).toBeGreaterThanOrEqual(3);
  } finally {
    for (const conexao of conexoes) conexao.destroy();
    muda.close();
  }
});
