import type { AccountId, Clock } from '@sextant/kernel';
import { Channel } from '@sextant/platform';
import type { DisplayedChange, MarketTrade } from '../domain/market-view.js';
import type { VenueAccount } from '../domain/venue-account.js';
import { applyToOrder } from '../domain/venue-entry.js';
import type { VenueEntry } from '../domain/venue-entry.js';
import { SessionReplaced } from '../domain/venue-journal.js';
import type { JournalRow, OpenedJournal, VenueJournal } from '../domain/venue-journal.js';
import type { ReportedFill, VenueOrderRecord, VenuePlacement } from '../domain/venue-orders.js';
import type { VenueRefusalName } from '../domain/venue-refusal.js';
import { fillsOf, reportsOf } from './venue-events.js';
import type { VenueReport } from './venue-events.js';

/** Entries between two snapshots, at least; more while many orders are open, so that the cost stays in proportion. */
const SNAPSHOT_EVERY = 1_000;
const ENTRIES_PER_OPEN_ORDER = 4;
const ROWS_PER_READ = 500;

export type VenueAnswer =
  | { kind: 'ACCEPTED'; order: VenueOrderRecord }
  | { kind: 'REFUSED'; refusal: VenueRefusalName }
  /** `stillWanted` said no before the exchange decided. */
  | { kind: 'WITHDRAWN' };

/**
 * One account, open at the exchange. What it answers and reports is in the journal before. When the journal does
 * not answer, what was not acknowledged is forgotten and the state is read again; when another session was opened,
 * this one ends.
 */
export class VenueSession {
  readonly reports = new Channel<VenueReport>();
  private state: 'OPEN' | 'LOST' | 'ENDED' = 'OPEN';
  private account: VenueAccount;
  private session: number;
  /** Places of the last entry decided, and of the last one that was reported. */
  private seq: number;
  private told: number;
  private sinceSnapshot = 0;
  private lastAppend: Promise<void> = Promise.resolve();
  private recovering: Promise<void> | null = null;

  constructor(
    readonly accountId: AccountId,
    private readonly journal: VenueJournal,
    private readonly clock: Clock,
    private readonly freshAccount: () => VenueAccount,
    opened: OpenedJournal,
  ) {
    this.account = freshAccount();
    this.session = opened.session;
    this.seq = opened.seq;
    this.told = opened.seq;
    this.rebuild(opened);
  }

  /** Of two sessions of an account, the one with the higher number is the newer. */
  get number(): number {
    return this.session;
  }

  /** @throws SessionReplaced, JournalLost */
  async place(placement: VenuePlacement, stillWanted: () => boolean = () => true): Promise<VenueAnswer> {
    await this.ready();
    if (!stillWanted()) return { kind: 'WITHDRAWN' };
    let decision = this.account.place(placement, this.clock.now());
    if (
      decision.kind === 'REFUSED' &&
      decision.refusal === 'INSUFFICIENT_BALANCE' &&
      (await this.bookDeposits())
    ) {
      await this.ready();
      if (!stillWanted()) return { kind: 'WITHDRAWN' };
      decision = this.account.place(placement, this.clock.now());
    }
    return decision.kind === 'REFUSED' ? decision : this.accept(placement.clientOrderId, decision.entry);
  }

  /** @throws SessionReplaced, JournalLost */
  async cancel(clientOrderId: string, symbol: string): Promise<VenueAnswer> {
    await this.ready();
    const decision = this.account.cancel(clientOrderId, symbol, this.clock.now());
    return decision.kind === 'REFUSED' ? decision : this.accept(clientOrderId, decision.entry);
  }

  /** Open and closed orders; null when the account never placed one of that id. */
  async order(clientOrderId: string): Promise<VenueOrderRecord | null> {
    await this.settled();
    const known = this.account.order(clientOrderId);
    if (known !== null) return { ...known };
    if (!this.account.wasUsed(clientOrderId)) return null;
    return this.foldOrder(await this.journal.ofOrder(this.accountId, clientOrderId));
  }

  async openOrders(): Promise<VenueOrderRecord[]> {
    await this.settled();
    return this.account.openOrders().map((order) => ({ ...order }));
  }

  async balances(): Promise<{ asset: string; freeUnits: bigint; lockedUnits: bigint }[]> {
    await this.bookDeposits();
    await this.settled();
    return this.account.assets();
  }

  /** Fills above a place of the journal; without fills, the cursor is its end. */
  async fillsAfter(cursor: number): Promise<{ fills: ReportedFill[]; cursor: number }> {
    await this.settled();
    const fills: ReportedFill[] = [];
    let at = cursor;
    for (;;) {
      const rows = await this.journal.after(this.accountId, at, ROWS_PER_READ);
      for (const row of rows) fills.push(...(await this.fillsIn(row.entry)));
      at = rows.at(-1)?.seq ?? at;
      if (fills.length > 0 || rows.length < ROWS_PER_READ) return { fills, cursor: at };
    }
  }

  /** Books what was deposited, here or by another process. @returns whether there was anything. */
  async bookDeposits(): Promise<boolean> {
    await this.ready();
    const pending = await this.journal.pendingDeposits(this.accountId);
    const entries = pending.flatMap((deposit) => this.account.deposit(deposit) ?? []);
    await Promise.all(entries.map((entry) => this.append(entry)));
    return entries.length > 0;
  }

