import { createApprovalAuthority } from '@sextant/kernel';
import { SequentialIds } from '@sextant/platform';
import { PortfolioState } from '@sextant/portfolio';
import { KillSwitchBoard } from '@sextant/risk';
import { Chaos } from './chaos.js';
import { platformInstruments, venueMarkets } from './markets.js';
import { PriceFeed } from './price-feed.js';
import type { Schedule } from './schedule.js';
import { Host, HostClock, Scheduler } from './scheduler.js';
import { SimulatedClients } from './simulated-clients.js';
import { SimulatedDatabase } from './simulated-database.js';
import { accountId, SimulatedProcess, tenantId } from './simulated-process.js';
import type { ProcessWorld } from './simulated-process.js';
import { SimulatedVenue } from './simulated-venue.js';

/** Everything of one schedule: machines, database, venue, clients, and what happened. */
export class World implements ProcessWorld {
  readonly chaos: Chaos;
  readonly scheduler: Scheduler;
  readonly database: SimulatedDatabase;
  readonly venue: SimulatedVenue;
  readonly clients: SimulatedClients;
  readonly processes: SimulatedProcess[] = [];
  readonly markets = venueMarkets();
  readonly instruments = platformInstruments();
  readonly prices: PriceFeed;
  readonly ids = new SequentialIds();
  /** The kill switches, as every process hears of them at once. */
  readonly switches: KillSwitchBoard;
  /** When nothing may leave. */
  readonly halts: { fromMs: number; untilMs: number }[] = [];
  readonly mint;
  /** One line for everything that happened, with its virtual time. */
  readonly history: string[] = [];
  readonly bugs: string[] = [];
  calmMs = Infinity;
  private isCalm = false;

  constructor(readonly schedule: Schedule) {
    const authority = createApprovalAuthority();
    this.mint = authority.mint;
    this.chaos = new Chaos(schedule.seed, schedule.faults);
    this.scheduler = new Scheduler(() => this.chaos.random.next());
    this.database = new SimulatedDatabase(() => this.scheduler.nowMs);
    this.clients = new SimulatedClients(
      () => this.scheduler.nowMs,
      this.note,
      (table) => this.database.rows(table),
    );
    this.switches = new KillSwitchBoard(new HostClock(this.scheduler, new Host('board', 0)), this.ids);
    const soon = () => this.chaos.random.int(1, 8);
    this.prices = new PriceFeed(this.scheduler, soon, this.markets, this.instruments);
    const { character } = schedule;
    this.venue = new SimulatedVenue(
      this.scheduler,
      this.chaos,
      authority.check,
      character,
      this.markets,
      this.note,
    );
    this.fund();
  }

  readonly note = (line: string): void => {
    if (line !== '') this.history.push(`${this.scheduler.nowMs} ${line}`);
  };

  readonly onBug = (error: unknown): void => {
    this.bugs.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  };

  /** A process stopped in the middle of something: it wakes some time later, and somebody may be there by then. */
  readonly onPaused = (process: SimulatedProcess): void => {
    const { random } = this.chaos;
    // About as long as a lease, or much longer.
    const pauseMs = random.chance(0.6) ? random.int(450, 1_050) : random.int(200, 4_000);
    this.scheduler.at(pauseMs, () => this.wake(process));
    if (random.chance(0.7)) this.begin();
  };

  begin(): SimulatedProcess {
    const process = new SimulatedProcess(`p${this.processes.length + 1}`, this);
    this.processes.push(process);
    process.start();
    return process;
  }

  /** Somebody who answers: the one that serves, or one that only seems to. */
  reach(): SimulatedProcess {
    const alive = this.processes.filter((process) => process.isAlive);
    const serving = alive.filter((process) => process.serves);
    const among = serving.length > 0 ? serving : alive;
    return among.length > 0 ? this.chaos.random.pick(among) : this.begin();
  }

  wake(process: SimulatedProcess): void {
    if (process.host.paused) this.note(`${process.name} wakes`);
    this.scheduler.wake(process.host);
  }

  /** Somebody pulls the brake, and lets go of it. */
  halt(cancelOrders: boolean, ms: number): void {
    if (this.halts.some(({ untilMs }) => untilMs > this.scheduler.nowMs)) return;
    this.turn('HALT', cancelOrders);
    const halt = { fromMs: this.scheduler.nowMs, untilMs: Infinity };
    this.halts.push(halt);
    this.scheduler.at(ms, () => {
      halt.untilMs = this.scheduler.nowMs;
      this.turn(null, false);
    });
  }

  private turn(mode: 'HALT' | null, cancelOrders: boolean): void {
    const scope = { kind: 'ACCOUNT', value: accountId } as const;
    const word = { tenantId, scope, mode, cancelOrders, reason: 'drill', actor: 'usr_risk', traceId: null };
    this.switches.take(this.switches.draft(word));
    this.note(`kill switch ${mode ?? 'released'}`);
  }

  /** Faults end, machines and links come back. */
  async calm(): Promise<void> {
    this.note('calm');
    this.isCalm = true;
    this.calmMs = this.scheduler.nowMs;
    this.chaos.end();
    this.database.away = false;
    this.venue.away = false;
    for (const process of this.processes) this.wake(process);
    if (!this.processes.some((process) => process.isAlive)) this.begin();
  }

  get calmed(): boolean {
    return this.isCalm;
  }

  private fund(): void {
    const state = PortfolioState.empty(accountId, 'SIM');
    for (const [asset, units] of this.venue.books.opening) {
      const plan = state.applyCash({
        fact: { kind: 'DEPOSIT', asset, units },
        transactionId: this.ids.next('ltx'),
        reference: `opening:${asset}`,
        occurredAt: this.scheduler.trueWallMs,
        memo: {},
      });
      this.database.write(plan);
    }
  }
}
