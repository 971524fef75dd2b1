import * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { SearchSettings } from '../policy/url/search-provider.js';
import { runtimeChoices, type RuntimeChoice } from '../sandbox/engine-runtime.js';

/**
 * The user's settings, read fresh at every use. Only values of the user's or the machine's scope count: the manifest
 * declares no setting that a workspace could change, and `inspect` makes sure of it in any host.
 */
function read<T>(name: string, schema: z.ZodMiniType<T>, fallback: T): T {
  const found = vscode.workspace.getConfiguration('axon').inspect(name);
  const parsed = schema.safeParse(found?.globalValue ?? found?.defaultValue);
  return parsed.success ? parsed.data : fallback;
}

const endpointSchema = z.object({
  id: z.string().check(z.regex(/^[a-z][a-z0-9-]{1,30}$/)),
  label: z.optional(z.string()),
  baseUrl: z.url({ protocol: /^https?$/ }),
  needsKey: z._default(z.boolean(), false),
  contextTokens: z._default(z.int().check(z.positive()), 32_768),
});
export type EndpointSetting = z.infer<typeof endpointSchema>;

/** A value as it is, for settings whose mistakes must not pass for absence. */
function raw(name: string): unknown {
  return vscode.workspace.getConfiguration('axon').inspect(name)?.globalValue;
}

export const settings = {
  model: (): string => read('model', z.string().check(z.minLength(1)), 'guide'),
  endpoints: (): readonly EndpointSetting[] => read('models.endpoints', z.array(endpointSchema), []),
  autoApprove: (): readonly string[] => read('autoApprove', z.array(z.string()), []),
  approvalSeconds: (): number => 60 * read('approval.timeoutMinutes', z.number().check(z.minimum(1), z.maximum(1440)), 10),
  turnLimit: (): number => read('agent.turnLimit', z.int().check(z.minimum(1), z.maximum(500)), 50),
  /** Unchecked: rules that can't be used refuse everything. */
  rules: (): unknown => raw('policy.rules'),
  /** Each entry unchecked: one that can't be used counts for nothing. */
  allowedCommands: (): readonly unknown[] => read('commands.allowed', z.array(z.unknown()), []),
  /** What counts of any setting, by its whole name. */
  effective: (name: string): unknown => {
    const found = vscode.workspace.getConfiguration().inspect(name);
    return found?.globalValue ?? found?.defaultValue;
  },
  writableRoots: (): readonly string[] => read('policy.writableRoots', z.array(z.string()), []),
  /** A list that can’t be read names no host; an empty one would mean all of them. */
  allowHosts: (): readonly string[] => read('web.allowHosts', z.array(z.string()), ['']),
  /** What can’t be read is no proxy that there could be, so that nothing goes past the one that was meant. */
  webProxy: (): string => read('web.proxy', z.string(), 'unreadable'),
  search: (): SearchSettings => ({ provider: read('search.provider', z.string(), 'none'), searxngUrl: read('search.searxngUrl', z.string(), '') }),
  /** What can’t be read is an address that can’t be used, so that the person is told. */
  auditCollector: (): { readonly endpoint: string; readonly resource: Readonly<Record<string, unknown>> } => ({
    endpoint: read('audit.collector.endpoint', z.string(), 'unreadable'),
    resource: read('audit.collector.resource', z.record(z.string(), z.unknown()), {}),
  }),
  /** What can’t be read keeps everything. */
  auditKeepDays: (): number => read('audit.keepDays', z.int().check(z.minimum(0), z.maximum(36_500)), 0),
  sandboxImage: (): string => read('sandbox.image', z.string().check(z.minLength(1)), 'axon-sandbox:1'),
  /** What can’t be read is an address that can’t be used: no other engine stands in for the one that was meant. */
  dockerHost: (): string => read('sandbox.dockerHost', z.string(), 'unreadable'),
  sandboxCertificates: (): string => read('sandbox.certificates', z.string(), 'unreadable'),
  /** What can’t be read asks for gVisor. */
  sandboxRuntime: (): RuntimeChoice => read('sandbox.runtime', z.enum(runtimeChoices), 'runsc'),
  /** What can’t be read is neither: code must not run elsewhere than the person thinks. */
  sandboxEngine: (): 'single' | 'swarm' | 'unreadable' => read('sandbox.engine', z.enum(['single', 'swarm', 'unreadable']), 'unreadable'),
  /** What can’t be read accepts nothing. */
  acceptMissing: (): readonly string[] => read('sandbox.acceptMissing', z.array(z.string()), []),
  buildNetwork: (): 'default' | 'host' => read('sandbox.buildNetwork', z.enum(['default', 'host']), 'default'),
};

export async function saveModel(id: string): Promise<void> {
  await vscode.workspace.getConfiguration('axon').update('model', id, vscode.ConfigurationTarget.Global);
}
