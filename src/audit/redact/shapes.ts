export interface Shape {
  readonly name: string;
  readonly pattern: RegExp;
  /** One of these stands in whatever has this shape, in capitals or not. Three characters at least. Empty where there is none. */
  readonly signs: readonly string[];
}

const anywhere: readonly string[] = [];
const hexDigits = Array.from({ length: 16 }, (_, value) => value.toString(16));

/**
 * Shapes of secrets that their makers document, and assignments to names that say "secret". Each takes time in proportion
 * to the text: runs are bounded, or begin only where the run before ended. The first group, where there is one, is kept.
 * Their signs spare most texts most of the searches.
 */
const table: readonly (readonly [name: string, pattern: RegExp, signs: readonly string[]])[] = [
  ['private-key', /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g, ['PRIVATE KEY']],
  ['private-key', /(\bPrivate-Lines:\s{0,4}\d{1,4})[A-Za-z0-9+/=\\\s]{20,}/g, ['Private-Lines']],
  ['age-key', /\bAGE-SECRET-KEY-[0-9A-Z-]{40,}/gi, ['AGE-SECRET-KEY-']],
  ['github-token', /\b(?:gh[pousr]_[A-Za-z0-9_]{20,}(?:\.[\w-]{1,2000}){0,2}|github_pat_\w{20,})/g, ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_']],
  ['jwt', /(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*/g, ['eyJ']],
  ['anthropic-key', /\bsk-ant-[\w-]{16,}/g, ['sk-ant-']],
  ['openai-key', /\b(?:sk-(?:proj-|svcacct-|admin-|or-v1-)?|sess-)[\w-]{20,}/g, ['sk-', 'sess-']],
  ['gitlab-token', /\b(?:gl(?:pat|ptt|dt|rt|rtr|cbt|ft|imt|agent|soat|oas|ffct|wt)-[\w-]{16,}(?:\.[\w-]{2,40}){0,2}|GR1348941[\w-]{16,})/g, ['glpat-', 'glptt-', 'gldt-', 'glrt-', 'glcbt-', 'glft-', 'glimt-', 'glagent-', 'glsoat-', 'gloas-', 'glffct-', 'glwt-', 'GR1348941']],
  ['slack-token', /\b(?:xox[a-z](?:\.xox[a-z])?-[\w%-]{10,}|xapp-\d-[\w-]{10,}|xwfp-[\w-]{10,})/g, ['xox', 'xapp-', 'xwfp-']],
  ['slack-webhook', /\bhooks\.slack\.com\/(?:services|workflows|triggers)\/[\w/]{20,}/g, ['hooks.slack.com/']],
  ['aws-key-id', /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g, ['AKIA', 'ASIA', 'ABIA', 'ACCA']],
  // Tokens of the security token service; a key of Bedrock.
  ['aws-token', /\b(?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz|ABSK)[A-Za-z0-9+/=%]{60,}/g, ['IQoJb3JpZ2lu', 'FwoGZXIvYXdz', 'FQoGZXIvYXdz', 'ABSK']],
  ['google-key', /\b(?:AIza[\w-]{35}|AQ\.Ab[\w-]{30,}|GOCSPX-[\w-]{20,})/g, ['AIza', 'AQ.Ab', 'GOCSPX-']],
  ['google-token', /\b(?:ya29\.[\w-]{20,}|1\/\/0[\w-]{30,})/g, ['ya29.', '1//0']],
  ['azure-key', /\b((?:AccountKey|SharedAccessKey|SharedSecret)=)[A-Za-z0-9+/=]{20,}/gi, ['AccountKey=', 'SharedAccessKey=', 'SharedSecret=']],
  ['azure-key', /(?<![A-Za-z0-9])[A-Za-z0-9]{52}JQQJ9[\dA-Z][A-Za-z0-9]{20,40}/g, ['JQQJ9']],
  ['azure-key', /(?<![\w~.-])[\w~.-]{3}[78]Q~[\w~.-]{31,34}/g, ['7Q~', '8Q~']],
  ['stripe-key', /\b(?:[sr]k_(?:live|test|prod)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{16,})/g, ['sk_', 'rk_', 'whsec_']],
  ['npm-token', /\bnpm_[A-Za-z0-9]{30,}/g, ['npm_']],
  ['pypi-token', /\bpypi-[\w-]{32,}/g, ['pypi-']],
  ['docker-token', /\bdckr_(?:pat|oat)_[\w-]{20,}/g, ['dckr_']],
  ['twilio-key', /\bSK[0-9a-f]{32}\b/g, hexDigits.map((digit) => `SK${digit}`)],
  ['sendgrid-key', /\bSG\.[\w-]{16,}\.[\w-]{16,}/g, ['SG.']],
  ['databricks-token', /\bdapi[0-9a-f]{32}(?:-\d{1,2})?\b/g, ['dapi']],
  ['vault-token', /\bhv[sbr]\.[\w-]{20,}/g, ['hvs.', 'hvb.', 'hvr.']],
  ['terraform-token', /\.atlasv1\.[\w-]{40,}/g, ['.atlasv1.']],
  ['huggingface-token', /\bhf_[A-Za-z0-9]{20,}/g, ['hf_']],
  ['groq-key', /\bgsk_[A-Za-z0-9]{20,}/g, ['gsk_']],
  ['digitalocean-token', /\bdo[opr]_v1_[0-9a-f]{40,}/g, ['doo_v1_', 'dop_v1_', 'dor_v1_']],
  ['telegram-token', /\b\d{8,10}:AA[\w-]{33}/g, [':AA']],
  ['discord-token', /(?<![\w-])[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,40}/g, anywhere],
  ['mailgun-key', /\bkey-[0-9a-f]{32}\b/g, ['key-']],
  ['mailchimp-key', /\b[0-9a-f]{32}-us\d{1,2}\b/g, ['-us']],
  [
    'api-key',
    /\b(?:(?:xai|pplx|tvly|fc|nvapi|ops|PMAK|pul|NRAK|FlyV1 fm[12])[-_]|AT(?:ATT|CTT|STT|BB)|lin_(?:api|oauth)_|ntn_|figd_|sb[pt]_|sb_secret_|pscale_(?:tkn|pw|oauth)_|dp\.(?:pt|st|ct|scim|audit|sa)\.|gl(?:sa|c)_|shp(?:at|ca|pa|ss)_|sq0(?:csp|atp)-|sntry[us]_|dt0[cs]\d\d\.|rnd_|r8_|nfp_|hpk_|rubygems_|cf(?:ut|at|k)_|LTAI|AKCp\d|cmVmdGtu|shippo_(?:live|test)_|EAACEdEose0cBA)[\w.=+/-]{20,}/g,
    'xai pplx tvly fc- fc_ nvapi ops PMAK pul NRAK FlyV1 ATATT ATCTT ATSTT ATBB lin_ ntn_ figd_ sbp_ sbt_ sb_secret_ pscale_ dp. glsa_ glc_ shpat_ shpca_ shppa_ shpss_ sq0 sntry dt0 rnd_ r8_ nfp_ hpk_ rubygems_ cfut_ cfat_ cfk_ LTAI AKCp cmVmdGtu shippo_ EAACEdEose0cBA'.split(' '),
  ],
  ['authorization', /\b((?:proxy-)?authorization["'\\]{0,3}\s{0,4}[:=]\s{0,4}["'\\]{0,3}(?:bearer|basic|token|digest|apikey|negotiate)\s{1,4})[^\s"'\\,]+/gi, ['authorization']],
  ['bearer-token', /\b(bearer\s{1,4})[\w.~+/=-]{16,}/gi, ['bearer']],
  ['cookie', /\b((?:set-)?cookie["'\\]{0,3}:\s{0,4}["'\\]{0,3})[\w.-]{1,100}=[^\r\n"'\\]{4,}/gi, ['cookie']],
  // RFC 3986, section 3.2.1: "user:password" before the host.
  ['url-password', /(:\/\/[^\s/:@"'\\]{0,200}:)[^\s/@"'\\]{1,200}(?=@)/g, ['://']],
  // Signed addresses: who has one has the right it gives.
  ['url-token', /([?&;](?:sig|signature|x-amz-signature|x-amz-security-token|x-goog-signature|(?:access_|id_|refresh_|auth_)?token|api_?key|client_secret|code_verifier)=)[^\s&"'\\#]{6,}/gi, ['sig', 'token', 'apikey', 'api_key', 'secret=', 'verifier=']],
  ['argument', /((?:^|[\s"'])--(?:password|passwd|passphrase|token|secret|api-?key|access-token|auth-token|client-secret|secret-key)(?:=|\s{1,4}|["'\\]{1,3},\s{0,4})["'\\]{0,3})[^\s"'\\,]{4,}/gi, ['--pass', '--token', '--secret', '--api', '--access', '--auth', '--client']],
  ['argument', /((?:^|\s)(?:-u|--user|--proxy-user)[ =]["'\\]{0,3}[\w.@-]{1,100}:)(?!\d{1,9}\b)[^\s"'\\]{2,200}/g, ['-u ', '-u=', '-user']],
  [
    'assignment',
    /((?:pass(?:word|wd|phrase)|secret(?:[_-]?access)?(?:[_-]?key)?|api[_-]?key|access[_-]?key|private[_-]?key|client[_-]?secret|(?:auth|access|refresh|session|bot|id)[_-]?token|credentials?)["'\\]{0,3}\s{0,4}(?:=>|:=|[:=])\s{0,4}["'\\]{0,3})(?!\[redacted:)[^\s"'\\,;&)}\]]{4,}/gi,
    ['password', 'passwd', 'passphrase', 'secret', 'key', 'token', 'credential'],
  ],
  // As environment variables are written: NPM_TOKEN=…, without blanks, unlike code that assigns.
  ['assignment', /((?:TOKEN|SECRET|PASSWD|PWD|_PASS|_PAT|_KEY)=["'\\]{0,3})(?!\[redacted:)[^\s"'\\,;&)}\]]{8,}/g, ['TOKEN=', 'SECRET=', 'PASSWD=', 'PWD=', '_PASS=', '_PAT=', '_KEY=']],
];

export const shapes: readonly Shape[] = table.map(([name, pattern, signs]) => ({ name, pattern, signs }));
