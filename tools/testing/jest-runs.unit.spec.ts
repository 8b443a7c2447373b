import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root } from '../cli/paths.ts';
import {
  coverageMissing,
  filesToRunAgain,
  installationTests,
  isolatedTests,
  settled,
  talliesOf,
  verdictOf,
  type JestRun,
} from './jest-runs.ts';
import { isInstallation, selectSpecs } from './specs.ts';

const run = (passed: number, failed = 0, broken = 0, exitCode = failed + broken > 0 ? 1 : 0): JestRun => ({
  report: {
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: 0,
    numRuntimeErrorTestSuites: broken,
    testResults: [],
  },
  exitCode,
});

describe('verdictOf', () => {
  it('soma as suítes numa linha', () => {
    expect(verdictOf([run(10), run(5)])).toEqual({ line: '15 passed, 0 failed', remarks: [], exitCode: 0 });
  });

  it('conta um arquivo que não pôde ser carregado como falha', () => {
    expect(verdictOf([run(10, 1), run(5, 0, 2)])).toMatchObject({ line: '15 passed, 3 failed', exitCode: 1 });
  });

  it('conta o que já dera certo, e diz que é de antes', () => {
    const before = [
      { project: 'libs/bff', passed: 7, failed: 0, skipped: 0, success: true },
      { project: 'e2e', passed: 2, failed: 0, skipped: 0, success: true },
    ];
    const { line, remarks, exitCode } = verdictOf([run(10)], before);
    expect({ line, exitCode }).toEqual({ line: '19 passed, 0 failed', exitCode: 0 });
    expect(remarks.join()).toContain('19 que passaram, 9 de antes');
    expect(verdictOf([], before)).toMatchObject({ line: '9 passed, 0 failed', exitCode: 0 });
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

const file = (name: string, ...statuses: string[]) => ({
  name: join(root, name),
  status: statuses.includes('failed') ? 'failed' : 'passed',
  assertionResults: statuses.map((status) => ({ status })),
});

describe('O que falhou e roda mais uma vez', () => {
  const runOf = (...testResults: JestRun['report']['testResults']): JestRun => {
    const count = (status: string): number =>
      testResults.flatMap((one) => one.assertionResults).filter((one) => one.status === status).length;
    const broken = testResults.filter((one) => one.status === 'failed' && one.assertionResults.length === 0).length;
    const base = run(count('passed'), count('failed'), broken);
    return { ...base, report: { ...base.report, testResults } };
  };
  const unloadable = { name: join(root, 'libs/c.int.spec.ts'), status: 'failed', assertionResults: [] };

  it('conta só a segunda vez de cada arquivo, e diz quem só então passou', () => {
    const first = runOf(
      file('libs/a.int.spec.ts', 'passed'),
      file('libs/b.int.spec.ts', 'passed', 'failed'),
      unloadable,
    );
    expect(filesToRunAgain(first)).toEqual([join(root, 'libs/b.int.spec.ts'), join(root, 'libs/c.int.spec.ts')]);
    const second = runOf(file('libs/b.int.spec.ts', 'passed', 'passed'), file('libs/c.int.spec.ts', 'passed'));
    const verdict = verdictOf([settled(first, second)]);
    expect(verdict).toMatchObject({ line: '4 passed, 0 failed', exitCode: 0 });
    expect(verdict.remarks.join()).toContain(
      'INSTÁVEL (falhou e, repetido sozinho, passou): libs/b.int.spec.ts, libs/c',
    );
  });

  it('o que falha outra vez é falha', () => {
    const first = runOf(file('libs/a.int.spec.ts', 'passed'), file('libs/b.int.spec.ts', 'failed'));
    expect(verdictOf([settled(first, runOf(file('libs/b.int.spec.ts', 'failed')))])).toEqual({
      line: '1 passed, 1 failed',
      remarks: [],
      exitCode: 1,
    });
  });

  it('quando muito falhou, nada se repete', () => {
    expect(
      filesToRunAgain(runOf(...['a', 'b', 'c', 'd'].map((name) => file(`libs/${name}.int.spec.ts`, 'failed')))),
    ).toEqual([]);
    expect(filesToRunAgain(runOf(file('libs/a.int.spec.ts', 'passed')))).toEqual([]);
  });
});

describe('talliesOf', () => {
  const ofFolder = (path: string): string => path.split('/').slice(0, 2).join('/');
  const runOf = (testResults: JestRun['report']['testResults'], exitCode: number): JestRun => {
    const failed = testResults.filter(({ status }) => status === 'failed').length;
    return { report: { ...run(0, failed).report, testResults }, exitCode };
  };

  it('conta cada projeto, das duas execuções, também aquele sem testes', () => {
    const runs = [
      runOf([file('libs/bff/a.unit.spec.ts', 'passed', 'pending'), file('libs/platform/b.int.spec.ts', 'failed')], 1),
      runOf([file('libs/bff/c.e2e.spec.ts', 'passed')], 0),
    ];
    expect(talliesOf(runs, ['libs/bff', 'libs/platform', 'libs/testing'], ofFolder)).toEqual([
      { project: 'libs/bff', passed: 2, failed: 0, skipped: 1, success: true },
      { project: 'libs/platform', passed: 0, failed: 1, skipped: 0, success: false },
      { project: 'libs/testing', passed: 0, failed: 0, skipped: 0, success: true },
    ]);
  });

  it('um arquivo que não pôde ser carregado é uma falha do seu projeto', () => {
    const broken = { ...file('libs/bff/a.unit.spec.ts'), status: 'failed' };
    expect(talliesOf([runOf([broken], 1)], ['libs/bff'], ofFolder)).toMatchObject([{ failed: 1, success: false }]);
  });

  it('o que o Jest recusa sem dizer de quem é não se guarda de ninguém', () => {
    const runs = [runOf([file('libs/bff/a.unit.spec.ts', 'passed')], 1)];
    expect(talliesOf(runs, ['libs/bff'], ofFolder)).toMatchObject([{ passed: 1, failed: 0, success: false }]);
  });
});

describe('A cobertura', () => {
  it('mede-se só a pedido, e nunca a dos que rodam uma instalação', () => {
    expect(isolatedTests(true)).toContain('--coverage');
    expect(isolatedTests(false)).not.toContain('--coverage');
    expect(installationTests).not.toContain('--coverage');
  });

  it.each([true, false])('medida: %s, a última opção não é uma lista, que tomaria os arquivos por seus', (coverage) => {
    expect(isolatedTests(coverage).at(-1)).toBe('--maxWorkers=3');
  });

  it('diz o que está abaixo do mínimo', () => {
    const total = { lines: { pct: 97.6 }, branches: { pct: 79.99 }, functions: { pct: 80 }, statements: { pct: 95 } };
    expect(coverageMissing({ total })).toEqual(['branches: 79.99 %, abaixo de 80 %']);
  });
});

describe('selectSpecs', () => {
  it('toma todos os testes sem um padrão, e com um aqueles cujo caminho o tem', () => {
    expect(selectSpecs([])).toEqual(expect.arrayContaining(['tools/testing/jest-runs.unit.spec.ts']));
    expect(selectSpecs(['testing/JEST-runs'])).toEqual(['tools/testing/jest-runs.unit.spec.ts']);
  });

  it('diz quem usa os nomes de uma instalação, de que só um roda de cada vez: os de e2e/ e quem mais os usa', () => {
    const starts = (file: string): boolean =>
      /\bTEST_INSTANCE\b|\bE2ePlatform\b/.test(readFileSync(join(root, file), 'utf8'));
    const own = 'tools/testing/jest-runs.unit.spec.ts';
    const files = selectSpecs([]).filter((file) => file !== own);
    expect(files.filter(starts).filter((file) => !isInstallation(file))).toEqual([]);
    const elsewhere = files.filter((file) => !file.startsWith('e2e/'));
    expect(elsewhere.filter(isInstallation).toSorted()).toEqual(elsewhere.filter(starts).toSorted());
  });

  it('recusa o que nada encontra, nomeando-o, embora outro padrão encontre', () => {
    expect(() => selectSpecs(['jest-runs', 'nada-disto'])).toThrow('nada-disto');
    expect(() => selectSpecs(['('])).toThrow('expressão regular');
  });
});
