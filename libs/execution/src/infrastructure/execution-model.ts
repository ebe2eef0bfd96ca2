import type { DatabaseModel } from '@sextant/platform';
import { CreateOrders1763600300000 } from './migrations/create-orders.js';

/** Execution's tables. They are read by typed statements, so there are no entities. */
export const executionModel: DatabaseModel = { entities: [], migrations: [CreateOrders1763600300000] };
