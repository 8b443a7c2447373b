import base from './jest.config.mjs';

/** What judges mutants of the domain: its own specs, which need no server. */
export default { ...base, testMatch: ['<rootDir>/services/*/src/domain/*.unit.spec.ts'], testTimeout: 60_000 };
