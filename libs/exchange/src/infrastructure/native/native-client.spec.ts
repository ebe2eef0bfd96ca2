import { ManualClock } from '@sextant/platform';
import type { VenueAnswer } from '../../domain/channel/venue-answer.js';
import type { VenueChannel } from '../../domain/channel/venue-channel.js';
import { NativeClient } from './native-client.js';

const INTENT = { class: 'RECONCILE', bucket: 'account', weight: 1, idempotentRead: true } as const;

/** A client whose venue answers with this body. */
function answered(body: string, readNo: () => null = () => null): NativeClient {
  const clock = new ManualClock();
  const answer: VenueAnswer = { kind: 'ANSWER', status: 200, headers: {}, body, at: 7, roundTripMs: 1 };
  const channel = {
    clock: { offsetMs: 0 },
    call: (_intent: unknown, prepare: (now: number) => unknown) => (prepare(0), Promise.resolve(answer)),
  } as unknown as VenueChannel;
  const signer = { headers: () => ({}) };
  const reader = { table: {}, readNo };
  return new NativeClient({ channel, clock, root: 'https://venue.test', reader, signer, headers: {} });
}

function ask(client: NativeClient, read: (json: any) => unknown) {
  return client.ask({ intent: INTENT, draft: { method: 'GET', path: '/x', body: null }, read });
}

it.each<[string, (json: any) => unknown, string]>([
  ['{}', ({ rows }) => rows.map(String), "TypeError: Cannot read properties of undefined (reading 'map')"],
  ['{"at":1e300}', ({ at }) => new Date(Number(at)).toISOString(), 'RangeError: Invalid time value'],
  ['{"id":"9.5"}', ({ id }) => BigInt(id), 'SyntaxError: Cannot convert 9.5 to a BigInt'],
])('an answer %s that its reader stumbles over is unknown, and ends nothing', async (body, read, detail) => {
  expect(await ask(answered(body), read)).toMatchObject({
    outcome: 'UNKNOWN',
    reason: { code: 'UNREADABLE_ANSWER', detail },
    evidence: { kind: 'VENUE_ANSWER', detail: { status: 200, answeredAt: 7 } },
  });
});

it('a no that cannot be told from a yes is unknown, too', async () => {
  const stumbling = answered('[]', () => {
    throw new RangeError('Invalid array length');
  });
  expect(await ask(stumbling, () => 'yes')).toMatchObject({
    outcome: 'UNKNOWN',
    reason: { code: 'UNREADABLE_ANSWER', detail: 'RangeError: Invalid array length' },
  });
});
