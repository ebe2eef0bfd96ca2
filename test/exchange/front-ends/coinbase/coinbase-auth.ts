import { createPrivateKey, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export interface CoinbaseKey {
  name: string;
  /** As the venue hands it out: PEM for ES256, the base64 of seed and public half for EdDSA. */
  secret: string;
  publicKey: KeyObject;
}

const NAME = 'organizations/rehearsal/apiKeys/rehearsal';

export function ecKey(): CoinbaseKey {
  const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const secret = pair.privateKey.export({ type: 'sec1', format: 'pem' }).toString();
  return { name: NAME, secret, publicKey: pair.publicKey };
}

/** The recommended kind. */
export function edKey(): CoinbaseKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(-32);
  const half = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const key = createPublicKey(createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })));
  return { name: NAME, secret: Buffer.concat([seed, half]).toString('base64'), publicKey: key };
}

interface Claims {
  sub?: string;
  iss?: string;
  nbf?: number;
  exp?: number;
  uri?: string;
  uris?: string[];
}

/** Whether a token is of this key, in time, and for `uri`; a socket's token is for none. */
export function isRight(token: string, key: CoinbaseKey, uri: string | null, now: number): boolean {
  const [head = '', body = '', signature = ''] = token.split('.');
  const { alg, kid } = decoded(head) as { alg?: string; kid?: string };
  const isEc = alg === 'ES256';
  if (kid !== key.name || (isEc ? 'ec' : 'ed25519') !== key.publicKey.asymmetricKeyType) return false;
  const data = Buffer.from(`${head}.${body}`);
  const told = Buffer.from(signature, 'base64url');
  const verifier = isEc ? { key: key.publicKey, dsaEncoding: 'ieee-p1363' as const } : key.publicKey;
  if (!verify(isEc ? 'sha256' : null, data, verifier, told)) return false;
  const { sub, nbf = Infinity, exp = 0, iss = '', ...claims } = decoded(body) as Claims;
  const seconds = now / 1_000;
  if (sub !== key.name || !['cdp', 'coinbase-cloud'].includes(iss)) return false;
  if (nbf > seconds + 5 || exp < seconds || exp - nbf > 120) return false;
  return uri === null || (claims.uri ?? claims.uris?.[0]) === uri;
}

function decoded(part: string): object {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as object;
  } catch {
    return {};
  }
}
