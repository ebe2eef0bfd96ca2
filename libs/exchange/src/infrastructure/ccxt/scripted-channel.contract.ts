import { createApprovalAuthority } from '@sextant/kernel';
import type { AccountId, OrderId } from '@sextant/kernel';
import { Logger, ManualClock, ManualTimers } from '@sextant/platform';
import type { CallIntent } from '../../domain/channel/call-intent.js';
import type { ChannelProfile } from '../../domain/channel/channel-profile.js';
import type { ChannelState, VenueClock } from '../../domain/channel/channel-state.js';
import type { NotSent, PreparedRequest, VenueAnswer } from '../../domain/channel/venue-answer.js';
import { VenueChannel } from '../../domain/channel/venue-channel.js';
import type { CallPermit, Prepare } from '../../domain/channel/venue-channel.js';
import { VenueChannels } from '../../domain/channel/venue-channels.js';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import type { OutcomeCode } from '../../domain/outcome-codes.js';
import { VenueCredentials } from '../../domain/venue-credentials.js';
import type { VenueCredential } from '../../domain/venue-credentials.js';
import type { PlaceOrderRequest, VenueConditions } from '../../domain/venue-order.js';
import { createCcxtGateway } from './create-ccxt-gateway.js';
import type { CcxtGateway } from './ccxt-gateway.js';
import type { CcxtEndpoints } from './venue-profile.js';

export interface Sent {
  intent: CallIntent;
  request: PreparedRequest;
  path: string;
  /** Of the query and of a form or JSON body. */
  fields: Record<string, unknown>;
}

type Reply = Partial<{ status: number; body: unknown; headers: Record<string, string> }> | VenueAnswer;
type Script = (sent: Sent) => Reply | undefined;

/** A channel that sends nothing: what would leave is kept, and answered by the test. Whatever is not answered fails it. */
export class ScriptedChannel extends VenueChannel {
  readonly venue: string;
  readonly sent: Sent[] = [];
  /** How often a request is prepared before it leaves. */
  prepares = 1;
  private readonly scripts: Script[] = [];
  readonly clock: VenueClock = {
    offsetMs: 0,
    uncertaintyMs: 5,
    isSafe: () => true,
    distrust: () => {
      this.distrusted += 1;
    },
  };
  distrusted = 0;

  constructor(
    readonly profile: ChannelProfile,
    private readonly now: () => number,
  ) {
    super();
    this.venue = profile.venue;
  }

  /** Answers to requests whose method and path hold `where`; the newest script is asked first. */
  on(where: string, reply: Reply | ((sent: Sent) => Reply)): this {
    this.scripts.unshift((sent) => {
      if (!`${sent.request.method} ${sent.path}`.includes(where)) return undefined;
      return typeof reply === 'function' ? reply(sent) : reply;
    });
    return this;
  }

  last(where: string): Sent {
    const found = this.sent.findLast(({ request, path }) => `${request.method} ${path}`.includes(where));
    if (found === undefined) throw new Error(`nothing was sent to ${where}`);
    return found;
  }

  count(where: string): number {
    return this.sent.filter(({ request, path }) => `${request.method} ${path}`.includes(where)).length;
  }

  async call(intent: CallIntent, prepare: Prepare): Promise<VenueAnswer> {
    let prepared = prepare(this.now());
    for (let again = 1; again < this.prepares; again += 1) prepared = prepare(this.now());
    if ('withhold' in prepared) {
      return { kind: 'NOT_SENT', code: 'WITHHELD', detail: prepared.withhold, retryAfterMs: null };
    }
    const url = new URL(prepared.url);
    const sent: Sent = {
      intent,
      request: prepared,
      path: url.pathname,
      fields: fieldsOf(url, prepared.body),
    };
    this.sent.push(sent);
    for (const script of this.scripts) {
      const reply = script(sent);
      if (reply !== undefined) return this.answer(reply);
    }
    // Not thrown: the adapter would take it for a lost answer.
    process.stderr.write(`no answer is scripted for ${prepared.method} ${url.pathname}${url.search}\n`);
    return { kind: 'NO_ANSWER', code: 'GARBLED', detail: 'no answer is scripted' };
  }

  admit(): Promise<CallPermit | NotSent> {
    return Promise.reject(new Error('not used'));
  }

  state(): ChannelState {
    throw new Error('not used');
  }

  async close(): Promise<void> {}

  private answer(reply: Reply): VenueAnswer {
    if ('kind' in reply) return reply;
    const { status = 200, body = {}, headers = {} } = reply;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return { kind: 'ANSWER', status, headers, body: text, at: this.now(), roundTripMs: 5 };
  }
}

function fieldsOf(url: URL, body: string | null): Record<string, unknown> {
  const fields: Record<string, unknown> = Object.fromEntries(url.searchParams);
  if (body === null) return fields;
  if (body.startsWith('{')) return { ...fields, ...(JSON.parse(body) as object) };
  if (body.startsWith('[')) return { ...fields, list: JSON.parse(body) as unknown };
  return { ...fields, ...Object.fromEntries(new URLSearchParams(body)) };
}

