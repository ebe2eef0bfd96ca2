import type { AccountId, ApprovalCheck, Instrument } from '@sextant/kernel';
import type { ExchangeGateway } from '../domain/exchange-gateway.js';

export type LosableCall = 'PLACE' | 'PLACE_CONDITIONAL' | 'CANCEL' | 'CANCEL_CONDITIONAL' | 'AMEND';

/** A venue with one market and one funded account; made anew for each case where that can be done. */
export interface VenueUnderTest {
  gateway: ExchangeGateway;
  accountId: AccountId;
  /** The market of the cases: a two-sided book with at least `lots` at each of the best prices. */
  instrument: Instrument;
  bestBidTicks: number;
  bestAskTicks: number;
  lots: number;
  /**
   * Lets the market trade through a resting order of ours at `ticks`. Absent where nobody can (a live venue): the cases that
   * need it are skipped, and the report says so.
   */
  tradeThrough?(side: 'BUY' | 'SELL', ticks: number, lots: number): Promise<void>;
  /**
   * Moves the market: the best ask to `ticks`, the best bid to one below, both with more than `lots`, and trades once at
   * `ticks`. Absent as above.
   */
  moveTo?(ticks: number): Promise<void>;
  /** Loses the next call of this kind: before the venue sees it, or only its answer. Absent as above. */
  loseNext?(call: LosableCall, when: 'BEFORE' | 'AFTER'): void;
  /** Lets so much time pass at the venue. Absent as above. */
  passTime?(ms: number): Promise<void>;
  /** How long what must come may take; default 2 s. */
  patienceMs?: number;
  close(): Promise<void>;
}

/** What a module gives to be held against the port: `npm run conformance -- <module>` imports it as `conformance`. */
export interface ConformanceTarget {
  name: string;
  /** `approvals` is the half that checks; the gateway must ask it before it places. */
  open(approvals: ApprovalCheck): Promise<VenueUnderTest>;
  /**
   * The account is real: only cases that rest far from the market and cancel are run, none that trades or provokes the venue.
   */
  live?: boolean;
}
