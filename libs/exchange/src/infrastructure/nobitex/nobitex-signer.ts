import type { EpochMs } from '@sextant/kernel';
import { DomainError } from '@sextant/kernel';
import type { VenueCredential } from '../../domain/venue-credentials.js';
import { remember } from '../ccxt/known-orders.js';
import type { Draft, RequestSigner } from '../native/native-client.js';
import { Ed25519Key } from '../signing/ed25519-key.js';

const TOKEN = /^[0-9a-f]{40}$/;
const MOST_KEYS = 1_000;

/** What the venue verifies of an API key's request: seconds, method, path with query, the very bytes of the body. */
export function nobitexMessage(seconds: number, { method, path, body }: Draft): string {
  return `${seconds}${method}${path}${body ?? ''}`;
}

/** A session token gives the whole account away; a key of the API (Ed25519) only what it was made for. */
export function isToken({ secret }: VenueCredential): boolean {
  return TOKEN.test(secret);
}

/** Signs with an Ed25519 key, or shows a token, whichever the credential is. */
export class NobitexSigner implements RequestSigner {
  private readonly keys = new Map<string, Ed25519Key>();

  headers(draft: Draft, credential: VenueCredential, venueNow: EpochMs): Record<string, string> {
    if (isToken(credential)) return { authorization: `Token ${credential.secret}` };
    const seconds = Math.floor(venueNow / 1_000);
    return {
      'nobitex-key': credential.apiKey,
      'nobitex-timestamp': String(seconds),
      'nobitex-signature': paddedUrlSafe(
        this.keyOf(credential).sign(nobitexMessage(seconds, draft), 'base64'),
      ),
    };
  }

  /** @throws DomainError CREDENTIAL_MALFORMED also when the key is not the one of the secret */
  private keyOf({ credentialId, apiKey, secret }: VenueCredential): Ed25519Key {
    const known = this.keys.get(credentialId);
    if (known !== undefined) return known;
    const key = Ed25519Key.parse(secret);
    if (bytesOf(apiKey) !== bytesOf(key.publicKey)) {
      throw new DomainError('CREDENTIAL_MALFORMED', 'The API key is not the public key of the secret.');
    }
    remember(this.keys, credentialId, key, MOST_KEYS);
    return key;
  }
}

function bytesOf(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex');
}

/** The newer documentation's alphabet, with the padding of its samples. */
function paddedUrlSafe(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_');
}
