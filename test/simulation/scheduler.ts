import { Timers } from '@sextant/platform';
import type { Cancel } from '@sextant/platform';
import { Clock } from '@sextant/kernel';

/** A process of the simulation: what is due for it waits while it is paused, and never comes once it is dead. */
export class Host {
  alive = true;
  paused = false;
  readonly waiting: (() => void)[] = [];

  constructor(
    readonly name: string,
    /** Where its monotonic clock stood when the simulation began: no two processes agree. */
    readonly monotonicOffsetMs: number,
  ) {}
}

interface Task {
  dueMs: number;
  tie: number;
  run: () => unknown;
  host: Host | null;
}

const EPOCH = 1_700_000_000_000;
/** Nobody looks at a clock so often before anything else happens, unless it goes in circles. */
const MOST_LOOKS = 50_000;

/**
 * Virtual time. Everything asynchronous around the product is a task here: timers, commits, requests, answers,
 * messages. Of tasks that are due together the seed says which comes first; between two tasks every promise that
 * can go on does.
 */
export class Scheduler {
  nowMs = 0;
  /** How far the wall clock of the platform's machines is off the venue's. */
  wallOffsetMs = 0;
  ran = 0;
  /** A process went in circles in which no time passes: nothing else would ever have run in it. */
  isStuck = false;
  private looks = 0;
  private readonly heap: Task[] = [];

  constructor(private readonly tie: () => number) {}

  /** The venue's clock, and that of a platform machine that nobody has moved. */
  get trueWallMs(): number {
    return EPOCH + this.nowMs;
  }

  at(delayMs: number, run: () => unknown, host: Host | null = null): Task {
    const task = { dueMs: this.nowMs + Math.max(0, Math.round(delayMs)), tie: this.tie(), run, host };
    this.push(task);
    return task;
  }

  /** Somebody looks at a clock. */
  look(): void {
    this.looks += 1;
    if (this.looks <= MOST_LOOKS) return;
    // Where nobody waits for it the failure would end the run, before the schedule could be told.
    if (process.listenerCount('unhandledRejection') === 0) process.on('unhandledRejection', () => undefined);
    this.isStuck = true;
    throw new Error('a process goes in circles');
  }

  /** Lets a host go on that was paused. */
  wake(host: Host): void {
    if (!host.paused) return;
    host.paused = false;
    for (const run of host.waiting.splice(0)) this.at(0, run, host);
  }

  /** Runs what falls due within `ms`. */
  async run(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    while (this.heap.length > 0 && (this.heap[0] as Task).dueMs <= endMs) {
      const { dueMs, run, host } = this.pop();
      this.nowMs = dueMs;
      if (host !== null && !host.alive) continue;
      if (host?.paused) {
        host.waiting.push(run);
        continue;
      }
      this.ran += 1;
      this.looks = 0;
      run();
      await promisesSettle();
    }
    this.nowMs = endMs;
  }

  private push(task: Task): void {
    const { heap } = this;
    let index = heap.push(task) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(task, heap[parent] as Task)) break;
      heap[index] = heap[parent] as Task;
      index = parent;
    }
    heap[index] = task;
  }

  private pop(): Task {
    const { heap } = this;
    const first = heap[0] as Task;
    const last = heap.pop() as Task;
    if (heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Task, heap[child] as Task)) child += 1;
      if (!isBefore(heap[child] as Task, last)) break;
      heap[index] = heap[child] as Task;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(one: Task, other: Task): boolean {
  return one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.tie < other.tie);
}

/** Node runs an immediate only when no promise is ready any more. */
function promisesSettle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The clock of one process: its own monotonic one, and the machine's wall clock, which may be moved. */
export class HostClock extends Clock {
  constructor(
    private readonly scheduler: Scheduler,
    private readonly host: Host,
  ) {
    super();
  }

  now(): number {
    this.scheduler.look();
    return this.scheduler.trueWallMs + this.scheduler.wallOffsetMs;
  }

  monotonicMs(): number {
    this.scheduler.look();
    return this.scheduler.nowMs + this.host.monotonicOffsetMs;
  }
}

/** The timers of one process. */
export class HostTimers extends Timers {
  constructor(
    private readonly scheduler: Scheduler,
    private readonly host: Host,
    private readonly onRejected: (error: unknown) => void,
  ) {
    super();
  }

  setTimer(delayMs: number, run: () => void | Promise<void>): Cancel {
    let cancelled = false;
    const fire = () => {
      if (!cancelled) void Promise.resolve(run()).catch(this.onRejected);
    };
    this.scheduler.at(delayMs, fire, this.host);
    return () => {
      cancelled = true;
    };
  }
}
