import type { EpochMs } from '@sextant/kernel';
import type { VenueCredential } from '../../domain/venue-credentials.js';
import { remember } from '../ccxt/known-orders.js';
import type { Draft, RequestSigner } from '../native/native-client.js';
import { Ed25519Key } from '../signing/ed25519-key.js';

const MOST_KEYS = 1_000;

/** What Robinhood verifies: key, seconds, path with query, method (in this order) and the very bytes of the body. */
export function robinhoodMessage(apiKey: string, seconds: number, { method, path, body }: Draft): string {
  return `${apiKey}${seconds}${path}${method}${body ?? ''}`;
}

/** Signs with the Ed25519 key of the credential: base64 of its 32-byte seed, or of seed and public key. */
export class RobinhoodSigner implements RequestSigner {
  private readonly keys = new Map<string, Ed25519Key>();

  headers(draft: Draft, credential: VenueCredential, venueNow: EpochMs): Record<string, string> {
    const seconds = Math.floor(venueNow / 1_000);
    const message = robinhoodMessage(credential.apiKey, seconds, draft);
    return {
      'x-api-key': credential.apiKey,
      'x-timestamp': String(seconds),
      'x-signature': this.keyOf(credential).sign(message, 'base64'),
    };
  }

  private keyOf({ credentialId, secret }: VenueCredential): Ed25519Key {
    const known = this.keys.get(credentialId);
    if (known !== undefined) return known;
    const key = Ed25519Key.parse(secret);
    remember(this.keys, credentialId, key, MOST_KEYS);
    return key;
  }
}
