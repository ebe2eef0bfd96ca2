import { DomainError, formatScaled } from '@sextant/kernel';
import type { Instrument, OrderId, Side } from '@sextant/kernel';
import { covers } from '@sextant/risk';
import type { KillSwitch, LiquidationState, OrderIntent } from '@sextant/risk';
import { isTerminal } from '../../domain/order-status.js';
import type { CancelLiveOrder } from '../submission/cancel-live-order.js';
import { closingLots, closingOrderId, closingRequest, isDust } from './closing-order.js';
import { cancelAll, coveredOrders } from '../waiting/covered-orders.js';
import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import type { SubmitOrder } from '../submission/submit-order.js';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;
/** How often a flat account is looked at again: a fill may have been late. */
const FLAT_PAUSE_MS = 5_000;
const WAIT_MS = 3_000;
/** Rounds in a row that came no further, before a person is called. It goes on trying all the same. */
const PATIENCE_ROUNDS = 5;

/** Something that can be closed: a position of the account, or a strategy's part of it. */
interface Holding {
  symbol: string;
  units: bigint;
}

/**
 * Closes what a LIQUIDATE switch covers, by market orders on the ordinary path: cancel, sell what is free, look again, until
 * it is flat or the switch is released. The id of each order follows from the switch, so that a process that takes over
 * goes on where another one stopped and sells nothing twice.
 */
export class LiquidatePositions {
  private readonly numbers = new Map<string, number>();
  private told: LiquidationState | null = null;
  private obstacle: string | null = null;
  private isWorkDone = false;
  private idleRounds = 0;

  constructor(
    private readonly word: KillSwitch,
    private readonly account: OwnedAccount,
    private readonly inbox: OrderInbox,
    private readonly cancelOrder: CancelLiveOrder,
    private readonly submitOrder: SubmitOrder,
    private readonly tools: ExecutionTools,
  ) {}

  /** Until the switch is released, or the account is given up. Never rejects. */
  async run(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (this.isOn()) {
      const before = this.situation();
      this.obstacle = null;
      await this.round().catch((error: Error) => {
        this.obstacle = error instanceof DomainError ? `${error.code}: ${error.message}` : error.message;
      });
      if (!this.isOn()) return;
      const isFurther = this.situation() !== before;
      this.idleRounds = isFurther || this.isFlat() ? 0 : this.idleRounds + 1;
      this.tell();
      pauseMs = isFurther ? FIRST_PAUSE_MS : Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      await this.tools.timers.sleep(this.isFlat() ? FLAT_PAUSE_MS : pauseMs);
    }
  }

  private async round(): Promise<void> {
    const live = coveredOrders(this.word, this.account);
    if (live.length > 0) {
      this.isWorkDone = true;
      this.report('CANCELING');
      await cancelAll(live, this.word, this.cancelOrder);
    }
    for (const holding of this.holdings()) {
      if (this.isOn()) await this.close(holding);
    }
  }

  /** One market order, when none of its kind is on its way and nothing else still sells the same. */
  private async close({ symbol, units }: Holding): Promise<void> {
    const { account, tools } = this;
    const instrument = tools.markets.instrument(symbol);
    const size = closingLots(instrument, this.room(symbol, units));
    if (size === null) {
      const isOver = isDust(instrument, units, account.market(symbol));
      if (!isOver) this.obstacle = `${symbol}: nothing is free to be sold, or no order may be large enough`;
      return;
    }
    const clientOrderId = await this.nextId(symbol);
    if (clientOrderId === null || this.isDenied(symbol, instrument, size)) return;
    this.isWorkDone = true;
    this.report('CLOSING');
    const { switchId, traceId } = this.word;
    account.liquidations.set(clientOrderId, switchId);
    await this.submitOrder.submit({
      request: closingRequest(instrument, size, clientOrderId, this.strategy),
      once: { bodyHash: clientOrderId, route: 'LIQUIDATE', key: null },
      caller: { tenantId: account.row.tenant_id, actor: `kill-switch:${switchId}`, traceId },
      waitMs: WAIT_MS,
    });
  }

  /** Asked without effect: what would be denied leaves no row each time that it is tried. */
  private isDenied(symbol: string, instrument: Instrument, size: { side: Side; lots: number }): boolean {
    const { account, strategy } = this;
    const { accountId } = account.lease;
    const what = { instrument, symbol, ...size, quoteUnits: null, priceTicks: null, strategy };
    const orderId = 'ord_liquidation' as OrderId;
    const intent: OrderIntent = { accountId, orderId, ...what, liquidates: this.word.switchId };
    const { verdicts } = account.risk.preview(intent, account.facts(symbol, account.market(symbol)));
    // A market that nobody follows yet is followed by placing an order in it.
    const failed = verdicts.find(({ passed, rule }) => !passed && rule !== 'MARKET_STALE');
    if (failed !== undefined) this.obstacle = `${symbol}: ${failed.rule}`;
    return failed !== undefined;
  }

