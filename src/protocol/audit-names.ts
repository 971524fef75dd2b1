/** What the log's ids mean, in words for a person. The ids stand beside them wherever there is room. */
const events = {
  tool_requested: 'Asked for',
  tool_approved: 'Allowed',
  tool_rejected: 'Not allowed',
  tool_denied: 'Refused',
  tool_executed: 'Ran',
  tool_failed: 'Failed',
  permission_granted: 'Permission given',
  permission_revoked: 'Permission taken back',
  session_started: 'Session began',
  session_ended: 'Session ended',
  policy_changed: 'Policy changed',
  skill_approved: 'Skill approved',
  skill_revoked: 'Skill taken back',
  task_run: 'Task ran',
  mail_sent: 'Mail sent',
  auth_failed: 'Sign-in failed',
  audit_trimmed: 'Old events removed',
  audit_key_exported: 'Key exported',
  collector_rejected: 'Collector rejected',
  sandbox_image_accepted: 'Sandbox image accepted',
  sandbox_tested: 'Sandbox tested',
} as const;

const decisions = {
  'allow-once': 'once, by a person',
  'allow-session': 'for the session, by a person',
  deny: 'denied by a person',
  grant: 'covered by a permission',
  policy: 'by the policy',
  timeout: 'nobody answered',
  stopped: 'stopped',
} as const;

const layers = {
  'built-in': 'Axon’s own guards',
  user: 'Your rules',
  agent: 'The agent’s profile',
  workspace: 'Rules of the workspace',
  trust: 'Workspace trust',
  taint: 'What was read from outside',
  allowance: 'What your settings allow',
} as const;

const tools = {
  file_read: 'Read a file',
  file_list: 'List a folder',
  file_search: 'Search in files',
  file_write: 'Write a file',
  file_edit: 'Edit a file',
  shell_execute: 'Run a command',
  code_execute: 'Run code in the sandbox',
  result_save: 'Save a result of the sandbox',
  web_search: 'Search the web',
  web_fetch: 'Fetch a page',
} as const;

const tables = { events, decisions, layers, tools } as const;

/** Undefined for an id that has no words: it may be a newer one, or anybody's. */
export function nameOfId(kind: keyof typeof tables, id: string): string | undefined {
  const table: Readonly<Record<string, string>> = tables[kind];
  return Object.hasOwn(table, id) ? table[id] : undefined;
}

export type KnownEvent = keyof typeof events;
