import type { DatabaseModel } from '@sextant/platform';
import { CheckOrdersByDomain1763600301000 } from './migrations/check-orders-by-domain.js';
import { HoldConditions1763700300000 } from './migrations/hold-conditions.js';
import { KeepOrders1763600302000 } from './migrations/keep-orders.js';
import { IndexEventsByOrder1763700801000 } from './migrations/index-events-by-order.js';
import { CreateReconciliation1763700802000 } from './migrations/create-reconciliation.js';
import { ExplainReconciliation1763701400000 } from './migrations/explain-reconciliation.js';
import { IndexRevisions1763700800000 } from './migrations/index-revisions.js';
import { CreateCancelCountdown1763701000000 } from './migrations/create-cancel-countdown.js';
import { CreateExecutions1763700900000 } from './migrations/create-executions.js';
import { CreateOrders1763600300000 } from './migrations/create-orders.js';

/** Execution's tables. They are read by typed statements, so there are no entities. */
export const executionModel: DatabaseModel = {
  entities: [],
  migrations: [
    CreateOrders1763600300000,
    CheckOrdersByDomain1763600301000,
    KeepOrders1763600302000,
    HoldConditions1763700300000,
    IndexRevisions1763700800000,
    IndexEventsByOrder1763700801000,
    CreateReconciliation1763700802000,
    CreateExecutions1763700900000,
    CreateCancelCountdown1763701000000,
    ExplainReconciliation1763701400000,
  ],
};
