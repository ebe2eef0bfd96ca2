import type { Evidence, VenuePosition } from '@sextant/exchange';
import { formatScaled, Symbol as MarketSymbol } from '@sextant/kernel';
import { positionKey } from '@sextant/portfolio';
import type { PositionSide } from '@sextant/portfolio';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import { operatorHint } from './operator-hint.js';
import type { Discrepancy } from './round.js';
import { knows } from './known-market.js';
import type { VenueLink } from './venue-link.js';

/**
 * Positions in perpetuals, ours against the venue's; in hedge mode each side by itself. Null when the venue did not answer. A
 * position in a market that was never traded here was there before the account was first seen: it is noted, and halts
 * nothing.
 */
export async function comparePositions(
  { portfolio, row }: Pick<OwnedAccount, 'portfolio' | 'row'>,
  link: Pick<VenueLink, 'call' | 'tellsPositions'>,
  tools: Pick<ExecutionTools, 'markets'>,
): Promise<Discrepancy[] | null> {
  if (!link.tellsPositions) return [];
  const { revision } = portfolio;
  const answer = await link.call((venue) => venue.positions!());
  if (answer.outcome !== 'CONFIRMED') return null;
  const theirs = heldAtVenue(answer.value, tools);
  const ours = new Map<string, Held>();
  for (const { symbol, positionSide, signedUnits } of portfolio.positions()) {
    if (MarketSymbol.parse(symbol).isPerpetual) add(ours, symbol, positionSide, signedUnits);
  }
  const isMoving = portfolio.revision !== revision;
  const traded = new Set([...ours.values()].map(({ symbol }) => symbol));
  const about = { accountId: row.account_id, venue: row.venue };
  return [...new Map([...theirs, ...ours])]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { symbol, positionSide }]) => {
      const [ledger, venue] = [ours.get(key)?.units ?? 0n, theirs.get(key)?.units ?? 0n];
      return { symbol, positionSide, ledger, venue };
    })
    .filter(({ ledger, venue }) => ledger !== venue)
    .map((one) => {
      const status = isMoving ? 'PASSING' : traded.has(one.symbol) ? 'OPEN' : 'NOTED';
      return describePosition(one, status, answer.evidence, about);
    });
}

interface Held {
  symbol: string;
  positionSide: PositionSide;
  units: bigint;
}

function add(all: Map<string, Held>, symbol: string, positionSide: PositionSide, units: bigint): void {
  const key = positionKey(symbol, positionSide);
  all.set(key, { symbol, positionSide, units: (all.get(key)?.units ?? 0n) + units });
}

function describePosition(
  {
    symbol,
    positionSide,
    ...units
  }: Pick<Held, 'symbol' | 'positionSide'> & { ledger: bigint; venue: bigint },
  status: Discrepancy['status'],
  { kind: source, at: comparedAt }: Evidence,
  about: { accountId: string; venue: string },
): Discrepancy {
  const asset = MarketSymbol.parse(symbol).base;
  const ledger = formatScaled(units.ledger);
  const venue = formatScaled(units.venue);
  const difference = formatScaled(units.venue - units.ledger);
  const shown = { subject: 'POSITION' as const, asset, symbol, ledger, venue, difference };
  return {
    ...shown,
    classification: status === 'PASSING' ? 'IN_FLIGHT' : 'UNEXPLAINED',
    status,
    correctedBy: null,
    evidence: { source, comparedAt, positionSide },
    hint: status === 'OPEN' ? operatorHint('UNEXPLAINED', shown, about) : null,
  };
}

/** What cannot be counted here is not compared. */
function heldAtVenue(
  positions: readonly VenuePosition[],
  tools: Pick<ExecutionTools, 'markets'>,
): Map<string, Held> {
  const held = new Map<string, Held>();
  for (const { symbol, positionSide, signedLots } of positions) {
    if (!knows(tools, symbol)) continue;
    add(held, symbol, positionSide, BigInt(signedLots) * tools.markets.instrument(symbol).stepUnits);
  }
  return held;
}
