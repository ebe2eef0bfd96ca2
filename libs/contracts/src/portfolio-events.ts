import { defineEvents } from './define-events.js';

/** Events of the portfolio context, in the stream of the account they concern. Amounts are plain decimal text. */
export const portfolioEvents = defineEvents({
  AccountOpened: {
    description: 'A trading account exists; its ledger starts with the opening deposits that follow.',
    payload: {
      accountId: 'account id',
      tenantId: 'tenant id',
      name: 'text',
      kind: 'PAPER or LIVE',
      venue: 'venue name',
      reportingAsset: 'asset that equity is stated in',
    },
  },
  AccountRenamed: {
    description: 'The name of an account changed.',
    payload: { accountId: 'account id', name: 'text' },
  },
  BalanceUpdated: {
    description: 'The total of an asset changed by a booked ledger transaction.',
    payload: {
      accountId: 'account id',
      asset: 'asset',
      total: 'decimal, total after the change',
      change: 'decimal, signed',
      transactionId: 'ledger transaction id',
    },
  },
  BalanceOverdrawn: {
    description: 'A booked fact left a total below zero: the venue knows of money that the ledger does not.',
    payload: {
      accountId: 'account id',
      asset: 'asset',
      total: 'decimal below zero',
      transactionId: 'ledger transaction id',
    },
  },
  PositionOpened: {
    description: 'A fill opened a position that was flat, or turned it to the other side.',
    payload: {
      accountId: 'account id',
      symbol: 'symbol',
      side: 'LONG or SHORT',
      positionSide: 'NET, or in hedge mode LONG or SHORT',
      quantity: 'decimal, base asset',
      averageEntryPrice: 'decimal, fees excluded',
      strategy: 'text or null, of the order that opened it',
    },
  },
  PositionClosed: {
    description: 'A fill closed a position, or turned it to the other side.',
    payload: {
      accountId: 'account id',
      symbol: 'symbol',
      positionSide: 'NET, or in hedge mode LONG or SHORT',
      realizedPnl: 'decimal, quote asset: gross result of the closing transaction',
      strategy: 'text or null, of the order that closed it',
    },
  },
  EquityChanged: {
    description: 'The value of the account in its reporting asset, as of a valuation.',
    payload: {
      accountId: 'account id',
      asset: 'reporting asset',
      equity: 'decimal, or null when a mark is missing',
      complete: 'boolean: every asset had a mark',
    },
  },
  ProjectionsRebuilt: {
    description: 'Balances or positions were not what the ledger gives, and were written anew from it.',
    payload: {
      accountId: 'account id',
      entryCount: 'ledger entries that were folded',
      differences: 'list of {what, live, ledger}: row and field, what stood there, what stands there now',
    },
  },
  ProjectionsDiffer: {
    description:
      'A check found balances or positions that are not what the ledger gives. In the stream `system`.',
    payload: {
      accountId: 'account id',
      entryCount: 'ledger entries that were folded',
      differences: 'list of {what, live, ledger}: row and field, what stands there, what the ledger gives',
    },
  },
  MarginSettingsChanged: {
    description:
      'How the account holds perpetuals is another way than before: leverage and margin mode of one market, or whether ' +
      'long and short are kept apart.',
    payload: {
      accountId: 'account id',
      symbol: 'symbol; absent for the position mode',
      leverage: 'whole number; absent for the position mode',
      marginMode: 'CROSS or ISOLATED; absent for the position mode',
      hedged: 'boolean: hedge mode; absent for settings of a market',
    },
  },
  PortfolioSynced: {
    description: "The ledger's totals were compared with the venue's balances.",
    payload: {
      accountId: 'account id',
      verdict: 'EQUAL, EXPLAINED or UNEXPLAINED',
      differences: 'list of {asset, ledger, venue, difference, classification, corrected}',
    },
  },
  HistoryBooked: {
    description:
      'Fills of before the account was first seen were booked; its OPENING contains what they moved.',
    payload: {
      accountId: 'account id',
      importedBy: 'job id',
      fills: 'number of fills',
      from: 'epoch ms of the first one',
      to: 'epoch ms of the last one',
    },
  },
  PositionRestated: {
    description: 'A position was corrected to what the order of execution of its fills makes of it.',
    payload: {
      accountId: 'account id',
      symbol: 'symbol',
      cost: 'decimal, quote asset: change of the cost',
      realizedPnl: 'decimal, quote asset: change of the gross result',
      importedBy: 'job id of the import that made it necessary',
    },
  },
});
