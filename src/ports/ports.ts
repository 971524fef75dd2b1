import type { Commands } from './commands.js';
import type { Files } from './files.js';
import type { Results } from './results.js';
import type { Sandbox } from './sandbox.js';
import type { Web } from './web.js';

/** Everything a tool can reach. There is nothing else: the linter holds the imports. */
export interface Ports {
  readonly files: Files;
  readonly commands: Commands;
  readonly sandbox: Sandbox;
  readonly results: Results;
  readonly web: Web;
}
