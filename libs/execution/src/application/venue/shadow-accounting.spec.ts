import { ONE } from '@sextant/kernel';
import { confirmed } from '@sextant/exchange';
import type { VenueFill } from '@sextant/exchange';
import { ExecutionWorld, turns } from '../execution-world.contract.js';
import type { ReconciliationRow } from './reconciliation-log.js';
import type { Discrepancy } from './round.js';

const MINUTE = 60_000;
const EXTRA = 250n * ONE;
const EVIDENCE = { kind: 'VENUE_ANSWER' as const, detail: {}, at: 0 };

/** A live account some minutes after it was first seen. */
async function live(): Promise<ExecutionWorld> {
  const world = new ExecutionWorld({}, {}, 'LIVE');
  await world.start();
  await world.advance(2_000);
  world.clock.advance(5 * MINUTE);
  return world;
}

const hold = ({ venue }: ExecutionWorld, asset: string, changeUnits: bigint) =>
  venue.balance.set(asset, (venue.balance.get(asset) ?? 0n) + changeUnits);

const kept = ({ store }: ExecutionWorld) =>
  [...(store.rows.get('reconciliation')?.values() ?? [])] as unknown as ReconciliationRow[];

const lastFound = (world: ExecutionWorld) => kept(world).at(-1)!.differences as unknown as Discrepancy[];

const told = ({ store }: ExecutionWorld, type: string) => store.events.filter((event) => event.type === type);

const agrees = ({ owned, venue }: ExecutionWorld) =>
  [...venue.balance].every(([asset, units]) => owned.portfolio.totalUnits(asset) === units);

/** Bought and booked, then long enough ago to be compared. */
async function bought(world: ExecutionWorld): Promise<VenueFill> {
  await world.place({ type: 'MARKET', quantity: '0.001' }, `k${world.venue.orders.length}`);
  await world.advance(1_000);
  world.clock.advance(MINUTE);
  return world.venue.fills.at(-1)!;
}

describe('money that nobody told of', () => {
  it('halts the account on the second look, says what it is and what to do', async () => {
    const world = await live();
    hold(world, 'USDT', EXTRA);
    await world.reconcile();
    expect(world.owned.reconciled).toBe(true);
    await world.advance(4_000);
    expect(world.owned.reconciled).toBe(false);
    const [halted] = told(world, 'AccountHalted');
    const hint = String(halted!.payload['hint']);
    expect(hint).toContain('holds 250 USDT more than is booked');
    expect(hint).toContain('"difference":"250","as":"TRANSFER"');
    await expect(world.place({}, 'k1')).rejects.toMatchObject({
      code: 'ACCOUNT_NOT_RECONCILED',
      message: hint,
    });
    expect(lastFound(world)).toMatchObject([
      { subject: 'BALANCE', asset: 'USDT', classification: 'UNKNOWN_DEPOSIT', status: 'OPEN', hint },
    ]);
  });

  it('is a withdrawal when it is missing, and the hint thinks of a thief', async () => {
    const world = await live();
    hold(world, 'BTC', -ONE);
    const round = await world.reconcileNow();
    expect(round).toMatchObject({
      outcome: 'DIFFERENT',
      differences: [{ asset: 'BTC', difference: '-1', classification: 'UNKNOWN_WITHDRAWAL' }],
    });
    expect(round.differences[0]!.hint).toContain('Revoke the key');
  });

  it('is booked on the word of who knows, with the word, and the account trades again at once', async () => {
    const world = await live();
    hold(world, 'USDT', EXTRA);
    await world.reconcileNow();
    const halted = await world.reconcileNow();
    expect(halted).toMatchObject({ halted: true, reconciled: false });
    const accept = { asset: 'USDT', difference: '250', as: 'TRANSFER' as const, note: 'bank transfer' };
    const round = await world.reconcileNow([accept]);
    expect(round).toMatchObject({
      outcome: 'CORRECTED',
      reconciled: true,
      halted: false,
      differences: [{ classification: 'TRANSFER', status: 'BOOKED', hint: null }],
    });
    expect(world.store.ledger.at(-1)).toMatchObject({
      kind: 'DEPOSIT',
      transactionId: round.differences[0]!.correctedBy,
      memo: { reason: 'bank transfer', author: 'usr_1', evidence: { kind: 'VENUE_ANSWER' } },
    });
    expect(agrees(world)).toBe(true);
    await expect(world.place({}, 'k1')).resolves.toMatchObject({ order: { status: 'NEW' } });
  });

  it('stays when it is not any more what somebody has explained', async () => {
    const world = await live();
    hold(world, 'USDT', EXTRA + 1n * ONE);
    const accept = { asset: 'USDT', difference: '250', as: 'CORRECTION' as const, note: 'x' };
    const round = await world.reconcileNow([accept]);
    expect(round).toMatchObject({ outcome: 'DIFFERENT', differences: [{ difference: '251' }] });
    expect(world.store.ledger.filter(({ kind }) => kind === 'CORRECTION')).toEqual([]);
  });

  it('is told once: a difference that stays makes no row and no alert each round', async () => {
    const world = await live();
    hold(world, 'USDT', EXTRA);
    await world.advance(90_000);
    expect(told(world, 'AccountHalted')).toHaveLength(1);
    expect(kept(world).map(({ outcome }) => outcome)).toEqual(['DIFFERENT', 'DIFFERENT']);
    hold(world, 'USDT', -EXTRA);
    await world.advance(6_000);
    expect(kept(world).at(-1)).toMatchObject({ outcome: 'EQUAL', halted: false });
    expect(told(world, 'AccountReconciled')).toHaveLength(1);
  });
});

