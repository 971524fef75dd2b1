import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/**
 * The import rules of the house (ARCHITECTURE.md). Each folder lists the folders it may import from; whatever isn't
 * listed is refused. `errors` and `disposable` are open to all.
 */
const mayImport = {
  protocol: [],
  ports: [],
  policy: ['ports'],
  audit: ['policy', 'ports'],
  cli: ['audit'],
  tools: ['policy', 'ports'],
  workspace: ['policy', 'ports'],
  sandbox: ['policy', 'ports'],
  http: ['policy', 'ports'],
  models: [],
  gate: ['policy', 'audit', 'tools', 'ports'],
  agent: ['gate', 'policy', 'audit', 'tools', 'ports', 'models', 'protocol'],
};
const open = ['./errors.ts', './disposable.ts', './canonical.ts', './visible.ts'];

const zones = Object.entries(mayImport).map(([folder, allowed]) => ({
  target: `./src/${folder}`,
  from: './src',
  except: [...open, `./${folder}`, ...allowed.map((name) => `./${name}`)],
  message: `src/${folder} may import from: ${[folder, ...allowed].join(', ')} (see ARCHITECTURE.md).`,
}));

/** Packages that cost time to load: only `await import()` (or a type import) is allowed, so that activation stays small. */
const lazy = ['dockerode', 'tar-stream', 'sql.js', 'undici', 'web-tree-sitter', '@anthropic-ai/sdk', 'openai'].map((name) => ({
  name,
  message: 'Heavy: load it with await import() when first used.',
  allowTypeImports: true,
}));

const noVscode = { name: 'vscode', message: 'Only src/extension.ts and src/vscode/ may import vscode.' };
/** Tools reach the world through ports alone (SECURITY.md, no ambient authority). */
const noAuthority = {
  group: ['node:*', 'fs', 'net', 'http', 'https', 'child_process', 'undici', 'dockerode', 'vscode'],
  message: 'Tools get ports and no ambient authority.',
};

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.toolchain/', 'test-output/', 'coverage/', 'test/fixtures/**/*.js'] },
  js.configs.recommended,
  {
    files: ['**/*.mjs', '**/*.js', '**/*.cjs'],
    languageOptions: { globals: globals.node },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver({ project: ['tsconfig.json', 'webview/tsconfig.json'], noWarnOnMultipleProjects: true })] },
    rules: {
      'import-x/no-cycle': ['error', { maxDepth: Infinity }],
      'import-x/no-restricted-paths': ['error', { zones }],
      'max-lines': ['error', 400],
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidOperator: true }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'no-control-regex': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/extension.ts', 'src/vscode/**'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { paths: [...lazy, noVscode] }] },
  },
  { files: ['src/extension.ts', 'src/vscode/**/*.ts'], rules: { '@typescript-eslint/no-restricted-imports': ['error', { paths: lazy }] } },
  {
    files: ['src/tools/**/*.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { paths: [...lazy, noVscode], patterns: [noAuthority] }] },
  },
  {
    files: ['webview/**/*.{ts,tsx}'],
    rules: {
      'import-x/no-restricted-paths': ['error', { zones: [{ target: './webview', from: './src', except: ['./protocol'], message: 'Pages import nothing from src/ but src/protocol.' }] }],
    },
  },
  {
    files: ['webview/**/*.{ts,tsx}'],
    ignores: ['webview/components/**'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [{ group: ['@vscode/webview-ui-toolkit', '@vscode/webview-ui-toolkit/*'], message: 'The toolkit is archived: only webview/components/ knows it.' }] }] },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      'no-console': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
