const names = ['http_proxy', 'https_proxy', 'ftp_proxy', 'no_proxy', 'all_proxy'];

/**
 * The proxies of this environment as build arguments, as `docker build` takes them. Docker knows these names without an
 * ARG line and keeps their values out of the image and its history.
 */
export function buildProxies(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of names.flatMap((each) => [each, each.toUpperCase()])) {
    const value = env[name];
    if (value) found[name] = value;
  }
  return found;
}
