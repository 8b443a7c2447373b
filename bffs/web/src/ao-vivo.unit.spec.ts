import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Cabecalhos, CloudEvent } from '@plataforma/contracts';
import { Broker } from '@plataforma/messaging';
import { Logger, Revogacoes, type Usuario } from '@plataforma/platform';
import { AoVivo, POR_ENDERECO } from './ao-vivo.js';

const ESPACO = '0192f0c4-0000-7000-8000-0000000000e1';
const logger = Logger.create('teste', 'none');
const OUTRO = '0192f0c4-0000-7000-8000-0000000000e2';
let aoVivo: AoVivo;
/** What reservas says: who asks is in `cabecalhos`. */
let podem: (cabecalhos?: Cabecalhos) => boolean | undefined;
const pedidos: (string | undefined)[] = [];
const ouvir = (vezes: number, espacoId = ESPACO) => {
  for (let n = 0; n < vezes; n++)
    aoVivo.ouviu({
      type: 'espaco.bloqueio-alterado.v1',
      time: '2026-11-30T12:00:00.000Z',
      sequence: '1',
      data: { espacoId, inicio: '2026-12-01T12:00:00.000Z', fim: '2026-12-01T13:00:00.000Z' },
    } as CloudEvent);
};
const abrir = (ultimo?: string, endereco = '192.0.2.1'): Readable =>
  aoVivo.entrar(aoVivo.tomarLugar({ usuario: undefined, endereco }), [ESPACO], ultimo);
const lido = (saida: Readable): string => String(saida.read() ?? '');

beforeEach(() => {
  aoVivo = new AoVivo(new Broker([], logger), new Revogacoes(), logger, 40, (_espaco, cabecalhos) => {
    pedidos.push(cabecalhos?.['authorization']);
    return Promise.resolve(podem(cabecalhos));
  });
  podem = () => true;
  pedidos.length = 0;
  aoVivo.ouvindo();
});
afterEach(() => aoVivo.onModuleDestroy());

describe('Os fluxos de um processo', () => {
  it('guardam só tanto: a quem volta tarde demais se manda ler de novo', () => {
    const [, epoca] = /id: ([0-9a-f]{8})-0/.exec(lido(abrir())) ?? [];
    ouvir(9_998, OUTRO);
    ouvir(1);
    expect(lido(abrir(`${epoca}-9999`))).toBe('event: retomada\ndata: {}\n\n');
    expect(lido(abrir(`${epoca}-9998`)).split('\n\n')).toHaveLength(3);
    ouvir(1);
    expect(lido(abrir(`${epoca}-5000`)).split('\n\n')).toHaveLength(4);
    expect(lido(abrir(`${epoca}-4999`))).toBe(`event: releia\nid: ${epoca}-10000\ndata: {}\n\n`);
    expect(lido(abrir(`${epoca}-10001`))).toMatch(/^event: releia\n/);
    ouvir(1_000);
    expect(lido(abrir(`${epoca}-10000`))).toMatch(/^event: releia\n/);
    expect(lido(abrir(`${epoca}-10900`))).toMatch(/^event: retomada\n/);
    aoVivo.surdo();
    aoVivo.ouvindo();
    expect(lido(abrir(`${epoca}-0`))).toMatch(/^event: releia\n/);
  });

  it('desligam quem não lê, e não guardam o que ele não leu', () => {
    const [lento, atento] = [abrir(), abrir()];
    for (let n = 0; n < 2_000; n++) {
      ouvir(1);
      lido(atento);
    }
    expect([lento.destroyed, atento.destroyed]).toEqual([true, false]);
    expect(lento.readableLength).toBeLessThan(70_000);
  });

  it('são contados por endereço e ao todo, e cada lugar se devolve uma vez', () => {
    const um = Array.from({ length: POR_ENDERECO }, () => aoVivo.tomarLugar({ usuario: undefined, endereco: 'a' }));
    expect(() => abrir(undefined, 'a')).toThrow(expect.objectContaining({ status: 429 }));
    Array.from({ length: 40 - POR_ENDERECO }, () => abrir(undefined, 'b'));
    expect(() => abrir(undefined, 'c')).toThrow(expect.objectContaining({ status: 503, code: 'eventos.sem-lugar' }));
    um[0]?.devolver();
    um[0]?.devolver();
    abrir(undefined, 'c');
    expect(() => abrir(undefined, 'c')).toThrow(expect.objectContaining({ status: 503 }));
  });

  it('não começam enquanto nada se ouve', () => {
    aoVivo.surdo();
    expect(() => abrir()).toThrow(expect.objectContaining({ status: 503, code: 'eventos.indisponiveis' }));
  });
});

