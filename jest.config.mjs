import { librarySources } from './tools/testing/library-sources.mjs';

/** Jest runs TypeScript through SWC as native ES modules; the libraries are taken from their sources, so no build is needed first. */
export default {
  testMatch: ['<rootDir>/{libs,services,bffs,apps,tools,e2e}/**/*.spec.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/.data/'],
  testEnvironment: 'node',
  // Ends only what hangs: tests wait for servers, and those for their share of a busy machine.
  testTimeout: 300_000,
  testSequencer: '<rootDir>/tools/testing/sequencer.mjs',
  // Ends only what hangs: to give back a large heap takes a busy machine more than Jest's half a second.
  workerGracefulExitTimeout: 20_000,
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleNameMapper: {
    ...Object.fromEntries(
      Object.entries(librarySources()).map(([name, source]) => [`^${name}$`, `<rootDir>/${source}`]),
    ),
    '\\.css$': '<rootDir>/tools/testing/no-styles.mjs',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        sourceMaps: 'inline',
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        },
        module: { type: 'es6' },
      },
    ],
    '^.+\\.tsx$': [
      '@swc/jest',
      {
        sourceMaps: 'inline',
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic' } },
        },
        module: { type: 'es6' },
      },
    ],
  },
  collectCoverageFrom: ['{libs,services,bffs,apps}/*/src/**/*.ts', '!**/*.spec.ts', '!**/main.ts', '!libs/testing/**'],
  coverageDirectory: 'coverage',
};
