import { defineConfig } from 'eslint/config';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';
import { oneTicketWriter } from './scripts/lint/one-ticket-writer.ts';

const restrictedSyntax = [
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only: one name for one thing, everywhere.' },
  { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' },
];

/** Only in `src`: tests, benchmarks and scripts read no text of others. */
const lookBehind = {
  selector: 'Literal[regex.pattern=/\\(\\?<[=!]/]',
  message: 'A look-behind may walk back over all of a hostile text at each character: match what stands before.',
};

export default defineConfig(
  { ignores: ['.dependency-cruiser.cjs', 'node_modules', 'dist', 'drizzle', 'coverage', '.tsa'] },
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...restrictedSyntax],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'src/config is the only reader of the environment.' },
      ],
    },
  },
  {
    files: ['src/workflows/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['node:*'], message: 'Workflow code runs in a sandbox without Node.' }] },
      ],
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/db/tickets/ticket-state.ts'],
    plugins: { tickets: { rules: { 'one-writer': oneTicketWriter } } },
    rules: { 'tickets/one-writer': 'error' },
  },
  {
    files: ['src/**'],
    plugins: { regexp },
    rules: {
      'no-restricted-syntax': ['error', ...restrictedSyntax, lookBehind],
      'regexp/no-super-linear-backtracking': 'error',
      'regexp/no-super-linear-move': ['error', { report: 'certain' }],
    },
  },
  { files: ['src/cli/**', 'bin/**', 'scripts/**', 'bench/**', 'test/**'], rules: { 'no-console': 'off' } },
  { files: ['src/config/**', 'test/**', 'bench/**', 'scripts/**'], rules: { 'no-restricted-properties': 'off' } },
  { files: ['*.config.ts', 'test/support/closing-line-reporter.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['**/*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
);
