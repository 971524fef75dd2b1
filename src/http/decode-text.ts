/** A body as text: by its byte order mark, the charset of its content type, or the one an HTML page names at its start; else UTF-8. */
export function decodeText(body: Uint8Array, contentType: string): string {
  const declared = bomCharset(body) ?? charsetOf(contentType) ?? metaCharset(body);
  try {
    return new TextDecoder(declared ?? 'utf-8').decode(body);
  } catch (error) {
    // The page names a charset that doesn't exist.
    if (error instanceof RangeError) return new TextDecoder('utf-8').decode(body);
    throw error;
  }
}

function bomCharset(body: Uint8Array): string | undefined {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return 'utf-8';
  if (body[0] === 0xff && body[1] === 0xfe) return 'utf-16le';
  if (body[0] === 0xfe && body[1] === 0xff) return 'utf-16be';
  return undefined;
}

function charsetOf(contentType: string): string | undefined {
  return /;\s*charset\s*=\s*"?([\w:.-]{1,40})/i.exec(contentType.slice(0, 500))?.[1];
}

function metaCharset(body: Uint8Array): string | undefined {
  return /<meta[^>]{0,200}?charset\s*=\s*["']?([\w:.-]{1,40})/i.exec(Buffer.from(body.subarray(0, 1024)).toString('latin1'))?.[1];
}
