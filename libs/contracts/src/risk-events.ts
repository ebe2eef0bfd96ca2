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
  KillSwitchChanged: {
    description:
      'A kill switch was switched on, changed or released: on the stream of the account, for a wider scope on `system`.',
    payload: {
      switchId: 'id of this change; the liquidation that it begins is known by it',
      tenantId: "tenant id; absent for the operator's switch, which is for everybody",
      scope: '{kind, value}: ACCOUNT, STRATEGY, SYMBOL, VENUE or ALL, and which one',
      mode: 'HALT, LIQUIDATE or REDUCE_ONLY; null: released',
      version: 'number of the change; the highest of a scope stands',
      reason: 'why, in the words of who did it',
      cancelOrders: 'whether resting orders of the scope are cancelled',
    },
  },
  LiquidationEnded: {
    description:
      'A LIQUIDATE switch has closed what it could of an account, or cannot go on without a person.',
    payload: {
      switchId: 'id of the switch',
      accountId: 'account id',
      outcome: 'FLAT or NEEDS_PERSON',
      remaining: '[{symbol, quantity}]: what is still held',
      detail: 'what stands in the way, or null',
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
