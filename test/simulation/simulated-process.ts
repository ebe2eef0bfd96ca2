import type { JsonValue } from '@sextant/contracts';
import { KillPoint, OrderSignals, TradingAccountRuntime } from '@sextant/execution';
import type { AccountSources, ExecutionTools, KillStep } from '@sextant/execution';
import { DomainError } from '@sextant/kernel';
import type { AccountId, ApprovalMint, Instrument, TenantId } from '@sextant/kernel';
import type { AccountSession } from '@sextant/platform';
import { SequentialIds } from '@sextant/platform';
import { PortfolioSync } from '@sextant/portfolio';
import type { AccountRow } from '@sextant/portfolio';
import { AccountRisk, parseRiskLimits } from '@sextant/risk';
import type { KillSwitchBoard } from '@sextant/risk';
import { stepFaults } from './chaos.js';
import type { PriceFeed } from './price-feed.js';
import { Host, HostClock, HostTimers } from './scheduler.js';
import { Reader, SimulatedArchive, SimulatedPortfolios } from './simulated-archive.js';
import { SimulatedLease } from './simulated-lease.js';
import type { LeaseWorld } from './simulated-lease.js';
import type { SimulatedVenue } from './simulated-venue.js';

export const accountId = 'acc_simulated' as AccountId;
export const tenantId = 'ten_simulated' as TenantId;
export const ATTEMPT_WINDOW_MS = 1_000;
export const MAX_ATTEMPTS = 3;

const SEEK_PAUSE_MS = 150;
const FAILED_PAUSE_MS = 1_000;
const ACCOUNT: AccountRow = {
  account_id: accountId,
  tenant_id: tenantId,
  name: 'simulated',
  kind: 'PAPER',
  venue: 'SIM',
  reporting_asset: 'USDT',
  status: 'OPEN',
  created_at: 0,
};
const LIMITS = parseRiskLimits({
  maxOrderNotional: '50000',
  maxPositionNotional: '80000',
  priceCollar: '0.05',
  maxOrdersPerSecond: 20,
  marketBuffer: '0.02',
});

export interface ProcessWorld extends LeaseWorld {
  venue: SimulatedVenue;
  prices: PriceFeed;
  instruments: ReadonlyMap<string, Instrument>;
  mint: ApprovalMint;
  ids: SequentialIds;
  switches: KillSwitchBoard;
  /** What no part of the product may do: reject unheard, throw in a timer. */
  onBug: (error: unknown) => void;
  /** Somebody has to see to a process that was paused. */
  onPaused: (process: SimulatedProcess) => void;
}

/** One run of the platform's process, with everything in its memory. The product in it is the real one. */
export class SimulatedProcess {
  readonly host: Host;
  /** Risk's state of the session that is open, for who checks it from outside. */
  risk: AccountRisk | null = null;
  private lease: SimulatedLease | null = null;
  private session: AccountSession | null = null;
  private readonly clock: HostClock;
  private readonly timers: HostTimers;

  constructor(
    readonly name: string,
    private readonly world: ProcessWorld,
  ) {
    this.host = new Host(name, world.chaos.random.int(0, 1_000_000));
    this.clock = new HostClock(world.scheduler, this.host);
    this.timers = new HostTimers(world.scheduler, this.host, world.onBug);
  }

  /** Takes the account as soon as nobody else has it, and again after it was lost. */
  start(): void {
    this.world.scheduler.at(0, () => this.seek().catch(this.world.onBug), this.host);
  }

  kill(): void {
    this.host.alive = false;
    this.world.note(`${this.name} is killed`);
  }

  pause(): void {
    this.host.paused = true;
    this.world.note(`${this.name} is paused`);
  }

  get isAlive(): boolean {
    return this.host.alive;
  }

  get serves(): boolean {
    return this.host.alive && this.session !== null;
  }

  /** @throws DomainError as the session does, or ACCOUNT_OWNER_UNREACHABLE where there is none */
  async execute(type: string, payload: JsonValue): Promise<JsonValue> {
    if (this.session === null) throw new DomainError('ACCOUNT_OWNER_UNREACHABLE', 'Nobody owns the account.');
    return this.session.execute(type, payload);
  }

