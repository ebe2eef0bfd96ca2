import { createApprovalAuthority, Instrument, ONE } from '@sextant/kernel';
import type { AccountId, OrderId, TenantId } from '@sextant/kernel';
import { fc } from '../../../../test/support/property.js';
import { AccountRisk } from './account-risk.js';
import { nextSwitch } from './kill-switch.js';
import type { KillMode, KillSwitch } from './kill-switch.js';
import { KillSwitches } from './kill-switches.js';
import type { OrderIntent, RiskFacts } from './order-intent.js';
import { parseRiskLimits } from './risk-limits.js';

const instrument = Instrument.load({
  venue: 'PAPER',
  symbol: 'BTC/USDT',
  tickSize: '0.01',
  stepSize: '0.00001',
  minPrice: '0.01',
  maxPrice: '1000000',
  minQuantity: '0.00001',
  maxQuantity: '9000',
  minNotional: '5',
  makerFeeRate: '0.001',
  takerFeeRate: '0.001',
});
const generous = {
  maxOrderNotional: '1000000000',
  maxPositionNotional: '1000000000',
  priceCollar: '0.05',
  maxOrdersPerSecond: 1_000_000,
  marketBuffer: '0.02',
};
const lot = 10n ** 13n;
const terms = { attempt: 1, epoch: 1, deadlineMs: 5_000 };

/** An account with a position, and the switch that is on for all of it. */
class World {
  readonly switches = new KillSwitches();
  positionLots = 0;
  readonly risk: AccountRisk;
  private orders = 0;
  private word: KillSwitch | undefined;

  constructor() {
    const subject = { tenantId: 'ten_1' as TenantId, accountId: 'acc_1' as AccountId, venue: 'PAPER' };
    this.risk = new AccountRisk(createApprovalAuthority().mint, () => parseRiskLimits(generous), null, {
      inForce: (of) => this.switches.inForce({ ...subject, ...of }),
      on: () => [...this.switches.on()],
      storedVersion: () => 0,
      report: () => undefined,
      onChange: () => () => undefined,
    });
  }

  turn(mode: KillMode | null): void {
    const scope = { kind: 'ALL', value: '' } as const;
    const order = { tenantId: 'ten_1' as TenantId, scope, mode, reason: 'drill', actor: 'user:1' };
    this.word = nextSwitch({ ...order, cancelOrders: false, traceId: null }, this.word, `k${this.orders}`, 1);
    this.switches.take(this.word);
  }

  get mode(): KillMode | null {
    return this.word?.mode ?? null;
  }

  intent(side: 'BUY' | 'SELL', lots: number | null, liquidates: string | null = null): OrderIntent {
    this.orders += 1;
    const orderId = `ord_${this.orders}` as OrderId;
    const quoteUnits = lots === null ? 100n * ONE : null;
    const what = { accountId: 'acc_1' as AccountId, orderId, instrument, symbol: 'BTC/USDT', side };
    return { ...what, lots, quoteUnits, priceTicks: null, strategy: null, liquidates };
  }

  approve(intent: OrderIntent) {
    return this.risk.approve(intent, this.facts(), terms);
  }

  mayLeave(intent: OrderIntent): boolean {
    return this.risk.heldBack(intent, BigInt(this.positionLots) * lot) === null;
  }

  facts(): RiskFacts {
    return {
      conditions: { leaseHeld: true, reconciled: true, clockSafe: true },
      market: { bidTicks: 5_999_999, askTicks: 6_000_001, markUnits: 60_000n * ONE, asOf: 0, stale: false },
      positionUnits: BigInt(this.positionLots) * lot,
      totalUnits: () => 10n ** 30n,
      now: 0,
      nowMs: 0,
    };
  }
}

const world = (mode: KillMode | null, positionLots = 0): World => {
  const made = new World();
  made.positionLots = positionLots;
  if (mode !== null) made.turn(mode);
  return made;
};

