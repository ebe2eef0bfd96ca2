import type { EpochMs } from '@sextant/kernel';
import type { PreparedRequest } from '../../../domain/channel/venue-answer.js';
import type { PlaceOrderRequest } from '../../../domain/venue-order.js';
import { BinanceOrderText } from '../../signing/binance-order-text.js';
import { HmacKey } from '../../signing/hmac-key.js';
import type { CcxtExchange } from '../ccxt-exchange.js';
import type { CcxtInstrument } from '../venue-profile.js';

interface Signer {
  key: HmacKey;
  texts: WeakMap<CcxtInstrument, BinanceOrderText>;
}

const signers = new WeakMap<CcxtExchange, Signer>();

/**
 * Writes and signs a placement straight from ticks and lots, without ccxt. Undefined for what ccxt has to sign: keys that
 * are no HMAC secret, amounts of quote, which the market's rules cut, and orders with conditions.
 */
export function signBinanceOrder(
  exchange: CcxtExchange,
  request: PlaceOrderRequest,
  entry: CcxtInstrument,
  recvWindowMs: number,
): ((venueNow: EpochMs) => PreparedRequest) | undefined {
  const { apiKey, secret } = exchange;
  if (apiKey === undefined || secret === undefined || secret.includes('PRIVATE KEY')) return undefined;
  if (request.lots === null || request.conditions !== undefined) return undefined;
  const text = textFor(exchange, secret, entry, recvWindowMs);
  const url = `${String(exchange.urls.api['private'])}/order`;
  const headers = { 'X-MBX-APIKEY': apiKey, 'Content-Type': 'application/x-www-form-urlencoded' };
  return (venueNow) => ({ method: 'POST', url, headers, body: text.signed(request, venueNow) });
}

function textFor(
  exchange: CcxtExchange,
  secret: string,
  entry: CcxtInstrument,
  recvWindowMs: number,
): BinanceOrderText {
  const signer = signers.get(exchange) ?? { key: HmacKey.sha256(secret), texts: new WeakMap() };
  signers.set(exchange, signer);
  const text =
    signer.texts.get(entry) ??
    new BinanceOrderText(entry.market.id, entry.instrument, signer.key, recvWindowMs);
  signer.texts.set(entry, text);
  return text;
}