describe('what the venue can prove', () => {
  it('a fill that no stream told is read from the list, booked, and kept as missing', async () => {
    const world = await live();
    await world.place({}, 'k1');
    world.venue.delivery = 'DROPPED';
    world.venue.trade(world.venue.orders[0]!, 40);
    world.clock.advance(MINUTE);
    const round = await world.reconcileNow();
    expect(round.outcome).toBe('CORRECTED');
    expect(round.differences).toMatchObject([
      { subject: 'TRADE', classification: 'MISSING_FILL', status: 'BOOKED', symbol: 'BTC/USDT' },
    ]);
    expect(round.differences[0]!.correctedBy).toBe(world.store.ledger.at(-1)!.transactionId);
    expect(world.store.orders()[0]).toMatchObject({ filled_lots: 40, status: 'PARTIALLY_FILLED' });
    expect(agrees(world)).toBe(true);
  });

  it('a fill that the venue lists behind what was read already is found by comparing trade by trade', async () => {
    const world = await live();
    await world.place({}, 'k1');
    world.venue.delivery = 'DROPPED';
    world.venue.trade(world.venue.orders[0]!, 40);
    // Told late, in a place of the list that lies behind the cursor.
    const [late] = world.venue.fills.splice(0, 1);
    world.venue.delivery = 'ONCE';
    await world.place({ type: 'MARKET', quantity: '0.001' }, 'k2');
    await world.advance(1_000);
    world.venue.fills.unshift(late!);
    world.clock.advance(MINUTE);
    await world.reconcile();
    await turns();
    expect(lastFound(world)).toMatchObject([{ classification: 'MISSING_FILL', status: 'BOOKED' }]);
    expect(agrees(world)).toBe(true);
    expect(world.owned.reconciled).toBe(true);
  });

  it('a fee that comes late is a posting of its own, once', async () => {
    const world = await live();
    const fill = await bought(world);
    const { feeUnits } = fill;
    fill.feeUnits = feeUnits + 10n ** 12n;
    hold(world, 'BTC', -(10n ** 12n));
    const round = await world.reconcileNow();
    expect(round).toMatchObject({
      outcome: 'CORRECTED',
      differences: [{ classification: 'FEE', asset: 'BTC', difference: '-0.000001', status: 'BOOKED' }],
    });
    const fees = () => world.store.ledger.filter(({ kind }) => kind === 'FEE');
    expect(fees()).toMatchObject([
      { memo: { fee: '0.000001', author: 'sextant:reconciliation', evidence: { kind: 'VENUE_ANSWER' } } },
    ]);
    expect(round.differences[0]!.correctedBy).toBe(fees()[0]!.transactionId);
    expect(agrees(world)).toBe(true);
    expect(await world.reconcileNow()).toMatchObject({ outcome: 'EQUAL', differences: [] });
    fill.feeUnits = feeUnits;
    hold(world, 'BTC', 10n ** 12n);
    expect(await world.reconcileNow()).toMatchObject({ outcome: 'CORRECTED' });
    expect(fees().map(({ memo }) => memo['fee'])).toEqual(['0.000001', '-0.000001']);
    expect(agrees(world)).toBe(true);
  });

  it('a trade that is gone from the list is noted while no money is missing, and explains nothing when some is', async () => {
    const world = await live();
    await bought(world);
    world.venue.fills.pop();
    expect(await world.reconcileNow()).toMatchObject({
      outcome: 'EQUAL',
      reconciled: true,
      differences: [{ subject: 'TRADE', status: 'NOTED', evidence: { found: 'UNLISTED' } }],
    });
    hold(world, 'BTC', -ONE);
    expect(await world.reconcileNow()).toMatchObject({
      outcome: 'DIFFERENT',
      differences: [{ subject: 'BALANCE', classification: 'UNEXPLAINED' }, { status: 'NOTED' }],
    });
  });

  it('trades are listed, too, in markets that a new session of the venue was not asked about yet', async () => {
    const world = await live();
    await bought(world);
    const session = world.venue.session!;
    const fillsSince = session.fillsSince.bind(session);
    const read = new Set<string>();
    session.readMarket = (symbol) => void read.add(symbol);
    session.fillsSince = async (cursor) =>
      read.has('BTC/USDT') ? fillsSince(cursor) : confirmed({ fills: [], cursor: cursor ?? '0' }, EVIDENCE);
    expect(await world.reconcileNow()).toMatchObject({ outcome: 'EQUAL', differences: [], trades: {} });
  });

  it('dust is taken over as long as the tolerance of a day lasts', async () => {
    const world = await live();
    for (let round = 0; round < 4; round += 1) {
      hold(world, 'USDT', 30_000_000n);
      await world.reconcile();
    }
    await turns();
    const healed = world.store.ledger.filter(({ memo }) => memo['classification'] === 'DUST');
    expect(healed).toHaveLength(3);
    expect(lastFound(world)).toMatchObject([{ classification: 'UNKNOWN_DEPOSIT', status: 'OPEN' }]);
    world.clock.advance(25 * 60 * MINUTE);
    await world.reconcile();
    await turns();
    expect(agrees(world)).toBe(true);
  });
});

