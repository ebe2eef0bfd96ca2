import { ccxtTarget } from '@sextant/exchange';
import type { ConformanceTarget, LosableCall } from '@sextant/exchange';
import type { RunningVenue } from '../../../../apps/venue/src/venue.js';
import { BID, stillVenue } from '../../chaos-target.js';
import type { Loopback } from '../loopback.js';
import { SpotDesk } from '../spot-desk.js';
import { BriskTimers, roomyChannels } from '../roomy-channels.js';
import { openOkx } from './okx-front-end.js';

export const KEY = { apiKey: 'rehearsal-okx', secret: 'rehearsal-secret', passphrase: 'rehearsal-phrase' };

export interface OkxVenue {
  venue: RunningVenue;
  front: Loopback;
  close(): Promise<void>;
}

/** A chaos venue whose BTC/USDT stands still, behind the protocol of OKX. */
export async function stillOkx(): Promise<OkxVenue> {
  const venue = await stillVenue();
  const front = await openOkx(new SpotDesk(venue, 'rehearsal', 'EXPIRE_MAKER'), KEY);
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
  PLACE: '/api/v5/trade/order',
  PLACE_CONDITIONAL: '/api/v5/trade/order',
  CANCEL: '/api/v5/trade/cancel-order',
  CANCEL_CONDITIONAL: '/api/v5/trade/cancel-order',
  AMEND: '/api/v5/trade/amend-order',
};

type Options = Partial<Parameters<typeof ccxtTarget>[0]>;

/** Real ccxt okx at a front-end that is open. */
export function okxTargetAt({ venue, front }: OkxVenue, options: Options = {}): ConformanceTarget {
  let aheadMs = 0;
  return ccxtTarget({
    ccxtId: 'okx',
    endpoints: { rest: front.url, ws: front.wsUrl },
    credential: KEY,
    symbol: 'BTC/USDT',
    operator: {
      async tradeThrough(side, ticks, lots) {
        venue.admin.houseLevel('BTCUSDT', side, BID, 0);
        venue.admin.houseTrade('BTCUSDT', side === 'BUY' ? 'SELL' : 'BUY', ticks, lots);
      },
      async passTime(ms) {
        aheadMs += ms;
        venue.admin.setClock({ offsetMs: aheadMs });
      },
      loseNext: (call, when) => front.harm(PATHS[call], when, { kind: 'DROP' }),
    },
    ...options,
  });
}

/** The same, at a venue of its own for each case. */
export const okxTarget: ConformanceTarget = {
  name: 'ccxt okx at the chaos venue',
  async open(approvals) {
    const okx = await stillOkx();
    const channels = await roomyChannels();
    const opened = await okxTargetAt(okx, { channels, timers: new BriskTimers() }).open(approvals);
    return {
      ...opened,
      close: async () => {
        await opened.close();
        await channels.stop();
        await okx.close();
      },
    };
  },
};
