import type { AccountId, TenantId } from '@sextant/kernel';
import { fc } from '../../../../../test/support/property.js';
import type { CredentialId } from '../../domain/connections/exchange-connection.js';
import { EnvelopeBroken, open, rewrap, seal } from './envelope.js';
import type { Envelope, SealedBinding } from './envelope.js';
import { masterKeyOf, masterKeysOf } from './master-key.js';
import { packSecrets, unpackSecrets } from './packed-secrets.js';

const master = masterKeyOf('the first master key of this test, thirty-two and more');
const other = masterKeyOf('the second master key of this test, also long enough');
const secrets = {
  apiKey: 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0',
  secret: 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5',
  passphrase: null,
};
const binding: SealedBinding = {
  credentialId: `crd_${'1'.repeat(32)}` as CredentialId,
  tenantId: `ten_${'2'.repeat(32)}` as TenantId,
  accountId: `acc_${'3'.repeat(32)}` as AccountId,
  venue: 'BINANCE',
  keyVersion: 1,
};

describe('an envelope', () => {
  it('opens to what was sealed', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(text, text, fc.option(text), (apiKey, secret, passphrase) => {
        const sealed = seal({ apiKey, secret, passphrase }, binding, master);
        expect(open(sealed, binding, master)).toEqual({
          apiKey: wellFormed(apiKey),
          secret: wellFormed(secret),
          passphrase: passphrase === null ? null : wellFormed(passphrase),
        });
      }),
    );
  });

  it('holds nothing in clear', () => {
    const { wrappedKey, ciphertext } = seal(secrets, binding, master);
    const stored = Buffer.concat([wrappedKey, ciphertext]).toString('latin1');
    expect(stored).not.toContain(secrets.apiKey.slice(0, 8));
    expect(stored).not.toContain(secrets.secret.slice(0, 8));
  });

  it('is broken by a flip of any bit of any byte, of its key and of its content', () => {
    const sealed = seal(secrets, binding, master);
    for (const part of ['wrappedKey', 'ciphertext'] as const) {
      for (let at = 0; at < sealed[part].length; at += 1) {
        const altered = { ...sealed, [part]: Buffer.from(sealed[part]) };
        altered[part][at]! ^= 1 << (at % 8);
        expect(() => open(altered, binding, master)).toThrow(EnvelopeBroken);
      }
    }
  });

  it('is broken by a cut at any place, and by bytes added', () => {
    const sealed = seal(secrets, binding, master);
    for (const part of ['wrappedKey', 'ciphertext'] as const) {
      for (let length = 0; length < sealed[part].length; length += 1) {
        const cut = { ...sealed, [part]: sealed[part].subarray(0, length) };
        expect(() => open(cut, binding, master)).toThrow(EnvelopeBroken);
      }
      const longer = { ...sealed, [part]: Buffer.concat([sealed[part], Buffer.alloc(1)]) };
      expect(() => open(longer, binding, master)).toThrow(EnvelopeBroken);
    }
  });

  it.each([
    ['credential', { credentialId: `crd_${'9'.repeat(32)}` as CredentialId }],
    ['tenant', { tenantId: `ten_${'9'.repeat(32)}` as TenantId }],
    ['account', { accountId: `acc_${'9'.repeat(32)}` as AccountId }],
    ['venue', { venue: 'KRAKEN' }],
    ['version', { keyVersion: 2 }],
  ])('does not open in the place of another %s', (_what, elsewhere) => {
    const sealed = seal(secrets, binding, master);
    expect(() => open(sealed, { ...binding, ...elsewhere }, master)).toThrow(EnvelopeBroken);
    expect(() => rewrap(sealed, { ...binding, ...elsewhere }, master, other)).toThrow(EnvelopeBroken);
  });

  it('does not take its key or its content from another envelope of the same credential', () => {
    const [one, two] = [seal(secrets, binding, master), seal(secrets, binding, master)];
    expect(() => open({ ...one, wrappedKey: two.wrappedKey }, binding, master)).toThrow(EnvelopeBroken);
    expect(() => open({ ...one, ciphertext: two.ciphertext }, binding, master)).toThrow(EnvelopeBroken);
    expect(() => open({ ...one, ciphertext: one.wrappedKey }, binding, master)).toThrow(EnvelopeBroken);
  });

  it('opens with its own master key alone, whatever name the other one goes by', () => {
    const sealed = seal(secrets, binding, master);
    expect(() => open(sealed, binding, other)).toThrow(EnvelopeBroken);
    expect(() => open(sealed, binding, { ...other, kekId: master.kekId })).toThrow(EnvelopeBroken);
    expect(() => open({ ...sealed, kekId: other.kekId }, binding, { ...master, kekId: other.kekId })).toThrow(
      EnvelopeBroken,
    );
  });

  it('changes its master key without its content being encrypted anew', () => {
    const sealed = seal(secrets, binding, master);
    const moved = rewrap(sealed, binding, master, other);
    expect(open(moved, binding, other)).toEqual(secrets);
    expect([moved.kekId, moved.ciphertext.equals(sealed.ciphertext)]).toEqual([other.kekId, true]);
    expect(moved.wrappedKey.equals(sealed.wrappedKey)).toBe(false);
    expect(() => open(moved, binding, master)).toThrow(EnvelopeBroken);
  });

  it('does not tell of a failure what it holds', () => {
    const sealed = seal(secrets, binding, master);
    expect(messageOf(() => open({ ...sealed, ciphertext: sealed.wrappedKey }, binding, master))).not.toMatch(
      new RegExp(`${secrets.apiKey}|${secrets.secret}`),
    );
  });

  it('never uses a nonce twice under one key', () => {
    const nonces = new Set<string>();
    for (let count = 0; count < 20_000; count += 1) {
      const { wrappedKey, ciphertext } = seal(secrets, binding, master);
      nonces.add(wrappedKey.toString('latin1', 1, 13)).add(ciphertext.toString('latin1', 1, 13));
    }
    expect(nonces.size).toBe(40_000);
  });

  it('binds to parts that cannot be read in two ways', () => {
    expect(() => seal(secrets, { ...binding, venue: 'A|B' }, master)).toThrow('binding');
    expect(() => seal(secrets, { ...binding, venue: '' }, master)).toThrow('binding');
  });
});

