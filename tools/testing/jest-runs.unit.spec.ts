import { describe, expect, it } from '@jest/globals';
import { endToEndTests, isolatedTests, verdictOf, type JestRun } from './jest-runs.ts';
import { parseTestArguments } from './test-arguments.ts';

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
      expect(ignored(isolatedTests([])).test(file)).not.toBe(ignored(endToEndTests([])).test(file));
    }
    expect(ignored(endToEndTests([])).test('a/historias.e2e.spec.ts')).toBe(false);
  });

  it('measure coverage only when every test runs', () => {
    expect(isolatedTests([])).toContain('--coverage');
    expect(isolatedTests(['services/auth'])).not.toContain('--coverage');
  });
});

describe('parseTestArguments', () => {
  it('keeps its own options and leaves the rest to Jest', () => {
    expect(parseTestArguments(['--infra=native', 'services/auth', '-t', 'entrar', '--yes'])).toEqual({
      infra: 'native',
      yes: true,
      jest: ['services/auth', '-t', 'entrar'],
    });
  });
});
