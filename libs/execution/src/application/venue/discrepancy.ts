import type { Evidence, VenueFill } from '@sextant/exchange';
import type { JsonObject } from '@sextant/contracts';
import { formatScaled, Symbol as MarketSymbol } from '@sextant/kernel';
import type { DifferenceClass, SyncReport } from '@sextant/portfolio';
import { fillTransactionId, isOpenDifference } from '@sextant/portfolio';
import type { TradeFinding } from '../../domain/compare-trades.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import { knows } from './known-market.js';
import type { Discrepancy, DiscrepancyClass, DiscrepancyStatus } from './round.js';
import type { VenueLink } from './venue-link.js';

interface TradeContext {
  /** Whether what was found is booked by now, and agrees. */
  isBooked: boolean;
  /** The ledger transactions that booked it. */
  transactions: readonly string[];
  evidence: Evidence;
  tools: Pick<ExecutionTools, 'markets'>;
}

/** A trade in which venue and books differ. Amounts are of its base; of a fee, of each asset that it is charged in. */
export function describeTrade(finding: TradeFinding<VenueFill>, context: TradeContext): Discrepancy[] {
  const { isBooked, transactions } = context;
  const trade = finding.kind === 'UNLISTED' ? finding.booked : finding.listed;
  const { symbol, venueOrderId, venueTradeId, executedAt } = trade;
  const { kind: source, at: askedAt } = context.evidence;
  const shared = {
    subject: 'TRADE' as const,
    symbol,
    status: isBooked ? ('BOOKED' as const) : ('NOTED' as const),
    evidence: { found: finding.kind, venueOrderId, venueTradeId, executedAt, source, askedAt },
    hint: null,
  };
  if (finding.kind === 'FEE') {
    return finding.changes.map(({ asset, units }, index) => {
      const before = finding.booked.charged.get(asset) ?? 0n;
      const correctedBy = transactions[index] ?? null;
      return { ...shared, classification: 'FEE', asset, correctedBy, ...amountsOf(-before, -before - units) };
    });
  }
  const asset = MarketSymbol.parse(symbol).base;
  const ledger = 'booked' in finding ? finding.booked.baseUnits : 0n;
  const venue = finding.kind === 'UNLISTED' ? 0n : listedUnits(finding.listed, context);
  const classification = isBooked ? 'MISSING_FILL' : 'UNEXPLAINED';
  const correctedBy = transactions[0] ?? null;
  return [{ ...shared, classification, asset, correctedBy, ...amountsOf(ledger, venue) }];
}

/** What is told of one round at most; after a long time away there may be many. */
const MOST_FETCHED = 500;
/** A stream may be so much slower than a list without having lost anything. */
const STREAM_LAG_MS = 2_000;

/**
 * Fills that the list told while a round caught up with the venue, and that no stream had told in time. They are booked
 * as they came.
 */
export function fetchedFills(
  { fetched }: Pick<OwnedAccount, 'fetched'>,
  { venueNow, traits }: Pick<VenueLink, 'venueNow' | 'traits'>,
  tools: Pick<ExecutionTools, 'markets'>,
): Discrepancy[] {
  const late = venueNow - traits.visibilityLagMs - STREAM_LAG_MS;
  const missed = fetched.splice(0).filter(({ fill }) => fill.executedAt < late);
  return missed.slice(0, MOST_FETCHED).flatMap(({ fill, fillId }) =>
    describeTrade(
      { kind: 'MISSING', listed: fill },
      {
        isBooked: true,
        transactions: [fillTransactionId({ fillId })],
        evidence: { kind: 'VENUE_ANSWER', detail: {}, at: venueNow },
        tools,
      },
    ),
  );
}

/** A balance that differs. */
export function describeBalance(
  balance: SyncReport['balances'][number],
  evidence: JsonObject,
  hint: (classification: DiscrepancyClass) => string | null,
): Discrepancy {
  const { asset, ledger, venue, difference, correctedBy } = balance;
  const classification = balance.classification as Exclude<DifferenceClass, 'EQUAL'>;
  return {
    subject: 'BALANCE',
    classification,
    status: statusOf(classification, correctedBy),
    asset,
    symbol: null,
    ledger,
    venue,
    difference,
    correctedBy,
    evidence,
    hint: hint(classification),
  };
}

function statusOf(classification: DiscrepancyClass, correctedBy: string | null): DiscrepancyStatus {
  if (correctedBy !== null) return 'BOOKED';
  return isOpenDifference(classification) ? 'OPEN' : 'PASSING';
}

function listedUnits({ symbol, lots }: VenueFill, { tools }: TradeContext): bigint {
  return knows(tools, symbol) ? BigInt(lots) * tools.markets.instrument(symbol).stepUnits : 0n;
}

function amountsOf(ledger: bigint, venue: bigint) {
  return {
    ledger: formatScaled(ledger),
    venue: formatScaled(venue),
    difference: formatScaled(venue - ledger),
  };
}
