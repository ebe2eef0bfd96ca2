import type { DatabaseModel } from '@sextant/platform';
import { CreateKillSwitch1763700400000 } from './migrations/create-kill-switch.js';
import { CreateRiskLimit1763600310000 } from './migrations/create-risk-limit.js';

/** Risk's tables. They are read by typed statements, so there are no entities. */
export const riskModel: DatabaseModel = {
  entities: [],
  migrations: [CreateRiskLimit1763600310000, CreateKillSwitch1763700400000],
};
