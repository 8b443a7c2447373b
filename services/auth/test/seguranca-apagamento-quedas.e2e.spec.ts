import type { ChildProcess } from 'node:child_process';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ComprovanteHttp } from '@plataforma/contracts';
import { consumeQueue } from '@plataforma/messaging';
import { eventually, type TestApp } from '@plataforma/testing';
import { AuthFixture, emailNovo, entrar, registrar, SENHA } from './auth-fixture.js';
import { CartasFixture } from './cartas-fixture.js';

const DEADLINE_MS = 120_000;
const ETAPAS = {
  RECONFERIR: ['pagamentos', 'reservas'],
  APAGAR: ['notificacoes', 'pagamentos', 'reservas'],
} as const;
type Etapa = keyof typeof ETAPAS;

/** Where it dies, and what was answered before it got there. */
const QUEDAS: readonly [failpoint: string, respondidas: readonly Etapa[]][] = [
  ['auth.apagamento.antes-do-commit', []],
  ['auth.apagamento.depois-do-commit', []],
  ['auth.apagamento.antes-do-commit', ['RECONFERIR']],
  ['auth.apagamento.depois-do-commit', ['RECONFERIR']],
  ['auth.apagamento.antes-do-commit', ['RECONFERIR', 'APAGAR']],
  ['auth.apagamento.depois-do-commit', ['RECONFERIR', 'APAGAR']],
  ['messaging.relay.antes-de-publicar', []],
  ['messaging.relay.antes-de-marcar', []],
  ['messaging.consumidor.antes-do-ack', []],
];

