import { describe, expect, it } from '@jest/globals';
import type { TokenIssuer } from '@plataforma/testing';
import { Clientela } from './clientela.ts';

const issuer = { token: (id: string) => Promise.resolve(id) } as unknown as TokenIssuer;

describe('A clientela', () => {
  it('quer cada hora de cada espaço uma só vez', async () => {
    const calls = await new Clientela(issuer, 3).holds('http://casa', 30);
    expect(new Set(calls.map(({ body }) => body)).size).toBe(30);
    expect(new Set(calls.map(({ headers }) => headers?.['idempotency-key'])).size).toBe(30);
  });

  it('se reveza: quem pede não pede de novo logo depois, nem mais vezes do que pode', async () => {
    const calls = await new Clientela(issuer, 200).holds('http://casa', 2_000);
    const people = calls.map(({ headers }) => headers?.['authorization'] ?? '');
    const times = new Map<string, number>();
    for (const person of people) times.set(person, (times.get(person) ?? 0) + 1);
    expect(Math.max(...times.values())).toBe(8);
    for (const [index, person] of people.entries()) expect(people.slice(index + 1, index + 64)).not.toContain(person);
  });
});
