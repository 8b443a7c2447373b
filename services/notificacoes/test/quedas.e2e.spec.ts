import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, testEnvironment } from '@plataforma/testing';
import { type Caso, NotificacoesFixture, novoCaso } from './notificacoes-fixture.js';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
/** A process starts, does its part and dies: on a machine that has other things to do. */
const PACIENCIA_MS = 90_000;

describe('Quando o processo morre', () => {
  let notificacoes: NotificacoesFixture;
  const vivos = new Set<ChildProcess>();

  beforeAll(async () => {
    notificacoes = await NotificacoesFixture.create();
  });
  afterEach(() => Promise.all([...vivos].map(encerrar)));
  afterAll(() => notificacoes.stop());

  function iniciar(env: Record<string, string> = {}): ChildProcess {
    const processo = spawn(process.execPath, [MAIN], {
      env: { PATH: process.env['PATH'], ...testEnvironment(notificacoes), ...env },
      stdio: 'ignore',
    });
    vivos.add(processo);
    processo.on('exit', () => vivos.delete(processo));
    return processo;
  }
  async function encerrar(processo: ChildProcess): Promise<void> {
    processo.kill('SIGTERM');
    if (processo.exitCode === null && processo.signalCode === null) await once(processo, 'exit');
  }
  const enviadas = async ({ reservaId }: Caso) =>
    (
      await notificacoes.database.query<{ tipo: string }>(
        `SELECT tipo FROM entregas WHERE reserva_id = $1 AND estado = 'ENVIADA' ORDER BY tipo`,
        [reservaId],
      )
    ).map(({ tipo }) => tipo);
  const contar = async (sql: string, { reservaId }: Caso) =>
    (await notificacoes.database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`, [reservaId]))[0]?.n;

  it.each([
    'notificacoes.lembretes.antes-do-commit',
    'notificacoes.envio.antes-de-entregar',
    'notificacoes.envio.depois-de-entregar',
    'messaging.consumidor.antes-do-ack',
    'messaging.relay.antes-de-marcar',
  ])(
    'em %s, reiniciado não perde nem repete nada',
    async (FAILPOINT) => {
      const caso = { ...novoCaso(), inicio: new Date(Date.now() + 48 * 3_600_000).toISOString() };
      const sao = iniciar();
      await notificacoes.registrar(caso);
      await notificacoes.confirmar(caso);
      await eventually(async () => (await enviadas(caso)).length === 1, PACIENCIA_MS);
      await eventually(
        async () => (await contar(`eventos WHERE publicado_em IS NULL AND dados ->> 'reservaId' = $1`, caso)) === 0,
        PACIENCIA_MS,
      );
      await encerrar(sao);
      await notificacoes.database.query(
        `UPDATE lembretes SET devida_em = now() WHERE reserva_id = $1 AND tipo = 'LEMBRETE_24H'`,
        [caso.reservaId],
      );
      const outra = { ...novoCaso(), clienteId: caso.clienteId };
      await notificacoes.confirmar(outra);
      const condenado = iniciar({ FAILPOINT });
      const [, sinal] = (await once(condenado, 'exit')) as [number | null, string | null];
      expect(sinal).toBe('SIGKILL');
      // The leases of the dead would be over by themselves in some time.
      await notificacoes.database.query(`UPDATE entregas SET disponivel_em = now() WHERE estado = 'PENDENTE'`);
      await notificacoes.database.query('UPDATE lembretes SET devida_em = now() WHERE tentativas > 0');
      iniciar();
      await eventually(
        async () =>
          (await enviadas(caso)).includes('LEMBRETE_24H') &&
          (await enviadas(outra)).length === 1 &&
          (await contar(`eventos WHERE publicado_em IS NULL AND $1::text IS NOT NULL`, caso)) === 0,
        PACIENCIA_MS,
      );
      expect(await enviadas(caso)).toEqual(['LEMBRETE_24H', 'RESERVA_CONFIRMADA']);
      for (const uma of [caso, outra]) {
        const quantas = (await enviadas(uma)).length;
        expect(await contar('entregas WHERE reserva_id = $1', uma)).toBe(quantas);
        expect(
          await contar('emails_locais l JOIN entregas e ON e.id = l.entrega_id WHERE e.reserva_id = $1', uma),
        ).toBe(quantas);
        expect(await contar(`eventos WHERE tipo = 'notificacao.enviada.v1' AND dados ->> 'reservaId' = $1`, uma)).toBe(
          quantas,
        );
      }
    },
    4 * PACIENCIA_MS,
  );

  const pedirCarta = async () => {
    const cartaId = randomUUID();
    await notificacoes.broker.publish(
      'usuario.carta-pedida.v1',
      { cartaId, usuarioId: randomUUID(), tipo: 'SENHA_MUDOU', nome: 'Ana', email: 'ana@exemplo.com', idioma: 'pt-BR' },
      { subject: `carta/${cartaId}`, sequence: '1' },
    );
    return { id: cartaId, tipo: 'SENHA_MUDOU', tabela: 'cartas_de_conta WHERE id' };
  };
  const contestar = async () => {
    const [disputaId, pagamentoId] = [randomUUID(), randomUUID()];
    await notificacoes.broker.publish(
      'pagamento.disputado.v1',
      {
        disputaId,
        pagamentoId,
        reservaId: randomUUID(),
        situacao: 'ABERTA',
        motivo: 'fraudulent',
        valorCentavos: 12_000,
        moeda: 'BRL',
      },
      { subject: `pagamento/${pagamentoId}`, sequence: '3' },
    );
    return { id: disputaId, tipo: 'DISPUTA_MUDOU', tabela: `cartas_de_conta WHERE fato ->> 'disputaId'` };
  };
  const mover =
    (tipo: 'pagamento.aprovado.v1' | 'pagamento.estornado.v1', aviso: string) =>
    async ({ reservaId }: Caso) => {
      await notificacoes.pagamento(tipo, reservaId);
      return { id: reservaId, tipo: aviso, tabela: `entregas WHERE tipo = '${aviso}' AND reserva_id::text` };
    };
  const MENSAGENS = {
    'usuario.carta-pedida.v1': [pedirCarta, 'cartas'],
    'pagamento.disputado.v1': [contestar, 'cartas'],
    'pagamento.aprovado.v1': [mover('pagamento.aprovado.v1', 'PAGAMENTO_RECEBIDO'), 'envio'],
    'pagamento.estornado.v1': [mover('pagamento.estornado.v1', 'REEMBOLSO_FEITO'), 'envio'],
  } as const;

  it.each(
    Object.entries(MENSAGENS).flatMap(([mensagem, [acontecer, fila]]) =>
      [
        `messaging.consumidor.antes-do-commit@${mensagem}`,
        `messaging.consumidor.antes-do-ack@${mensagem}`,
        `notificacoes.${fila}.antes-de-entregar`,
        `notificacoes.${fila}.depois-de-entregar`,
      ].map((FAILPOINT) => ({ mensagem, acontecer, FAILPOINT })),
    ),
  )(
    'o que $mensagem conta vai uma vez, morra ele em $FAILPOINT',
    async ({ acontecer, FAILPOINT }) => {
      const caso = { ...novoCaso(), inicio: new Date(Date.now() + 48 * 3_600_000).toISOString() };
      const ajustes = { EMAIL_ADMINISTRACAO: 'casa@exemplo.com' };
      const sao = iniciar(ajustes);
      await notificacoes.registrar(caso);
      await notificacoes.confirmar(caso);
      await eventually(async () => (await enviadas(caso)).length === 1, PACIENCIA_MS);
      await encerrar(sao);

      const { id, tipo, tabela } = await acontecer(caso);
      const condenado = iniciar({ ...ajustes, FAILPOINT });
      const [, sinal] = (await once(condenado, 'exit')) as [number | null, string | null];
      expect(sinal).toBe('SIGKILL');
      // The leases of the dead would be over by themselves in some time.
      await notificacoes.database.query(`UPDATE entregas SET disponivel_em = now() WHERE estado = 'PENDENTE'`);
      await notificacoes.database.query(`UPDATE cartas_de_conta SET disponivel_em = now() WHERE estado = 'PENDENTE'`);
      iniciar(ajustes);

      const doCaso = () =>
        notificacoes.database.query<{ id: string; tipo: string; estado: string }>(
          `SELECT id, tipo, estado FROM ${tabela} = $1`,
          [id],
        );
      await eventually(async () => (await doCaso()).some(({ estado }) => estado === 'ENVIADA'), PACIENCIA_MS);
      // What comes after it in the same queue has been taken in: the message did not come twice.
      const depois = { ...novoCaso(), clienteId: caso.clienteId };
      await notificacoes.confirmar(depois);
      await eventually(async () => (await enviadas(depois)).length === 1, PACIENCIA_MS);
      const [contada, ...outras] = await doCaso();
      expect([contada, outras]).toMatchObject([{ tipo, estado: 'ENVIADA' }, []]);
      expect(
        await notificacoes.database.query('SELECT FROM emails_locais WHERE entrega_id = $1', [contada?.id]),
      ).toHaveLength(1);
    },
    4 * PACIENCIA_MS,
  );
});
