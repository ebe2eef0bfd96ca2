import type { DatabaseModel } from '@sextant/platform';
import { CreateVenueHalt1763600500000 } from './migrations/create-venue-halt.js';

/** What channels keep: halts. Read by typed statements, so there are no entities. */
export const channelModel: DatabaseModel = { entities: [], migrations: [CreateVenueHalt1763600500000] };
