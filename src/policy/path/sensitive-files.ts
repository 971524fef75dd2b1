import type { Verdict } from '../decision.js';

/**
 * Files that hold secrets. Reading one would put the secret into the model's context and from there anywhere, so it is
 * refused, whatever was granted; a few that hold a secret only sometimes ask. Searches leave all of them out.
 *
 * A pattern matches at any depth. Add to this list freely: a file that is wrongly on it costs a person one copy and paste.
 */
export interface SensitiveFiles {
  readonly patterns: readonly string[];
  readonly read: Exclude<Verdict, 'allow'>;
  /** `allow`: writing is judged by the other lists alone. */
  readonly write: 'allow' | 'deny';
  /** Completes “NAME …”. */
  readonly reason: string;
}

export const sensitiveFiles: readonly SensitiveFiles[] = [
  {
    patterns: ['.env', '.env.*', '*.env', '.envrc', '.dev.vars', '.flaskenv'],
    read: 'deny',
    write: 'allow',
    reason: 'is an environment file, and those hold secrets',
  },
  {
    patterns: ['id_rsa', 'id_dsa', 'id_ecdsa', 'id_ed25519', 'id_ecdsa_sk', 'id_ed25519_sk', '*.ppk'],
    read: 'deny',
    write: 'deny',
    reason: 'is a private SSH key',
  },
  {
    patterns: ['*.key', '*.pem', '*.p8', '*.p12', '*.pfx', '*.pkcs12', '*.keystore', '*.jks', '*.bcfks', '*.kdbx', '*.agekey'],
    read: 'deny',
    write: 'deny',
    reason: 'is a key or a key store',
  },
  {
    patterns: ['.ssh/**', '.gnupg/**', '.aws/**', '.azure/**', '.kube/**', '.config/gcloud/**', '.config/gh/**', '.config/op/**', '.config/doctl/**', '.password-store/**', '.oci/**'],
    read: 'deny',
    write: 'deny',
    reason: 'lies in a folder of keys or cloud credentials',
  },
  {
    patterns: [
      '.docker/config.json',
      '.dockercfg',
      '.netrc',
      '_netrc',
      '.pypirc',
      '.git-credentials',
      '.config/git/credentials',
      '.git/credentials',
      'credentials.json',
      'credentials.toml',
      'application_default_credentials.json',
      'service-account*.json',
      'service_account*.json',
      '.pgpass',
      '.my.cnf',
      '.mylogin.cnf',
      '.htpasswd',
      '.vault-token',
      '.s3cfg',
      '.boto',
      '.rclone.conf',
      'rclone.conf',
      '.terraformrc',
      'terraform.rc',
      '.gem/credentials',
      '.cargo/credentials',
      '.cargo/credentials.toml',
      '.m2/settings-security.xml',
      '.local/share/keyrings/**',
    ],
    read: 'deny',
    write: 'deny',
    reason: 'is a file of credentials',
  },
  {
    patterns: ['*.tfstate', '*.tfstate.backup', '*.tfvars', '*.tfvars.json', 'secrets.yml', 'secrets.yaml', 'secrets.json', 'secrets.toml'],
    read: 'deny',
    write: 'allow',
    reason: 'usually holds secrets in plain text',
  },
  {
    patterns: ['.axon/secrets*', '.axon/secrets/**'],
    read: 'deny',
    write: 'deny',
    reason: 'holds secrets of Axon itself',
  },
  {
    patterns: ['.bash_history', '.zsh_history', '.python_history', '.node_repl_history', '.psql_history', '.mysql_history', '.sqlite_history'],
    read: 'deny',
    write: 'deny',
    reason: 'is a history of typed commands, and those hold secrets',
  },
  {
    patterns: ['.npmrc', '.yarnrc.yml', '.yarnrc', 'NuGet.Config', '.m2/settings.xml', '.git/config', '.gitconfig', '.config/git/config'],
    read: 'ask',
    write: 'allow',
    reason: 'can hold an access token',
  },
];
