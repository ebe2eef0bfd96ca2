import { ccxtTarget } from '@sextant/exchange';
import type { ConformanceTarget, LosableCall, VenueOperator } from '@sextant/exchange';
import { marketSide } from '../../apps/venue/src/market/market-side.js';
import { startVenue } from '../../apps/venue/src/venue.js';
import type { VenueOptions } from '../../apps/venue/src/venue-options.js';
import type { RunningVenue } from '../../apps/venue/src/venue.js';

export const REHEARSAL_KEY = 'rehearsal'.padEnd(64, 'k');
export const REHEARSAL_SECRET = 'rehearsal-secret';
export const BID = 6_000_000;
export const ASK = 6_000_001;
const LOTS = 1_000;

/** A chaos venue with one funded account. */
function openVenue(options: VenueOptions): Promise<RunningVenue> {
  return startVenue(
    {
      accounts: [
        {
          accountId: 'rehearsal',
          keys: [{ apiKey: REHEARSAL_KEY, secret: REHEARSAL_SECRET }],
          balances: { USDT: '100000', BTC: '5' },
        },
      ],
      ...options,
      futures: { balances: { rehearsal: '50000' }, historyMinutes: 60 },
    },
    [marketSide],
  );
}

/** One whose BTC/USDT stands still. */
export async function stillVenue(): Promise<RunningVenue> {
  const venue = await openVenue({ market: { still: 'ALL', historyMinutes: 60 } });
  venue.admin.houseLevel('BTCUSDT', 'BUY', BID, LOTS);
  venue.admin.houseLevel('BTCUSDT', 'SELL', ASK, LOTS);
  return venue;
}

type Options = Partial<Parameters<typeof ccxtTarget>[0]>;

/** Real ccxt binance at a chaos venue that is running. */
export function targetAt(venue: RunningVenue, options: Options = {}): ConformanceTarget {
  return ccxtTarget({
    ccxtId: 'binance',
    endpoints: { rest: venue.url, ws: venue.wsUrl },
    credential: { apiKey: REHEARSAL_KEY, secret: REHEARSAL_SECRET, passphrase: null },
    symbol: 'BTC/USDT',
    operator: stillOperator(venue),
    ...options,
  });
}

/** What the operator of a venue can do whose BTC/USDT stands still. */
function stillOperator(venue: RunningVenue): VenueOperator {
  let bid = BID;
  return {
    async tradeThrough(side, ticks, lots) {
      venue.admin.houseLevel('BTCUSDT', side, BID, 0);
      venue.admin.houseTrade('BTCUSDT', side === 'BUY' ? 'SELL' : 'BUY', ticks, lots);
    },
    async moveTo(ticks) {
      venue.admin.houseLevel('BTCUSDT', 'BUY', bid, 0);
      venue.admin.houseLevel('BTCUSDT', 'SELL', bid + 1, 0);
      bid = ticks - 1;
      venue.admin.houseLevel('BTCUSDT', 'BUY', bid, LOTS);
      venue.admin.houseLevel('BTCUSDT', 'SELL', ticks, LOTS * 2);
      venue.admin.houseTrade('BTCUSDT', 'BUY', ticks, 1);
    },
    loseNext: (call, when) => loseNext(venue, SPOT_CALLS[call], when),
  };
}

type Call = readonly [method: string, path: string];

const SPOT_CALLS: Readonly<Record<LosableCall, Call>> = {
  PLACE: ['POST', '/api/v3/order'],
  PLACE_CONDITIONAL: ['POST', '/api/v3/order'],
  CANCEL: ['DELETE', '/api/v3/order'],
  CANCEL_CONDITIONAL: ['DELETE', '/api/v3/order'],
  AMEND: ['PUT', '/api/v3/order/amend/keepPriority'],
};

const FUTURES_CALLS: Readonly<Record<LosableCall, Call>> = {
  PLACE: ['POST', '/fapi/v1/order'],
  PLACE_CONDITIONAL: ['POST', '/fapi/v1/algoOrder'],
  CANCEL: ['DELETE', '/fapi/v1/order'],
  CANCEL_CONDITIONAL: ['DELETE', '/fapi/v1/algoOrder'],
  AMEND: ['PUT', '/fapi/v1/order'],
};

function loseNext(venue: RunningVenue, [method, path]: Call, when: 'BEFORE' | 'AFTER'): void {
  venue.admin.setFault({
    target: 'REQUEST',
    match: { method, path },
    point: when === 'BEFORE' ? 'BEFORE_ACCEPT' : 'AFTER_ACCEPT',
    action: { kind: 'DROP' },
    times: 1,
  });
}

/** The same, at a venue of its own for each case. */
export const chaosTarget: ConformanceTarget = {
  name: 'ccxt binance at the chaos venue',
  async open(approvals) {
    const venue = await stillVenue();
    const opened = await targetAt(venue).open(approvals);
    return {
      ...opened,
      close: async () => {
        await opened.close();
        await venue.close();
      },
    };
  },
};

/** Real ccxt binanceusdm at a chaos venue whose markets move. */
export const chaosFuturesTarget: ConformanceTarget = {
  name: 'ccxt binanceusdm at the chaos venue',
  async open(approvals) {
    const venue = await openVenue({ market: { historyMinutes: 60, speed: 0 } });
    let aheadMs = 0;
    const operator: VenueOperator = {
      loseNext: (call, when) => loseNext(venue, FUTURES_CALLS[call], when),
      async passTime(ms) {
        aheadMs += ms;
        venue.admin.setClock({ offsetMs: aheadMs });
      },
    };
    const target = targetAt(venue, {
      ccxtId: 'binanceusdm',
      symbol: 'BTC/USDT:USDT',
      operator,
    });
    const opened = await target.open(approvals);
    return {
      ...opened,
      close: async () => {
        await opened.close();
        await venue.close();
      },
    };
  },
};
