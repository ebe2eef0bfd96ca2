import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SignJWT, UnsecuredJWT } from 'jose';
import type { ApiKeyId, SessionId, TenantId, UserId } from '@sextant/kernel';
import { canonicalRequest } from '../domain/request-signature.js';
import { Argon2PasswordHasher } from './argon2-password-hasher.js';
import { HmacCredentialSecrets } from './hmac-credential-secrets.js';
import { JoseAccessTokens } from './jose-access-tokens.js';

const NOW = 1_767_225_600_000;
const claims = {
  sessionId: `ses_${'1'.repeat(32)}` as SessionId,
  userId: `usr_${'2'.repeat(32)}` as UserId,
  tenantId: `ten_${'3'.repeat(32)}` as TenantId,
  expiresAt: NOW + 600_000,
};

describe('access tokens', () => {
  const tokens = new JoseAccessTokens('a secret of this installation, long enough');

  it('say who it is until they end', async () => {
    const token = await tokens.issue(claims, NOW);
    expect(await tokens.verify(token, NOW + 599_000)).toEqual(claims);
    expect(await tokens.verify(token, NOW + 603_000)).toBeNull();
    expect(await tokens.verify(token, NOW - 5_000)).toBeNull();
  });

  it('are good in every process with the same secret, and in none with another', async () => {
    const token = await tokens.issue(claims, NOW);
    expect(
      await new JoseAccessTokens('a secret of this installation, long enough').verify(token, NOW),
    ).toEqual(claims);
    expect(
      await new JoseAccessTokens('another secret of another installation').verify(token, NOW),
    ).toBeNull();
  });

  it('name Ed25519, their type, and nothing that a verifier might follow', async () => {
    const [head = ''] = (await tokens.issue(claims, NOW)).split('.');
    const header = JSON.parse(Buffer.from(head, 'base64url').toString());
    expect(Object.keys(header).sort()).toEqual(['alg', 'kid', 'typ']);
    expect(header).toMatchObject({ alg: 'Ed25519', typ: 'at+jwt' });
  });

  it('are not taken unsigned, signed with the public key as a password, of another type, audience or key', async () => {
    const good = await tokens.issue(claims, NOW);
    const [head = '', payload = '', signature = ''] = good.split('.');
    const body = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const header = JSON.parse(Buffer.from(head, 'base64url').toString());
    const own = (tokens as unknown as { privateKey: Parameters<SignJWT['sign']>[0] }).privateKey;
    const publicPem = createPublicKey(own as never).export({ format: 'pem', type: 'spki' });
    const sign = (changes: object, headers: object, key: Parameters<SignJWT['sign']>[0] = own) =>
      new SignJWT({ ...body, ...changes }).setProtectedHeader({ ...header, ...headers }).sign(key);
    const forged = [
      new UnsecuredJWT(body).encode(),
      `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${payload}.`,
      await sign({}, { alg: 'HS256' }, Buffer.from(publicPem)),
      await sign({}, {}, generateKeyPairSync('ed25519').privateKey),
      await sign({}, { typ: 'JWT' }),
      await sign({}, { kid: '../../dev/null' }),
      await sign({ aud: 'another-api' }, {}),
      await sign({ iss: 'somebody' }, {}),
      await sign({ exp: undefined }, {}),
      await sign({ sid: 'ses_x' }, {}),
      `${head}.${payload}.${signature.slice(0, -2)}AA`,
      `${head}.${Buffer.from(JSON.stringify({ ...body, sub: claims.userId.replaceAll('2', '4') })).toString('base64url')}.${signature}`,
      '',
      'a.b.c',
    ];
    expect(await Promise.all(forged.map((token) => tokens.verify(token, NOW)))).toEqual(
      forged.map(() => null),
    );
    expect(await tokens.verify(await sign({}, {}), NOW)).toEqual(claims);
  });
});