  private async seek(): Promise<void> {
    for (let run = 1; ; run += 1) {
      const lease = new SimulatedLease(accountId, this.world, this.host, `${this.name}/${run}`);
      if (await lease.take()) {
        this.lease = lease;
        const lost = new Promise<void>((resolve) => (lease.onLost = resolve));
        if (await this.open(lease)) await lost;
        else await lease.release();
        const { session } = this;
        this.session = null;
        this.risk = null;
        this.world.note(`${this.name} has lost the account`);
        await session?.close('LOST');
        await this.timers.sleep(FAILED_PAUSE_MS);
      } else await this.timers.sleep(SEEK_PAUSE_MS);
    }
  }

  private async open(lease: SimulatedLease): Promise<boolean> {
    const runtime = new TradingAccountRuntime(this.sources(), this.tools());
    try {
      this.session = await runtime.open(lease);
      this.world.note(`${this.name} serves`);
      return !lease.isLost;
    } catch (error) {
      this.world.note(`${this.name} cannot open: ${(error as Error).message}`);
      return false;
    }
  }

  private sources(): AccountSources {
    const reader = new Reader(this.world, this.host);
    const gateway = this.world.venue.gateway(this.host, [...this.world.instruments.values()]);
    const switches = this.world.switches.of({ tenantId, accountId, venue: 'SIM' });
    const open = async () => (this.risk = new AccountRisk(this.world.mint, () => LIMITS, null, switches));
    const markets = {
      ...this.world.prices.as(this.host, this.clock),
      load: async () => undefined,
      follow: () => () => undefined,
      ready: async () => true,
      // Of the asset that fees are taken in there is no market.
      venue: 'SIM',
      paths: () => [],
      quoted: () => null,
      touch: () => undefined,
    };
    const sources = {
      portfolios: new SimulatedPortfolios(reader, ACCOUNT),
      owned: { add: () => () => undefined },
      equity: { follow: () => () => undefined, assetsOf: () => new Set() },
      funding: { ensure: async () => undefined },
      gateways: { of: () => gateway },
      risks: { open },
      reconciliation: { follow: () => () => undefined },
      marketData: { of: () => markets },
    } satisfies Record<keyof AccountSources, object>;
    return sources as unknown as AccountSources;
  }

  private tools(): ExecutionTools {
    const { prices, ids } = this.world;
    const { clock, timers } = this;
    return {
      clock,
      ids,
      timers,
      markets: prices.as(this.host, clock),
      archive: new SimulatedArchive(new Reader(this.world, this.host)),
      executions: { openExecutions: async () => [] },
      signals: new OrderSignals(),
      killPoint: new SeededSteps((step) => this.reach(step)),
      log: { warn: () => undefined, error: (message) => this.world.note(`${this.name} logs: ${message}`) },
      settings: {
        attemptWindowMs: () => ATTEMPT_WINDOW_MS,
        maxAttempts: () => MAX_ATTEMPTS,
        resendTtlMs: () => 10_000,
        reconcileIntervalMs: () => 4_000,
        tradeCheckIntervalMs: () => 900_000,
        liveTrading: () => true,
      },
      books: NO_BOOKS,
      portfolioSync: new PortfolioSync(clock, ids, { unitsOf: () => 10n ** 8n }),
    };
  }

  private reach(step: KillStep): void {
    if (!this.host.alive || this.host.paused) return;
    // The steps between a commit and its bytes are few and short, and matter most.
    const isHot = step === 'K3' || step === 'K5' || step === 'K6' || step === 'K8';
    const fault = this.world.chaos.draw(stepFaults) ?? (isHot ? this.world.chaos.draw(stepFaults) : null);
    if (fault === null) return;
    this.world.chaos.hit(`${fault} ${step}`);
    if (fault === 'KILLED_AT') this.kill();
    else {
      this.pause();
      this.world.onPaused(this);
    }
  }
}

/** The venue of the simulation lists no trades by time, so none are compared one by one. */
const NO_BOOKS: ExecutionTools['books'] = {
  tradesSince: async () => [],
  firstSeenAt: async () => null,
  healedSince: async () => new Map(),
};

class SeededSteps extends KillPoint {
  constructor(readonly reach: (step: KillStep) => void) {
    super();
  }
}
