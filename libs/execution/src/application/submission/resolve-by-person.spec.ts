import type { DomainError } from '@sextant/kernel';
import { ExecutionWorld, turns } from '../execution-world.contract.js';
import type { PlaceScript } from '../execution-world.contract.js';

/** A venue that proves nothing, and an order of which nobody knows what became. */
async function unproven(script: PlaceScript): Promise<ExecutionWorld> {
  const here = new ExecutionWorld({ absenceProof: 'NEVER', lookupByClientId: 'NONE' });
  await here.start();
  here.venue.nextPlacement = script;
  void here.place().catch(() => undefined);
  await turns();
  await here.calm();
  expect(here.store.orders()).toMatchObject([{ status: 'OUTCOME_UNKNOWN', needs_attention: true }]);
  return here;
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: DomainError) => error.code,
  );

describe('a person who has looked', () => {
  it('ends an order that the venue never took, and what was said is the evidence', async () => {
    const here = await unproven('LOST_BEFORE');
    const { order_id } = here.store.orders()[0]!;
    const order = await here.resolve(order_id, 'NOT_ACCEPTED');
    expect(order).toMatchObject({
      status: 'REJECTED',
      reason: { code: 'NOT_ACCEPTED' },
      needsAttention: false,
    });
    expect(here.store.orders()[0]?.evidence).toMatchObject({
      kind: 'PERSON',
      detail: { note: 'seen by hand', actor: 'usr_1' },
    });
    expect(here.owned.risk.lockedUnits('USDT')).toBe(0n);
    expect(here.store.events.at(-1)).toMatchObject({ type: 'OrderResolved', actor: 'usr_1' });
    expect(await codeOf(here.resolve(order_id, 'NOT_ACCEPTED'))).toBe('ORDER_NEEDS_NO_ATTENTION');
  });

  it('names the order at the venue, which is followed from then on', async () => {
    const here = await unproven('LOST_BEFORE');
    const { order_id } = here.store.orders()[0]!;
    expect(await codeOf(here.resolve(order_id, 'ADOPTED'))).toBe('ORDER_TERMS_INVALID');
    const order = await here.resolve(order_id, 'ADOPTED', 'v77');
    expect(order).toMatchObject({ status: 'NEW', venueOrderId: 'v77', needsAttention: false });
    expect(here.store.events.map(({ type }) => type).slice(-2)).toEqual(['OrderAccepted', 'OrderResolved']);
  });

  it('is not needed for an order that the venue answers for', async () => {
    const here = new ExecutionWorld();
    await here.start();
    const { order } = await here.place();
    expect(await codeOf(here.resolve(order.id, 'NOT_ACCEPTED'))).toBe('ORDER_NEEDS_NO_ATTENTION');
  });
});
