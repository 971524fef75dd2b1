import type { Guard } from './guard.js';

/** Code for the sandbox is asked for every single time: no rule can tell what a program does before it runs. */
export const codeGuard: Guard<'code'> = {
  async decide(_subject, context) {
    if (!context.trusted) {
      return {
        verdict: 'deny',
        risk: 'high',
        rule: 'trust.no-execution',
        reason: 'This workspace is not trusted, so nothing is executed for it.',
        next: 'Trust the workspace ("Workspaces: Manage Workspace Trust") if you know where it comes from.',
      };
    }
    return {
      verdict: 'ask',
      risk: 'high',
      rule: 'sandbox.always-ask',
      reason: 'Running code asks every time. It runs in a container without network or privileges, and with no files but those shown here.',
    };
  },
};
