import { describe, expect, it } from '@jest/globals';
import { packagesInPlan } from './packages.ts';

describe('packagesInPlan', () => {
  it('lê nome e versão de cada arquivo que o apt buscaria, desfazendo o escape da época', () => {
    const plan = [
      "'http://espelho.exemplo/debian/pool/main/r/redis/redis-server_7.0.15-1_amd64.deb' redis-server_5%3a7.0.15-1~deb12u10_amd64.deb 72556 SHA256:aa",
      "'http://espelho.exemplo/debian/pool/main/l/lzf/liblzf1_3.6-3_amd64.deb' liblzf1_3.6-3_amd64.deb 10224 SHA256:bb",
    ].join('\n');
    expect(packagesInPlan(plan)).toEqual(['redis-server=5:7.0.15-1~deb12u10', 'liblzf1=3.6-3']);
  });

  it('nada encontra num plano vazio', () => {
    expect(packagesInPlan('')).toEqual([]);
  });
});
