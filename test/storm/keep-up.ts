import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { SextantProcess } from '../support/sextant-process.js';
import { INSIDE } from './plan.js';
import type { KillPlan } from './plan.js';
import { patient } from './settings.js';
import type { StormWorld } from './world.js';

const MIGRATING = 'CREATE TABLE';

/** Starts what has died, as a supervisor does, and has the first place die where its schedule says. */
export class KeepUp {
  /** What was done to processes at steps of theirs. */
  readonly struck: string[] = [];
  private readonly lives: KillPlan[];
  private armed: KillPlan | null = null;
  private passed = 0;
  private running = true;
  private stopping: SextantProcess | null = null;
  private isStorm = false;
  private loops: Promise<void>[] = [];
  private readonly pauses: Promise<void>[] = [];
  private readonly inside = new Map<number, boolean>();

  constructor(private readonly world: StormWorld) {
    this.lives = [...world.schedule.kills];
    world.toVenue.onSent = (chunk) => {
      if (chunk.includes('POST /api/v3/order ') || chunk.includes('POST /api/v3/order?')) this.pass('K7');
    };
    world.toDatabase.onSent = (chunk) => {
      if (chunk.includes(MIGRATING)) this.pass('K15');
    };
  }

  /** Resolves when all places are up. */
  async begin(): Promise<void> {
    const places = this.world.schedule.second === null ? [0] : [0, 1];
    // The first start migrates; two at once would only wait for each other.
    for (const place of places) await this.startAgain(place);
    this.loops = places.map((place) => this.watch(place));
  }

  /** From now on what is armed counts. */
  storm(): void {
    this.isStorm = true;
    if (this.diesInside(0)) this.world.apps[0]?.signal('SIGUSR2');
    if (this.armed?.step === 'K14') void this.stopHard(this.armed.count);
  }

  /** Somewhere a step went by that shows from outside. */
  pass(step: string): void {
    if (this.armed?.step !== step || (!this.isStorm && step !== 'K15')) return;
    this.passed += 1;
    if (this.passed !== this.armed.count) return;
    const { pauseMs } = this.armed;
    if (pauseMs === undefined) return this.strike(step);
    const child = this.world.apps[0]?.child ?? this.world.starting;
    child?.kill('SIGSTOP');
    if (child != null) this.sleep(child, step, pauseMs);
  }

  /** The end of dying: from now on everything stays up. */
  async calm(): Promise<void> {
    this.running = false;
    this.armed = null;
    this.lives.length = 0;
    await Promise.all(this.loops);
    await Promise.all(this.pauses);
    // One that was told to stop is up for a last moment.
    await this.stopping?.ended();
    for (const place of this.loops.keys()) {
      const app = this.world.apps[place];
      // One that may still die at a step of its own is replaced.
      if (app?.running === true && this.diesInside(place)) await app.stop('SIGKILL');
      if (this.world.apps[place]?.running !== true) await this.startAgain(place);
    }
  }

  /** Nothing is started any more. */
  async end(): Promise<void> {
    this.running = false;
    await Promise.all(this.loops).catch(() => undefined);
  }

  private diesInside(place: number): boolean {
    return this.inside.get(place) ?? false;
  }

  private async watch(place: number): Promise<void> {
    while (this.running) {
      if (this.world.apps[place]?.running !== true) await this.startAgain(place);
      await delay(30);
    }
  }

  private async startAgain(place: number): Promise<void> {
    for (const startedAt = Date.now(); ;) {
      const kill = place === 0 ? (this.lives.shift() ?? null) : null;
      const isInside = kill !== null && (INSIDE as readonly string[]).includes(kill.step);
      this.armed = place === 0 && !isInside ? kill : this.armed;
      if (place === 0) this.passed = 0;
      this.inside.set(place, isInside);
      try {
        const variables = isInside ? this.deadly(kill) : {};
        const app = await this.world.start(place, variables, (child) => this.stoppedInside(child, kill));
        if (isInside && kill.pauseMs === undefined) {
          void app.ended().then((code) => code === 'SIGKILL' && this.killedAt(kill.step));
        }
        if (kill?.step === 'K14' && this.isStorm) void this.stopHard(kill.count);
        return;
      } catch (error) {
        this.world.history.note('start failed', { place, error: (error as Error).message.slice(0, 300) });
        if (isInside && (error as Error).message.includes('SIGKILL')) this.killedAt(kill.step);
        if (Date.now() > startedAt + patient(60_000)) throw error;
        await delay(200);
      }
    }
  }

  /** Set up is everything before the storm begins: until then nothing dies. */
  private deadly({ step, count, pauseMs }: KillPlan): Record<string, string> {
    const kill = { CHAOS_KILL: `${step}:${count}:${pauseMs === undefined ? 'KILL' : 'STOP'}` };
    return this.isStorm ? kill : { ...kill, CHAOS_ARM: 'SIGUSR2' };
  }

  /** Told to stop, and killed while it does. */
  private async stopHard(count: number): Promise<void> {
    await delay(400 * count);
    const app = this.world.apps[0];
    if (!this.running || app?.running !== true) return;
    this.stopping = app;
    app.signal('SIGTERM');
    await delay(10 * count);
    if (app.running) this.strike('K14');
  }

  /** It has stopped itself where it was to; somebody else may own its accounts by the time it goes on. */
  private stoppedInside(child: ChildProcess, kill: KillPlan | null): void {
    if (kill?.pauseMs !== undefined) this.sleep(child, kill.step, kill.pauseMs);
  }

  private sleep(child: ChildProcess, step: string, ms: number): void {
    this.armed = null;
    this.struck.push(`stopped at ${step} beyond the lease`);
    this.world.history.note('stopped', { step, ms });
    const wake = async (): Promise<void> => {
      await delay(ms);
      child.kill('SIGCONT');
      this.world.history.note('goes on', { step });
      const next = this.lives[0];
      // It did not die, so what is to follow at another step may do so in this life.
      if (this.running && next !== undefined && !(INSIDE as readonly string[]).includes(next.step)) {
        this.armed = this.lives.shift() ?? null;
        this.passed = 0;
        if (next.step === 'K14') void this.stopHard(next.count);
      }
    };
    this.pauses.push(wake());
  }

  private killedAt(step: string): void {
    this.struck.push(`killed at ${step}`);
  }

  private strike(step: string): void {
    this.armed = null;
    this.killedAt(step);
    this.world.history.note('killed', { step });
    const app = this.world.apps[0];
    if (app?.running === true) app.signal('SIGKILL');
    else this.world.starting?.kill('SIGKILL');
  }
}
