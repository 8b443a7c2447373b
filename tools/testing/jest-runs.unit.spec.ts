import { describe, expect, it } from '@jest/globals';
import { endToEndTests, isolatedTests, verdictOf, type JestRun } from './jest-runs.ts';
import { selectSpecs } from './specs.ts';

const run = (passed: number, failed = 0, broken = 0, exitCode = failed + broken > 0 ? 1 : 0): JestRun => ({
  report: { numPassedTests: passed, numFailedTests: failed, numPendingTests: 0, numRuntimeErrorTestSuites: broken },
  exitCode,
});

describe('verdictOf', () => {
  it('soma as suítes numa linha', () => {
    expect(verdictOf([run(10), run(5)])).toEqual({ line: '15 passed, 0 failed', remarks: [], exitCode: 0 });
  });

  it('conta um arquivo que não pôde ser carregado como falha', () => {
    expect(verdictOf([run(10, 1), run(5, 0, 2)])).toMatchObject({ line: '15 passed, 3 failed', exitCode: 1 });
  });

  it('falha quando nenhum teste executou', () => {
    expect(verdictOf([run(0), run(0)])).toMatchObject({ line: '0 passed, 0 failed', exitCode: 1 });
  });

  it('falha quando todos os testes passaram mas a cobertura não bastou', () => {
    const verdict = verdictOf([run(3, 0, 0, 1), run(0)]);
    expect(verdict).toMatchObject({ line: '3 passed, 0 failed', exitCode: 1 });
    expect(verdict.remarks.join()).toContain('cobertura');
  });
});

describe('as duas execuções', () => {
  const ignored = (args: string[]): RegExp => new RegExp((args[0] ?? '').split('=').slice(1).join('='));

  it('não dividem arquivo e não deixam nenhum de fora', () => {
    for (const file of ['a/preco.unit.spec.ts', 'a/outbox.int.spec.ts', 'a/historias.e2e.spec.ts']) {
      expect(ignored(isolatedTests([], true)).test(file)).not.toBe(ignored(endToEndTests([])).test(file));
    }
    expect(ignored(endToEndTests([])).test('a/historias.e2e.spec.ts')).toBe(false);
  });

  it('medem a cobertura só a pedido, e os de ponta a ponta nunca', () => {
    expect(isolatedTests([], true)).toContain('--coverage');
    expect(isolatedTests([], false)).not.toContain('--coverage');
    expect(endToEndTests([])).not.toContain('--coverage');
  });
});

describe('selectSpecs', () => {
  it('toma todos os testes sem um padrão, e com um aqueles cujo caminho o tem', () => {
    expect(selectSpecs([])).toEqual(expect.arrayContaining(['tools/testing/jest-runs.unit.spec.ts']));
    expect(selectSpecs(['testing/JEST-runs'])).toEqual(['tools/testing/jest-runs.unit.spec.ts']);
  });

  it('recusa o que nada encontra, nomeando-o, embora outro padrão encontre', () => {
    expect(() => selectSpecs(['jest-runs', 'nada-disto'])).toThrow('nada-disto');
    expect(() => selectSpecs(['('])).toThrow('expressão regular');
  });
});
