import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';

const DECODERS: Readonly<
  Record<string, (data: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>
> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/** What we tell venues that we can read. */
export const ACCEPT_ENCODING = 'gzip, deflate, br';

/**
 * The body as it was before compression. undici's own interceptor for this is experimental in 8.12 and says
 * so on the console. @throws Error `ERR_BUFFER_TOO_LARGE` past `limit` bytes, `Z_*` for what is no such data
 */
export async function decodeBody(data: Buffer, encoding: string, limit: number): Promise<Buffer> {
  const names = encoding
    .toLowerCase()
    .split(',', 3)
    .map((name) => name.trim());
  let decoded = data;
  for (const name of names.toReversed()) {
    if (name === '' || name === 'identity') continue;
    const decoder = DECODERS[name];
    if (decoder === undefined || names.length > 2) {
      throw Object.assign(new Error('an encoding that was not asked for'), { code: 'Z_UNKNOWN_ENCODING' });
    }
    decoded = await decoder(decoded, { maxOutputLength: limit });
  }
  return decoded;
}
