import type { OrderInbox } from '../account/order-inbox.js';
import type { OwnedAccount } from '../account/owned-account.js';
import type { VenueLink } from './venue-link.js';

/** MOVED: they differ, and something was booked or waited to be while the venue answered. */
export type BalancesAre = 'EQUAL' | 'MOVED' | 'DIFFERENT' | 'UNREACHABLE';

/** Totals of ours against free + locked of the venue's, while nothing moves. Writes nothing. */
export async function compareBalances(
  { portfolio }: Pick<OwnedAccount, 'portfolio'>,
  link: VenueLink,
  inbox: Pick<OrderInbox, 'isIdle'>,
): Promise<BalancesAre> {
  const { revision } = portfolio;
  const answer = await link.call((venue) => venue.balances());
  if (answer.outcome !== 'CONFIRMED') return 'UNREACHABLE';
  const theirs = new Map(answer.value.map((row) => [row.asset, row.freeUnits + row.lockedUnits]));
  const assets = [...new Set([...portfolio.assets(), ...theirs.keys()])];
  if (assets.every((asset) => portfolio.totalUnits(asset) === (theirs.get(asset) ?? 0n))) return 'EQUAL';
  return portfolio.revision !== revision || !inbox.isIdle ? 'MOVED' : 'DIFFERENT';
}
