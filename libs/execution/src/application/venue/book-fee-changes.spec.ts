import { ONE } from '@sextant/kernel';
import type { AccountId, FillId, LedgerTransactionId, OrderId } from '@sextant/kernel';
import { PortfolioState } from '@sextant/portfolio';
import type { VenueFill } from '@sextant/exchange';
import type { BookedTrade } from '../../domain/compare-trades.js';
import type { Arrival } from '../account/arrival.js';
import type { OrderInbox } from '../account/order-inbox.js';
import type { OwnedAccount } from '../account/owned-account.js';
import { bookFeeChanges } from './book-fee-changes.js';

const SYMBOL = 'BTC/USDT:USDT';
const AT = 1_700_000_000_000;

const booked: BookedTrade = {
  ...{ fillId: 'fil_1' as FillId, orderId: 'ord_1' as OrderId, symbol: SYMBOL, side: 'BUY', role: 'TAKER' },
  ...{
    venueOrderId: 'v1',
    venueTradeId: 't1',
    lots: 1,
    priceTicks: 100,
    baseUnits: ONE,
    quoteUnits: 100n * ONE,
  },
  ...{
    charged: new Map([['USDT', 0n]]),
    feeRevision: 0,
    strategy: null,
    executedAt: AT,
    positionSide: 'LONG',
  },
};

it('charges a late fee to the position in which the fill was booked, also in hedge mode', () => {
  const portfolio = PortfolioState.empty('acc_1' as AccountId, 'BINANCE');
  const listed = { ...booked, feeAsset: 'USDT', feeUnits: ONE } as unknown as VenueFill;
  const finding = { kind: 'FEE' as const, listed, booked, changes: [{ asset: 'USDT', units: ONE }] };
  const account = { portfolio, row: { venue: 'BINANCE' } } as unknown as OwnedAccount;
  const inbox: Pick<OrderInbox, 'push'> = {
    push: (arrival: Arrival) => arrival.kind === 'PLAN' && arrival.plan(AT),
  };
  const ids = { next: () => 'ltx_1' as LedgerTransactionId };
  const evidence = { kind: 'VENUE_ANSWER' as const, detail: {}, at: AT };
  const made = bookFeeChanges(finding, evidence, account, inbox as OrderInbox, { ids } as never);
  expect(made).toEqual(['ltx_1']);
  expect(portfolio.position(SYMBOL, 'LONG').feeUnits).toBe(ONE);
  expect(portfolio.position(SYMBOL).feeUnits).toBe(0n);
});
