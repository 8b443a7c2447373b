import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import dialeto from './tools/lint/dialeto.mjs';

/** A spec must poll a condition with a deadline; the domain must be told the time. */
const forbidden = {
  sleep: {
    selector: "CallExpression[callee.name='setTimeout']",
    message: 'No sleeps in specs: poll a condition with a deadline.',
  },
  now: {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'The domain is told the time.',
  },
  date: { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'The domain is told the time.' },
  random: {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: 'The domain is deterministic.',
  },
};

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '.data/**',
      'coverage/**',
      '.nx/**',
      '**/*.mjs',
      '**/*.cjs',
      'docs/**',
      'load-tests/**',
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { project: './tsconfig.lint.json', tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
    },
  },
  {
    // Pages in a browser, whose types are the browser's; each page registers its own routes.
    files: ['apps/*/src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks, 'jsx-a11y': jsxA11y },
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.web.json', './apps/painel/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      ...reactHooks.configs.recommended.rules,
      ...jsxA11y.flatConfigs.recommended.rules,
      // What scrolls is reached by the keyboard (axe: scrollable-region-focusable).
      'jsx-a11y/no-noninteractive-tabindex': ['error', { roles: ['region', 'tabpanel'] }],
    },
  },
  { files: ['tools/**/*.ts'], rules: { 'no-console': 'off' } },
  { files: ['**/*.ts'], plugins: { dialeto }, rules: { 'dialeto/nomes': 'error' } },
  { files: ['{services,bffs}/*/src/**/*.ts', 'services/*/test/*-fixture.ts'], rules: { 'dialeto/arquivo': 'error' } },
  { files: ['services/*/src/presentation/**/*.ts'], rules: { 'dialeto/despacho': 'error' } },
  { files: ['services/**/*.ts'], rules: { 'dialeto/resultado': 'error', 'dialeto/sql': 'error' } },
  { files: ['**/*.spec.ts'], rules: { 'dialeto/titulos': 'error' } },
  { files: ['**/*.spec.ts', 'libs/testing/**'], rules: { 'no-restricted-syntax': ['error', forbidden.sleep] } },
  {
    files: ['services/*/src/domain/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: { 'no-restricted-syntax': ['error', forbidden.now, forbidden.date, forbidden.random] },
  },
);
