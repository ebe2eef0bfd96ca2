import type { Cancel } from '@sextant/platform';
import { write } from '@sextant/platform';
import { cancelCountdowns, countdownView, secondsAtVenue } from './cancel-countdown.js';
import type { CancelCountdownRow, CountdownView } from './cancel-countdown.js';
import type { Cause } from '../account/arrival.js';
import type { CancelLiveOrders } from '../submission/cancel-live-orders.js';
import type { CancelAllAfterPayload } from '../account/commands-of-account.js';
import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import type { VenueLink } from '../venue/venue-link.js';

/** A venue that did not take our word is told again. */
const VENUE_AGAIN_MS = 5_000;
const WAIT_MS = 1_000;
const ACTOR = 'cancel-all-after';

/**
 * Cancels all orders of an account when its time is over. The deadline is stored before it is answered, and whoever owns
 * the account counts on from there; what ran out while nobody did is done at the start. The venue counts beside it where it can.
 */
export class DeadMansSwitch {
  private row: CancelCountdownRow | null = null;
  private started = false;
  private stopTimer: Cancel = () => undefined;
  private stopVenueTimer: Cancel = () => undefined;

  constructor(
    private readonly account: OwnedAccount,
    private readonly link: VenueLink,
    private readonly inbox: OrderInbox,
    private readonly cancelAll: CancelLiveOrders,
    private readonly tools: ExecutionTools,
  ) {}

  async load(): Promise<void> {
    this.row = await this.tools.archive.cancelCountdown(this.account.row.account_id);
  }

  start(): void {
    this.started = true;
    this.follow();
    const { row } = this;
    if (row !== null && row.at_venue && row.state !== 'ARMED') void this.tellVenue(row);
  }

  stop(): void {
    this.started = false;
    this.stopTimer();
    this.stopVenueTimer();
  }

  /** Arms it anew, or disarms it with 0 seconds. Durable when it resolves. @throws DomainError ACCOUNT_SESSION_CLOSED */
  async set({ seconds, keepProtective, caller }: CancelAllAfterPayload): Promise<CountdownView> {
    const now = this.tools.clock.now();
    const atVenue = seconds > 0 && secondsAtVenue(this.link.traits, seconds, keepProtective) !== null;
    const counted = this.row?.at_venue ?? false;
    const row: CancelCountdownRow = {
      account_id: this.account.row.account_id,
      state: seconds === 0 ? 'DISARMED' : 'ARMED',
      seconds,
      keep_protective: keepProtective,
      // Until the venue has taken it back it may still count.
      at_venue: atVenue || counted,
      armed_at: now,
      expires_at: now + seconds * 1_000,
      actor: caller.actor,
    };
    const type = seconds === 0 ? 'CancelAllAfterDisarmed' : 'CancelAllAfterArmed';
    await this.inbox.pushAndWait({ kind: 'PLAN', plan: () => this.plan(row, type, caller) });
    this.row = row;
    this.follow();
    if (atVenue || counted) void this.tellVenue(row);
    return countdownView(row.account_id, { ...row, at_venue: atVenue });
  }

  private follow(): void {
    this.stopTimer();
    const { row, tools } = this;
    if (!this.started || row?.state !== 'ARMED') return;
    const delayMs = Math.max(0, row.expires_at - tools.clock.now());
    this.stopTimer = tools.timers.setTimer(delayMs, () => void this.expire(row));
  }

  /** The word that it is over, and that the orders are to be cancelled, are one commit; the cancellations go out at once. */
  private async expire(row: CancelCountdownRow): Promise<void> {
    if (this.row !== row || this.account.closed) return;
    const over: CancelCountdownRow = { ...row, state: 'EXPIRED' };
    this.row = over;
    const cause = { actor: ACTOR, traceId: null };
    const { account_id: accountId, tenant_id: tenantId } = this.account.row;
    this.tools.log.warn('Nobody asked for more time: all orders are cancelled', { accountId });
    this.inbox.push({ kind: 'PLAN', plan: () => this.plan(over, 'CancelAllAfterExpired', cause) });
    const once = { route: ACTOR, key: null, bodyHash: '' };
    const what = { symbol: null, keepProtective: row.keep_protective };
    // A session that ends meanwhile leaves it to whoever owns the account next.
    await this.cancelAll
      .run({ ...what, once, caller: { ...cause, tenantId }, waitMs: WAIT_MS })
      .catch(() => undefined);
    if (over.at_venue) void this.tellVenue(over);
  }

  /** Until it has said yes, the last word has changed, or its own countdown would be over. */
  private async tellVenue(row: CancelCountdownRow): Promise<void> {
    this.stopVenueTimer();
    const { state, expires_at, keep_protective } = row;
    const leftS = Math.ceil((expires_at - this.tools.clock.now()) / 1_000);
    const wanted =
      state === 'ARMED' ? secondsAtVenue(this.link.traits, Math.max(1, leftS), keep_protective) : null;
    const answer = await this.link.call(async (session) => {
      if (session.cancelAllAfter !== undefined) return session.cancelAllAfter(wanted ?? 0);
      return { outcome: 'CONFIRMED', value: null, evidence: { kind: 'NOT_SENT', detail: {}, at: 0 } };
    });
    if (this.row !== row || this.account.closed) return;
    if (answer.outcome === 'CONFIRMED') {
      if (wanted === null && row.at_venue) this.forgetVenue(row);
      return;
    }
    const { code, detail } = answer.reason;
    this.tools.log.warn('The venue did not take the countdown', { code, detail });
    this.stopVenueTimer = this.tools.timers.setTimer(VENUE_AGAIN_MS, () => {
      if (this.row === row && this.started) void this.tellVenue(row);
    });
  }

  private forgetVenue(row: CancelCountdownRow): void {
    this.row = { ...row, at_venue: false };
    const { row: next } = this;
    this.inbox.push({
      kind: 'PLAN',
      plan: () => this.plan(next, 'CancelAllAfterLeftVenue', { actor: ACTOR, traceId: null }),
    });
    this.follow();
  }

  private plan(row: CancelCountdownRow, type: string, { actor, traceId }: Cause) {
    const { account_id: accountId, seconds, keep_protective: keepProtective, expires_at: expiresAt } = row;
    const payload = { accountId, seconds, keepProtective, expiresAt };
    const occurredAt = this.tools.clock.now();
    const events = [{ type, payload, occurredAt, actor, traceId }];
    return { rows: [write(cancelCountdowns, row)], events, ledger: [] };
  }
}
