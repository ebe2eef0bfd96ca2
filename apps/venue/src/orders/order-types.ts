/** What each spot order type demands; the venue's own table. */
export interface TypeRule {
  readonly hasPrice: boolean;
  readonly hasTimeInForce: boolean;
  readonly hasStopPrice: boolean;
  readonly isPostOnly: boolean;
  /** It may rest, and so may hide some of itself. */
  readonly canHide: boolean;
  /** Orders of this type may be stated in the quote asset. */
  readonly takesQuote: boolean;
  /** The side of a buy's trigger: STOP waits above the market, TAKE_PROFIT below; a sell the other way round. */
  readonly buyTrigger: 'UP' | 'DOWN' | null;
  readonly defaultResponse: 'ACK' | 'FULL';
}

const PLAIN: TypeRule = {
  hasPrice: false,
  hasTimeInForce: false,
  hasStopPrice: false,
  isPostOnly: false,
  canHide: false,
  takesQuote: false,
  buyTrigger: null,
  defaultResponse: 'ACK',
};
const TRIGGERED: TypeRule = { ...PLAIN, hasStopPrice: true };
const TRIGGERED_LIMIT: TypeRule = { ...TRIGGERED, hasPrice: true, hasTimeInForce: true, canHide: true };

export const SPOT_TYPES = {
  LIMIT: { ...PLAIN, hasPrice: true, hasTimeInForce: true, canHide: true, defaultResponse: 'FULL' },
  LIMIT_MAKER: { ...PLAIN, hasPrice: true, isPostOnly: true, canHide: true },
  MARKET: { ...PLAIN, takesQuote: true, defaultResponse: 'FULL' },
  STOP_LOSS: { ...TRIGGERED, buyTrigger: 'UP' },
  STOP_LOSS_LIMIT: { ...TRIGGERED_LIMIT, buyTrigger: 'UP' },
  TAKE_PROFIT: { ...TRIGGERED, buyTrigger: 'DOWN' },
  TAKE_PROFIT_LIMIT: { ...TRIGGERED_LIMIT, buyTrigger: 'DOWN' },
} as const satisfies Record<string, TypeRule>;

export type SpotType = keyof typeof SPOT_TYPES;

export const SPOT_TYPE_NAMES = Object.keys(SPOT_TYPES) as SpotType[];
