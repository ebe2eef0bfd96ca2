import { CreateAccountStream1763600010000 } from './commit/migrations/create-account-stream.js';
import { configModel } from './config/index.js';
import type { DatabaseModel } from './database/index.js';
import { combineModels, CreateRoles1763600000000 } from './database/index.js';
import { CreateEventLog1763600012000 } from './event-log/migrations/create-event-log.js';
import { idempotencyModel } from './idempotency/index.js';
import { jobModel } from './jobs/index.js';
import { CreateProcessHeartbeat1763600014000 } from './ownership/migrations/create-process-heartbeat.js';

/** Roles, streams, log, heartbeats, idempotency keys and jobs: what every context builds on. */
export const platformModel: DatabaseModel = combineModels(idempotencyModel, configModel, jobModel, {
  entities: [],
  migrations: [
    CreateRoles1763600000000,
    CreateAccountStream1763600010000,
    CreateEventLog1763600012000,
    CreateProcessHeartbeat1763600014000,
  ],
});
