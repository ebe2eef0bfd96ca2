import { Injectable } from '@nestjs/common';
import { Clock } from '@sextant/kernel';
import { Component, Config, Database, deleteInBatches, Logger, Timers } from '@sextant/platform';
import type { Cancel } from '@sextant/platform';
import type { SnapshotKind } from './snapshot-table.js';

const INTERVAL_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Keeps the equity history small: the older, the fewer points of a day. Those of flows and of 00:00 UTC stay for ever. */
@Injectable()
export class ThinEquityHistory extends Component {
  readonly name = 'equity-thinning';
  override readonly dependsOn = ['database'];
  private end: Cancel = () => undefined;

  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {
    super();
  }

  async start(): Promise<void> {
    this.end = this.timers.every(INTERVAL_MS, async () => {
      try {
        await this.thin();
      } catch (error) {
        this.logger.warn('Old equity points were not thinned out', { error });
      }
    });
  }

  async stop(): Promise<void> {
    this.end();
  }

  /** @returns how many points went */
  async thin(): Promise<number> {
    const now = this.clock.now();
    const fine = now - this.config.get('portfolio.equityFineDays') * DAY_MS;
    const hourly = now - this.config.get('portfolio.equityHourlyDays') * DAY_MS;
    return (await this.drop(['INTERVAL', 'START'], fine)) + (await this.drop(['HOUR'], hourly));
  }

  /** A point that counts a flow stays, and the newest of an account: its next owner goes on from there. */
  private drop(kinds: SnapshotKind[], before: number): Promise<number> {
    const condition = `kind = ANY ($1) AND taken_at < to_timestamp($2::float8 / 1000) AND flow = 0
      AND EXISTS (SELECT FROM portfolio_snapshot later WHERE later.account_id = portfolio_snapshot.account_id
        AND later.taken_at > portfolio_snapshot.taken_at)`;
    return deleteInBatches(this.database, 'portfolio_snapshot', condition, [kinds, before]);
  }
}
