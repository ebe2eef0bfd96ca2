import { setTimeout as delay } from 'node:timers/promises';
import type { SextantProcess } from '../support/sextant-process.js';
import { INSIDE } from './plan.js';
import type { KillPlan } from './plan.js';
import type { StormWorld } from './world.js';

const MIGRATING = 'CREATE TABLE';

/** Starts what has died, as a supervisor does, and has the first place die where its schedule says. */
export class KeepUp {
  /** Steps at which a process did die. */
  readonly struck: string[] = [];
  private readonly lives: KillPlan[];
  private armed: KillPlan | null = null;
  private passed = 0;
  private running = true;
  private stopping: SextantProcess | null = null;
  private isStorm = false;
  private loops: Promise<void>[] = [];

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
    this.strike(step);
  }

  /** The end of dying: from now on everything stays up. */
  async calm(): Promise<void> {
    this.running = false;
    this.armed = null;
    this.lives.length = 0;
    await Promise.all(this.loops);
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

  private readonly inside = new Map<number, boolean>();

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
    for (const deadline = Date.now() + 60_000; ;) {
      const kill = place === 0 ? (this.lives.shift() ?? null) : null;
      const isInside = kill !== null && (INSIDE as readonly string[]).includes(kill.step);
      this.armed = place === 0 && !isInside ? kill : this.armed;
      if (place === 0) this.passed = 0;
      this.inside.set(place, isInside);
      try {
        const variables: Record<string, string> = isInside
          ? { CHAOS_KILL: `${kill.step}:${kill.count}` }
          : {};
        const app = await this.world.start(place, variables);
        if (isInside) void app.ended().then((code) => code === 'SIGKILL' && this.struck.push(kill.step));
        if (kill?.step === 'K14' && this.isStorm) void this.stopHard(kill.count);
        return;
      } catch (error) {
        this.world.history.note('start failed', { place, error: (error as Error).message.slice(0, 300) });
        if (isInside && (error as Error).message.includes('SIGKILL')) this.struck.push(kill.step);
        if (Date.now() > deadline) throw error;
        await delay(200);
      }
    }
  }

  /** Set up is everything before the storm begins: until then nothing dies. */
  private deadly({ step, count }: KillPlan): Record<string, string> {
    const kill = { CHAOS_KILL: `${step}:${count}` };
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

  private strike(step: string): void {
    this.armed = null;
    this.struck.push(step);
    this.world.history.note('killed', { step });
    const app = this.world.apps[0];
    if (app?.running === true) app.signal('SIGKILL');
    else this.world.starting?.kill('SIGKILL');
  }
}