describe('the rule KILL_SWITCH', () => {
  it('is asked first, and says which switch it was', () => {
    const decision = world('HALT', 50).approve(world(null).intent('SELL', 10));
    expect(decision).toMatchObject({
      outcome: 'DENIED',
      failed: {
        rule: 'KILL_SWITCH',
        inputs: { mode: 'HALT', scope: { kind: 'ALL' }, reason: 'drill', since: 1 },
      },
    });
    expect(decision.verdicts[0]?.rule).toBe('KILL_SWITCH');
  });

  it.each([
    ['BUY', 1, false],
    ['SELL', 50, true],
    ['SELL', 51, false],
    ['SELL', null, false],
  ] as const)('REDUCE_ONLY with 50 lots held: %s %s passes: %s', (side, lots, passes) => {
    const at = world('REDUCE_ONLY', 50);
    expect(at.approve(at.intent(side, lots)).outcome === 'APPROVED').toBe(passes);
  });

  it('REDUCE_ONLY counts what is already being sold, and says what would pass', () => {
    const at = world('REDUCE_ONLY', 50);
    expect(at.approve(at.intent('SELL', 30)).outcome).toBe('APPROVED');
    expect(at.approve(at.intent('SELL', 21))).toMatchObject({
      failed: { value: '0.00051', limit: '0.0005' },
    });
    expect(at.approve(at.intent('SELL', 20)).outcome).toBe('APPROVED');
  });

  it('LIQUIDATE lets its own orders out and nobody else, and they too only close', () => {
    const at = world('LIQUIDATE', 50);
    expect(at.approve(at.intent('SELL', 10)).outcome).toBe('DENIED');
    expect(at.approve(at.intent('SELL', 50, 'ksw_1')).outcome).toBe('APPROVED');
    expect(at.approve(at.intent('SELL', 1, 'ksw_1')).outcome).toBe('DENIED');
    expect(at.approve(at.intent('BUY', 1, 'ksw_1')).outcome).toBe('DENIED');
  });

  it('keeps an order back that was approved just before it, and lets it go after the release', () => {
    const at = world(null, 50);
    const buy = at.intent('BUY', 10);
    expect([at.approve(buy).outcome, at.mayLeave(buy)]).toEqual(['APPROVED', true]);
    at.turn('REDUCE_ONLY');
    expect(at.mayLeave(buy)).toBe(false);
    at.turn(null);
    expect(at.mayLeave(buy)).toBe(true);
  });

  it('no sequence of switches, orders and fills lets a forbidden order out, or turns a position', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('SWITCH' as const),
        mode: fc.constantFrom<KillMode | null>('HALT', 'LIQUIDATE', 'REDUCE_ONLY', null),
      }),
      fc.record({
        kind: fc.constant('ORDER' as const),
        side: fc.constantFrom('BUY' as const, 'SELL' as const),
        lots: fc.integer({ min: 1, max: 60 }),
        ours: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('SEND' as const), at: fc.nat() }),
      fc.record({ kind: fc.constant('FILL' as const), at: fc.nat(), lots: fc.integer({ min: 1, max: 60 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const at = world(null, 40);
        const approved: OrderIntent[] = [];
        const sent: { intent: OrderIntent; open: number; under: KillMode | null }[] = [];
        for (const each of steps) {
          if (each.kind === 'SWITCH') at.turn(each.mode);
          if (each.kind === 'ORDER') {
            const intent = at.intent(each.side, each.lots, each.ours ? 'ksw_1' : null);
            if (at.approve(intent).outcome === 'APPROVED') approved.push(intent);
          }
          if (each.kind === 'SEND' && approved.length > 0) {
            const [intent] = approved.splice(each.at % approved.length, 1);
            if (!at.mayLeave(intent!)) {
              at.risk.release(intent!.orderId);
              continue;
            }
            expect(at.mode).not.toBe('HALT');
            if (at.mode === 'LIQUIDATE') expect(intent!.liquidates).not.toBeNull();
            if (at.mode !== null) expect(intent!.side).toBe(at.positionLots > 0 ? 'SELL' : 'BUY');
            sent.push({ intent: intent!, open: intent!.lots!, under: at.mode });
          }
          if (each.kind === 'FILL' && sent.length > 0) {
            const order = sent[each.at % sent.length]!;
            const lots = Math.min(order.open, each.lots);
            order.open -= lots;
            const before = at.positionLots;
            at.positionLots += order.intent.side === 'BUY' ? lots : -lots;
            // As long as nothing is alive that left while no switch was on.
            if (order.under !== null && sent.every(({ under, open }) => under !== null || open === 0)) {
              expect(Math.sign(at.positionLots) * Math.sign(before)).toBeGreaterThanOrEqual(0);
              expect(Math.abs(at.positionLots)).toBeLessThanOrEqual(Math.abs(before));
            }
            hold(at, order);
          }
        }
      }),
    );
  });
});

/** What the owner of the account does after a fill: the claim is what is still open. */
function hold(at: World, { intent, open }: { intent: OrderIntent; open: number }): void {
  if (open === 0) {
    at.risk.release(intent.orderId);
    return;
  }
  const { symbol, side, orderId } = intent;
  at.risk.hold(orderId, { symbol, side, asset: 'BTC', reservedUnits: 0n, openBaseUnits: BigInt(open) * lot });
}
