import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { keyOf } from '../accounts/account.js';
import { ALICE, API_KEY, Rehearsal, SECRET } from '../venue-client.contract.js';
import { isSignedBy } from './authenticator.js';

describe('the published signature example', () => {
  const secret = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j';
  const payload =
    'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559';
  const signature = 'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71';
  const key = keyOf({ apiKey: 'published', secret }, 'nobody', 0);

  it('is accepted, in either case of its letters', () => {
    expect(isSignedBy(key, payload, signature)).toBe(true);
    expect(isSignedBy(key, payload, signature.toUpperCase())).toBe(true);
  });

  it.each([
    ['another payload', payload.replace('price=0.1', 'price=0.2'), signature],
    ['one other digit', payload, signature.replace('c8', 'c9')],
    ['no hexadecimal', payload, 'x'.repeat(64)],
    ['nothing', payload, ''],
  ])('is refused over %s', (_, signed, given) => {
    expect(isSignedBy(key, signed, given)).toBe(false);
  });
});

describe('keys with a public half', () => {
  it.each(['ed25519', 'rsa'] as const)('sign with %s', (kind) => {
    const pair = generateKeyPairSync(kind as 'rsa', { modulusLength: 2048 });
    const publicKeyPem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const key = keyOf({ apiKey: 'public', publicKeyPem }, 'nobody', 0);
    const signature = sign(kind === 'rsa' ? 'sha256' : null, Buffer.from('a=1'), pair.privateKey).toString(
      'base64',
    );
    expect(isSignedBy(key, 'a=1', signature)).toBe(true);
    expect(isSignedBy(key, 'a=2', signature)).toBe(false);
  });
});

describe('who may call', () => {
  let alice: Rehearsal;
  const NOW = 1_700_000_000_000;

  beforeEach(async () => {
    alice = await Rehearsal.start({ clock: { frozenAt: NOW } });
  });
  afterEach(() => alice.close());

  const code = async (path: string, init: RequestInit = {}) => {
    const { status, body } = await alice.send('GET', path, init);
    return [status, body.code];
  };
  const account = (query: string): string => `/api/v3/account?${query}`;

  it('needs no key for public data', async () => {
    const response = await fetch(`${alice.venue.url}/api/v3/exchangeInfo`);
    expect(response.status).toBe(200);
  });

  it('is told which key, signature or parameter is wrong', async () => {
    const signed = account(alice.sign({}));
    expect(await code(signed, { headers: { 'X-MBX-APIKEY': '' } })).toEqual([401, -2014]);
    expect(await code(signed, { headers: { 'X-MBX-APIKEY': 'somebody-elses' } })).toEqual([401, -2015]);
    expect(await code(account('timestamp=1'))).toEqual([400, -1102]);
    expect(await code(account(alice.sign({}, 'another secret')))).toEqual([400, -1022]);
    expect(await code(account(''))).toEqual([400, -1102]);
    expect(await code(account(alice.sign({ timestamp: 'soon' })))).toEqual([400, -1100]);
    expect(await code(account(alice.sign({ recvWindow: 60_001 })))).toEqual([400, -1131]);
    expect(await code(account(`${alice.sign({})}&omitZeroBalances=%E0%A4%A`))).toEqual([400, -1100]);
  });

  it('holds a request to its time on arrival', async () => {
    expect(await code(account(alice.sign({ timestamp: NOW - 5_000 })))).toEqual([200, undefined]);
    expect(await code(account(alice.sign({ timestamp: NOW - 5_001 })))).toEqual([400, -1021]);
    expect(await code(account(alice.sign({ timestamp: NOW - 10_001, recvWindow: 10_000 })))).toEqual([
      400, -1021,
    ]);
    expect(await code(account(alice.sign({ timestamp: NOW + 999 })))).toEqual([200, undefined]);
    expect(await code(account(alice.sign({ timestamp: NOW + 1_000 })))).toEqual([400, -1021]);
  });

  it('holds an order to its time once more before the engine', async () => {
    alice.admin.setFault({
      target: 'REQUEST',
      match: { method: 'POST', path: '/api/v3/order' },
      point: 'BEFORE_ACCEPT',
      action: { kind: 'DELAY', ms: 6_000 },
    });
    const placed = alice.limit('BUY', '0.1', '40000', { newClientOrderId: 'late' });
    await until(() => alice.venue.core.faults.rules().length === 0);
    alice.admin.core.clock.advance(6_000);
    expect(await placed).toMatchObject({ status: 400, body: { code: -1021 } });
    const { body } = await alice.call('GET', '/api/v3/order', {
      symbol: 'BTCUSDT',
      origClientOrderId: 'late',
    });
    expect(body.code).toBe(-2013);
  });

  it('takes parameters from the query and from the body, the query first', async () => {
    const query = `timestamp=${NOW}&symbol=BTCUSDT`;
    const body = 'symbol=ETHUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=40000';
    const signature = createHmac('sha256', SECRET)
      .update(query + body)
      .digest('hex');
    const told = await alice.send('POST', `/api/v3/order?${query}`, {
      body: `${body}&signature=${signature}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(told.body).toMatchObject({ symbol: 'BTCUSDT', status: 'NEW' });
  });

  it('is refused what the key may not do', async () => {
    alice.admin.setPermissions(API_KEY, { enableSpotAndMarginTrading: false, enableWithdrawals: true });
    expect((await alice.limit('BUY', '0.1', '40000')).body.code).toBe(-2015);
    const { body } = await alice.call('GET', '/sapi/v1/account/apiRestrictions');
    expect(body).toMatchObject({
      enableReading: true,
      enableSpotAndMarginTrading: false,
      enableWithdrawals: true,
    });
  });

  it('is refused once its key is revoked, and let in by another key of the account', async () => {
    alice.admin.addKey('alice', { apiKey: 'second-key', secret: SECRET });
    alice.admin.revokeKey(API_KEY);
    expect(await code(account(alice.sign({})))).toEqual([401, -2015]);
    expect(await code(account(alice.sign({})), { headers: { 'X-MBX-APIKEY': 'second-key' } })).toEqual([
      200,
      undefined,
    ]);
  });

  it('is refused from an address that the key does not list', async () => {
    const keys = [{ apiKey: 'at-home', secret: SECRET, ipAllowList: ['10.9.8.7'] }];
    alice.admin.openAccount({ ...ALICE, accountId: 'bob', keys });
    expect(await code(account(alice.sign({})), { headers: { 'X-MBX-APIKEY': 'at-home' } })).toEqual([
      401, -2015,
    ]);
  });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
}
