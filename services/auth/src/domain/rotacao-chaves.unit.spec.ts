import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ChaveAgendada, chaveAtual, planejarRotacao } from './rotacao-chaves.js';

const HORA = 3_600_000;
const politica = { periodoMs: 24 * HORA, antecedenciaMs: HORA, validadeTokenMs: 15 * 60_000 };
const inicio = Date.parse('2026-12-01T00:00:00Z');
const em = (horas: number) => new Date(inicio + horas * HORA);
const chave = (kid: string, horas: number): ChaveAgendada => ({ kid, assinaDesde: em(horas) });

describe('A rotação das chaves de assinatura', () => {
  it('cria a primeira chave na hora', () => {
    expect(planejarRotacao([], em(0), politica)).toEqual({ criarPara: em(0), retirar: [] });
  });

  it('nada faz enquanto a chave é nova', () => {
    expect(planejarRotacao([chave('a', 0)], em(22.9), politica)).toEqual({ retirar: [] });
  });

  it('publica a próxima chave uma hora antes de ela assinar', () => {
    expect(planejarRotacao([chave('a', 0)], em(23), politica)).toEqual({ criarPara: em(24), retirar: [] });
  });

  it('não cria uma segunda próxima chave', () => {
    expect(planejarRotacao([chave('a', 0), chave('b', 24)], em(23.5), politica)).toEqual({ retirar: [] });
  });

  it('publica com antecedência também quando chega tarde, depois de uma pane', () => {
    expect(planejarRotacao([chave('a', 0)], em(100), politica)).toEqual({ criarPara: em(101), retirar: [] });
  });

  it('retira uma chave só quando o último token que ela assinou expirou', () => {
    const chaves = [chave('a', 0), chave('b', 24)];
    expect(planejarRotacao(chaves, em(24.2), politica).retirar).toEqual([]);
    expect(planejarRotacao(chaves, em(24.25), politica).retirar).toEqual(['a']);
  });

  it('deixa sempre uma chave que assina, publicada há tempo bastante, com cada token válido verificável', () => {
    const passos = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(passos, (horas) => {
        let agora = em(0);
        let chaves: (ChaveAgendada & { criada: Date })[] = [];
        const tokens: { kid: string; ate: number }[] = [];
        for (const passo of horas) {
          const { criarPara, retirar } = planejarRotacao(chaves, agora, politica);
          chaves = chaves.filter(({ kid }) => !retirar.includes(kid));
          if (criarPara) chaves.push({ kid: `k${agora.getTime()}`, assinaDesde: criarPara, criada: agora });
          const atual = chaveAtual(chaves, agora);
          if (!atual) return false;
          const primeira = atual.assinaDesde.getTime() === inicio;
          if (!primeira && atual.assinaDesde.getTime() - atual.criada.getTime() < politica.antecedenciaMs) return false;
          tokens.push({ kid: atual.kid, ate: agora.getTime() + politica.validadeTokenMs });
          const vivos = tokens.filter(({ ate }) => ate > agora.getTime());
          if (!vivos.every(({ kid }) => chaves.some((c) => c.kid === kid))) return false;
          agora = new Date(agora.getTime() + (passo * HORA) / 4);
        }
        return true;
      }),
    );
  });
});
