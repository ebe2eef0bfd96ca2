import type { EntitySchema, MigrationInterface } from 'typeorm';

/** What a context keeps in the database: how it is read, and how its tables came to be. */
export interface DatabaseModel {
  entities: EntitySchema[];
  /** Class names end in their timestamp (`CreateEventLog1763600000000`), which is the order they run in. */
  migrations: (new () => MigrationInterface)[];
}

/** One model of many; what two of them share is taken once. */
export function combineModels(...models: DatabaseModel[]): DatabaseModel {
  return {
    entities: [...new Set(models.flatMap((model) => model.entities))],
    migrations: [...new Set(models.flatMap((model) => model.migrations))],
  };
}
