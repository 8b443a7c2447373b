import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { TestMethod } from '@plataforma/testing';
import { eventually } from '@plataforma/testing';
import Stripe from 'stripe';
import { PagamentosFixture, WEBHOOK_SECRET } from './pagamentos-fixture.js';

const PAN = '4000056655665556';
const PAN_ESCRITO = '4000 0566 5566 5556';
const TRACO = /4000[ .-]?0566[ .-]?5566[ .-]?5556/;

let pagamentos: PagamentosFixture;
let admin: string;

beforeAll(async () => {
  pagamentos = await PagamentosFixture.start();
  admin = await pagamentos.issuer.token(randomUUID(), ['ADMIN']);
});

afterAll(async () => {
  await pagamentos.stop();
});

/** Everything that the database holds, as text. */
async function banco(): Promise<string> {
  const tables = await pagamentos.database.query<{ nome: string }>(
    `SELECT quote_ident(table_name) AS nome FROM information_schema.tables WHERE table_schema = 'public'`,
  );
  expect(tables.length).toBeGreaterThan(10);
  const contents = await Promise.all(
    tables.map(({ nome }) =>
      pagamentos.database.query<{ linha: string }>(`SELECT to_jsonb(t)::text AS linha FROM ${nome} t`),
    ),
  );
  return contents
    .flat()
    .map(({ linha }) => linha)
    .join('\n');
}

/** Runs `acao` and returns all that the process wrote meanwhile. */
async function registrado(acao: () => Promise<void>): Promise<string> {
  const escrito: string[] = [];
  const espias = [
    jest.spyOn(console, 'log').mockImplementation((...linha) => void escrito.push(linha.join(' '))),
    jest.spyOn(process.stdout, 'write').mockImplementation((linha) => escrito.push(String(linha)) > 0),
    jest.spyOn(process.stderr, 'write').mockImplementation((linha) => escrito.push(String(linha)) > 0),
  ];
  try {
    await acao();
  } finally {
    for (const espia of espias) espia.mockRestore();
  }
  return escrito.join('\n');
}

interface Rota {
  readonly metodo: TestMethod;
  readonly caminho: string;
}
const documento = JSON.parse(
  readFileSync(new URL('../../../docs/api/openapi/pagamentos.json', import.meta.url), 'utf8'),
) as { paths: Record<string, Record<string, unknown>> };
const rotas = Object.entries(documento.paths)
  .flatMap(([caminho, metodos]) =>
    Object.keys(metodos).map((metodo): Rota => ({ metodo: metodo.toUpperCase() as TestMethod, caminho })),
  )
  .filter(({ caminho }) => caminho.startsWith('/v1/'));

/** Segurança 34: nenhum número de cartão no banco, no registro nem nas respostas. */
describe('um número de cartão', () => {
  it.each(rotas)('em $metodo $caminho, onde quer que esteja, é recusado e não fica em lugar nenhum', async (rota) => {
    const { metodo, caminho } = rota;
    const comId = caminho.replace(/\{(\w+)\}/g, (_, nome: string) =>
      nome === 'numero' ? '2026-000001' : randomUUID(),
    );
    const corpos = [
      { motivo: `no cartão ${PAN_ESCRITO}` },
      { motivo: 'Devolver', numeroDoCartao: PAN },
      { motivo: 'Devolver', cartao: { numero: PAN, cvc: '737', validade: '12/30' } },
      { motivo: 'Devolver', cvc: '737' },
      { desde: PAN },
      [PAN],
    ];
    const tentativas: [string, unknown][] = [
      [`${comId}?cartao=${PAN}`, undefined],
      ...(caminho.includes('{') ? [[caminho.replace(/\{\w+\}/g, PAN), undefined] as [string, unknown]] : []),
      ...(metodo === 'POST' ? corpos.map((corpo): [string, unknown] => [comId, corpo]) : []),
    ];
    const escrito = await registrado(async () => {
      for (const [endereco, corpo] of tentativas) {
        const { status, body } = await pagamentos.http.send(metodo, endereco, {
          token: admin,
          headers: { 'idempotency-key': randomUUID() },
          ...(corpo !== undefined && { body: corpo }),
        });
        // An unknown query parameter may be ignored where there is none; whatever is said must not repeat the number.
        expect(status).toBeGreaterThanOrEqual(corpo === undefined ? 200 : 400);
        expect(status).toBeLessThan(500);
        expect(JSON.stringify(body)).not.toMatch(TRACO);
      }
    });
    expect(escrito).not.toMatch(TRACO);
    expect(await banco()).not.toMatch(TRACO);
  });

  it('como chave de idempotência é só mais uma chave, de que o banco guarda o resumo', async () => {
    const { status, body } = await pagamentos.http.post(
      '/v1/pagamentos/reconciliacoes',
      {},
      { token: admin, headers: { 'idempotency-key': PAN } },
    );
    expect(JSON.stringify(body)).not.toMatch(TRACO);
    expect(status).toBeLessThan(500);
    expect(await banco()).not.toMatch(TRACO);
  });

  it('num webhook assinado é mascarado antes de guardado, e o efeito do evento não se perde', async () => {
    const { intent, reservaId } = await pagamentos.paid();
    const intento = await pagamentos.balcao.paymentIntents.retrieve(intent);
    const eventoId = `evt_${randomUUID().replaceAll('-', '')}`;
    const corpo = JSON.stringify({
      id: eventoId,
      object: 'event',
      type: 'payment_intent.succeeded',
      data: { object: { ...intento, description: `o cartão é ${PAN_ESCRITO}`, statement_descriptor: PAN } },
    });
    const assinatura = Stripe.webhooks.generateTestHeaderString({ payload: corpo, secret: WEBHOOK_SECRET });
    const escrito = await registrado(async () => {
      const { status } = await pagamentos.http.post('/webhooks/stripe', corpo, {
        headers: { 'stripe-signature': assinatura },
      });
      expect(status).toBe(200);
      await eventually(
        async () =>
          (
            await pagamentos.database.query(`SELECT FROM webhooks WHERE evento_id = $1 AND estado = 'PROCESSADO'`, [
              eventoId,
            ])
          ).length === 1,
      );
    });
    const [guardado] = await pagamentos.database.query<{ corpo: string }>(
      'SELECT corpo FROM webhooks WHERE evento_id = $1',
      [eventoId],
    );
    expect(guardado?.corpo).toContain('o cartão é [número de cartão]');
    expect(guardado?.corpo).toContain(reservaId);
    expect(escrito).not.toMatch(TRACO);
    expect(await banco()).not.toMatch(TRACO);
  });
});
