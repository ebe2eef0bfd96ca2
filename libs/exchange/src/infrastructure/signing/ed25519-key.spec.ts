import { DomainError } from '@sextant/kernel';
import { Ed25519Key } from './ed25519-key.js';

/** docs.robinhood.com/crypto/trading, the published example of a signed order; a key that was never live. */
const robinhood = {
  seed: 'xQnTJVeQLmw1/Mg2YimEViSpw/SdJcgNXZ5kQkAXNPU=',
  publicKey: 'jPItx4TLjcnSUnmnXQQyAKL4eJj3+oWNNMmmm2vATqk=',
  text:
    'rh-api-6148effc-c0b1-486c-8940-a1d099456be61698708981/api/v1/crypto/trading/orders/POST' +
    "{'client_order_id': '131de903-5a9c-4260-abc1-28d562a5dcf0', 'side': 'buy', 'symbol': 'BTC-USD', " +
    "'type': 'market', 'market_order_config': {'asset_quantity': '0.1'}}",
  signature: 'q/nEtxp/P2Or3hph3KejBqnw5o9qeuQ+hYRnB56FaHbjDsNUY9KhB1asMxohDnzdVFSD7StaTqjSd9U9HvaRAw==',
};

it('signs the published example of Robinhood, byte for byte', () => {
  const key = Ed25519Key.parse(robinhood.seed);
  expect(key.publicKey).toBe(robinhood.publicKey);
  expect(key.sign(robinhood.text, 'base64')).toBe(robinhood.signature);
  expect(key.sign(robinhood.text, 'base64url')).toBe(
    robinhood.signature.replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, ''),
  );
});

it('takes the seed alone, the seed with its public key, and either alphabet of base64', () => {
  const both = Buffer.concat([
    Buffer.from(robinhood.seed, 'base64'),
    Buffer.from(robinhood.publicKey, 'base64'),
  ]);
  const spellings = [
    both.toString('base64'),
    both.toString('base64url'),
    Buffer.from(robinhood.seed, 'base64').toString('base64url'),
  ];
  for (const spelling of spellings) expect(Ed25519Key.parse(spelling).publicKey).toBe(robinhood.publicKey);
});

it.each([
  ['nothing', ''],
  ['a hex token', '0123456789abcdef0123456789abcdef01234567'],
  ['a PEM', '-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----'],
  ['33 bytes', Buffer.alloc(33, 1).toString('base64')],
  ['a seed with the public key of another', Buffer.alloc(64, 1).toString('base64')],
  ['text beyond base64', `${'a'.repeat(43)}!`],
])('refuses %s and does not repeat it', (_, text) => {
  let refusal: unknown;
  try {
    Ed25519Key.parse(text);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(DomainError);
  expect((refusal as DomainError).code).toBe('CREDENTIAL_MALFORMED');
  if (text !== '') expect((refusal as DomainError).message).not.toContain(text);
});
