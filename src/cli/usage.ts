export const usage = `Checks and reads audit logs of Axon, away from the editor.

  axon audit verify PLACE --key-file FILE [--json]
  axon audit export PLACE --key-file FILE --format csv|jsonl [FILTER…] [--output FILE]
  axon --help, axon --version

PLACE   a bundle (.tar.gz), an unpacked bundle, or a copy of the log's folder
FILE    the key file that "Axon: Export Audit Key…" made

Filters of export; all that are given must hold:
  --from TIME, --to TIME   2026-01-31 or 2026-01-31T08:00:00Z; --to is exclusive
  --session ID, --agent NAME, --tool NAME, --event TYPE, --decision NAME, --rule NAME
  --text TEXT              anywhere in the event; case doesn't matter

Without --output an export goes to the standard output.

Exit code: 0 the log is whole, as far as can be known (for export: everything asked for was read and is authentic);
1 it is not whole; 2 it could not be checked, or the command is wrong.
`;