describe('balances that moved as a trade would move them', () => {
  const BASE = ONE / 1000n;

  it('are waited for, and explained when the list tells the trade', async () => {
    const world = await live();
    await world.place({}, 'k1');
    world.venue.delivery = 'DROPPED';
    world.venue.trade(world.venue.orders[0]!, 40);
    const [untold] = world.venue.fills.splice(0, 1);
    const round = await world.reconcileNow();
    expect(round).toMatchObject({
      outcome: 'IN_FLIGHT',
      reconciled: true,
      differences: [
        { asset: 'BTC', classification: 'MISSING_FILL', status: 'PASSING', symbol: 'BTC/USDT' },
        { asset: 'USDT', classification: 'MISSING_FILL', status: 'PASSING' },
      ],
    });
    const [order] = world.store.orders();
    expect(round.differences[0]!.evidence).toMatchObject({
      looksLike: { side: 'BUY', orders: [order!.order_id] },
    });
    world.venue.fills.push(untold!);
    await world.advance(8_000);
    expect(world.store.orders()[0]).toMatchObject({ filled_lots: 40 });
    expect(agrees(world) && world.owned.reconciled).toBe(true);
    expect(told(world, 'AccountHalted')).toEqual([]);
  });

  it('are waited for with the fee that was charged in a third asset', async () => {
    const world = await live();
    hold(world, 'BTC', BASE);
    hold(world, 'USDT', -60n * ONE);
    hold(world, 'BNB', -ONE / 10_000n);
    const { outcome, differences } = await world.reconcileNow();
    expect(outcome).toBe('IN_FLIGHT');
    expect(differences.map(({ asset, status }) => [asset, status])).toEqual([
      ['BNB', 'PASSING'],
      ['BTC', 'PASSING'],
      ['USDT', 'PASSING'],
    ]);
    await world.advance(30_000);
    expect(world.owned.reconciled).toBe(true);
  });

  it('halt the account when no list tells the trade within a minute, and nobody is told to accept a transfer', async () => {
    const world = await live();
    hold(world, 'BTC', BASE);
    hold(world, 'USDT', -60n * ONE);
    await world.advance(70_000);
    expect(world.owned.reconciled).toBe(false);
    expect(lastFound(world)).toMatchObject([
      { classification: 'MISSING_FILL', status: 'OPEN' },
      { classification: 'MISSING_FILL', status: 'OPEN' },
    ]);
    const [halted] = told(world, 'AccountHalted');
    expect(halted!.payload['hint']).toContain('Do not accept it as a transfer');
  });
});

describe('rounds', () => {
  it('run one at a time: who asks while a sweep is under way gets that one, who demands gets the next', async () => {
    const world = await live();
    let under = 0;
    let most = 0;
    let asked = 0;
    const session = world.venue.session!;
    const openOrders = session.openOrders.bind(session);
    session.openOrders = async () => {
      asked += 1;
      under += 1;
      most = Math.max(most, under);
      const answer = await openOrders();
      under -= 1;
      return answer;
    };
    await Promise.all([world.reconcile(), world.reconcile(), world.reconcileNow(), world.reconcileNow()]);
    expect(most).toBe(1);
    expect(asked).toBe(3);
    expect(kept(world).filter(({ trigger }) => trigger === 'ON_DEMAND')).toHaveLength(2);
  });

  it('of a venue that does not answer are kept once, and once more when it is back', async () => {
    const world = await live();
    const session = world.venue.session!;
    const open = world.venue.open.bind(world.venue);
    world.venue.open = () => {
      throw new Error('the venue is away');
    };
    session.balances = () => Promise.reject(new Error('the venue is away'));
    await world.advance(30_000);
    expect(kept(world).map(({ outcome }) => outcome)).toEqual(['UNREACHABLE']);
    expect(world.owned.reconciled).toBe(false);
    world.venue.open = open;
    await world.advance(20_000);
    expect(kept(world).map(({ outcome }) => outcome)).toEqual(['UNREACHABLE', 'EQUAL']);
    expect(world.owned.reconciled).toBe(true);
  });

  it('that agree are kept once an hour', async () => {
    const world = await live();
    world.clock.advance(61 * MINUTE);
    await world.advance(60_000);
    expect(kept(world).map(({ outcome, trigger }) => [outcome, trigger])).toEqual([['EQUAL', 'SCHEDULE']]);
  });
});
