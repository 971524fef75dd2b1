/** Names that fences use, to the name the highlighter knows. */
const aliases: Readonly<Record<string, string>> = {
  js: 'javascript', jsx: 'javascript', mjs: 'javascript', cjs: 'javascript', node: 'javascript', javascript: 'javascript',
  ts: 'typescript', tsx: 'typescript', typescript: 'typescript',
  py: 'python', python: 'python', python3: 'python',
  sh: 'bash', bash: 'bash', shell: 'bash', zsh: 'bash', console: 'bash',
  json: 'json', jsonc: 'json', json5: 'json',
  css: 'css', scss: 'css', less: 'css',
  html: 'xml', xml: 'xml', svg: 'xml', vue: 'xml',
  yaml: 'yaml', yml: 'yaml',
  toml: 'ini', ini: 'ini', properties: 'ini',
  rust: 'rust', rs: 'rust', go: 'go', golang: 'go', java: 'java', kotlin: 'java',
  c: 'cpp', h: 'cpp', cpp: 'cpp', 'c++': 'cpp', cc: 'cpp', hpp: 'cpp', cs: 'csharp', csharp: 'csharp', 'c#': 'csharp',
  sql: 'sql', md: 'markdown', markdown: 'markdown', diff: 'diff', patch: 'diff', dockerfile: 'dockerfile', docker: 'dockerfile',
  php: 'php', rb: 'ruby', ruby: 'ruby',
};

/** The highlighter's name for the first word of a fence; undefined when it has no colours for it. */
export function languageOf(info: string): string | undefined {
  const word = /^[\w+#-]+/.exec(info.trim())?.[0].toLowerCase() ?? '';
  return Object.hasOwn(aliases, word) ? aliases[word] : undefined;
}
