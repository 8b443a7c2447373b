import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { FastifyReply } from 'fastify';
import type { Problem } from './problem.js';
import { Turnstile } from './turnstile.js';

/** Somebody who asks: what they were told, and their answer's end. */
function asking(turnstile: Turnstile, key = 'sala 10h') {
  const raw = new EventEmitter();
  const told: (Error | undefined)[] = [];
  turnstile.pass(key, { raw } as unknown as FastifyReply, (refused) => told.push(refused));
  return { told, end: () => raw.emit('close'), listeners: () => raw.listenerCount('close') };
}
const gone = (all: ReturnType<typeof asking>[]) => all.filter(({ told }) => told.length > 0);

describe('A catraca diante de uma multidão', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('deixa seguir poucos de cada vez, e só segue o próximo grupo depois de acabado o anterior, e de uma pausa', () => {
    const turnstile = new Turnstile(16, 100);
    const all = Array.from({ length: 40 }, () => asking(turnstile));
    expect(gone(all)).toHaveLength(16);
    jest.advanceTimersByTime(10);
    for (const { end } of all.slice(0, 15)) end();
    jest.advanceTimersByTime(1_000);
    expect(gone(all)).toHaveLength(16);
    jest.advanceTimersByTime(1);
    all[15]?.end();
    expect(gone(all)).toHaveLength(16);
    jest.advanceTimersByTime(40);
    expect(gone(all)).toHaveLength(32);
  });

  it('descansa tanto mais quanto mais o grupo durou', () => {
    const turnstile = new Turnstile(16, 100);
    const all = Array.from({ length: 20 }, () => asking(turnstile));
    jest.advanceTimersByTime(5);
    for (const { end } of all.slice(0, 16)) end();
    jest.advanceTimersByTime(9);
    expect(gone(all)).toHaveLength(16);
    jest.advanceTimersByTime(1);
    expect(gone(all)).toHaveLength(20);
  });

  it('não faz esperar quem quer outra coisa', () => {
    const turnstile = new Turnstile(16, 100);
    Array.from({ length: 40 }, () => asking(turnstile));
    expect(gone([asking(turnstile, 'sala 11h')])).toHaveLength(1);
  });

  it('não espera por quem se foi, e esquece a coisa quando ninguém a quer', () => {
    const turnstile = new Turnstile(16, 100);
    const all = Array.from({ length: 20 }, () => asking(turnstile));
    for (const { end } of all.slice(16, 19)) end();
    for (const { end } of all.slice(0, 16)) end();
    jest.advanceTimersByTime(40);
    expect(gone(all)).toHaveLength(17);
    expect(all[16]?.told).toEqual([]);
    all[19]?.end();
    expect(turnstile.size).toBe(0);
    expect(all.map(({ listeners }) => listeners())).toEqual(all.map(() => 0));
  });

  it('não deixa esperar gente demais nem sem fim: é 503, e que se tente de novo', () => {
    const turnstile = new Turnstile(16, 10);
    const all = Array.from({ length: 27 }, () => asking(turnstile));
    const status = ({ told: [refused] }: ReturnType<typeof asking>) => (refused as Problem | undefined)?.status;
    expect(all.map(status)).toEqual([...Array.from({ length: 26 }, () => undefined), 503]);
    jest.advanceTimersByTime(8_000);
    expect(all.slice(16).map(status)).toEqual(Array.from({ length: 11 }, () => 503));
    for (const { end } of all) end();
    jest.advanceTimersByTime(40);
    expect(turnstile.size).toBe(0);
  });

  it('deixa seguir cada um no seu contexto, e não no de quem lhe deu lugar', () => {
    const turnstile = new Turnstile(16, 100);
    const who = new AsyncLocalStorage<number>();
    const seen: (number | undefined)[] = [];
    const raws = Array.from({ length: 17 }, (_, n) => {
      const raw = new EventEmitter();
      who.run(n, () => turnstile.pass('sala', { raw } as unknown as FastifyReply, () => seen.push(who.getStore())));
      return raw;
    });
    who.run(99, () => raws.slice(0, 16).forEach((raw) => raw.emit('close')));
    jest.advanceTimersByTime(40);
    expect(seen).toEqual(Array.from({ length: 17 }, (_, n) => n));
  });
});
