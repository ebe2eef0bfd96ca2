import type { Approval, ApprovalMint, OrderId, Side } from '@sextant/kernel';
import { noSwitches } from './account-switches.js';
import type { AccountSwitches } from './account-switches.js';
import { judgeKillSwitch } from './kill-switch-rule.js';
import type { KillSwitch } from './kill-switch.js';
import { OrderRate } from './order-rate.js';
import type { OrderIntent, RiskFacts } from './order-intent.js';
import type { OwnLimits, RiskLimits } from './risk-limits.js';
import { baseUnits, claimOf, preTradeRules } from './rules.js';
import type { Claims } from './rules.js';
import type { ReservationClaim, Verdict } from './verdict.js';

/** What a live order still claims. */
export interface OpenClaim {
  symbol: string;
  side: Side;
  asset: string;
  /** 10^-18 of `asset` */
  reservedUnits: bigint;
  /** Base that may still be traded, 10^-18. */
  openBaseUnits: bigint;
}

/** One attempt that wants an approval. */
export interface AttemptTerms {
  attempt: number;
  epoch: number;
  /** `Clock.monotonicMs()` after which nothing may be sent. */
  deadlineMs: number;
}

/** The same for an order that waits here for its trigger: nothing is approved, so nothing can be sent. */
export type ReserveDecision =
  | { outcome: 'RESERVED'; reservation: ReservationClaim; verdicts: readonly Verdict[] }
  | { outcome: 'DENIED'; failed: Verdict; verdicts: readonly Verdict[] };

export type RiskDecision =
  | { outcome: 'APPROVED'; approval: Approval; reservation: ReservationClaim; verdicts: readonly Verdict[] }
  | { outcome: 'DENIED'; failed: Verdict; verdicts: readonly Verdict[] };

/**
 * Risk state of one account in the process that owns it: limits, live claims, order rate. Check and reservation are
 * one synchronous step, so two orders never pass on the same money.
 */
export class AccountRisk {
  private readonly claims = new Map<OrderId, OpenClaim>();
  private readonly locked = new Map<string, bigint>();
  private readonly openBase = new Map<string, bigint>();
  private readonly rate = new OrderRate();

  constructor(
    private readonly mint: ApprovalMint,
    private readonly defaults: () => RiskLimits,
    private own: OwnLimits | null = null,
    /** The kill switches that are on. */
    readonly switches: AccountSwitches = noSwitches,
  ) {}

  /** The account's own limits, else the configured ones. */
  get limits(): RiskLimits {
    return this.own?.limits ?? this.defaults();
  }

  /** 0 while the account has no limits of its own. */
  get limitsVersion(): number {
    return this.own?.version ?? 0;
  }

  changeLimits(own: OwnLimits): void {
    this.own = own;
  }

  /** Σ reservations of live orders, 10^-18. */
  lockedUnits(asset: string): bigint {
    return this.locked.get(asset) ?? 0n;
  }

  /** Every rule's verdict on an order, without any effect. */
  preview(intent: OrderIntent, facts: RiskFacts): { verdicts: Verdict[]; reservation: ReservationClaim } {
    const { limits } = this;
    const reservation = claimOf(intent, facts, limits, this.openBaseUnits(intent));
    const claims = this.claimsBeside(intent, reservation.asset, facts);
    const input = { intent, facts, limits, reservation, claims, killSwitch: this.switchFor(intent) };
    return { verdicts: preTradeRules.map((rule) => rule(input)), reservation };
  }

  /** Checks a new order; when it passes, its claim is held from here on and the attempt is approved. */
  approve(intent: OrderIntent, facts: RiskFacts, terms: AttemptTerms): RiskDecision {
    const decision = this.decide(intent, facts, terms);
    if (decision.outcome === 'APPROVED') this.claim(intent, decision.reservation, facts);
    return decision;
  }

  /** Checks an order that is to wait here; when it passes, its claim is held and nothing is approved. */
  reserve(intent: OrderIntent, facts: RiskFacts): ReserveDecision {
    const { verdicts, reservation } = this.preview(intent, facts);
    const failed = verdicts.find((verdict) => !verdict.passed);
    if (failed !== undefined) return { outcome: 'DENIED', failed, verdicts };
    this.claim(intent, reservation, facts);
    return { outcome: 'RESERVED', reservation, verdicts };
  }

  /** Checks an order that is to be sent again. Its claim stays held whatever the answer. */
  approveAgain(intent: OrderIntent, facts: RiskFacts, terms: AttemptTerms): RiskDecision {
    const own = this.claims.get(intent.orderId);
    this.release(intent.orderId);
    const decision = this.decide(intent, facts, terms);
    if (own !== undefined) this.hold(intent.orderId, own);
    if (decision.outcome === 'APPROVED') this.rate.record(facts.nowMs);
    return decision;
  }

