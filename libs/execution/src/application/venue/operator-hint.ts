import type { Discrepancy, DiscrepancyClass } from './round.js';

/** Which account, and where. */
export interface HintAbout {
  accountId: string;
  venue: string;
}

type Open = Pick<Discrepancy, 'subject' | 'asset' | 'symbol' | 'ledger' | 'venue' | 'difference'>;

/** What the one who reads the alert is to do now; null where nothing is. */
export function operatorHint(classification: DiscrepancyClass, open: Open, about: HintAbout): string | null {
  switch (classification) {
    case 'UNKNOWN_DEPOSIT':
      return unknownDeposit(open, about);
    case 'UNKNOWN_WITHDRAWAL':
      return unknownWithdrawal(open, about);
    case 'UNEXPLAINED':
      return open.subject === 'POSITION' ? unexplainedPosition(open, about) : unexplained(open, about);
    default:
      return null;
  }
}

function unknownDeposit({ asset, difference }: Open, about: HintAbout): string {
  return (
    `${about.venue} holds ${difference} ${asset} more than is booked, and no trade explains it. ` +
    `If it was paid in: ${accept(about, asset, difference, 'TRANSFER')}. ` +
    `If it is interest, an airdrop or another credit of the venue: the same with "as":"CORRECTION". ` +
    `If nobody knows of it, ask the venue first. The account trades again once they agree.`
  );
}

function unknownWithdrawal({ asset, difference }: Open, about: HintAbout): string {
  const missing = difference.replace('-', '');
  return (
    `${about.venue} holds ${missing} ${asset} less than is booked, and no trade explains it. ` +
    `If it was withdrawn by you: ${accept(about, asset, difference, 'TRANSFER')}. ` +
    `If it was not: its key or its password may be in other hands. Revoke the key at ${about.venue} and change the ` +
    `password there at once, then ask the venue. Nothing new is placed meanwhile; cancellations still go out.`
  );
}

function unexplained({ asset, ledger, venue, difference }: Open, about: HintAbout): string {
  return (
    `${about.venue} says ${venue} ${asset}, the ledger ${ledger}, and its trades could not be compared or do not agree. ` +
    `Compare once more: POST /api/reconciliations {"accountId":"${about.accountId}"}. If it stays, compare the venue's ` +
    `own history with GET /api/fills?accountId=${about.accountId} and GET /api/portfolio/transactions?accountId=` +
    `${about.accountId}&asset=${asset}; once the cause is known: ${accept(about, asset, difference, 'CORRECTION')}.`
  );
}

/** Two balances that differ as a trade would make them, and no list tells it. */
export function untoldTradeHint(
  trade: { symbol: string; side: string; quantity: string; price: string; orders: readonly string[] },
  { accountId, venue }: HintAbout,
): string {
  const { symbol, side, quantity, price, orders } = trade;
  const whose = orders.length > 0 ? ` by ${orders.join(' or ')}` : '';
  return (
    `${venue} holds what it would after a ${side} of about ${quantity} ${symbol} at about ${price}${whose}, and lists no such ` +
    `trade since a minute. Do not accept it as a transfer: it would count twice once it is listed. Look for the trade in ` +
    `the venue's own history, and compare again: POST /api/reconciliations {"accountId":"${accountId}"}. ` +
    `The account trades again once the trade is told. If it was a conversion that is in no list of trades: accept both ` +
    `differences with "as":"CORRECTION".`
  );
}

function unexplainedPosition({ symbol, ledger, venue }: Open, about: HintAbout): string {
  return (
    `${about.venue} says the position in ${symbol} is ${venue}, the ledger says ${ledger}. It was changed by something ` +
    `that is not a trade of the list, or by a trade that is not told. Compare once more: POST /api/reconciliations ` +
    `{"accountId":"${about.accountId}"}. If it stays, look at the venue's own history of the position before anything is traded.`
  );
}

/** The one request that books it, to be sent as it stands once the note says what is known. */
function accept(
  { accountId }: HintAbout,
  asset: string,
  difference: string,
  as: 'TRANSFER' | 'CORRECTION',
): string {
  const body = { accountId, accept: [{ asset, difference, as, note: 'who, and why' }] };
  return `POST /api/reconciliations ${JSON.stringify(body)}`;
}
