import type { KeyObject } from 'node:crypto';
import { createHash, createPrivateKey, createPublicKey, hkdfSync } from 'node:crypto';
import type { EpochMs } from '@sextant/kernel';
import { parseId } from '@sextant/kernel';
import { jwtVerify, SignJWT } from 'jose';
import { AccessTokens } from '../domain/access-tokens.js';
import type { AccessTokenClaims } from '../domain/access-tokens.js';

const ISSUER = 'sextant';
const AUDIENCE = 'sextant-api';
const TYPE = 'at+jwt';
const ALGORITHM = 'Ed25519';

/** PKCS #8 of an Ed25519 key is this, then the 32 bytes of its seed (RFC 8410). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Ed25519 tokens. The key pair comes from the configured secret, so that all processes have the same one. */
export class JoseAccessTokens extends AccessTokens {
  private readonly privateKey: KeyObject;
  private readonly publicKey: KeyObject;
  private readonly kid: string;

  constructor(secret: string) {
    super();
    const seed = Buffer.from(hkdfSync('sha256', secret, '', 'sextant access token ed25519', 32));
    this.privateKey = createPrivateKey({
      key: Buffer.concat([PKCS8_ED25519, seed]),
      format: 'der',
      type: 'pkcs8',
    });
    this.publicKey = createPublicKey(this.privateKey);
    const spki = this.publicKey.export({ format: 'der', type: 'spki' });
    this.kid = createHash('sha256').update(spki).digest('base64url').slice(0, 16);
  }

  issue(claims: AccessTokenClaims, now: EpochMs): Promise<string> {
    return new SignJWT({ sid: claims.sessionId, tid: claims.tenantId })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: this.kid })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(claims.userId)
      .setIssuedAt(Math.floor(now / 1000))
      .setNotBefore(Math.floor(now / 1000))
      .setExpirationTime(Math.floor(claims.expiresAt / 1000))
      .sign(this.privateKey);
  }

  async verify(token: string, now: EpochMs): Promise<AccessTokenClaims | null> {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, this.publicKey, {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ['exp', 'iat', 'nbf', 'sub', 'sid', 'tid'],
        currentDate: new Date(now),
        clockTolerance: 2,
      });
      if (protectedHeader.kid !== this.kid) return null;
      return {
        sessionId: parseId('ses', String(payload['sid'])),
        userId: parseId('usr', String(payload.sub)),
        tenantId: parseId('ten', String(payload['tid'])),
        expiresAt: Number(payload.exp) * 1000,
      };
    } catch {
      return null;
    }
  }
}
