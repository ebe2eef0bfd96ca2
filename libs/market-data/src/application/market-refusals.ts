/** Why a value of a feed was not taken, or must not be traded on. */
export const refusalReasons = [
  'CROSSED',
  'GAP',
  'MALFORMED',
  'OUT_OF_ORDER',
  'PRICE_SPIKE',
  'REPEATED',
] as const;

export type RefusalReason = (typeof refusalReasons)[number];