  onChange(change: DisplayedChange): void {
    if (this.state !== 'OPEN') return;
    this.appendUnasked(this.account.onChange(change, this.clock.now()));
  }

  onTrade(trade: MarketTrade): void {
    if (this.state !== 'OPEN') return;
    this.appendUnasked(this.account.onTrade(trade, this.clock.now()));
  }

  /** Ends the session when what it decided is durable. */
  async close(): Promise<void> {
    await this.lastAppend.catch(() => undefined);
    // A snapshot only saves the next start some reading.
    if (this.state === 'OPEN' && this.sinceSnapshot > 0) await this.keepSnapshot().catch(() => undefined);
    this.end();
  }

  /** Another session took its place: nothing more is decided here. */
  end(): void {
    this.state = 'ENDED';
    this.account.letGo();
  }

  private async accept(clientOrderId: string, entry: VenueEntry): Promise<VenueAnswer> {
    const order = { ...(this.account.order(clientOrderId) as VenueOrderRecord) };
    await this.append(entry);
    return { kind: 'ACCEPTED', order };
  }

  private appendUnasked(entries: readonly VenueEntry[]): void {
    // A failure shows in `state`; the next call recovers.
    for (const entry of entries) this.append(entry).catch(() => undefined);
  }

  private append(entry: VenueEntry): Promise<void> {
    this.seq += 1;
    const { seq, session } = this;
    const reports = this.reportsFor(entry);
    this.lastAppend = this.journal.append({ accountId: this.accountId, session, seq, entry }).then(
      () => this.tell(seq, reports),
      (error: unknown) => this.fail(session, error),
    );
    this.sinceSnapshot += 1;
    const due = Math.max(SNAPSHOT_EVERY, this.account.openCount * ENTRIES_PER_OPEN_ORDER);
    if (this.sinceSnapshot >= due) this.lastAppend.then(() => this.keepSnapshot()).catch(() => undefined);
    return this.lastAppend;
  }

  private reportsFor(entry: VenueEntry): VenueReport[] {
    if (entry.kind === 'DEPOSITED') return [];
    const id = entry.kind === 'PLACED' ? entry.placement.clientOrderId : entry.clientOrderId;
    const order = this.account.order(id) as VenueOrderRecord;
    return reportsOf(entry, order, this.account.instrumentOf(order.symbol));
  }

  private tell(seq: number, reports: readonly VenueReport[]): void {
    this.told = seq;
    for (const report of reports) this.reports.publish(report);
  }

  private fail(session: number, error: unknown): never {
    if (session === this.session && this.state === 'OPEN') {
      if (error instanceof SessionReplaced) this.end();
      else this.state = 'LOST';
    }
    throw error;
  }

  private async ready(): Promise<void> {
    if (this.state === 'ENDED') throw new SessionReplaced(this.accountId);
    if (this.state === 'OPEN') return;
    this.recovering ??= this.recover().finally(() => (this.recovering = null));
    await this.recovering;
  }

  private async recover(): Promise<void> {
    let opened: OpenedJournal;
    try {
      opened = await this.journal.open(this.accountId, this.session);
    } catch (error) {
      if (error instanceof SessionReplaced) this.end();
      throw error;
    }
    this.account.letGo();
    this.account = this.freshAccount();
    this.session = opened.session;
    this.seq = opened.seq;
    this.lastAppend = Promise.resolve();
    this.state = 'OPEN';
    this.rebuild(opened);
  }

  /** Applies the journal, and reports what is in it but was never told. */
  private rebuild(opened: OpenedJournal): void {
    this.account.remember(opened.earlierIds);
    if (opened.snapshot !== null) this.account.restore(opened.snapshot.state);
    this.sinceSnapshot = opened.rows.length;
    for (const { seq, entry } of opened.rows) {
      this.account.apply(entry);
      if (seq > this.told) this.tell(seq, this.reportsFor(entry));
    }
    this.appendUnasked(this.account.rejoin(this.clock.now()));
  }

  private async settled(): Promise<void> {
    await this.ready();
    await this.lastAppend;
  }

  private async keepSnapshot(): Promise<void> {
    const { seq, session } = this;
    this.sinceSnapshot = 0;
    const state = this.account.snapshot();
    await this.lastAppend;
    await this.journal.keepSnapshot(this.accountId, session, seq, state);
  }

  private async fillsIn(entry: VenueEntry): Promise<ReportedFill[]> {
    if (entry.kind === 'DEPOSITED' || entry.kind === 'CANCELED' || entry.fills.length === 0) return [];
    const id = entry.kind === 'PLACED' ? entry.placement.clientOrderId : entry.clientOrderId;
    const order = this.account.order(id) ?? this.foldOrder(await this.journal.ofOrder(this.accountId, id));
    return order === null ? [] : fillsOf(entry, { ...order }, this.account.instrumentOf(order.symbol));
  }

  private foldOrder(rows: readonly JournalRow[]): VenueOrderRecord | null {
    let order: VenueOrderRecord | null = null;
    for (const { entry } of rows) {
      if (entry.kind === 'DEPOSITED') continue;
      const symbol: string = entry.kind === 'PLACED' ? entry.placement.symbol : (order?.symbol ?? '');
      const instrument = this.account.instrumentOf(symbol);
      order = applyToOrder(order, entry, (ticks, lots) => instrument.notionalUnits(ticks, lots));
    }
    return order;
  }
}
