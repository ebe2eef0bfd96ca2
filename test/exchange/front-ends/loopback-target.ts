import { ccxtTarget } from '@sextant/exchange';
import type { ConformanceTarget, LosableCall } from '@sextant/exchange';
import type { RunningVenue } from '../../../apps/venue/src/venue.js';
import { BID, stillVenue } from '../chaos-target.js';
import type { Loopback } from './loopback.js';
import { BriskTimers, roomyChannels } from './roomy-channels.js';

/** A protocol that the chaos venue is put behind, and how real ccxt speaks it. */
export interface LoopbackProtocol {
  ccxtId: string;
  credential: { apiKey: string; secret: string; passphrase: string | null };
  /** Where each call arrives. */
  paths: Readonly<Record<LosableCall, string>>;
  /** Time can be let pass at the venue: it ends orders by itself. */
  passesTime?: boolean;
  open(venue: RunningVenue): Promise<Loopback>;
}

export interface LoopbackVenue {
  venue: RunningVenue;
  front: Loopback;
  close(): Promise<void>;
}

type Options = Partial<Parameters<typeof ccxtTarget>[0]>;

/** A chaos venue whose BTC/USDT stands still, behind the protocol. */
export async function stillVenueBehind(protocol: LoopbackProtocol): Promise<LoopbackVenue> {
  const venue = await stillVenue();
  const front = await protocol.open(venue);
  return {
    venue,
    front,
    close: async () => {
      await front.close();
      await venue.close();
    },
  };
}

/** Real ccxt at a front-end that is open. */
export function targetAt(
  protocol: LoopbackProtocol,
  { venue, front }: LoopbackVenue,
  options: Options = {},
): ConformanceTarget {
  let aheadMs = 0;
  const passTime = async (ms: number) => {
    aheadMs += ms;
    venue.admin.setClock({ offsetMs: aheadMs });
  };
  return ccxtTarget({
    ccxtId: protocol.ccxtId,
    endpoints: { rest: front.url, ws: front.wsUrl },
    credential: protocol.credential,
    symbol: 'BTC/USDT',
    operator: {
      async tradeThrough(side, ticks, lots) {
        venue.admin.houseLevel('BTCUSDT', side, BID, 0);
        venue.admin.houseTrade('BTCUSDT', side === 'BUY' ? 'SELL' : 'BUY', ticks, lots);
      },
      ...(protocol.passesTime && { passTime }),
      loseNext: (call, when) => front.harm(protocol.paths[call], when, { kind: 'DROP' }),
    },
    ...options,
  });
}

/** The same, at a venue of its own for each case. */
export function targetOf(protocol: LoopbackProtocol): ConformanceTarget {
  return {
    name: `ccxt ${protocol.ccxtId} at the chaos venue`,
    async open(approvals) {
      const still = await stillVenueBehind(protocol);
      const channels = await roomyChannels();
      const target = targetAt(protocol, still, { channels, timers: new BriskTimers() });
      const opened = await target.open(approvals);
      return {
        ...opened,
        close: async () => {
          await opened.close();
          await channels.stop();
          await still.close();
        },
      };
    },
  };
}
