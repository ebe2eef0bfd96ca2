import type { VenueEvent } from '@sextant/exchange';
import { valueOf } from './front-ends/harms.js';
import { describeFaults } from './front-ends/loopback-faults.js';
import { OKX } from './front-ends/okx/okx-target.js';

const faulty = describeFaults(OKX, { are: /"channel":"orders"/, count: 2 });

it('between the two clocks: its own time of expiry ends a placement before the signature does', async () => {
  const { still, world } = faulty();
  still.venue.admin.setClock({ offsetMs: 10_000 });
  const answer = await world.send(world.request());
  expect(answer).toMatchObject({ outcome: 'REFUSED', reason: { code: 'TIMESTAMP_OUTSIDE_WINDOW' } });
  expect(still.venue.core.engine.orders.open('rehearsal')).toEqual([]);
});

it('a pushed fill is the listed one, the sign of its fee included', async () => {
  const { still, world } = faulty();
  await world.eventually('both streams are subscribed', async () => {
    return still.front.frames.filter((frame) => frame.includes('"channel":"orders"')).length === 2;
  });
  valueOf(await world.send(world.request({ type: 'MARKET', priceTicks: null })));
  const isFill = (event: VenueEvent) => event.kind === 'FILL';
  const told = await world.eventually('the fill is told', async () => world.events.find(isFill));
  const { fills } = valueOf(await world.session.fillsSince(null));
  expect(fills).toHaveLength(1);
  expect(fills[0]!.feeUnits).toBeGreaterThan(0n);
  expect(told).toEqual({ kind: 'FILL', fill: fills[0] });
});
