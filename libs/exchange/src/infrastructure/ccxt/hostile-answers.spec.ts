import { ManualClock, ManualTimers } from '@sextant/platform';
import type { VenueAnswer } from '../../domain/channel/venue-answer.js';
import type { VenueChannel } from '../../domain/channel/venue-channel.js';
import { CcxtClient } from './ccxt-client.js';
import type { CcxtExchange } from './ccxt-exchange.js';
import { accountId, ccxtUnderTest } from './scripted-channel.contract.js';

const INTENT = {
  class: 'ENTRY',
  bucket: 'trading',
  weight: 1,
  credentialId: 'c',
  idempotentRead: false,
} as const;

it('a no that its reader stumbles over is unknown: the answer came, and nobody can read it', async () => {
  const clock = new ManualClock();
  const answer: VenueAnswer = { kind: 'ANSWER', status: 200, headers: {}, body: '[]', at: 7, roundTripMs: 1 };
  const channel = {
    clock: { offsetMs: 0 },
    call: (_intent: unknown, prepare: (now: number) => unknown) => (prepare(0), Promise.resolve(answer)),
  } as unknown as VenueChannel;
  const exchange = {
    sign: () => ({ url: 'https://venue.test/order', method: 'POST', headers: {}, body: '{}' }),
    client: () => undefined,
  } as unknown as CcxtExchange;
  const readNo = () => {
    throw new TypeError("Cannot read properties of undefined (reading 'code')");
  };
  const client = new CcxtClient(
    exchange,
    channel,
    { reader: { table: {}, readNo } },
    clock,
    new ManualTimers(clock),
  );
  expect(await client.ask({ intent: INTENT }, () => exchange.fetch2('order'))).toMatchObject({
    outcome: 'UNKNOWN',
    reason: { code: 'UNREADABLE_ANSWER', detail: expect.stringContaining('TypeError') as string },
    evidence: { kind: 'VENUE_ANSWER', detail: { status: 200, answeredAt: 7 } },
  });
});

it('a list of fills that its reader stumbles over is unknown, not an error', async () => {
  const { gateway } = await ccxtUnderTest('kraken', (channel) => {
    channel.on('GET /0/public/AssetPairs', { body: { error: [], result: {} } });
  });
  const session = await gateway.open(accountId);
  Reflect.set(session, 'fills', { since: () => Promise.reject(new RangeError('Invalid time value')) });
  expect(await session.fillsSince(null)).toMatchObject({
    outcome: 'UNKNOWN',
    reason: { code: 'UNREADABLE_ANSWER', detail: 'RangeError: Invalid time value' },
  });
});
