import type { Evidence, VenuePosition } from '@sextant/exchange';
import { formatScaled, Symbol as MarketSymbol } from '@sextant/kernel';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import { operatorHint } from './operator-hint.js';
import type { Discrepancy } from './round.js';
import { knows } from './known-market.js';
import type { VenueLink } from './venue-link.js';

/**
 * Positions in perpetuals, ours against the venue's, net of both sides by market. Null when the venue did not answer. A
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
  const theirs = netOf(answer.value, tools);
  const ours = new Map<string, bigint>();
  for (const { symbol, signedUnits } of portfolio.positions()) {
    if (MarketSymbol.parse(symbol).isPerpetual) ours.set(symbol, (ours.get(symbol) ?? 0n) + signedUnits);
  }
  const isMoving = portfolio.revision !== revision;
  const about = { accountId: row.account_id, venue: row.venue };
  return [...new Set([...ours.keys(), ...theirs.keys()])]
    .sort()
    .filter((symbol) => (ours.get(symbol) ?? 0n) !== (theirs.get(symbol) ?? 0n))
    .map((symbol) => {
      const units = { ledger: ours.get(symbol) ?? 0n, venue: theirs.get(symbol) ?? 0n };
      const status = isMoving ? 'PASSING' : ours.has(symbol) ? 'OPEN' : 'NOTED';
      return describePosition(symbol, units, status, answer.evidence, about);
    });
}

function describePosition(
  symbol: string,
  units: { ledger: bigint; venue: bigint },
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
    evidence: { source, comparedAt },
    hint: status === 'OPEN' ? operatorHint('UNEXPLAINED', shown, about) : null,
  };
}

/** By market; what cannot be counted here is not compared. */
function netOf(
  positions: readonly VenuePosition[],
  tools: Pick<ExecutionTools, 'markets'>,
): Map<string, bigint> {
  const net = new Map<string, bigint>();
  for (const { symbol, signedLots } of positions) {
    if (!knows(tools, symbol)) continue;
    const units = BigInt(signedLots) * tools.markets.instrument(symbol).stepUnits;
    net.set(symbol, (net.get(symbol) ?? 0n) + units);
  }
  return net;
}
