import base from './jest.config.mjs';

/** What judges mutants: the specs beside what is mutated, which need no server. */
export default {
  ...base,
  testMatch: ['<rootDir>/services/*/src/domain/*.unit.spec.ts', '<rootDir>/libs/messaging/src/*.unit.spec.ts'],
  testTimeout: 60_000,
};
