import { openConformanceWorld, standaloneChannels } from '@sextant/exchange';
import type { ConformanceWorld } from '@sextant/exchange';
import type { AccountId, TenantId } from '@sextant/kernel';
import { Config, ManualClock, SequentialIds } from '@sextant/platform';
import { AccountRisk, KillSwitchBoard, parseRiskLimits } from '@sextant/risk';
import type { RunningVenue } from '../../apps/venue/src/venue.js';
import { stillVenue, targetAt } from './chaos-target.js';

const ORDERS = 50;
const tenantId = 'ten_1' as TenantId;
const limits = {
  maxOrderNotional: '1',
  maxPositionNotional: '1',
  priceCollar: '0',
  maxOrdersPerSecond: 1,
  marketBuffer: '0',
};

let venue: RunningVenue;
let world: ConformanceWorld;
let channels: Awaited<ReturnType<typeof standaloneChannels>>;

beforeAll(async () => {
  venue = await stillVenue();
  channels = await standaloneChannels({ config: Config.fromValues({ 'exchange.timeoutMs': 2_000 }) });
  world = await openConformanceWorld(targetAt(venue, { channels }));
});

afterAll(async () => {
  await world.session.close();
  await channels.stop();
  await venue.close();
});

/** Placements that the venue received, by its own journal. */
function received(): number {
  const requests = venue.admin.journal({ kind: 'request', limit: 1_000 });
  return requests.filter(({ method, path }) => method === 'POST' && path === '/api/v3/order').length;
}

it('of fifty orders before a slow venue, those that wait in the channel never leave after the switch', async () => {
  venue.admin.setFault({
    target: 'REQUEST',
    match: { method: 'POST', path: '/api/v3/order' },
    point: 'BEFORE_ACCEPT',
    action: { kind: 'DELAY', ms: 400 },
    times: ORDERS,
  });
  const board = new KillSwitchBoard(new ManualClock(), new SequentialIds());
  const { mint, instrument, request, send } = world;
  const accountId = request().accountId as AccountId;
  const switches = board.of({ tenantId, accountId, venue: instrument.venue });
  const risk = new AccountRisk(mint, () => parseRiskLimits(limits), null, switches);
  const orders = Array.from({ length: ORDERS }, () => {
    const wanted = request();
    const isHeld = () => risk.heldBack({ ...wanted, instrument, strategy: null }, 0n) === null;
    return send({ ...wanted, isHeld });
  });
  await world.eventually('some are at the venue', async () => received() >= 3);
  const scope = { kind: 'VENUE', value: instrument.venue } as const;
  const order = { tenantId, scope, mode: 'HALT', reason: 'drill', actor: 'user:1', traceId: null } as const;
  board.take(board.draft({ ...order, cancelOrders: false }));
  // What has left is on the wire for a moment; what waits here has all the time that it wants.
  await new Promise((resolve) => setTimeout(resolve, 50));
  const atSwitch = received();
  const outcomes = await Promise.all(orders);
  expect(received()).toBe(atSwitch);
  expect(atSwitch).toBeLessThan(ORDERS);
  const kept = outcomes.filter(
    (outcome) => outcome.outcome === 'REFUSED' && outcome.evidence.kind === 'NOT_SENT',
  );
  expect(kept).toHaveLength(ORDERS - atSwitch);
});
