import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Recusa } from '@plataforma/contracts/cliente';
import { criarSessao } from './sessao.js';

const ANA = { id: '0192f0c4-0000-7000-8000-00000000000a', nome: 'Ana' };
const ENTRADA = { tokenAcesso: 'e30', expiraEmSegundos: 900, usuario: ANA } as never;

const emOrdem =
  <R>(feito: R, falhas: (Error | undefined)[]) =>
  (): Promise<R> => {
    const falha = falhas.shift();
    return falha ? Promise.reject(falha) : Promise.resolve(feito);
  };

/** A page whose BFF answers to each renewal as it is told to. */
const pagina = (...respostas: (Error | undefined)[]) =>
  criarSessao({ renovar: emOrdem(ENTRADA, respostas), encerrar: emOrdem(undefined, []) });

describe('A sessão de uma página', () => {
  beforeAll(() => {
    globalThis.BroadcastChannel = class {
      postMessage(): void {}
    } as unknown as typeof BroadcastChannel;
  });

  it.each([
    ['o serviço está fora', new Recusa(503, { code: 'servico.indisponivel', title: 'Fora' })],
    ['não há rede', new TypeError('Failed to fetch')],
  ])('de que nada se sabe porque %s não manda ninguém embora, e sabe-se da próxima vez', async (_, falha) => {
    const { sessaoSabida } = pagina(falha);
    await expect(sessaoSabida()).rejects.toBe(falha);
    expect(await sessaoSabida()).toEqual({ estado: 'ABERTA', usuario: ANA });
  });

  it('que acabou é de ninguém', async () => {
    const { sessaoSabida } = pagina(new Recusa(401, { code: 'auth.renovacao-invalida', title: 'Acabou' }));
    expect(await sessaoSabida()).toEqual({ estado: 'ANONIMA', usuario: null });
  });

  describe('de que se sai', () => {
    const guardado = new Map<string, string>();
    beforeEach(() => {
      jest.useFakeTimers();
      guardado.clear();
      globalThis.localStorage = {
        getItem: (lugar: string) => guardado.get(lugar) ?? null,
        setItem: (lugar: string, valor: string) => void guardado.set(lugar, valor),
        removeItem: (lugar: string) => void guardado.delete(lugar),
      } as unknown as Storage;
    });
    afterEach(() => {
      jest.useRealTimers();
    });
    const sumiu = new TypeError('Failed to fetch');
    const SAIU = { estado: 'ANONIMA', usuario: null };

    it('sem que o servidor o ouça, acaba aqui, diz-se que falta, e tenta-se até que ele ouça', async () => {
      const { abrirSessao, sair, sessaoSabida } = criarSessao({
        renovar: emOrdem(ENTRADA, []),
        encerrar: emOrdem(undefined, [sumiu, sumiu]),
      });
      abrirSessao(ENTRADA);
      await sair();
      expect(await sessaoSabida()).toEqual({ ...SAIU, porEncerrar: true });
      await jest.advanceTimersByTimeAsync(15_000);
      expect(await sessaoSabida()).toEqual({ ...SAIU, porEncerrar: true });
      await jest.advanceTimersByTimeAsync(15_000);
      expect(await sessaoSabida()).toEqual(SAIU);
    });

    it('e não se pôde dizer, diz-se na visita seguinte; de quem entrou nesse meio-tempo nada se encerra', async () => {
      const saiu = criarSessao({ renovar: emOrdem(ENTRADA, []), encerrar: emOrdem(undefined, [sumiu]) });
      saiu.abrirSessao(ENTRADA);
      await saiu.sair();
      let ditas = 0;
      const conta = () => Promise.resolve(void ditas++);
      criarSessao({ renovar: emOrdem(ENTRADA, []), encerrar: conta }).retomarSessao();
      await jest.advanceTimersByTimeAsync(0);
      expect(ditas).toBe(1);

      const outro = criarSessao({ renovar: emOrdem(ENTRADA, []), encerrar: emOrdem(undefined, [sumiu]) });
      outro.abrirSessao(ENTRADA);
      await outro.sair();
      outro.abrirSessao(ENTRADA);
      await jest.advanceTimersByTimeAsync(60_000);
      expect(await outro.sessaoSabida()).toEqual({ estado: 'ABERTA', usuario: ANA });
      criarSessao({ renovar: emOrdem(ENTRADA, []), encerrar: conta }).retomarSessao();
      await jest.advanceTimersByTimeAsync(0);
      expect(ditas).toBe(1);
    });
  });
});
