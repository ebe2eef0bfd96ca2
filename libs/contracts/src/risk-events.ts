import { defineEvents } from './define-events.js';

/** What risk decides, on the stream of the account. */
export const riskEvents = defineEvents({
  RiskLimitExceeded: {
    description: 'An order would have gone beyond a limit and was denied.',
    payload: {
      orderId: 'order id',
      symbol: 'canonical symbol',
      rule: 'code of the rule that refused',
      limit: 'the limit, decimal text, or null where the rule has none',
      value: 'what the order would have made of it, decimal text, or null',
      detail: 'sentence for people',
    },
  },
  RiskLimitsChanged: {
    description: "The account's limits were replaced.",
    payload: {
      version: 'version of the limits after the change',
      before: 'limit name → decimal text',
      after: 'limit name → decimal text',
    },
  },
});

export type RiskEventType = keyof typeof riskEvents;
