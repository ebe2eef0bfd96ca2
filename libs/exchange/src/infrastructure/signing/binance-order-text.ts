import { formatScaled } from '@sextant/kernel';
import type { Instrument } from '@sextant/kernel';
import type { PlaceOrderRequest } from '../../domain/venue-order.js';
import { GridText } from './grid-text.js';
import type { HmacKey } from './hmac-key.js';

/** What Binance takes as `newClientOrderId`; none of it needs an escape in a query. */
const CLIENT_ORDER_ID = /^[.A-Za-z0-9_:/-]{1,36}$/;

export type BinanceOrderTerms = Pick<
  PlaceOrderRequest,
  'side' | 'type' | 'timeInForce' | 'postOnly' | 'lots' | 'quoteUnits' | 'priceTicks'
> & { clientOrderId: string | null };

/**
 * The signed parameters of `POST /api/v3/order` for one market and key, written straight into one string: no object,
 * decimal or encoder in between. The parameters stand as in the signed example of Binance's documentation.
 */
export class BinanceOrderText {
  private readonly prices: GridText;
  private readonly quantities: GridText;
  private readonly start: string;
  private readonly end: string;

  /** @param marketId Binance's own name of the market */
  constructor(
    marketId: string,
    instrument: Instrument,
    private readonly key: HmacKey,
    recvWindowMs: number,
  ) {
    this.prices = new GridText(instrument.tickUnits);
    this.quantities = new GridText(instrument.stepUnits);
    this.start = `symbol=${marketId}&side=`;
    this.end = `&recvWindow=${recvWindowMs}&timestamp=`;
  }

  /**
   * @param timestamp venue time, epoch milliseconds
   * @throws Error when the client order id is not one that Binance takes: the caller has not checked it
   */
  signed(terms: BinanceOrderTerms, timestamp: number): string {
    const text = `${this.start}${terms.side}${this.what(terms)}${idOf(terms)}${this.end}${timestamp}`;
    return `${text}&signature=${this.key.sign(text, 'hex')}`;
  }

  private what({ type, timeInForce, postOnly, lots, quoteUnits, priceTicks }: BinanceOrderTerms): string {
    if (type === 'MARKET')
      return lots === null
        ? `&type=MARKET&quoteOrderQty=${formatScaled(quoteUnits!)}`
        : `&type=MARKET&quantity=${this.quantities.of(lots)}`;
    // Of the kinds here only LIMIT_MAKER is acknowledged with less than the whole order by default.
    const kind = postOnly
      ? '&type=LIMIT_MAKER&newOrderRespType=FULL'
      : `&type=LIMIT&timeInForce=${timeInForce}`;
    return `${kind}&quantity=${this.quantities.of(lots!)}&price=${this.prices.of(priceTicks!)}`;
  }
}

function idOf({ clientOrderId }: BinanceOrderTerms): string {
  if (clientOrderId === null) return '';
  if (!CLIENT_ORDER_ID.test(clientOrderId)) throw new Error('not a client order id of Binance');
  return `&newClientOrderId=${clientOrderId}`;
}
