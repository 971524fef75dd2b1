import type { Memento } from 'vscode';
import { keptSchema, type Kept } from '../protocol/audit.js';

const name = 'axon.auditPage';

/**
 * What the audit page shows, kept with the workspace at once. The editor writes a webview's own state together with its
 * tabs, once a minute and while the window closes; a window in a browser may be gone before that is done.
 */
export class AuditPageMemory {
  constructor(private readonly memento: Memento) {}

  /** Checked anew: another version may have written it. */
  get kept(): Kept | undefined {
    const parsed = keptSchema.safeParse(this.memento.get(name));
    return parsed.success ? parsed.data : undefined;
  }

  /** Never rejects: what can't be kept is only not there again. */
  keep(kept: Kept | undefined): void {
    void this.memento.update(name, kept).then(undefined, () => undefined);
  }
}
