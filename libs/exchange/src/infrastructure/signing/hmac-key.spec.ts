import { createHash, createHmac } from 'node:crypto';
import { fc } from '../../../../../test/support/property.js';
import { HmacKey } from './hmac-key.js';

/** Published examples of the venues' documentation; keys that were never live. */
const vectors = {
  // binance-spot-api-docs, rest-api.md, "SIGNED endpoint examples"
  binance: {
    secret: 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j',
    text:
      'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000' +
      '&timestamp=1499827319559',
    signature: 'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71',
  },
  // nautilus_trader, crates/adapters/okx/src/common/credential.rs: OK-ACCESS-SIGN of GET /api/v5/account/balance
  okx: {
    secret: 'chNOOS4KvNXR_Xq4k4c9qsfoKWvnDecLATCRlcBwyKDYnWgO',
    text: '2020-12-08T09:08:57.715ZGET/api/v5/account/balance',
    signature: 'PJ61e1nb2F2Qd7D8SPiaIcx2gjdELc+o0ygzre9z33k=',
  },
};

it('signs the published example of Binance', () => {
  const { secret, text, signature } = vectors.binance;
  expect(HmacKey.sha256(secret).sign(text, 'hex')).toBe(signature);
});

it('signs the published example of OKX', () => {
  const { secret, text, signature } = vectors.okx;
  expect(HmacKey.sha256(secret).sign(text, 'base64')).toBe(signature);
});

it('signs the published example of Kraken: SHA-512 over the path and a digest, the secret in base64', () => {
  const secret = 'kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==';
  const nonce = '1616492376594';
  const body = `nonce=${nonce}&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25`;
  const digest = createHash('sha256')
    .update(nonce + body)
    .digest();
  const signed = Buffer.concat([Buffer.from('/0/private/AddOrder'), digest]);
  expect(HmacKey.sha512(Buffer.from(secret, 'base64')).signBytes(signed, 'base64')).toBe(
    '4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==',
  );
});

it.each([
  // RFC 4231, test cases 2 and 6 (a key longer than a block)
  [
    'Jefe',
    'what do ya want for nothing?',
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
  ],
  [
    Buffer.alloc(131, 0xaa),
    'Test Using Larger Than Block-Size Key - Hash Key First',
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    '80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598',
  ],
])('agrees with RFC 4231 (%#)', (secret, text, sha256, sha512) => {
  expect(HmacKey.sha256(secret).sign(text, 'hex')).toBe(sha256);
  expect(HmacKey.sha512(secret).sign(text, 'hex')).toBe(sha512);
});

it('agrees with createHmac for any secret and text, one key after another text of any length', () => {
  const text = fc.string({ unit: 'binary', maxLength: 3_000 });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(text, { maxLength: 5 }), (secret, texts) => {
      const keys = { sha256: HmacKey.sha256(secret), sha512: HmacKey.sha512(secret) };
      for (const [digest, key] of Object.entries(keys)) {
        for (const each of texts) {
          const expected = createHmac(digest, secret).update(each).digest('base64');
          expect(key.sign(each, 'base64')).toBe(expected);
          expect(key.signBytes(Buffer.from(each), 'base64')).toBe(expected);
        }
      }
    }),
  );
});
