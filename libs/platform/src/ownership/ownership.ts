import { Clock } from '@sextant/kernel';
import { GroupCommit } from '../commit/index.js';
import { Database } from '../database/index.js';
import type { ComponentHealth } from '../lifecycle/index.js';
import { Component } from '../lifecycle/index.js';
import type { Logger } from '../telemetry/index.js';
import type { Cancel, Timers } from '../time/index.js';
import { AccountRuntime } from './account-owner.js';
import type { AccountOwner } from './account-owner.js';
import { ForwardClient } from './forward-client.js';
import { ForwardServer } from './forward-server.js';
import { ForwardSignature } from './forward-signature.js';
import { LeasedAccounts } from './leased-accounts.js';
import { LeaseStore } from './lease-store.js';
import type { OwnershipOptions } from './ownership-options.js';
import { ProcessPeers } from './process-peers.js';
import { ProcessPresence } from './process-presence.js';
import { RoutedAccountOwner } from './routed-account-owner.js';

/** What the accounts of a process need from it. */
export interface OwnershipParts {
  database: Database;
  groupCommit: GroupCommit;
  runtime: AccountRuntime;
  clock: Clock;
  timers: Timers;
  logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Authenticates forwarded commands; the same in all processes. */
  forwardingSecret: string;
}

/** Accounts taken by one look at a time, and accounts handed over by one, so that nobody waits long for either. */
const TAKEN_AT_ONCE = 200;
const RELEASED_AT_ONCE = 20;

/**
 * Keeps this process alive in the eyes of the others, takes its share of the accounts, and hands them back at the end.
 * `owner` is the door for everybody who has a command for an account.
 */
export class Ownership extends Component {
  readonly name = 'ownership';
  override readonly dependsOn: readonly string[];
  readonly owner: AccountOwner;
  readonly accounts: LeasedAccounts;
  /** All processes that own accounts. */
  readonly peers: ProcessPeers;
  private readonly store: LeaseStore;
  private readonly presence: ProcessPresence;
  private readonly server: ForwardServer;
  private readonly client: ForwardClient;
  private hostAndPort = '';
  private endings: Cancel[] = [];
  private looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly parts: OwnershipParts,
    private readonly options: OwnershipOptions,
  ) {
    super();
    this.dependsOn = ['database', ...(options.after ?? [])];
    const { database, groupCommit, runtime, clock, timers, logger, forwardingSecret } = parts;
    const signature = new ForwardSignature(forwardingSecret);
    this.store = new LeaseStore(database);
    this.presence = new ProcessPresence(this.store, clock, options);
    const { store, presence } = this;
    this.accounts = new LeasedAccounts(store, presence, groupCommit, runtime, clock, timers, logger, options);
    this.client = new ForwardClient(signature, clock, options.forwardTimeoutMs);
    this.peers = new ProcessPeers(store, presence, this.client, timers);
    const owner = new RoutedAccountOwner(this.accounts, store, presence, this.client, clock, timers, options);
    this.owner = owner;
    this.server = new ForwardServer(
      signature,
      clock,
      logger,
      () => presence.address,
      (accountId, type, payload) =>
        accountId === null
          ? this.peers.executeHere(type, payload)
          : owner.executeHere(accountId, type, payload),
    );
  }

  /** Resolves when the first share of accounts is open. */
  override async start(): Promise<void> {
    const { listenHost, listenPort, advertisedHost = listenHost, beatMs } = this.options;
    const port = await this.server.listen(listenHost, listenPort);
    this.hostAndPort = `${advertisedHost.includes(':') ? `[${advertisedHost}]` : advertisedHost}:${port}`;
    await this.presence.register(this.hostAndPort);
    this.endings = [this.parts.timers.every(beatMs, () => this.beat())];
    await this.look();
    this.endings.push(
      this.parts.timers.every(beatMs / 2, () => {
        this.looking = this.look();
        return this.looking;
      }),
    );
  }

  override async stop(): Promise<void> {
    for (const end of this.endings) end();
    this.endings = [];
    // The heartbeat goes on while commands drain: the accounts must not be taken under a command that still runs.
    const beating = this.parts.timers.every(this.options.beatMs, () => this.beat());
    await this.accounts.releaseAll();
    await this.looking;
    beating();
    await this.presence
      .unregister()
      .catch((error: unknown) => this.warn('Heartbeat could not be ended', error));
    await this.server.close();
    this.client.close();
  }

  override health(): ComponentHealth {
    const facts = { accounts: this.accounts.size, holds: this.presence.holds() };
    return this.presence.holds()
      ? { status: 'UP', facts }
      : { status: 'DOWN', detail: 'The last heartbeat is older than the lease.', facts };
  }

  private async beat(): Promise<void> {
    try {
      if (await this.presence.beat()) return;
      this.parts.logger.warn('Leases lost: this process was silent for too long', {
        address: this.presence.address,
      });
      await this.accounts.loseAll();
      await this.presence.register(this.hostAndPort);
    } catch (error) {
      this.warn('Heartbeat failed', error);
    }
  }

  /** Buries the silent, and sees to it that this process has its share. */
  private async look(): Promise<void> {
    try {
      const buried = await this.store.bury(this.options.leaseMs);
      for (const address of buried) this.parts.logger.warn('A silent process was declared dead', { address });
      await this.abandonTheDead();
      await this.peers.learn();
      if (!this.options.takesAccounts || !this.options.spreads) return;
      const { accounts, processes } = await this.store.census();
      const room = Math.ceil(accounts / Math.max(1, processes)) - this.accounts.size;
      if (room > 0) await this.accounts.acquireFree(Math.min(room, TAKEN_AT_ONCE));
      else if (room < 0) await this.accounts.release(Math.min(-room, RELEASED_AT_ONCE));
    } catch (error) {
      this.warn('Accounts could not be looked for', error);
    }
  }

  private async abandonTheDead(): Promise<void> {
    const { owners } = this.client;
    if (owners.length === 0) return;
    const living = await this.store.living(owners);
    for (const owner of owners) if (!living.has(owner)) this.client.abandon(owner);
  }

  private warn(message: string, error: unknown): void {
    this.parts.logger.warn(message, { error });
  }
}
