import { ccxtTarget } from '@sextant/exchange';
import type { ConformanceTarget, LosableCall, VenueChannels } from '@sextant/exchange';
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
  /** Where the calls go that a case loses. */
  paths: Readonly<Record<LosableCall, string>>;
}

/** Real ccxt at a front-end that is running. */
export function targetAt(
  { door, floor }: FrontEnd,
  { ccxtId, credential, paths }: Dialled,
  channels: VenueChannels,
): ConformanceTarget {
  return ccxtTarget({
    ccxtId,
    credential,
    endpoints: { rest: door.url, ws: door.wsUrl },
    symbol: 'BTC/USD',
    channels,
    timers: new HastyTimers(),
    operator: {
      tradeThrough: (side, ticks, lots) => floor.tradeThrough(side, ticks, lots),
      moveTo: (ticks) => floor.moveTo(ticks),
      passTime: async (ms) => floor.leap(ms),
      loseNext: (call, when) => door.harmNext({ path: paths[call], when, harm: 'DROP' }),
    },
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
