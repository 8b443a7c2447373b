import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Logger } from '@plataforma/platform';
import { eventually } from '@plataforma/testing';
import { Notifier } from '@plataforma/trabalho';
import { SagaRunner, type SagaStep, UnprocessableMessageError } from '../src/index.js';
import { alertas, database, app, espaco, store, db } from './messaging-fixture.js';

describe('saga', () => {
  interface Estado {
    readonly prazo: string | null;
    readonly passos: string[];
  }
  interface Local {
    readonly type: 'Agir';
    readonly falha: boolean;
  }

  function saga(falhas = { restantes: 0 }) {
    return new SagaRunner<Estado, string, Local>(
      {
        name: 'teste',
        deadline: 'prazo',
        decide: (estado, entrada): SagaStep<Estado, Local> => {
          const depois = { prazo: null, passos: [...estado.passos, entrada] };
          return entrada === 'age' ? [depois, espaco(), { type: 'Agir', falha: falhas.restantes-- > 0 }] : [depois];
        },
        execute: async (_chave, comando) => {
          if (comando.falha) throw new Error('no meio do passo');
          return 'agiu';
        },
      },
      db(),
      store(),
      app.nest.get(Notifier),
      app.nest.get(Logger),
    );
  }
  const estado = async (chave: string) =>
    (await database.query<{ estado: Estado }>('SELECT estado FROM sagas WHERE chave = $1', [chave]))[0]?.estado;

  it('o passo inteiro ou nada: o que falha no meio não deixa estado nem mensagem', async () => {
    const chave = randomUUID();
    const teste = saga({ restantes: 1 });
    await teste.begin(chave, [{ prazo: null, passos: [] }]);
    await expect(teste.deliver(chave, 'age')).rejects.toThrow('no meio do passo');
    expect(await estado(chave)).toEqual({ prazo: null, passos: [] });
    expect(await store().read(`saga-teste/${chave}`)).toEqual([]);
    await teste.deliver(chave, 'age');
    expect(await estado(chave)).toEqual({ prazo: null, passos: ['age', 'agiu'] });
    expect(await store().read(`saga-teste/${chave}`)).toHaveLength(1);
  });

  it('entregas simultâneas à mesma saga acontecem uma depois da outra', async () => {
    const chave = randomUUID();
    const teste = saga();
    await teste.begin(chave, [{ prazo: null, passos: [] }]);
    await Promise.all(Array.from({ length: 20 }, (_, i) => teste.deliver(chave, String(i))));
    expect((await estado(chave))?.passos.toSorted()).toEqual(Array.from({ length: 20 }, (_, i) => String(i)).sort());
  });

  it('um prazo vence uma vez, com dois executores à espera dele', async () => {
    const chaves = Array.from({ length: 10 }, () => randomUUID());
    const [a, b] = [saga(), saga()];
    for (const chave of chaves) await a.begin(chave, [{ prazo: new Date().toISOString(), passos: [] }]);
    a.start();
    b.start();
    for (const chave of chaves) await eventually(async () => (await estado(chave))?.passos.length === 1);
    await Promise.all([a.beforeApplicationShutdown(), b.beforeApplicationShutdown()]);
    for (const chave of chaves) expect(await estado(chave)).toEqual({ prazo: null, passos: ['prazo'] });
  });

  it('a que não consegue cumprir o seu prazo não atrasa as outras, e é tentada de novo', async () => {
    const [quebrada, sa] = [randomUUID(), randomUUID()];
    const falhas = { restantes: 2 };
    const executor = new SagaRunner<Estado, string, Local>(
      {
        name: 'prazo-que-falha',
        deadline: 'age',
        decide: (estado): SagaStep<Estado, Local> => [
          { prazo: null, passos: [...estado.passos, 'age'] },
          { type: 'Agir', falha: false },
        ],
        execute: async (chave) => {
          if (chave === quebrada && falhas.restantes-- > 0) throw new Error('ainda não');
          return undefined;
        },
      },
      db(),
      store(),
      app.nest.get(Notifier),
      app.nest.get(Logger),
    );
    const ontem = new Date(Date.now() - 86_400_000).toISOString();
    await executor.begin(quebrada, [{ prazo: ontem, passos: [] }]);
    await executor.begin(sa, [{ prazo: new Date().toISOString(), passos: [] }]);
    executor.start();
    await eventually(async () => (await estado(sa))?.passos.length === 1);
    expect(await estado(quebrada)).toEqual({ prazo: ontem, passos: [] });
    await eventually(async () => (await estado(quebrada))?.passos.length === 1);
    await executor.stop();
  });

  it('de uma que não anda há muito ouve quem opera', async () => {
    const chave = randomUUID();
    const executor = saga();
    await executor.begin(chave, [{ prazo: new Date(Date.now() + 3_600_000).toISOString(), passos: [] }]);
    await database.query('UPDATE sagas SET falhas = 10 WHERE chave = $1', [chave]);
    executor.start();
    await eventually(async () => (await alertas()).some(({ causa }) => causa === 'prazos da saga teste'));
    await executor.stop();
    expect(await alertas()).toEqual([
      { tipo: 'SAGA_PARADA', causa: 'prazos da saga teste', quantidade: 1, desde: expect.any(String) },
    ]);
  });

  it('uma mensagem para uma saga que não existe não tem conserto', async () => {
    await expect(saga().deliver(randomUUID(), 'x')).rejects.toThrow(UnprocessableMessageError);
  });
});