describe('Segurança 36: o auth morre ao apagar uma conta', () => {
  let auth: AuthFixture;
  let cartas: CartasFixture;
  const pedidos: { id: string; pessoa: string; email: string }[] = [];
  let parar = false;
  let ouvinte: Promise<void>;

  const resposta = (pedidoId: string, etapa: string, servico: string) => ({
    ...{ pedidoId, etapa, servico, pendencias: [], mantido: [] },
    apagado: etapa === 'APAGAR' ? [{ tipo: 'coisas', quantidade: 1 }] : [],
  });

  /** The other services: each answers every question, as often as it is put. */
  async function ouvir(): Promise<void> {
    const vistas = new Set<string>();
    while (!parar) {
      for (const { id, data } of auth.broker.publishedOf('usuario.apagamento-pedido.v1')) {
        if (vistas.has(id)) continue;
        vistas.add(id);
        await auth.broker.publish('apagamento.respondido.v1', resposta(data.pedidoId, data.etapa, data.servico));
      }
      await turn();
    }
  }

  const morto = (child: ChildProcess) => eventually(() => child.signalCode, DEADLINE_MS);

  /** What an erasure has noted, asked, and left of the account so far. */
  async function feito({ id, pessoa }: { readonly id: string; readonly pessoa: string }) {
    const [agora] = await auth.database.query(
      `SELECT (SELECT count(*)::int FROM partes_de_apagamento WHERE pedido_id = $1) AS partes,
              (SELECT count(*)::int FROM mensagens_pessoais m WHERE m::text LIKE '%' || $1::text || '%') AS mensagens,
              (SELECT count(*)::int FROM usuarios WHERE id = $2) AS contas,
              (SELECT estado FROM pedidos_de_apagamento WHERE id = $1) AS estado`,
      [id, pessoa],
    );
    return agora;
  }

  /** Where the address of somebody is found. */
  async function rastros(email: string): Promise<string[]> {
    const tabelas = await auth.database.query<{ nome: string }>(
      `SELECT format('%I', tablename) AS nome FROM pg_tables WHERE schemaname = current_schema()`,
    );
    const achados = await Promise.all(
      tabelas.map(async ({ nome }) => {
        const linhas = await auth.database.query(`SELECT FROM ${nome} t WHERE t::text LIKE '%' || $1 || '%'`, [email]);
        return linhas.length > 0 ? [nome] : [];
      }),
    );
    return achados.flat();
  }

  beforeAll(async () => {
    auth = await AuthFixture.create();
    cartas = new CartasFixture(auth);
    ouvinte = ouvir();
    // Who asks does so of a process that leaves what follows to the others.
    const app = await auth.start({ AUTH_APAGAMENTO_CARENCIA_SEGUNDOS: '86400' });
    consumeQueue(app.nest, 'auth.apagamentos', 10);
    await app.nest.startAllMicroservices();
    for (const _ of QUEDAS) {
      const email = emailNovo();
      const pessoa = await registrar(app, email);
      const { tokenAcesso: token } = await entrar(app, email);
      const { status, body } = await app.send<{ id: string }>('DELETE', '/v1/conta', { token, body: { senha: SENHA } });
      if (status !== 202) throw new Error(`O pedido respondeu ${status}: ${JSON.stringify(body)}`);
      await cartas.wait(email, 'APAGAMENTO_PEDIDO');
      pedidos.push({ id: body.id, pessoa: pessoa.id, email });
    }
    await app.stop();
  }, 300_000);
  afterAll(async () => {
    parar = true;
    await ouvinte;
    await auth.stop();
  });

  it.each(QUEDAS.map(([failpoint, respondidas], n) => ({ n, failpoint, respondidas })))(
    '($failpoint, respondido $respondidas): outro o acaba, uma vez, e da pessoa nada fica',
    async ({ n, failpoint, respondidas }) => {
      const pedido = pedidos[n];
      if (!pedido) throw new Error('Falta o pedido');
      const { id, pessoa, email } = pedido;
      expect(await rastros(email)).toContain('usuarios');
      for (const etapa of respondidas)
        for (const servico of ETAPAS[etapa])
          await auth.database.query(
            'INSERT INTO partes_de_apagamento (pedido_id, etapa, servico, resposta, respondida_em) VALUES ($1, $2, $3, $4, now())',
            [id, etapa, servico, JSON.stringify(resposta(id, etapa, servico))],
          );
      await auth.database.query('UPDATE pedidos_de_apagamento SET disponivel_em = now() WHERE id = $1', [id]);
      const antes = await feito(pedido);
      expect(await morto(await auth.launch(failpoint))).toBe('SIGKILL');
      // Of a step that did not commit there is nothing: neither what it noted, nor what it asked, nor what it erased.
      if (failpoint === 'auth.apagamento.antes-do-commit') expect(await feito(pedido)).toEqual(antes);
      // The dead worker's lease would be over in a minute; its end is what lets another take it up.
      await auth.database.query('UPDATE pedidos_de_apagamento SET posse_ate = NULL WHERE id = $1', [id]);
      const outro = await auth.launch();
      const anonimizados = () =>
        auth.broker.publishedOf('usuario.anonimizado.v1').filter(({ data }) => data.usuarioId === pessoa);
      await eventually(() => anonimizados().length > 0, DEADLINE_MS);
      // Published again it is the same message, and the same letter.
      expect(new Set(anonimizados().map((evento) => evento.id)).size).toBe(1);
      expect(new Set(cartas.to(email).map(({ cartaId, tipo }) => `${tipo} ${cartaId}`)).size).toBe(
        new Set(cartas.to(email).map(({ tipo }) => tipo)).size,
      );
      const [{ estado, servicos, concluidos } = {}] = await auth.database.query<{
        estado: string;
        servicos: string[];
        concluidos: number;
      }>(
        `SELECT estado,
                ARRAY(SELECT servico FROM partes_de_apagamento
                       WHERE pedido_id = id AND etapa = 'APAGAR' AND resposta IS NOT NULL ORDER BY 1) AS servicos,
                (SELECT count(*)::int FROM auditoria WHERE pessoa_id = usuario_id AND tipo = 'apagamento.concluido') AS concluidos
           FROM pedidos_de_apagamento WHERE id = $1`,
        [id],
      );
      expect({ estado, servicos, concluidos }).toEqual({
        estado: 'CONCLUIDO',
        servicos: ['auth', ...ETAPAS.APAGAR],
        concluidos: 1,
      });
      expect(await rastros(email)).toEqual([]);
      await auth.kill(outro);
    },
    300_000,
  );

  describe('enquanto se pede', () => {
    let app: TestApp;

    beforeAll(async () => {
      app = await auth.start({ AUTH_APAGAMENTO_CARENCIA_SEGUNDOS: '0' });
      consumeQueue(app.nest, 'auth.apagamentos', 10);
      await app.nest.startAllMicroservices();
    });

    it.each([
      { failpoint: 'auth.apagamento.pedido-aberto', comecou: false },
      { failpoint: 'auth.apagamento.pedido-perguntado', comecou: false },
      { failpoint: 'auth.apagamento.pedido-antes-do-commit', comecou: false },
      { failpoint: 'auth.apagamento.pedido-depois-do-commit', comecou: true },
    ])(
      '($failpoint): ou nada começou, e se pede de novo, ou acaba sem mais pedido; com uma carta e um comprovante',
      async ({ failpoint, comecou }) => {
        const email = emailNovo();
        const pessoa = await registrar(app, email);
        const { tokenAcesso: token } = await entrar(app, email);
        const pedir = () => app.send<{ code: string }>('DELETE', '/v1/conta', { token, body: { senha: SENHA } });
        expect(await auth.fatalRequest(failpoint, 'DELETE', '/v1/conta', token, { senha: SENHA })).toBeUndefined();
        if (comecou)
          await auth.database.query('UPDATE pedidos_de_apagamento SET disponivel_em = now() WHERE usuario_id = $1', [
            pessoa.id,
          ]);
        else {
          await entrar(app, email);
          expect(cartas.to(email, 'APAGAMENTO_PEDIDO')).toEqual([]);
          expect(await pedir()).toMatchObject({ status: 409, body: { code: 'auth.apagamento-em-andamento' } });
          // A minute later nobody waits for the first answers any more.
          await auth.database.query(
            `UPDATE pedidos_de_apagamento SET pedido_em = now() - interval '2 min' WHERE usuario_id = $1`,
            [pessoa.id],
          );
          expect((await pedir()).status).toBe(202);
        }
        const comprovante = await cartas.token(email, 'APAGAMENTO_PEDIDO');
        await eventually(
          async () =>
            (await app.post<ComprovanteHttp>('/v1/apagamentos/comprovante', { comprovante })).body.estado ===
            'CONCLUIDO',
          DEADLINE_MS,
        );
        expect(new Set(cartas.to(email, 'APAGAMENTO_PEDIDO').map(({ cartaId }) => cartaId)).size).toBe(1);
        expect(
          await auth.database.query('SELECT estado FROM pedidos_de_apagamento WHERE usuario_id = $1 ORDER BY id', [
            pessoa.id,
          ]),
        ).toEqual([...(comecou ? [] : [{ estado: 'DESFEITO' }]), { estado: 'CONCLUIDO' }]);
        expect(await rastros(email)).toEqual([]);
      },
      300_000,
    );
  });
});
