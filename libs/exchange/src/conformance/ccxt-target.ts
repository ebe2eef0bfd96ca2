import { setTimeout as sleep } from 'node:timers/promises';
import type { AccountId, ApprovalCheck, Clock, Instrument } from '@sextant/kernel';
import { Logger, SystemClock, SystemTimers } from '@sextant/platform';
import type { Timers } from '@sextant/platform';
import type { VenueChannels } from '../domain/channel/venue-channels.js';
import { VenueCredentials } from '../domain/venue-credentials.js';
import type { VenueCredential } from '../domain/venue-credentials.js';
import type { CcxtGateway } from '../infrastructure/ccxt/ccxt-gateway.js';
import { createCcxtGateway } from '../infrastructure/ccxt/create-ccxt-gateway.js';
import type { CcxtEndpoints } from '../infrastructure/ccxt/venue-profile.js';
import { standaloneChannels } from '../infrastructure/channel/standalone-channels.js';
import { valueOf } from './conformance-world.js';
import type { ConformanceTarget, VenueUnderTest } from './venue-under-test.js';

export interface CcxtTargetOptions {
  ccxtId: string;
  /** Absent: the venue's own hosts, and so a real account. */
  endpoints?: CcxtEndpoints;
  credential: Omit<VenueCredential, 'credentialId'>;
  symbol: string;
  /** Channels made elsewhere, which stay open; default: one's own. */
  channels?: VenueChannels;
  clock?: Clock;
  timers?: Timers;
  /**
   * The market moves on its own: orders that are to rest do so at a distance, and all are the least that the venue takes.
   * Real ones do.
   */
  moving?: boolean;
  /** What only the operator of a rehearsal venue can do. */
  operator?: VenueOperator | undefined;
}

export type VenueOperator = Pick<VenueUnderTest, 'tradeThrough' | 'moveTo' | 'loseNext' | 'passTime'>;

/** After these the cases say themselves that it is not known. */
const CLOCK_LOOKS = 250;
const CLOCK_LOOK_MS = 20;

const accountId = `acc_${'c'.repeat(32)}` as AccountId;

/** An exchange of ccxt: a real one with real keys, or a chaos venue in its place. */
export function ccxtTarget(options: CcxtTargetOptions): ConformanceTarget {
  const live = options.endpoints === undefined;
  return {
    name: `ccxt ${options.ccxtId}${live ? ', live' : ''}`,
    live,
    open: (approvals) => openCcxt(options, approvals, live),
  };
}

async function openCcxt(
  options: CcxtTargetOptions,
  approvals: ApprovalCheck,
  live: boolean,
): Promise<VenueUnderTest> {
  const own = options.channels === undefined ? await standaloneChannels() : null;
  const gateway = createCcxtGateway(options.ccxtId, {
    channels: options.channels ?? own!,
    approvals,
    credentials: new OneCredential({ credentialId: 'conformance', ...options.credential }),
    clock: options.clock ?? new SystemClock(),
    timers: options.timers ?? new SystemTimers(),
    log: Logger.silent(),
    symbols: [options.symbol],
    ...(options.endpoints && { endpoints: options.endpoints }),
  });
  const close = async () => {
    await gateway.close();
    await own?.stop();
  };
  try {
    const market = await marketOf(gateway, options, live);
    if (own !== null) await clockKnown(own, gateway.venue);
    return {
      gateway,
      accountId,
      ...market,
      ...options.operator,
      patienceMs: 15_000,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function marketOf(
  gateway: CcxtGateway,
  { symbol, moving = false }: CcxtTargetOptions,
  live: boolean,
): Promise<Pick<VenueUnderTest, 'instrument' | 'bestBidTicks' | 'bestAskTicks' | 'lots'>> {
  const instruments = await gateway.instruments();
  const instrument = instruments.find((one) => one.symbol.toString() === symbol);
  if (instrument === undefined) throw new Error(`${gateway.venue} has no ${symbol}`);
  const { bids, asks } = valueOf(await gateway.marketData.orderBook(symbol, 5));
  const [bid, ask] = [bids[0], asks[0]];
  if (bid === undefined || ask === undefined)
    throw new Error(`${gateway.venue} tells no prices of ${symbol}`);
  if (!moving && !live) {
    return { instrument, bestBidTicks: bid[0], bestAskTicks: ask[0], lots: Math.min(bid[1], ask[1]) };
  }
  const bestBidTicks = Math.floor(bid[0] * (live ? 0.75 : 0.95));
  const bestAskTicks = Math.ceil(ask[0] * 1.02);
  return { instrument, bestBidTicks, bestAskTicks, lots: leastLots(instrument, bestBidTicks) };
}

/** A channel opens no position before it knows the venue's clock, and asks for it beside the first calls. */
async function clockKnown(channels: VenueChannels, venue: string): Promise<void> {
  for (let look = 0; look < CLOCK_LOOKS; look += 1) {
    if (channels.of(venue)?.state().clock.safe !== false) return;
    await sleep(CLOCK_LOOK_MS);
  }
}

function leastLots(instrument: Instrument, ticks: number): number {
  const perLot = instrument.notionalUnits(ticks, 1);
  const needed = (instrument.minNotionalUnits * 11n) / 10n / perLot + 1n;
  return Math.max(instrument.minLots, Number(needed));
}

class OneCredential extends VenueCredentials {
  constructor(private readonly credential: VenueCredential) {
    super();
  }

  async of(): Promise<VenueCredential> {
    return this.credential;
  }
}
