import { ccxtTarget } from '@sextant/exchange';
import type { ConformanceTarget, VenueChannels } from '@sextant/exchange';
import type { LoopbackDoor } from './loopback-door.js';
import type { MarketFloor } from './market-floor.js';
import { HastyTimers, unhurriedChannels } from './unhurried-channels.js';

export interface FrontEnd {
  readonly door: LoopbackDoor;
  readonly floor: MarketFloor;
  close(): Promise<void>;
}

export interface Dialled {
  ccxtId: string;
  credential: { apiKey: string; secret: string; passphrase: null };
}

/** Real ccxt at a front-end that is running. */
export function targetAt(
  { door, floor }: FrontEnd,
  { ccxtId, credential }: Dialled,
  channels: VenueChannels,
): ConformanceTarget {
  return ccxtTarget({
    ccxtId,
    credential,
    endpoints: { rest: door.url, ws: door.wsUrl },
    symbol: 'BTC/USD',
    channels,
    timers: new HastyTimers(),
    tradeThrough: (side, ticks, lots) => floor.tradeThrough(side, ticks, lots),
  });
}

/** The same, at a front-end and a chaos venue of its own for each case. */
export function frontEndTarget(dialled: Dialled, start: () => Promise<FrontEnd>): ConformanceTarget {
  return {
    name: `ccxt ${dialled.ccxtId} at its front-end`,
    async open(approvals) {
      const frontEnd = await start();
      const channels = await unhurriedChannels();
      const opened = await targetAt(frontEnd, dialled, channels).open(approvals);
      return {
        ...opened,
        close: async () => {
          await opened.close();
          await channels.stop();
          await frontEnd.close();
        },
      };
    },
  };
}
