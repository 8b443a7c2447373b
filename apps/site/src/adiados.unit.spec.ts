import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';

let adiados: typeof import('./adiados.js');
const documento = { visibilityState: 'visible', ouvir: [] as (() => void)[] };
const feitos: string[] = [];

beforeAll(async () => {
  Object.assign(globalThis, {
    document: {
      get visibilityState() {
        return documento.visibilityState;
      },
      addEventListener: (_: string, ouvir: () => void) => documento.ouvir.push(ouvir),
    },
  });
  adiados = await import('./adiados.js');
});
beforeEach(() => {
  jest.useFakeTimers();
  feitos.length = 0;
});
afterEach(() => {
  adiados.largarTudo();
  documento.visibilityState = 'visible';
  jest.useRealTimers();
});

const adiar = (id: string): void =>
  adiados.adiar(id, id, async () => {
    feitos.push(id);
  });

describe('o que se adia', () => {
  it('acontece uma vez, depois de meio minuto', async () => {
    adiar('a');
    adiar('a');
    await jest.advanceTimersByTimeAsync(29_000);
    expect(feitos).toEqual([]);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(feitos).toEqual(['a']);
  });

  it('desfeito, não acontece; e pode ser pedido de novo', async () => {
    adiar('a');
    adiados.desfazer('a');
    await jest.advanceTimersByTimeAsync(60_000);
    expect(feitos).toEqual([]);
    adiar('a');
    await adiados.fazerJa('a');
    expect(feitos).toEqual(['a']);
  });

  it('acontece assim que a página deixa de estar à vista, e só então', async () => {
    adiar('a');
    for (const ouvir of documento.ouvir) ouvir();
    expect(feitos).toEqual([]);
    documento.visibilityState = 'hidden';
    for (const ouvir of documento.ouvir) ouvir();
    expect(feitos).toEqual(['a']);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(feitos).toEqual(['a']);
  });

  it('de quem já não está, não acontece', async () => {
    adiar('a');
    adiados.largarTudo();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(feitos).toEqual([]);
  });
});