describe('credential secrets', () => {
  const secrets = new HmacCredentialSecrets('a credential key of a test, long enough');

  it('never come twice', () => {
    const keys = Array.from({ length: 1000 }, () => secrets.newApiKey());
    expect(new Set(keys.map(({ prefix }) => prefix)).size).toBe(1000);
    expect(new Set(keys.map(({ secret }) => secret)).size).toBe(1000);
    expect(secrets.newRefreshToken()).not.toBe(secrets.newRefreshToken());
  });

  it('are known by their hash, under their own key alone', () => {
    const { secret } = secrets.newApiKey();
    const hash = secrets.hash(secret);
    expect(hash).not.toContain(secret);
    expect(secrets.matches(secret, hash)).toBe(true);
    expect(secrets.matches(`${secret.slice(1)}0`, hash)).toBe(false);
    expect(secrets.matches(secret, 'not a hash')).toBe(false);
    expect(new HmacCredentialSecrets('another credential key of another test').matches(secret, hash)).toBe(
      false,
    );
  });

  it('give a refresh token one successor, which tells nothing of it', () => {
    const token = secrets.newRefreshToken();
    expect(secrets.nextRefreshToken(token)).toBe(secrets.nextRefreshToken(token));
    expect(secrets.nextRefreshToken(token)).not.toBe(token);
    expect(secrets.nextRefreshToken(token)).toMatch(/^rt_[\w-]{43}$/);
  });

  it('check a signature that anybody can make with HMAC-SHA-256', () => {
    const keyId = 'key_1' as ApiKeyId;
    const text = 'POST/api/orders1767225600000{"symbol":"BTCUSDT"}';
    const signature = createHmac('sha256', secrets.signingSecret(keyId)).update(text).digest('hex');
    expect(secrets.verifySignature(keyId, text, signature)).toBe(true);
    expect(secrets.verifySignature(keyId, text, signature.toUpperCase())).toBe(true);
    expect(secrets.verifySignature(keyId, `${text} `, signature)).toBe(false);
    expect(secrets.verifySignature('key_2' as ApiKeyId, text, signature)).toBe(false);
    expect(secrets.verifySignature(keyId, text, 'zz')).toBe(false);
  });
});

describe('passwords', () => {
  const hasher = new Argon2PasswordHasher(1);

  it('are hashed with Argon2id at 19 MiB, two passes, one lane, and a salt each', async () => {
    const [one, two] = await Promise.all([hasher.hash('a password'), hasher.hash('a password')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
    expect([await hasher.verify('a password', one), await hasher.verify('another', one)]).toEqual([
      true,
      false,
    ]);
    expect([hasher.isOutdated(one), hasher.isOutdated('$argon2id$v=19$m=4096,t=3,p=1$x$y')]).toEqual([
      false,
      true,
    ]);
  });

  it('are checked for nobody by the same work as for somebody', async () => {
    const hasher = new Argon2PasswordHasher(1);
    expect(await hasher.verify('whatever it is', null)).toBe(false);
    const { decoy } = hasher as unknown as { decoy: Promise<string> };
    const known = await hasher.hash('correct horse battery staple');
    const work = (hash: string) => hash.split('$').slice(0, 4);
    expect(work(await decoy)).toEqual(work(known));
  });

  it('wait in a queue that has an end', async () => {
    const busy = new Argon2PasswordHasher(1);
    const checks = Array.from({ length: 80 }, () =>
      busy.hash('x').then(
        () => 'DONE',
        (error) => error.code as string,
      ),
    );
    const outcomes = await Promise.all(checks);
    expect(outcomes.filter((outcome) => outcome === 'DONE')).toHaveLength(65);
    expect(outcomes.filter((outcome) => outcome === 'PASSWORD_CHECK_BUSY')).toHaveLength(15);
  });
});

it('signs as the test vector in docs/security.md says', () => {
  const page = readFileSync('docs/security.md', 'utf8');
  const line = (name: string) => new RegExp(`^${name}\\s+(\\S.*)$`, 'm').exec(page)?.[1] ?? '';
  const body = '{"symbol":"BTCUSDT","side":"BUY","quantity":"0.001","type":"MARKET"}';
  const request = { method: 'POST', url: '/api/orders', timestamp: '1767225600000', body };
  expect(canonicalRequest(request)).toBe(line('canonical'));
  const signature = createHmac('sha256', line('signing secret'))
    .update(canonicalRequest(request))
    .digest('hex');
  expect(signature).toBe(line('X-Signature'));
});
