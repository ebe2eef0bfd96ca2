import { Logger, SystemClock, SystemTimers } from '@sextant/platform';
import type { AccountId, ApprovalCheck } from '@sextant/kernel';
import type { ExchangeGateway } from '../domain/exchange-gateway.js';
import { VenueCredentials } from '../domain/venue-credentials.js';
import type { VenueCredential } from '../domain/venue-credentials.js';
import { standaloneChannels } from '../infrastructure/channel/standalone-channels.js';
import type { NativeDeps } from '../infrastructure/native/native-gateway.js';
import { valueOf } from './conformance-world.js';
import type { ConformanceTarget, VenueUnderTest } from './venue-under-test.js';

/** The venues whose protocols are ours, by the name that the command takes. `tellsBooks`: public data beyond best prices. */
const natives = {
  robinhood: {
    make: async (deps: NativeDeps): Promise<ExchangeGateway> => {
      const { RobinhoodGateway } = await import('../infrastructure/robinhood/robinhood-gateway.js');
      return new RobinhoodGateway(deps);
    },
    tellsBooks: false,
  },
  nobitex: {
    make: async (deps: NativeDeps): Promise<ExchangeGateway> => {
      const { NobitexGateway } = await import('../infrastructure/nobitex/nobitex-gateway.js');
      return new NobitexGateway(deps);
    },
    tellsBooks: true,
  },
} as const;

export type NativeName = keyof typeof natives;

export const nativeNames = Object.keys(natives) as NativeName[];

export interface NativeTargetOptions {
  name: NativeName;
  credential: Omit<VenueCredential, 'credentialId'>;
  symbol: string;
  /** Absent: the venue's own address, and so a real account. */
  root?: string;
}

const accountId = `acc_${'d'.repeat(32)}` as AccountId;

/** Robinhood or Nobitex: real ones with real keys, or what stands in for them at another address. */
export function nativeTarget(options: NativeTargetOptions): ConformanceTarget {
  const live = options.root === undefined;
  return {
    name: `${options.name}${live ? ', live' : ''}`,
    live,
    open: (approvals) => openNative(options, approvals),
  };
}

async function openNative(
  { name, credential, symbol, root }: NativeTargetOptions,
  approvals: ApprovalCheck,
): Promise<VenueUnderTest> {
  const channels = await standaloneChannels();
  const { make, tellsBooks } = natives[name];
  const gateway = await make({
    channels,
    approvals,
    credentials: new OneCredential({ credentialId: 'conformance', ...credential }),
    clock: new SystemClock(),
    timers: new SystemTimers(),
    log: Logger.silent(),
    ...(root !== undefined && { root }),
  });
  try {
    const market = await marketOf(gateway, symbol, tellsBooks);
    const seen = tellsBooks ? gateway : withoutBooks(gateway);
    return { gateway: seen, accountId, ...market, patienceMs: 30_000, close: () => channels.stop() };
  } catch (error) {
    await channels.stop();
    throw error;
  }
}

async function marketOf(
  gateway: ExchangeGateway,
  symbol: string,
  tellsBooks: boolean,
): Promise<Pick<VenueUnderTest, 'instrument' | 'bestBidTicks' | 'bestAskTicks' | 'lots'>> {
  const session = await gateway.open(accountId); // Robinhood tells nothing without one
  const instrument = (await gateway.instruments()).find((one) => one.symbol.toString() === symbol);
  if (instrument === undefined) throw new Error(`${gateway.venue} has no ${symbol}`);
  const { bidTicks, askTicks } = await (tellsBooks ? bestOfBook : bestOfTicker)(gateway, symbol);
  await session.close();
  // Orders rest a quarter below the market, and are worth little more than they must be.
  const bestBidTicks = Math.floor(bidTicks * 0.75);
  const least = (instrument.minNotionalUnits * 11n) / 10n / instrument.notionalUnits(bestBidTicks, 1) + 1n;
  const lots = Math.max(instrument.minLots, Number(least));
  return { instrument, bestBidTicks, bestAskTicks: askTicks, lots };
}

interface BestPrices {
  bidTicks: number;
  askTicks: number;
}

async function bestOfBook({ marketData, venue }: ExchangeGateway, symbol: string): Promise<BestPrices> {
  const { bids, asks } = valueOf(await marketData!.orderBook(symbol, 1));
  const [bid, ask] = [bids[0], asks[0]];
  if (bid === undefined || ask === undefined) throw new Error(`${venue} tells no prices of ${symbol}`);
  return { bidTicks: bid[0], askTicks: ask[0] };
}

async function bestOfTicker({ marketData, venue }: ExchangeGateway, symbol: string): Promise<BestPrices> {
  const [ticker] = valueOf(await marketData!.tickers([symbol]));
  const { bidTicks = null, askTicks = null } = ticker ?? {};
  if (bidTicks === null || askTicks === null) throw new Error(`${venue} tells no prices of ${symbol}`);
  return { bidTicks, askTicks };
}

/** The gateway as if it had no public data: the suite's cases are about books, trades and candles. */
export function withoutBooks(gateway: ExchangeGateway): ExchangeGateway {
  return Object.create(gateway, { marketData: { value: undefined } }) as ExchangeGateway;
}

class OneCredential extends VenueCredentials {
  constructor(private readonly credential: VenueCredential) {
    super();
  }

  async of(): Promise<VenueCredential> {
    return this.credential;
  }
}
