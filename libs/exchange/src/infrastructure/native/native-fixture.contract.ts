import { createApprovalAuthority } from '@sextant/kernel';
import type { AccountId, ApprovalCheck, OrderId } from '@sextant/kernel';
import { Config, Logger, SystemClock, SystemTimers } from '@sextant/platform';
import { withoutBooks } from '../../conformance/native-target.js';
import type { ConformanceTarget } from '../../conformance/venue-under-test.js';
import type { ExchangeGateway } from '../../domain/exchange-gateway.js';
import type { ExchangeSession } from '../../domain/exchange-session.js';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import { VenueCredentials } from '../../domain/venue-credentials.js';
import type { VenueCredential } from '../../domain/venue-credentials.js';
import type { PlaceOrderRequest, VenueOrder } from '../../domain/venue-order.js';
import { standaloneChannels } from '../channel/standalone-channels.js';
import type { NativeDeps } from './native-gateway.js';
import { ThinVenue } from './thin-venue.contract.js';
import type { Dialect } from './thin-venue.contract.js';

/** What a dialect's book can be asked by a test. */
export interface TestedDialect extends Dialect {
  /** Orders that the venue has accepted, by their client order ids as they went over the wire. */
  accepted(): string[];
  /** Lets the market trade through a resting order. */
  fill(wireId: string, quantity: string, price: string): void;
}

export interface NativeVenue<D extends TestedDialect> {
  dialect(): D;
  gateway(deps: NativeDeps): ExchangeGateway;
  credential: VenueCredential;
  /** Another key of the same account, which the dialect takes as well. */
  otherCredential: VenueCredential;
  symbol: string;
  /** Rests in the dialect's book; its quantity and price as text, for `fill`. */
  resting: { lots: number; priceTicks: number; quantity: string; price: string };
  /** More than the account can pay. */
  tooMuch: { lots: number; priceTicks: number };
  toWireId(clientOrderId: string): string;
  /** Where placements, cancels and lists of own orders go. */
  paths: { place: string; cancel: string };
}

export const accountId = `acc_${'1'.repeat(32)}` as AccountId;
/** How long a call is waited for. */
export const TIMEOUT_MS = 200;

export interface Fixture<D extends TestedDialect> {
  venue: ThinVenue;
  dialect: D;
  gateway: ExchangeGateway;
  session: ExchangeSession;
  request(terms?: Partial<PlaceOrderRequest>): PlaceOrderRequest;
  send(request: PlaceOrderRequest): Promise<GatewayOutcome<VenueOrder>>;
  use(credential: VenueCredential): void;
  close(): Promise<void>;
}

interface Site<D extends TestedDialect> {
  venue: ThinVenue;
  dialect: D;
  gateway: ExchangeGateway;
  use(credential: VenueCredential): void;
  close(): Promise<void>;
}

/** The venue's front-end, and a gateway to it over the real channel. */
async function openSite<D extends TestedDialect>(
  native: NativeVenue<D>,
  approvals: ApprovalCheck,
): Promise<Site<D>> {
  const dialect = native.dialect();
  const venue = await ThinVenue.start(dialect);
  const config = Config.fromValues({ 'exchange.timeoutMs': TIMEOUT_MS, 'exchange.retry.firstPauseMs': 1 });
  const channels = await standaloneChannels({ config });
  let credential = native.credential;
  const credentials = new (class extends VenueCredentials {
    of(): Promise<VenueCredential> {
      return Promise.resolve(credential);
    }
  })();
  const gateway = native.gateway({
    channels,
    approvals,
    credentials,
    clock: new SystemClock(),
    timers: new SystemTimers(),
    log: Logger.silent(),
    root: venue.url,
  });
  const use = (other: VenueCredential): void => {
    credential = other;
  };
  const close = async (): Promise<void> => {
    await channels.stop();
    await venue.close();
  };
  return { venue, dialect, gateway, use, close };
}

export async function openNativeVenue<D extends TestedDialect>(native: NativeVenue<D>): Promise<Fixture<D>> {
  const { mint, check } = createApprovalAuthority();
  const site = await openSite(native, check);
  const session = await site.gateway.open(accountId);
  const request = requests(native);
  const send = (wanted: PlaceOrderRequest) =>
    session.place(wanted, mint.mint({ ...termsOf(wanted), deadlineMs: Infinity }));
  const close = async (): Promise<void> => {
    await session.close();
    await site.close();
  };
  return { ...site, session, request, send, close };
}

/**
 * For the suite that every adapter of any kind passes. Neither venue tells who made a trade, so the case of a resting
 * order's fill is left to the cases below, which ask no role.
 */
export function nativeTarget<D extends TestedDialect>(
  name: string,
  native: NativeVenue<D>,
  market: { bestBidTicks: number; bestAskTicks: number; tellsMarketData: boolean },
): ConformanceTarget {
  return {
    name,
    async open(approvals) {
      const { gateway, close } = await openSite(native, approvals);
      const { bestBidTicks, bestAskTicks, tellsMarketData } = market;
      const session = await gateway.open(accountId);
      const instrument = (await gateway.instruments()).find(
        (one) => one.symbol.toString() === native.symbol,
      )!;
      await session.close();
      return {
        gateway: tellsMarketData ? gateway : withoutBooks(gateway),
        accountId,
        instrument,
        bestBidTicks,
        bestAskTicks,
        lots: native.resting.lots,
        patienceMs: 10_000,
        close,
      };
    },
  };
}

function requests({ symbol, resting }: NativeVenue<TestedDialect>) {
  let count = 0;
  return (terms: Partial<PlaceOrderRequest> = {}): PlaceOrderRequest => {
    count += 1;
    const orderId = `ord_019a9f3c00007000800${count.toString(16).padStart(13, '0')}` as OrderId;
    return {
      accountId,
      orderId,
      clientOrderId: orderId,
      symbol,
      side: 'BUY',
      type: 'LIMIT',
      lots: resting.lots,
      quoteUnits: null,
      priceTicks: resting.priceTicks,
      timeInForce: 'GTC',
      postOnly: false,
      attempt: 1,
      epoch: 1,
      isHeld: () => true,
      ...terms,
    };
  };
}

export function termsOf({ accountId: account, ...request }: PlaceOrderRequest) {
  const { orderId, symbol, side, lots, quoteUnits, priceTicks, attempt, epoch } = request;
  return { accountId: account, orderId, symbol, side, lots, quoteUnits, priceTicks, attempt, epoch };
}

export function value<T>(outcome: GatewayOutcome<T>): T {
  if (outcome.outcome === 'CONFIRMED') return outcome.value;
  throw new Error(`${outcome.outcome}: ${JSON.stringify(outcome.reason)}`);
}
