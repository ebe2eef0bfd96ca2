import { ccxtTarget } from '@sextant/exchange';
import type { ConformanceTarget, LosableCall } from '@sextant/exchange';
import type { RunningVenue } from '../../../../apps/venue/src/venue.js';
import { BID, stillVenue } from '../../chaos-target.js';
import type { Loopback } from '../loopback.js';
import { SpotDesk } from '../spot-desk.js';
import { BriskTimers, roomyChannels } from '../roomy-channels.js';
import { openBybit } from './bybit-front-end.js';

export const KEY = { apiKey: 'rehearsal-bybit', secret: 'rehearsal-secret', passphrase: null };

export interface BybitVenue {
  venue: RunningVenue;
  front: Loopback;
  close(): Promise<void>;
}

/** A chaos venue whose BTC/USDT stands still, behind the protocol of Bybit. */
export async function stillBybit(): Promise<BybitVenue> {
  const venue = await stillVenue();
  const front = await openBybit(new SpotDesk(venue, 'rehearsal', 'NONE'), KEY);
  return {
    venue,
    front,
    close: async () => {
      await front.close();
      await venue.close();
    },
  };
}

const PATHS: Readonly<Record<LosableCall, string>> = {
  PLACE: '/v5/order/create',
  PLACE_CONDITIONAL: '/v5/order/create',
  CANCEL: '/v5/order/cancel',
  CANCEL_CONDITIONAL: '/v5/order/cancel',
  AMEND: '/v5/order/amend',
};

type Options = Partial<Parameters<typeof ccxtTarget>[0]>;

/** Real ccxt bybit at a front-end that is open. */
export function bybitTargetAt({ venue, front }: BybitVenue, options: Options = {}): ConformanceTarget {
  return ccxtTarget({
    ccxtId: 'bybit',
    endpoints: { rest: front.url, ws: front.wsUrl },
    credential: KEY,
    symbol: 'BTC/USDT',
    operator: {
      async tradeThrough(side, ticks, lots) {
        venue.admin.houseLevel('BTCUSDT', side, BID, 0);
        venue.admin.houseTrade('BTCUSDT', side === 'BUY' ? 'SELL' : 'BUY', ticks, lots);
      },
      loseNext: (call, when) => front.harm(PATHS[call], when, { kind: 'DROP' }),
    },
    ...options,
  });
}

/** The same, at a venue of its own for each case. */
export const bybitTarget: ConformanceTarget = {
  name: 'ccxt bybit at the chaos venue',
  async open(approvals) {
    const bybit = await stillBybit();
    const channels = await roomyChannels();
    const opened = await bybitTargetAt(bybit, { channels, timers: new BriskTimers() }).open(approvals);
    return {
      ...opened,
      close: async () => {
        await opened.close();
        await channels.stop();
        await bybit.close();
      },
    };
  },
};
