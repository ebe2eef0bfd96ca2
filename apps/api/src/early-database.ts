import type { Config } from '@sextant/platform';
import { EmbeddedPostgres } from '@sextant/platform';

/**
 * The embedded database, begun while the application's modules are still being read: it starts in a process of its
 * own. Until the application answers for it (`handOver`), a signal to end stops it too.
 */
export class EarlyDatabase {
  private readonly onSignal = (): void => void this.embedded?.stop().finally(() => process.exit());

  private constructor(readonly embedded: EmbeddedPostgres | null) {}

  /** Nothing is begun where another database is configured, or on the first start, which says what it does. */
  static begin(config: Config): EarlyDatabase {
    if (config.get('database.url') !== null) return new EarlyDatabase(null);
    const user = config.get('database.embeddedUser') ?? undefined;
    const embedded = new EmbeddedPostgres({ dataDir: config.get('data.directory'), user });
    const early = new EarlyDatabase(embedded);
    if (!embedded.exists) return early;
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, early.onSignal);
    embedded.begin();
    return early;
  }

  /** From here on the lifecycle of the application starts and stops it. */
  handOver(): void {
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, this.onSignal);
  }
}