  /**
   * Checks new terms of a live order in the place of its old ones. When they pass, it claims the larger of the two until
   * its owner says which are in force.
   */
  amend(intent: OrderIntent, facts: RiskFacts): ReserveDecision {
    const own = this.claims.get(intent.orderId);
    this.release(intent.orderId);
    const { verdicts, reservation } = this.preview(intent, facts);
    const failed = verdicts.find((verdict) => !verdict.passed);
    if (failed === undefined) {
      this.claim(intent, reservation, facts);
      this.holdAtLeast(intent.orderId, own);
      return { outcome: 'RESERVED', reservation, verdicts };
    }
    if (own !== undefined) this.hold(intent.orderId, own);
    return { outcome: 'DENIED', failed, verdicts };
  }

  /** Approves one call that changes a live order at the venue; `amend` has passed its terms. `lots` is the new total. */
  approveAmendment(intent: OrderIntent, lots: number, terms: AttemptTerms): Approval {
    return this.minted({ ...intent, lots }, terms);
  }

  /** Takes over what a live order claims: after a fill, or when the account's state is built. */
  hold(orderId: OrderId, claim: OpenClaim): void {
    this.release(orderId);
    this.claims.set(orderId, claim);
    this.add(claim, 1n);
  }

  /** The order ended, or never came to be. */
  release(orderId: OrderId): void {
    const claim = this.claims.get(orderId);
    if (claim === undefined) return;
    this.claims.delete(orderId);
    this.add(claim, -1n);
  }

  /** The switch that keeps back an order which was approved. Asked just before bytes leave. */
  heldBack(intent: OrderIntent, positionUnits: bigint): KillSwitch | null {
    const killSwitch = this.switchFor(intent);
    if (killSwitch === null) return null;
    const open = this.openBaseUnits(intent);
    const openBaseUnits = open - (this.claims.get(intent.orderId)?.openBaseUnits ?? 0n);
    return judgeKillSwitch({ intent, positionUnits, openBaseUnits, killSwitch }).passed ? null : killSwitch;
  }

  private switchFor({ symbol, strategy = null }: OrderIntent): KillSwitch | null {
    return this.switches.inForce({ symbol, strategy });
  }

  private claim(intent: OrderIntent, reservation: ReservationClaim, facts: RiskFacts): void {
    this.rate.record(facts.nowMs);
    this.hold(intent.orderId, {
      symbol: intent.symbol,
      side: intent.side,
      asset: reservation.asset,
      reservedUnits: reservation.units,
      openBaseUnits: baseUnits(intent, facts.market),
    });
  }

  private decide(intent: OrderIntent, facts: RiskFacts, terms: AttemptTerms): RiskDecision {
    const { verdicts, reservation } = this.preview(intent, facts);
    const failed = verdicts.find((verdict) => !verdict.passed);
    if (failed !== undefined) return { outcome: 'DENIED', failed, verdicts };
    return { outcome: 'APPROVED', approval: this.minted(intent, terms), reservation, verdicts };
  }

  private minted(intent: OrderIntent, terms: AttemptTerms): Approval {
    const { accountId, orderId, symbol, side, lots, quoteUnits, priceTicks, stopTicks = null } = intent;
    const approved = { accountId, orderId, symbol, side, lots, quoteUnits, priceTicks, stopTicks };
    return this.mint.mint({ ...approved, ...terms });
  }

  private holdAtLeast(orderId: OrderId, least: OpenClaim | undefined): void {
    const now = this.claims.get(orderId);
    if (least === undefined || now === undefined) return;
    const larger = (a: bigint, b: bigint) => (a > b ? a : b);
    const reservedUnits = larger(now.reservedUnits, least.reservedUnits);
    this.hold(orderId, {
      ...now,
      reservedUnits,
      openBaseUnits: larger(now.openBaseUnits, least.openBaseUnits),
    });
  }

  private claimsBeside(intent: OrderIntent, asset: string, facts: RiskFacts): Claims {
    return {
      openBaseUnits: this.openBaseUnits(intent),
      lockedUnits: this.lockedUnits(asset),
      ordersLastSecond: this.rate.count(facts.nowMs),
    };
  }

  private openBaseUnits({ symbol, side }: Pick<OrderIntent, 'symbol' | 'side'>): bigint {
    return this.openBase.get(`${symbol} ${side}`) ?? 0n;
  }

  private add(claim: OpenClaim, sign: 1n | -1n): void {
    const key = `${claim.symbol} ${claim.side}`;
    this.locked.set(claim.asset, this.lockedUnits(claim.asset) + sign * claim.reservedUnits);
    this.openBase.set(key, (this.openBase.get(key) ?? 0n) + sign * claim.openBaseUnits);
  }
}
