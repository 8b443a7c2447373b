import { describe, expect, it } from '@jest/globals';
import { endToEndTests, isolatedTests, verdictOf, type JestRun } from './jest-runs.ts';
import { selectSpecs } from './specs.ts';

const run = (passed: number, failed = 0, broken = 0, exitCode = failed + broken > 0 ? 1 : 0): JestRun => ({
  report: { numPassedTests: passed, numFailedTests: failed, numPendingTests: 0, numRuntimeErrorTestSuites: broken },
  exitCode,
});

describe('verdictOf', () => {
  it('sums the suites into one line', () => {
    expect(verdictOf([run(10), run(5)])).toEqual({ line: '15 passed, 0 failed', remarks: [], exitCode: 0 });
  });

  it('counts a file that could not be loaded as a failure', () => {
    expect(verdictOf([run(10, 1), run(5, 0, 2)])).toMatchObject({ line: '15 passed, 3 failed', exitCode: 1 });
  });

  it('fails when no test ran at all', () => {
    expect(verdictOf([run(0), run(0)])).toMatchObject({ line: '0 passed, 0 failed', exitCode: 1 });
  });

  it('fails when every test passed but the coverage did not suffice', () => {
    const verdict = verdictOf([run(3, 0, 0, 1), run(0)]);
    expect(verdict).toMatchObject({ line: '3 passed, 0 failed', exitCode: 1 });
    expect(verdict.remarks.join()).toContain('cobertura');
  });
});

describe('the two runs', () => {
  const ignored = (args: string[]): RegExp => new RegExp((args[0] ?? '').split('=').slice(1).join('='));

  it('share no file and leave none out', () => {
    for (const file of ['a/preco.unit.spec.ts', 'a/outbox.int.spec.ts', 'a/historias.e2e.spec.ts']) {
      expect(ignored(isolatedTests([], true)).test(file)).not.toBe(ignored(endToEndTests([])).test(file));
    }
    expect(ignored(endToEndTests([])).test('a/historias.e2e.spec.ts')).toBe(false);
  });

  it('measure coverage only when every test runs', () => {
    expect(isolatedTests([], true)).toContain('--coverage');
    expect(isolatedTests(['services/auth'], false)).not.toContain('--coverage');
  });
});

describe('selectSpecs', () => {
  it('takes every test without a pattern, and with one those whose path has it', () => {
    expect(selectSpecs([])).toEqual(expect.arrayContaining(['tools/testing/jest-runs.unit.spec.ts']));
    expect(selectSpecs(['testing/JEST-runs'])).toEqual(['tools/testing/jest-runs.unit.spec.ts']);
  });

  it('refuses what matches nothing, naming it, although another pattern does', () => {
    expect(() => selectSpecs(['jest-runs', 'nada-disto'])).toThrow('nada-disto');
    expect(() => selectSpecs(['('])).toThrow('expressão regular');
  });
});
