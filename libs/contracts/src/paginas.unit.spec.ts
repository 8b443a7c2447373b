import { describe, expect, it } from '@jest/globals';
import { caminhoDe, PAGINAS, PAGINAS_DO_PAINEL } from './paginas.js';

describe('páginas', () => {
  it('a página de uma coisa é um passo do caminho, diga o que disser o id', () => {
    expect(caminhoDe(PAGINAS.reserva, '0192f0c4-0000-7000-8000-000000000001')).toBe(
      '/reservas/0192f0c4-0000-7000-8000-000000000001',
    );
    expect(caminhoDe(PAGINAS.recibo, '../$& a?b#c')).toBe('/pagamentos/..%2F%24%26%20a%3Fb%23c/recibo');
    expect(caminhoDe(PAGINAS.preferencias)).toBe('/conta/preferencias');
  });

  it('nenhum caminho é de duas páginas, nem se confunde com o da API', () => {
    for (const paginas of [PAGINAS, PAGINAS_DO_PAINEL]) {
      const caminhos: string[] = Object.values(paginas);
      expect(new Set(caminhos).size).toBe(caminhos.length);
      expect(caminhos.filter((caminho) => !/^\/(?!v1\b)(?:[a-z-]+(?:\/(?::id|[a-z-]+))*)?$/.test(caminho))).toEqual([]);
    }
  });
});