describe('Quem olha um espaço', () => {
  const ANA = '0192f0c4-0000-7000-8000-00000000000a';
  const BIA = '0192f0c4-0000-7000-8000-00000000000b';
  const deQuem = (id: string, espacos: readonly string[] = [ESPACO]): Readable => {
    const cabecalhos = { authorization: id };
    const usuario = { id, papeis: ['CLIENTE'] } as unknown as Usuario;
    return aoVivo.entrar(aoVivo.tomarLugar({ usuario, endereco: '192.0.2.1', cabecalhos }), espacos, undefined);
  };
  const fim = (saida: Readable) => /event: fim\n(?:retry: \d+\n)?data: (.*)/.exec(lido(saida))?.[1];
  const PERDEU = '{"motivo":"ESPACO"}';
  const dizer = (type: string, data: object) => aoVivo.ouviu({ type, data } as unknown as CloudEvent);

  it('é mandado embora quando o acesso ao espaço muda, seja quem for, e só ele', () => {
    const [anonimo, ana, deOutro] = [abrir(), deQuem(ANA), deQuem(BIA, [OUTRO])];
    dizer('espaco.acesso-alterado.v1', { espacoId: ESPACO, regras: { VER: [] }, sequencia: 2, anterior: 1 });
    expect([anonimo, ana, deOutro].map(fim)).toEqual([PERDEU, PERDEU, undefined]);
  });

  it('é mandado embora quando os seus grupos mudam; quem só ouve o que é seu fica', () => {
    const [ana, bia, semEspaco] = [deQuem(ANA), deQuem(BIA), deQuem(ANA, [])];
    dizer('usuario.grupos-alterados.v1', { usuarioId: ANA, grupos: [], sequencia: 3, anterior: 2 });
    expect([ana, bia, semEspaco].map(fim)).toEqual([PERDEU, undefined, undefined]);
  });

  describe('ainda que nada se ouça de acessos', () => {
    beforeEach(() => {
      jest.useFakeTimers();
      aoVivo.ouvindo();
    });
    afterEach(() => {
      jest.useRealTimers();
    });
    const passa = (s: number) => jest.advanceTimersByTimeAsync(s * 1_000);

    it('acaba em menos de um minuto para quem não pode mais ver', async () => {
      const [anonimo, outroAnonimo, ana, bia] = [abrir(), abrir(), deQuem(ANA), deQuem(BIA)];
      await passa(59);
      expect([anonimo, outroAnonimo, ana, bia].map(fim)).toEqual([undefined, undefined, undefined, undefined]);
      // Everybody's: one question each time, however many watch.
      expect(pedidos).toEqual([undefined, undefined]);
      podem = (cabecalhos) => cabecalhos?.['authorization'] === ANA;
      await passa(59);
      expect([anonimo, outroAnonimo, ana, bia].map(fim)).toEqual([PERDEU, PERDEU, undefined, PERDEU]);
      await passa(120);
      expect(fim(ana)).toBeUndefined();
      podem = () => false;
      await passa(59);
      expect(fim(ana)).toBe(PERDEU);
    });

    it('sem resposta de ninguém segue só o que era de todos', async () => {
      podem = (cabecalhos) => cabecalhos?.['authorization'] === ANA;
      const ana = deQuem(ANA);
      await passa(30);
      podem = () => undefined;
      await passa(30);
      const [anonimo, bia] = [abrir(), deQuem(BIA, [OUTRO])];
      await passa(45);
      expect([ana, anonimo, bia].map(fim)).toEqual([PERDEU, undefined, undefined]);
      await passa(30);
      expect([anonimo, bia].map(fim)).toEqual([undefined, PERDEU]);
    });
  });
});
