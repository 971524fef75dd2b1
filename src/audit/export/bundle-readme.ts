import type { Manifest } from './manifest.js';
import { manifestName } from './manifest.js';

/** What stands in the bundle for whoever opens it. */
export function bundleReadme({ keyId, madeAt }: Pick<Manifest, 'keyId' | 'madeAt'>): string {
  return `AXON AUDIT LOG
==============

This is the audit log of Axon, a coding agent for VS Code: what the agent asked to do, who or what allowed or refused it,
and what came of it. It was made at ${new Date(madeAt).toISOString()}.

What is in it
-------------
segments/     SQLite databases with the older events, in the order of their positions
journals/     the newest events of each editor window, one JSON object a line
aside/        what was found broken in the log, or was left unfinished by a crash, kept as it was found
${manifestName} every file with its size and SHA-256, and how far the log went, sealed with the log's key

Every event carries a keyed hash (HMAC-SHA256) over itself and the hash of the event before it in its journal. Nobody
without the key can change, remove, reorder or insert an event, or leave a file out of this bundle, without it being found.

How to check it
---------------
You need three things:
1. this bundle, as the .tar.gz file or unpacked;
2. the key file, which should reach you by another way than this bundle. Its key id must be ${keyId};
3. Node.js 20 or newer, and the checker, which is part of Axon's extension package. Take the package (axon-VERSION.vsix)
   from where Axon is published, not from whoever gave you this bundle. It is a zip file: unpack it and find
   extension/dist/cli.js.

   node extension/dist/cli.js audit verify BUNDLE --key-file KEY-FILE

It prints the verdict and, where something is wrong, the file, the event and the time, and exits with 0 (whole),
1 (not whole) or 2 (it could not be checked). --json prints the same for a program. To read the events as a table:

   node extension/dist/cli.js audit export BUNDLE --key-file KEY-FILE --format csv --output events.csv

What it proves, and what it doesn't
-----------------------------------
- "whole": these are all events that the log held when the bundle was made, as they were written.
- It says nothing of events after that time.
- Whoever has the key can check the log, and could also forge one. Keep the key file where only you can read it, and delete
  it when you are done. Who exported the key, and when, is in the log (event type audit_key_exported).
- A copy that each event was sent to while it happened, such as a log collector, shows what someone with the key did later.
`;
}