describe('what leaves the clear text behind', () => {
  const filled: Buffer[] = [];
  const original = Buffer.prototype.fill;

  beforeEach(() => {
    filled.length = 0;
    Buffer.prototype.fill = function fill(this: Buffer, ...args: never[]) {
      const result = original.apply(this, args as never) as Buffer;
      filled.push(result);
      return result;
    } as typeof original;
  });
  afterEach(() => {
    Buffer.prototype.fill = original;
  });

  it('zeroes data key and clear text, after sealing, opening, and after a failure', () => {
    const size = packSecrets(secrets).length;
    const sealed: Envelope = seal(secrets, binding, master);
    expect(zeroed()).toEqual([size, 32].toSorted());
    filled.length = 0;
    open(sealed, binding, master);
    expect(zeroed()).toEqual([size, 32].toSorted());
    filled.length = 0;
    expect(() => open({ ...sealed, ciphertext: sealed.wrappedKey }, binding, master)).toThrow(EnvelopeBroken);
    expect(zeroed()).toEqual([32, 32]);
  });

  /** Sizes of the buffers that were filled with zeros and still are. */
  function zeroed(): number[] {
    return filled
      .filter((buffer) => buffer.every((byte) => byte === 0))
      .map((buffer) => buffer.length)
      .toSorted();
  }
});

describe('packed secrets', () => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['two parts', packSecrets(secrets).subarray(0, -2)],
    ['four parts', Buffer.concat([packSecrets(secrets), Buffer.from([0xff, 0xff])])],
    ['a cut length', packSecrets(secrets).subarray(0, 1)],
    ['a length beyond the end', Buffer.from([0, 9, 65])],
    ['an absent key', Buffer.from([0xff, 0xff, 0, 0, 0xff, 0xff])],
  ])('are refused when they are %s', (_what, bytes) => {
    expect(() => unpackSecrets(bytes)).toThrow(Error);
  });

  it('tell an empty passphrase from none', () => {
    expect(unpackSecrets(packSecrets({ ...secrets, passphrase: '' })).passphrase).toBe('');
    expect(unpackSecrets(packSecrets(secrets)).passphrase).toBeNull();
  });
});

describe('a master key', () => {
  it('has an id that is the same everywhere and tells nothing of it', () => {
    const text = 'correct horse battery staple, and a few words more';
    expect(masterKeyOf(text).kekId).toBe(masterKeyOf(text).kekId);
    expect(masterKeyOf(text).kekId).toMatch(/^[0-9a-f]{16}$/);
    expect(masterKeyOf(`${text}.`).kekId).not.toBe(masterKeyOf(text).kekId);
  });

  it('may stand with older ones, the newest first', () => {
    const [one, two] = ['a'.repeat(20) + 'first key of all', 'b'.repeat(20) + 'second key of all'];
    const ids = [masterKeyOf(one).kekId, masterKeyOf(two).kekId];
    expect(masterKeysOf(`${one},${two}`).map(({ kekId }) => kekId)).toEqual(ids);
    expect(masterKeysOf(`# ring\n${one}\r\n\n ${two} \n`).map(({ kekId }) => kekId)).toEqual(ids);
  });

  it('that is short is refused', () => {
    expect(() => masterKeyOf('short')).toThrow('at least 32 characters');
    expect(() => masterKeysOf(`${'a'.repeat(40)},short`)).toThrow('at least 32 characters');
  });
});

function messageOf(work: () => unknown): string {
  try {
    work();
    return '';
  } catch (error) {
    return `${String(error)} ${(error as Error).stack}`;
  }
}

/** A lone surrogate has no UTF-8; it becomes U+FFFD. */
function wellFormed(text: string): string {
  return text.toWellFormed();
}
