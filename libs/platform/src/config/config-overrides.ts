import type { JsonValue } from '@sextant/contracts';
import { DomainError } from '@sextant/kernel';
import type { Clock } from '@sextant/kernel';
import type { PoolClient } from 'pg';
import type { Database } from '../database/index.js';
import type { SystemLog } from '../event-log/system-log.js';
import { Component } from '../lifecycle/component.js';
import type { Logger } from '../telemetry/logger.js';
import type { Cancel, Timers } from '../time/index.js';
import { readChange, readOverride } from './config-change.js';
import type { ConfigChange } from './config-change.js';
import type { ConfigScalar } from './config-entry.js';
import type { Config } from './config.js';
import type { ConfigKey } from './config-schema.js';

const CHANNEL = 'config_override';
const SWEEP_MS = 30_000;

/** Who changes, and the version of the overrides they have read (null: any). */
export interface ConfigChangeBy {
  actor: string;
  traceId?: string | undefined;
  ifVersion?: number | null;
}

interface Stored {
  /** Counts the changes ever made; 0 before the first. */
  version: number;
  values: ReadonlyMap<ConfigKey, ConfigScalar>;
}

/**
 * The run-time overrides of dynamic keys: kept in the database, audited in the `system` stream, followed by every
 * process (notified, else by a sweep). They never beat the environment.
 */
export class ConfigOverrides extends Component {
  readonly name = 'config-overrides';
  override readonly dependsOn = ['database'];
  private stored: Stored = { version: 0, values: new Map() };
  private unlisten: () => Promise<void> = async () => undefined;
  private cancelSweep: Cancel = () => undefined;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly log: SystemLog,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {
    super();
  }

  async start(): Promise<void> {
    this.unlisten = await this.database.listen(CHANNEL, () => void this.refresh());
    await this.load();
    this.cancelSweep = this.timers.every(SWEEP_MS, () => this.refresh());
  }

  async stop(): Promise<void> {
    this.cancelSweep();
    await this.unlisten();
  }

  /** Grows with every change, whatever process made it. */
  get version(): number {
    return this.stored.version;
  }

  /**
   * Overrides the keys of `body`, or takes overrides back (null): all of it or nothing, in force here on return.
   * @throws DomainError CONFIG_…
   */
  async change(body: Readonly<Record<string, unknown>>, by: ConfigChangeBy): Promise<void> {
    const change = readChange(this.config, body);
    await this.database.transaction(async (client) => {
      await client.query('LOCK TABLE config_override IN SHARE ROW EXCLUSIVE MODE');
      const before = await read(async (sql) => (await client.query<Row>(sql)).rows);
      if ((by.ifVersion ?? before.version) !== before.version) {
        throw new DomainError('CONFIG_CHANGED_MEANWHILE', 'The overrides have changed since they were read.');
      }
      await this.write(client, before.version + 1, change, by);
      await this.audit(client, before, change, by);
      await client.query(`SELECT pg_notify('${CHANNEL}', '')`);
    });
    await this.load();
  }

  private async write(
    client: PoolClient,
    version: number,
    change: ConfigChange,
    by: ConfigChangeBy,
  ): Promise<void> {
    const changedAt = new Date(this.clock.now());
    for (const [key, value] of change) {
      await client.query(
        `INSERT INTO config_override (key, value, version, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (key) DO UPDATE SET value = $2, version = $3, changed_at = $4, changed_by = $5`,
        [key, value === null ? null : JSON.stringify(value), version, changedAt, by.actor],
      );
    }
  }

  private async audit(
    client: PoolClient,
    before: Stored,
    change: ConfigChange,
    by: ConfigChangeBy,
  ): Promise<void> {
    const events = [...change].map(([key, value]) => {
      const configured = this.config.configured(key);
      const from = before.values.get(key) ?? configured;
      const payload = { key, from: json(from), to: json(value ?? configured), overridden: value !== null };
      const origin = { occurredAt: this.clock.now(), actor: by.actor, traceId: by.traceId ?? null };
      return { type: 'ConfigChanged', payload, ...origin };
    });
    await this.log.append(events, client);
  }

  private async load(): Promise<void> {
    this.stored = await read(
      (sql) => this.database.query<Row>(sql),
      (key) => {
        this.logger.warn('stored override ignored: the key is not dynamic or takes other values', {
          configKey: key,
        });
      },
    );
    this.config.applyOverrides(this.stored.values);
  }

  /** An outage leaves the last known overrides in force. */
  private async refresh(): Promise<void> {
    try {
      await this.load();
    } catch (error) {
      this.logger.warn('configuration overrides not refreshed', { error });
    }
  }
}

interface Row {
  key: string;
  value: JsonValue;
  version: string;
}

async function read(
  query: (sql: string) => Promise<Row[]>,
  onIgnored?: (key: string) => void,
): Promise<Stored> {
  const values = new Map<ConfigKey, ConfigScalar>();
  let version = 0;
  for (const row of await query('SELECT key, value, version FROM config_override')) {
    version = Math.max(version, Number(row.version));
    if (row.value === null) continue;
    const override = readOverride(row.key, row.value);
    if (override) values.set(...override);
    else onIgnored?.(row.key);
  }
  return { version, values };
}

function json(value: ConfigScalar): JsonValue {
  return Array.isArray(value) ? [...value] : (value as JsonValue);
}
