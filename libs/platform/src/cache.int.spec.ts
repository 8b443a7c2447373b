import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, TcpProxy, testServers } from '@plataforma/testing';
import { Redis } from 'ioredis';
import { Cache } from './cache.js';
import { Logger } from './logger.js';

const logger = Logger.create('teste', 'silent');
const TTL_S = 60;

/** A promise that the test resolves. */
function gate<T = void>() {
  let open!: (value: T) => void;
  const opened = new Promise<T>((resolve) => (open = resolve));
  return { opened, open };
}

describe('O cache', () => {
  let prefix: string;
  let caches: Cache[];

  beforeEach(() => {
    prefix = `teste-${randomUUID()}`;
    caches = [];
  });
  afterEach(() => {
    for (const cache of caches) cache.close();
  });

  /** As another process would have it: its own connection, the same keys. */
  async function processCache(url = testServers.redis()): Promise<Cache> {
    const cache = new Cache(url, prefix, logger);
    caches.push(cache);
    await cache.connect();
    return cache;
  }

  it('guarda o que foi carregado, e o que é undefined não', async () => {
    const cache = await processCache();
    let loads = 0;
    const value = () => cache.remember('a', TTL_S, async () => ({ n: ++loads }));
    expect([await value(), await value()]).toEqual([{ n: 1 }, { n: 1 }]);
    const nothing = () => cache.remember('b', TTL_S, async () => void loads++);
    await nothing();
    await nothing();
    expect(loads).toBe(3);
  });

  it('carrega uma vez para uma multidão em vários processos', async () => {
    const processes = await Promise.all([processCache(), processCache(), processCache()]);
    const { opened, open } = gate();
    let loads = 0;
    const load = async () => {
      loads++;
      await opened;
      return 'valor';
    };
    const asked = processes.flatMap((cache) => Array.from({ length: 50 }, () => cache.remember('a', TTL_S, load)));
    await eventually(() => loads === 1);
    open();
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['valor']));
    expect(loads).toBe(1);
  });

  it('não espera para sempre por um processo que morreu ao carregar', async () => {
    const [dead, living] = [await processCache(), await processCache()];
    void dead.remember('a', TTL_S, () => new Promise<string>(() => undefined));
    await eventually(async () => (await dead.ping()) === undefined);
    expect(await living.remember('a', TTL_S, async () => 'valor')).toBe('valor');
  });

  it('deixa que o próximo carregue logo quando uma carga falha', async () => {
    const cache = await processCache();
    await expect(cache.remember('a', TTL_S, () => Promise.reject(new Error('banco fora')))).rejects.toThrow(
      'banco fora',
    );
    const redis = new Redis(testServers.redis());
    // Whoever held the turn to load has given it back: the next need not wait until it expires.
    expect((await redis.keys(`${prefix}*`)).filter((key) => key.endsWith(':trava'))).toEqual([]);
    redis.disconnect();
    expect(await cache.remember('a', TTL_S, async () => 'valor')).toBe('valor');
  });

  it('esquece o que é descartado, em todos os processos', async () => {
    const [here, there] = [await processCache(), await processCache()];
    await here.remember('a', TTL_S, async () => 'velho');
    await there.evict('a');
    expect(await here.remember('a', TTL_S, async () => 'novo')).toBe('novo');
  });

  it('não põe de volta o que foi descartado enquanto se carregava', async () => {
    const [here, there] = [await processCache(), await processCache()];
    const { opened, open } = gate<string>();
    let loading = false;
    const slow = here.remember('a', TTL_S, () => {
      loading = true;
      return opened;
    });
    await eventually(() => loading);
    await there.evict('a');
    open('velho');
    expect(await slow).toBe('velho');
    expect(await there.remember('a', TTL_S, async () => 'novo')).toBe('novo');
    expect(await here.remember('a', TTL_S, async () => 'outro')).toBe('novo');
  });

  it('não dá a quem pergunta depois de um descarte o que começou a carregar antes dele', async () => {
    const cache = await processCache();
    const { opened, open } = gate<string>();
    let loading = false;
    const slow = cache.remember('a', TTL_S, () => {
      loading = true;
      return opened;
    });
    await eventually(() => loading);
    await cache.evict('a');
    expect(await cache.remember('a', TTL_S, async () => 'novo')).toBe('novo');
    open('velho');
    await slow;
    expect(await cache.remember('a', TTL_S, async () => 'outro')).toBe('novo');
  });

  it('é mais lento sem o Redis, e nunca errado quando este volta', async () => {
    const proxy = await TcpProxy.start(testServers.redis());
    try {
      const cut = await processCache(proxy.url);
      await cut.remember('a', TTL_S, async () => 'velho');
      await proxy.cut();
      await eventually(async () => (await cut.remember('a', TTL_S, async () => 'direto')) === 'direto');
      await expect(cut.evict('a')).rejects.toThrow();
      await proxy.restore();
      await eventually(() => cut.ping().then(() => true));
      expect(await cut.remember('a', TTL_S, async () => 'novo')).toBe('novo');
    } finally {
      await proxy.cut();
    }
  });

  it.each(['revived', 'lost'] as const)(
    'é mais lento enquanto o Redis se cala, e não toma depois a resposta de outra pergunta (%s)',
    async (those) => {
      const proxy = await TcpProxy.start(testServers.redis());
      try {
        const cache = await processCache(proxy.url);
        expect(await cache.remember('a', TTL_S, async () => 'a')).toBe('a');
        proxy.swallow();
        for (const key of ['a', 'b', 'c']) expect(await cache.remember(key, TTL_S, async () => key)).toBe(key);
        await eventually(() => proxy.swallowedConnections > 0);
        await expect(cache.ping()).rejects.toThrow();
        proxy.resume(those);
        // Of the network's return: a promise (ADR 19), and no deadline of convenience.
        await eventually(() => cache.ping().then(() => true), 15_000);
        for (const key of ['a', 'b', 'c', 'a']) expect(await cache.remember(key, TTL_S, async () => key)).toBe(key);
        expect(await cache.remember('c', TTL_S, async () => 'de novo')).toBe('c');
      } finally {
        await proxy.cut();
      }
    },
  );

  it('não crê no que um Redis reiniciado, ou outro, ainda tem', async () => {
    const proxy = await TcpProxy.start(testServers.redis());
    try {
      const cache = await processCache(proxy.url);
      await cache.remember('a', TTL_S, async () => 'velho');
      await proxy.cut();
      await eventually(() =>
        cache.ping().then(
          () => false,
          () => true,
        ),
      );
      const restarted = (text: string) => text.replace(/run_id:\w+/, `run_id:${'a'.repeat(40)}`);
      await proxy.restore((bytes) => Buffer.from(restarted(bytes.toString('latin1')), 'latin1'));
      await eventually(() => cache.ping().then(() => true));
      expect(await cache.remember('a', TTL_S, async () => 'novo')).toBe('novo');
      expect(await cache.remember('a', TTL_S, async () => 'outro')).toBe('novo');
    } finally {
      await proxy.cut();
    }
  });
});
