import { describe, expect, it } from '@jest/globals';
import type { QueryBus } from '@nestjs/cqrs';
import { Logger, metrics } from '@plataforma/platform';
import { AquecerCache } from './aquecer-cache.js';

describe('Ao iniciar, o cache', () => {
  const aquecido = async (execute: QueryBus['execute']) => {
    await new AquecerCache({ execute } as QueryBus, Logger.create('teste', 'none')).onApplicationBootstrap();
    return (await metrics.cacheWarmed.get()).values[0]?.value;
  };

  it('diz na métrica se pôde ser aquecido, e sem ele a aplicação parte', async () => {
    const itens = [{ id: '0192f0c4-0000-7000-8000-000000000001' }];
    expect(await aquecido(() => Promise.resolve({ itens } as never))).toBe(1);
    expect(await aquecido(() => Promise.reject(new Error('o banco está fora')))).toBe(0);
  });
});
