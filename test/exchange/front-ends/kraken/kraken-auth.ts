import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Heard } from '../loopback-door.js';
import { KRAKEN_KEY, KRAKEN_SECRET, KrakenError } from './kraken-terms.js';

/** Key, signature and nonce of private calls. One key; its nonces rise, each is used once. */
export class KrakenAuth {
  private lastNonce = 0n;

  /** @throws KrakenError */
  check({ path, headers, body }: Heard): URLSearchParams {
    if (headers['api-key'] !== KRAKEN_KEY) throw new KrakenError('EAPI:Invalid key');
    const fields = new URLSearchParams(body);
    const nonce = fields.get('nonce') ?? '';
    const told = Buffer.from(String(headers['api-sign'] ?? ''), 'base64');
    const right = signatureOf(path, nonce, body);
    if (told.length !== right.length || !timingSafeEqual(told, right)) {
      throw new KrakenError('EAPI:Invalid signature');
    }
    if (!/^\d{1,19}$/.test(nonce) || BigInt(nonce) <= this.lastNonce) {
      throw new KrakenError('EAPI:Invalid nonce');
    }
    this.lastNonce = BigInt(nonce);
    return fields;
  }
}

function signatureOf(path: string, nonce: string, body: string): Buffer {
  const hash = createHash('sha256')
    .update(nonce + body)
    .digest();
  return createHmac('sha512', Buffer.from(KRAKEN_SECRET, 'base64')).update(path).update(hash).digest();
}
