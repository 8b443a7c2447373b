import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@plataforma/testing';
import fc from 'fast-check';
import { FilaDeEspera } from '../src/application/fila-de-espera.js';
import { conferir, conferirFilaComCotas, esvaziarFila } from './corridas-conferencia.js';
import { Cena, historia } from './corridas-historias.js';
import { PagamentosEncenado } from './corridas-pagamentos.js';
import { ReservasFixture } from './reservas-fixture.js';

/** As many venues live their histories at the same time, so that they also meet in the pool, the relay and the queues. */
const CENAS = 6;
/** Every night, with CASOS_DE_PROPRIEDADES=30; a change must not wait for all of them. */
const CASOS = Number(process.env['CASOS_DE_PROPRIEDADES'] ?? 10);
/** Looking for a shorter history that fails too ends then, ms; that all cases have not been seen by then is a failure. */
const LIMITE_MS = 900_000;

jest.setTimeout(LIMITE_MS + 60_000);

let reservas: ReservasFixture;
let pagamentos: PagamentosEncenado;

beforeAll(async () => {
  // The limit of holds has its own race in cotas.int.spec.ts; here it would only keep histories short.
  reservas = await ReservasFixture.start({
    SEED_DEMO: 'false',
    RETENCOES_POR_PESSOA: '1000',
    CONFERENCIA_SEGUNDOS: '900',
  });
  pagamentos = new PagamentosEncenado(reservas.broker);
});
afterAll(() => reservas.stop());

/** Nothing that was said is still to be heard, no deadline that has passed is still to be kept. */
async function sossegar(): Promise<void> {
  do {
    await eventually(async () => {
      const [row] = await reservas.database.query<{ ouvidas: string[]; vencidas: number }>(
        `SELECT (SELECT count(*)::int FROM sagas WHERE prazo <= now()) AS vencidas,
                ARRAY(SELECT mensagem_id FROM inbox WHERE consumidor = 'reservas.saga' AND mensagem_id = ANY($1)) AS ouvidas`,
        [[...pagamentos.ditas]],
      );
      const mortas = await reservas.broker.deadLetterCount();
      if (mortas > 0) throw new Error(`${mortas} mensagens mortas`);
      if (row?.vencidas !== 0 || row.ouvidas.length < pagamentos.ditas.size) return false;
      const publicadas = await reservas.database.query<{ id: string }>('SELECT id FROM eventos');
      return publicadas.every(({ id }) => pagamentos.recebidos.has(id));
    });
  } while (await pagamentos.entregar({ atrasa: false, repete: false, ordem: 0 }));
}

async function viver(cena: Cena): Promise<void> {
  for (const [i, { entrega }] of cena.historia.lotes.entries()) {
    await cena.executar(i);
    await pagamentos.entregar(entrega);
  }
}

describe('o que quer que aconteça ao mesmo tempo', () => {
  it('ninguém ocupa o que é de outro, e eventos, linhas, cupons, cotas, dinheiro e fila concordam no fim', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(historia, { minLength: 1, maxLength: CENAS, size: 'max' }), async (historias) => {
        const cenas = await Promise.all(historias.map((uma) => Cena.montar(reservas, pagamentos, uma)));
        await Promise.all(cenas.map(viver));
        await sossegar();
        expect(await conferir(reservas, pagamentos, cenas)).toEqual([]);
        if ((await conferirFilaComCotas(reservas, cenas)).length > 0) {
          reservas.app.nest.get(FilaDeEspera).wake();
          await eventually(async () => {
            expect(await conferirFilaComCotas(reservas, cenas)).toEqual([]);
            return true;
          });
        }
        await esvaziarFila(reservas);
      }),
      { numRuns: CASOS, interruptAfterTimeLimit: LIMITE_MS, markInterruptAsFailure: true },
    );
  });
});
