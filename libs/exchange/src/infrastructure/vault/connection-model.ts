import type { DatabaseModel } from '@sextant/platform';
import { CreateExchangeConnection1763600600000 } from './migrations/create-exchange-connection.js';
import { IdentifyVenueAccount1763600601000 } from './migrations/identify-venue-account.js';

/** Connections and the vault. They are read by typed statements, so there are no entities. */
export const connectionModel: DatabaseModel = {
  entities: [],
  migrations: [CreateExchangeConnection1763600600000, IdentifyVenueAccount1763600601000],
};
