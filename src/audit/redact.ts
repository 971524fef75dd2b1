/**
 * Shapes of secrets that their makers document, and assignments to names that say "secret". Each matches in linear time.
 * The first group, where there is one, is kept.
 */
const shapes: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['private-key', /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g],
  ['jwt', /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*/g],
  ['anthropic-key', /\bsk-ant-[\w-]{16,}/g],
  ['openai-key', /\bsk-(?:proj-|svcacct-|admin-|or-v1-)?[\w-]{20,}/g],
  ['github-token', /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})/g],
  ['gitlab-token', /\bgl(?:pat|ptt|dt|rt|cbt|soat)-[\w-]{16,}/g],
  ['slack-token', /\bxox[abeoprs]-[\w-]{10,}|\bxapp-\d-[\w-]{10,}/g],
  ['slack-webhook', /\bhooks\.slack\.com\/services\/[\w/]{20,}/g],
  ['aws-key-id', /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g],
  ['google-key', /\bAIza[\w-]{35}/g],
  ['google-token', /\bya29\.[\w-]{20,}/g],
  ['stripe-key', /\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}|\bwhsec_[A-Za-z0-9]{16,}/g],
  ['npm-token', /\bnpm_[A-Za-z0-9]{30,}/g],
  ['pypi-token', /\bpypi-[\w-]{32,}/g],
  ['huggingface-token', /\bhf_[A-Za-z0-9]{20,}/g],
  ['groq-key', /\bgsk_[A-Za-z0-9]{20,}/g],
  ['sendgrid-key', /\bSG\.[\w-]{16,}\.[\w-]{16,}/g],
  ['digitalocean-token', /\bdo[opr]_v1_[0-9a-f]{40,}/g],
  ['telegram-token', /\b\d{8,10}:AA[\w-]{33}/g],
  ['azure-key', /\b((?:AccountKey|SharedAccessKey|SharedSecret)=)[A-Za-z0-9+/=]{20,}/gi],
  ['authorization', /\b((?:proxy-)?authorization["'\\]{0,3}\s{0,4}[:=]\s{0,4}["'\\]{0,3}(?:bearer|basic|token|digest|apikey)\s{1,4})[^\s"'\\,]+/gi],
  ['bearer-token', /\b(bearer\s{1,4})[\w.~+/=-]{16,}/gi],
  // RFC 3986, section 3.2.1: "user:password" before the host.
  ['url-password', /(:\/\/[^\s/:@"'\\]{0,200}:)[^\s/@"'\\]{1,200}(?=@)/g],
  [
    'assignment',
    /((?:pass(?:word|wd|phrase)|secret(?:[_-]?access)?(?:[_-]?key)?|api[_-]?key|access[_-]?key|private[_-]?key|client[_-]?secret|(?:auth|access|refresh|session|bot|id)[_-]?token|credentials?)["'\\]{0,3}\s{0,4}(?:=>|:=|[:=])\s{0,4}["'\\]{0,3})(?!\[redacted:)[^\s"'\\,;&)}\]]{4,}/gi,
  ],
];

/** Shorter secrets are not looked for: they would black out ordinary words. */
const shortestSecret = 4;

/** Every way in which one secret may stand in a text: as it is, inside JSON text, in a URL, in base64. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const inJson = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    inJson,
    JSON.stringify(inJson).slice(1, -1),
    encodeURIComponent(secret.toWellFormed()),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ];
}

/**
 * Takes secrets out of a text: first those we hold, word for word, then whatever looks like one. What is put in their
 * place has no quote or backslash, so JSON text stays JSON text.
 */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  const forms = new Set(secrets.filter((each) => each.length >= shortestSecret).flatMap(formsOf));
  // The longest first, so that a secret inside another doesn't leave the other's rest behind.
  for (const form of [...forms].sort((a, b) => b.length - a.length)) clean = clean.replaceAll(form, '[redacted:held]');
  for (const [name, pattern] of shapes) {
    clean = clean.replaceAll(pattern, (_match, kept: unknown) => `${typeof kept === 'string' ? kept : ''}[redacted:${name}]`);
  }
  return clean;
}
