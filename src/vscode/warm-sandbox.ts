import type { Disposable } from '../disposable.js';
import type { Approvals, ApprovalRequest } from '../gate/approval.js';
import { sandboxLanguages, type Sandbox, type SandboxLanguage } from '../ports/sandbox.js';

/**
 * While a person reads what is to run, an empty container for it is made ready. Nothing of the program reaches it before the
 * call is allowed, and one that nobody needs is removed again.
 */
export function warmWhenAsked(approvals: Pick<Approvals, 'onOpened'>, sandbox: Pick<Sandbox, 'prepare'>): Disposable {
  return approvals.onOpened((request) => {
    const language = languageOf(request);
    if (language) sandbox.prepare(language);
  });
}

function languageOf({ tool, argumentsText }: ApprovalRequest): SandboxLanguage | undefined {
  if (tool !== 'code_execute') return undefined;
  const { language } = JSON.parse(argumentsText) as { readonly language?: unknown };
  return sandboxLanguages.find((each) => each === language);
}