export const accountId = `acc_${'1'.repeat(32)}` as AccountId;

/** No venue's real key: made for the tests, and long enough to sign with. */
export const credential: VenueCredential = {
  credentialId: 'cred-1',
  apiKey: 'test-api-key',
  secret: Buffer.from('a secret that signs nothing real').toString('base64'),
  passphrase: 'test-passphrase',
};

export const START = Date.UTC(2026, 0, 5, 12);

export interface CcxtUnderTest {
  gateway: CcxtGateway;
  channel: ScriptedChannel;
  clock: ManualClock;
  timers: ManualTimers;
  mint: ReturnType<typeof createApprovalAuthority>['mint'];
  request(terms?: Partial<PlaceOrderRequest>): PlaceOrderRequest;
}

/** A gateway of ccxt over a scripted channel. `script` answers what the venue is asked. */
export async function ccxtUnderTest(
  ccxtId: string,
  script: (channel: ScriptedChannel) => void,
  over: Partial<VenueCredential> = {},
  endpoints?: CcxtEndpoints,
): Promise<CcxtUnderTest> {
  const clock = new ManualClock(START);
  const timers = new ManualTimers(clock);
  const { mint, check } = createApprovalAuthority();
  let channel: ScriptedChannel | null = null;
  const channels = new (class extends VenueChannels {
    open(profile: ChannelProfile): VenueChannel {
      channel = new ScriptedChannel(profile, () => clock.now());
      script(channel);
      return channel;
    }
    of(): VenueChannel | null {
      return channel;
    }
  })();
  const credentials = new (class extends VenueCredentials {
    of(): Promise<VenueCredential> {
      return Promise.resolve({ ...credential, ...over });
    }
  })();
  const log = Logger.silent();
  const gateway = createCcxtGateway(ccxtId, {
    channels,
    approvals: check,
    credentials,
    clock,
    timers,
    log,
    ...(endpoints && { endpoints }),
  });
  await gateway.instruments();
  return { gateway, channel: channel!, clock, timers, mint, request: requests() };
}

function requests(): (terms?: Partial<PlaceOrderRequest>) => PlaceOrderRequest {
  let count = 0;
  return (terms = {}) => {
    const orderId = `ord_${(++count).toString(16).padStart(32, '0')}` as OrderId;
    return {
      accountId,
      orderId,
      clientOrderId: orderId,
      symbol: 'BTC/USDT',
      side: 'BUY',
      type: 'LIMIT',
      lots: 60,
      quoteUnits: null,
      priceTicks: 6_000_012,
      timeInForce: 'GTC',
      postOnly: false,
      attempt: 1,
      epoch: 1,
      isHeld: () => true,
      ...terms,
    };
  };
}

/** Of an order without any. */
export const NO_CONDITIONS: VenueConditions = {
  stopTicks: null,
  trailingBps: null,
  triggerBy: 'LAST',
  displayLots: null,
  expiresAt: null,
  reduceOnly: false,
};

export async function sendOrder(
  here: CcxtUnderTest,
  terms: Partial<PlaceOrderRequest> = {},
): Promise<GatewayOutcome<unknown>> {
  const session = await here.gateway.open(accountId);
  const request = here.request(terms);
  return session.place(request, here.mint.mint({ ...termsOf(request), deadlineMs: Infinity }));
}

export function termsOf(request: PlaceOrderRequest) {
  const { orderId, symbol, side, lots, quoteUnits, priceTicks, attempt, epoch } = request;
  return {
    accountId: request.accountId,
    orderId,
    symbol,
    side,
    lots,
    quoteUnits,
    priceTicks,
    stopTicks: request.conditions?.stopTicks ?? null,
    attempt,
    epoch,
  };
}

export function valueOf<T>(outcome: GatewayOutcome<T>): T {
  if (outcome.outcome !== 'CONFIRMED') throw new Error(JSON.stringify(outcome));
  return outcome.value;
}

/** `[what, status, body, outcome, code]` of an answer to a placement. */
export type AnswerCase = readonly [
  what: string,
  status: number,
  body: unknown,
  outcome: string,
  code: OutcomeCode,
];

/** Holds a venue's table against answers as the venue writes them. */
export function describeAnswers(
  name: string,
  make: (script: (channel: ScriptedChannel) => void) => Promise<CcxtUnderTest>,
  placePath: string,
  cases: readonly AnswerCase[],
): void {
  it.each(cases)(`${name}: %s`, async (_what, status, body, outcome, code) => {
    const world = await make((channel) => channel.on(placePath, { status, body }));
    const answer = await sendOrder(world);
    expect(answer).toMatchObject({ outcome, reason: { code }, evidence: { kind: 'VENUE_ANSWER' } });
    expect(world.channel.count(placePath)).toBe(1);
  });
}
