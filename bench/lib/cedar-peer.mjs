/**
 * The policy of Axon's default agent as far as Cedar can say it: what is refused, what asks, what an agent may use. Cedar
 * has two verdicts, so "ask" is a permit that a question follows. Names, hosts and paths come as text in the context, as a
 * program would hand them over; Cedar looks at no disk.
 */
export const cedarPolicies = `
permit(principal, action == Action::"file_read", resource) when { context.trusted };
permit(principal, action == Action::"file_list", resource) when { context.trusted };
permit(principal, action == Action::"file_search", resource) when { context.trusted };
permit(principal, action == Action::"file_write", resource) when { context.trusted && principal.highestRisk >= 2 };
permit(principal, action == Action::"code_execute", resource) when { context.trusted && principal.highestRisk >= 3 };
permit(principal, action == Action::"web_fetch", resource) when { context.scheme == "https" || context.scheme == "http" };
forbid(principal, action, resource) unless { principal.tools.contains(context.tool) };
forbid(principal, action, resource) when { context.tainted && context.effect != "read" && context.granted };
forbid(principal, action in [Action::"file_read", Action::"file_write"], resource) when { context.path like "/*" || context.path like "*../*" };
forbid(principal, action, resource) when { context has path && (context.path like "*.env" || context.path like "*.env.*" || context.path like "*.pem" || context.path like "*id_rsa*" || context.path like "*.ssh/*" || context.path like "*.aws/*" || context.path like "*.kube/*") };
forbid(principal, action == Action::"file_write", resource) when { context.path like ".git/*" || context.path like "*/.git/*" || context.path like ".axon/policy*" };
forbid(principal, action == Action::"web_fetch", resource) when { context.host == "localhost" || context.host like "*.localhost" || context.host like "*.local" || context.host like "*.internal" || context.host like "*.lan" || context.host like "*.corp" };
forbid(principal, action == Action::"web_fetch", resource) when { context has address && (ip(context.address).isLoopback() || ip(context.address).isInRange(ip("10.0.0.0/8")) || ip(context.address).isInRange(ip("172.16.0.0/12")) || ip(context.address).isInRange(ip("192.168.0.0/16")) || ip(context.address).isInRange(ip("169.254.0.0/16"))) };
`;

/** @returns {object} the request as `statefulIsAuthorized` takes it */
export function cedarRequest(tool, subject) {
  const url = subject.kind === 'url' ? new URL(subject.url) : undefined;
  return {
    principal: { type: 'Agent', id: 'coder' },
    action: { type: 'Action', id: tool.name },
    resource: { type: 'Workspace', id: 'app' },
    context: {
      tool: tool.name, effect: tool.effect, trusted: true, tainted: false, granted: false,
      ...(subject.kind === 'path' && { path: subject.path }),
      ...(url && { scheme: url.protocol.slice(0, -1), host: url.hostname }),
    },
    preparsedPolicySetId: 'bench',
    validateRequest: false,
    entities: [{ uid: { type: 'Agent', id: 'coder' }, attrs: { highestRisk: 4, tools: ['file_read', 'file_list', 'file_search', 'file_write', 'file_edit', 'shell_execute', 'code_execute', 'web_fetch'] }, parents: [] }],
  };
}
