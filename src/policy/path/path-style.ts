/** How paths are written and compared on one platform. A parameter everywhere, so that each platform's rules are tested on any machine. */
export interface PathStyle {
  readonly win32: boolean;
  /** The usual file system of the platform takes `A` and `a` for the same name. */
  readonly folds: boolean;
}

export function pathStyle(platform: NodeJS.Platform): PathStyle {
  return { win32: platform === 'win32', folds: platform === 'win32' || platform === 'darwin' };
}

/** An absolute path in parts: `/`, `C:\` or `\\server\share\`, and the names below. */
export interface AbsolutePath {
  readonly root: string;
  readonly segments: readonly string[];
}

const drive = /^([A-Za-z]):\\/;
const share = /^\\\\([^\\?.][^\\]*)\\([^\\]+)(?:\\|$)/;

/**
 * Undefined for what isn't absolute here: relative paths, and on Windows also `\x` (rooted at the current drive) and the
 * `\\?\` and `\\.\` name spaces. `..` is kept as a segment.
 */
export function parseAbsolute(style: PathStyle, text: string): AbsolutePath | undefined {
  if (!style.win32) {
    return text.startsWith('/') ? { root: '/', segments: splitSegments(style, text) } : undefined;
  }
  const native = text.replaceAll('/', '\\');
  const onDrive = drive.exec(native);
  if (onDrive?.[1]) return { root: `${onDrive[1].toUpperCase()}:\\`, segments: splitSegments(style, native.slice(3)) };
  const onShare = share.exec(native);
  if (onShare) return { root: `\\\\${onShare[1] ?? ''}\\${onShare[2] ?? ''}\\`, segments: splitSegments(style, native.slice(onShare[0].length)) };
  return undefined;
}

export function formatAbsolute(style: PathStyle, path: AbsolutePath): string {
  return path.root + path.segments.join(style.win32 ? '\\' : '/');
}

/** The names in a path; empty ones and `.` mean nothing and are dropped, `..` is kept. */
export function splitSegments(style: PathStyle, text: string): string[] {
  return text.split(style.win32 ? /[\\/]/ : '/').filter((segment) => segment !== '' && segment !== '.');
}

export function sameName(style: PathStyle, a: string, b: string): boolean {
  return a === b || (style.folds && a.toLowerCase() === b.toLowerCase());
}

/** Compares whole names, never text: `/a/bc` is not within `/a/b`. A folder is within itself. */
export function isWithin(style: PathStyle, inner: AbsolutePath, outer: AbsolutePath): boolean {
  return (
    sameName(style, inner.root, outer.root) &&
    inner.segments.length >= outer.segments.length &&
    outer.segments.every((segment, index) => sameName(style, segment, inner.segments[index] ?? ''))
  );
}
