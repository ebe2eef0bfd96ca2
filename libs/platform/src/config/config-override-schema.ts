import type { JsonValue } from '@sextant/contracts';
import { EntitySchema } from 'typeorm';
import type { DatabaseModel } from '../database/index.js';
import { CreateConfigOverride1763600030000 } from './migrations/create-config-override.js';

/** What an administrator changed at run time. */
export interface ConfigOverrideRow {
  key: string;
  /** Null: taken back. */
  value: JsonValue;
  /** Counts the changes of all keys; a text, as PostgreSQL hands out bigint. */
  version: string;
  changedAt: Date;
  changedBy: string;
}

const configOverrideSchema = new EntitySchema<ConfigOverrideRow>({
  name: 'config_override',
  columns: {
    key: { type: 'text', primary: true },
    value: { type: 'jsonb', nullable: true },
    version: { type: 'bigint' },
    changedAt: { type: 'timestamptz', name: 'changed_at', precision: 3 },
    changedBy: { type: 'text', name: 'changed_by' },
  },
});

export const configModel: DatabaseModel = {
  entities: [configOverrideSchema],
  migrations: [CreateConfigOverride1763600030000],
};
