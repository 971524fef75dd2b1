/**
 * What a call touches, told by the tool from its validated arguments and nothing else. The policy engine sends each
 * subject to its guard; a tool has no say in the verdict.
 */
export type Subject =
  | { readonly kind: 'path'; readonly operation: PathOperation; readonly path: string }
  | { readonly kind: 'command'; readonly command: string; readonly cwd?: string }
  | { readonly kind: 'url'; readonly method: 'GET'; readonly url: string }
  | { readonly kind: 'search'; readonly query: string }
  | { readonly kind: 'code'; readonly language: string; readonly code: string };

export type PathOperation = 'read' | 'list' | 'search' | 'write';
