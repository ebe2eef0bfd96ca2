import { Injectable } from '@nestjs/common';
import { Clock } from '@sextant/kernel';
import type { Cancel, ComponentHealth } from '@sextant/platform';
import { Component, Logger, Timers } from '@sextant/platform';
import { ConnectionRound } from '../../application/connections/connection-round.js';
import { KeyComplaints } from '../../application/connections/key-complaints.js';
import { VaultCredentials } from '../../application/connections/vault-credentials.js';
import { VaultKeeper } from '../../domain/connections/vault-keeper.js';

const ROUND_MS = 60_000;

/** Refuses to start without the master keys that the vault needs; then keeps connections and vault. */
@Injectable()
export class VaultComponent extends Component {
  readonly name = 'vault';
  override readonly dependsOn = ['database'];
  private cancel: Cancel = () => undefined;
  private running: Promise<void> = Promise.resolve();
  private usable = true;

  constructor(
    private readonly keeper: VaultKeeper,
    private readonly round: ConnectionRound,
    private readonly credentials: VaultCredentials,
    private readonly complaints: KeyComplaints,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {
    super();
  }

  /** @throws Error with the exit code of a wrong configuration */
  async start(): Promise<void> {
    await this.keeper.prepare({ actor: 'system', at: this.clock.now() });
    const { keys } = await this.keeper.status();
    this.usable = keys.some(({ status, here }) => status === 'CURRENT' && here);
    this.complaints.listen((accountId, venue) => this.round.complained(accountId, venue));
    this.cancel = this.timers.every(ROUND_MS, () => {
      this.running = this.runRound();
      return this.running;
    });
  }

  async stop(): Promise<void> {
    this.cancel();
    await this.running;
  }

  override health(): ComponentHealth {
    const facts = { credentialsInMemory: this.credentials.size, sealing: this.usable };
    if (this.usable) return { status: 'UP', facts };
    return { status: 'UP', detail: 'No master key is here: exchange connections cannot be added.', facts };
  }

  /** What fails the next round does. */
  private async runRound(): Promise<void> {
    try {
      await this.round.run();
    } catch (error) {
      this.logger.warn('The round of exchange connections failed', { error });
    }
  }
}
