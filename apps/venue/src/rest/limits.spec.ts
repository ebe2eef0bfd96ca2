import { Rehearsal } from '../venue-client.contract.js';

const NOW = 1_700_000_080_000;
const MINUTE = 60_000;

let alice: Rehearsal;

afterEach(() => alice.close());

const account = () => alice.call('GET', '/api/v3/account');

describe('request weight', () => {
  it('is told with every answer, and refused past the limit until the minute is over', async () => {
    alice = await Rehearsal.start({ clock: { frozenAt: NOW }, limits: { weightPerMinute: 50 } });
    expect((await account()).headers.get('x-mbx-used-weight-1m')).toBe('20');
    expect((await alice.send('GET', '/api/v3/ping')).headers.get('x-mbx-used-weight-1m')).toBe('21');
    await account();
    const refused = await account();
    expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([
      429,
      -1003,
      '20',
    ]);
    alice.venue.core.clock.advance(20_000);
    expect((await account()).status).toBe(200);
  });

  it('is counted apart for each part of the venue', async () => {
    alice = await Rehearsal.start({ clock: { frozenAt: NOW }, limits: { weightPerMinute: 20 } });
    await account();
    const { headers, status } = await alice.call('GET', '/sapi/v1/account/apiRestrictions');
    expect([status, headers.get('x-sapi-used-ip-weight-1m')]).toEqual([200, '1']);
  });

  it('turns into a ban for who does not stop, each longer than the last', async () => {
    alice = await Rehearsal.start({
      clock: { frozenAt: NOW },
      limits: { weightPerMinute: 1, refusalsBeforeBan: 2 },
    });
    const statuses = [];
    for (let count = 0; count < 3; count += 1) statuses.push((await account()).status);
    expect(statuses).toEqual([429, 429, 418]);
    const banned = await alice.send('GET', '/api/v3/ping');
    expect([banned.status, banned.headers.get('retry-after')]).toEqual([418, '120']);
    expect(banned.body.msg).toContain(`IP banned until ${NOW + 2 * MINUTE}`);
    alice.venue.core.clock.advance(2 * MINUTE);
    expect((await alice.send('GET', '/api/v3/ping')).status).toBe(200);
    for (let count = 0; count < 3; count += 1) await account();
    expect((await account()).headers.get('retry-after')).toBe('240');
  });
});

describe('order counts', () => {
  it('grow with orders that rest, shrink with orders that fill, and refuse past the limit', async () => {
    alice = await Rehearsal.start({ clock: { frozenAt: NOW }, limits: { ordersPer10Seconds: 2 } });
    const place = () => alice.limit('BUY', '0.001', '40000');
    const counts = async () => {
      const { body } = await alice.call('GET', '/api/v3/rateLimit/order');
      return body.map(({ count }: { count: number }) => count);
    };
    expect((await place()).headers.get('x-mbx-order-count-10s')).toBe('1');
    await place();
    expect(await counts()).toEqual([2, 2]);
    const refused = await place();
    expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([
      429,
      -1015,
      '10',
    ]);
    alice.house('SELL', 4_000_000, 100);
    expect(await counts()).toEqual([1, 1]);
    expect((await place()).status).toBe(200);
    alice.venue.core.clock.advance(10_000);
    expect(await counts()).toEqual([0, 2]);
  });

  it('do not grow with refused orders', async () => {
    alice = await Rehearsal.start({ clock: { frozenAt: NOW } });
    await alice.limit('BUY', '9', '40000');
    const { body } = await alice.call('GET', '/api/v3/rateLimit/order');
    expect(body[0].count).toBe(0);
  });
});
