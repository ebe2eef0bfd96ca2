import { confirmed, ExchangeGateway, refused, unknown } from '@sextant/exchange';
import type {
  ExchangeSession,
  GatewayOutcome,
  KeyPermissions,
  VenueAdapter,
  VenueCredential,
  VenueTraits,
} from '@sextant/exchange';
import type { Instrument } from '@sextant/kernel';

export const SCRIPTED_VENUE = 'SCRIPTED';

const HARMLESS: KeyPermissions = {
  read: true,
  trade: true,
  withdraw: false,
  transfer: false,
  ipRestricted: true,
};

const traits: VenueTraits = {
  clientOrderIds: 'UNIQUE_WHILE_OPEN',
  clientOrderIdPattern: '^[a-zA-Z0-9-_]{1,36}$',
  validityWindowMs: 5000,
  visibilityLagMs: 1000,
  absenceProof: 'AFTER_WINDOW',
  tradeIds: 'UNIQUE_PER_SYMBOL',
  lookupByClientId: 'ALL_ORDERS',
  orderTypes: ['MARKET', 'LIMIT'],
  timesInForce: ['GTC', 'IOC', 'FOK'],
  postOnly: true,
  marketByQuote: true,
  amend: 'NONE',
  selfTradePrevention: 'NONE',
  pushesOwnEvents: false,
  rateCosts: { place: 1, cancel: 1, query: 4 },
};

/** A venue that says of keys what a test wants, and counts how often it was loaded and asked. */
export class ScriptedExchange {
  loaded = 0;
  readonly asked: VenueCredential[] = [];
  private readonly answers = new Map<string, GatewayOutcome<KeyPermissions>>();
  private rest = confirmed(HARMLESS, { kind: 'VENUE_ANSWER', detail: {}, at: 0 });

  readonly adapter: VenueAdapter = {
    venue: SCRIPTED_VENUE,
    traits,
    about: { adapter: 'NATIVE', verified: true, passphrase: 'OPTIONAL', tellsPermissions: true },
    load: async () => {
      this.loaded += 1;
      return new ScriptedGateway(this);
    },
  };

  /** From now on the venue says this of the key. */
  says(apiKey: string, permissions: Partial<KeyPermissions>): void {
    this.answers.set(
      apiKey,
      confirmed({ ...HARMLESS, ...permissions }, { kind: 'VENUE_ANSWER', detail: {}, at: 0 }),
    );
  }

  refuses(apiKey: string, code: string, detail: string): void {
    this.answers.set(apiKey, refused({ code, detail }, { kind: 'VENUE_ANSWER', detail: {}, at: 0 }));
  }

  isSilent(apiKey: string): void {
    const silence = { code: 'TIMEOUT', detail: 'No answer came in time.' };
    this.answers.set(apiKey, unknown(silence, { kind: 'TRANSPORT', detail: {}, at: 0 }));
  }

  answer(credential: VenueCredential): GatewayOutcome<KeyPermissions> {
    this.asked.push(credential);
    return this.answers.get(credential.apiKey) ?? this.rest;
  }
}

class ScriptedGateway extends ExchangeGateway {
  readonly venue = SCRIPTED_VENUE;
  readonly traits = traits;

  constructor(private readonly exchange: ScriptedExchange) {
    super();
  }

  async instruments(): Promise<Instrument[]> {
    return [];
  }

  async serverTime(): Promise<number> {
    return Date.now();
  }

  open(): Promise<ExchangeSession> {
    throw new Error('nothing opens live accounts yet');
  }

  override async permissions(credential: VenueCredential): Promise<GatewayOutcome<KeyPermissions>> {
    return this.exchange.answer(credential);
  }
}
