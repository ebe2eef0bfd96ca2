import { defineErrors } from './domain-error.js';

export const kernelErrors = defineErrors({
  DECIMAL_MALFORMED: {
    kind: 'MALFORMED',
    title: 'Not a decimal',
    description:
      'Decimals are JSON strings in plain notation: up to 20 digits, optionally a point and up to 18 more. ' +
      'JSON numbers, exponents, signs other than a leading minus, and blanks are not accepted.',
  },
  DECIMAL_OUT_OF_RANGE: {
    kind: 'MALFORMED',
    title: 'Decimal out of range',
    description: 'The value has the right form but its sign or size is not allowed in this place.',
  },
  SYMBOL_MALFORMED: {
    kind: 'MALFORMED',
    title: 'Not a symbol',
    description: 'A symbol is BASE/QUOTE (BTC/USDT), with :SETTLE for a perpetual (BTC/USDT:USDT).',
  },
  ASSET_MALFORMED: {
    kind: 'MALFORMED',
    title: 'Not an asset',
    description: 'An asset is 1 to 20 capital letters and digits, such as BTC or 1INCH.',
  },
  ID_MALFORMED: {
    kind: 'MALFORMED',
    title: 'Not an id',
    description: 'Ids are a prefix, an underscore and 32 hexadecimal digits, as this API returned them.',
  },
  PRICE_NOT_ON_TICK: {
    kind: 'REFUSED',
    title: 'Price not on the tick grid',
    description:
      'The price is not a multiple of the tick size. `nearestValid` holds the closest price that is.',
  },
  QUANTITY_NOT_ON_STEP: {
    kind: 'REFUSED',
    title: 'Quantity not on the step grid',
    description:
      'The quantity is not a multiple of the step size. `nearestValid` holds the closest one below.',
  },
  PRICE_OUT_OF_BOUNDS: {
    kind: 'REFUSED',
    title: 'Price out of bounds',
    description: "The price is below the instrument's minimum or above its maximum.",
  },
  QUANTITY_TOO_SMALL: {
    kind: 'REFUSED',
    title: 'Quantity too small',
    description: "The quantity is below the instrument's minimum.",
  },
  QUANTITY_TOO_LARGE: {
    kind: 'REFUSED',
    title: 'Quantity too large',
    description: "The quantity is above the instrument's maximum.",
  },
  NOTIONAL_TOO_SMALL: {
    kind: 'REFUSED',
    title: 'Notional too small',
    description: 'Price × quantity is below the minimum order value of the instrument.',
  },
});