  private room(symbol: string, positionUnits: bigint) {
    const { account, tools } = this;
    const { base } = tools.markets.instrument(symbol);
    const freeBaseUnits = account.portfolio.totalUnits(base) - account.risk.lockedUnits(base);
    const maxNotionalUnits = account.risk.limits.maxOrderNotionalUnits;
    return { positionUnits, freeBaseUnits, market: account.market(symbol), maxNotionalUnits };
  }

  /** The first id that no order has; null while the order of the last one lives. */
  private async nextId(symbol: string): Promise<string | null> {
    const { account, tools } = this;
    const accountId = account.row.account_id;
    for (let number = this.numbers.get(symbol) ?? 0; ; number += 1) {
      this.numbers.set(symbol, number);
      const id = closingOrderId(this.word.switchId, accountId, symbol, number);
      const known =
        account.orders.byClientOrderId(id)?.order.snapshot ??
        (await tools.archive.byVenueIds(accountId, { clientOrderId: id, venueOrderId: '', symbol }))?.order;
      if (known === undefined) return id;
      account.liquidations.set(id, this.word.switchId);
      if (known.needsAttention) this.obstacle = `${symbol}: order ${known.orderId} needs attention`;
      if (!isTerminal(known.status)) return null;
    }
  }

  private get strategy(): string | null {
    const { kind, value } = this.word.scope;
    return kind === 'STRATEGY' ? value : null;
  }

  private holdings(): Holding[] {
    const { portfolio, row } = this.account;
    const { tenant_id: tenantId, account_id: accountId, venue } = row;
    const { strategy } = this;
    return portfolio
      .positions()
      .filter(({ symbol }) => covers(this.word, { tenantId, accountId, venue, symbol, strategy }))
      .map(({ symbol, signedUnits }) => {
        const part =
          strategy === null ? signedUnits : portfolio.strategyPosition(symbol, strategy).signedUnits;
        return { symbol, units: part };
      })
      .filter(({ units }) => units !== 0n);
  }

  /** Nothing lives any more, and what is held is less than the venue would take. */
  private isFlat(): boolean {
    if (coveredOrders(this.word, this.account).length > 0 || this.closing().length > 0) return false;
    return this.holdings().every(({ symbol, units }) =>
      isDust(this.tools.markets.instrument(symbol), units, this.account.market(symbol)),
    );
  }

  private closing() {
    const { orders, liquidations } = this.account;
    return orders.all().filter(({ order: { snapshot } }) => liquidations.has(snapshot.clientOrderId));
  }

  /** Equal before and after a round: it came no further. */
  private situation(): string {
    const held = this.holdings().map(({ symbol, units }) => `${symbol} ${units}`);
    const live = coveredOrders(this.word, this.account).length;
    return [...held, live, ...this.closing().map(({ order }) => order.snapshot.version)].join('|');
  }

  private isOn(): boolean {
    const { closed, risk } = this.account;
    return !closed && risk.switches.on().some(({ switchId }) => switchId === this.word.switchId);
  }

  private tell(): void {
    const stuck = this.idleRounds >= PATIENCE_ROUNDS;
    const state = this.isFlat() ? 'FLAT' : stuck ? 'NEEDS_PERSON' : 'CLOSING';
    this.report(state);
    if (state === this.told || state === 'CLOSING') return;
    this.told = state;
    const { accountId, switchId, remaining, detail } = this.progress(state);
    if (state === 'NEEDS_PERSON') {
      this.tools.log.error('A liquidation does not get on alone', { accountId, switchId, remaining, detail });
    }
    if (state === 'FLAT' && !this.isWorkDone) return;
    const payload = { switchId, accountId, outcome: state, remaining, detail };
    const { traceId } = this.word;
    this.inbox.push({
      kind: 'PLAN',
      plan: (occurredAt) => ({
        rows: [],
        ledger: [],
        events: [
          { type: 'LiquidationEnded', payload, occurredAt, actor: `kill-switch:${switchId}`, traceId },
        ],
      }),
    });
  }

  private report(state: LiquidationState): void {
    this.account.risk.switches.report(this.progress(state));
  }

  private progress(state: LiquidationState) {
    return {
      switchId: this.word.switchId,
      tenantId: this.account.row.tenant_id,
      accountId: this.account.row.account_id,
      state,
      remaining: this.holdings().map(({ symbol, units }) => ({ symbol, quantity: formatScaled(units) })),
      liveOrders: coveredOrders(this.word, this.account).length,
      closingOrders: [...this.account.liquidations.values()].filter((id) => id === this.word.switchId).length,
      detail: this.obstacle,
    };
  }
}
