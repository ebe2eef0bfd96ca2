import { fc } from '../../../../test/support/property.js';
import { Config } from '../config/config.js';
import { Logger } from '../telemetry/logger.js';
import { ManualClock, ManualTimers } from '../time/index.js';
import { Component } from './component.js';
import type { ComponentHealth } from './component.js';
import { ComponentStartFailed } from './component-start-failed.js';
import { Lifecycle } from './lifecycle.js';
import { InMemorySystemEventLog } from './system-event-log.js';

let steps: string[];
let clock: ManualClock;
let timers: ManualTimers;
let events: InMemorySystemEventLog;
let lifecycle: Lifecycle;

beforeEach(() => {
  steps = [];
  clock = new ManualClock();
  timers = new ManualTimers(clock);
  events = new InMemorySystemEventLog();
  lifecycle = new Lifecycle(Config.fromValues(), clock, timers, Logger.silent(), events);
});

type Behaviour = Partial<{
  start(): Promise<void>;
  stop(): Promise<void>;
  interrupt(): void;
  health(): Promise<ComponentHealth>;
}>;

class Part extends Component {
  constructor(
    readonly name: string,
    override readonly dependsOn: readonly string[] | 'EVERYTHING_ELSE' = [],
    private readonly behaviour: Behaviour = {},
  ) {
    super();
  }

  async start(): Promise<void> {
    steps.push(`${this.name} starts`);
    await (this.behaviour.start?.() ?? turn());
    steps.push(`${this.name} started`);
  }

  async stop(): Promise<void> {
    steps.push(`${this.name} stops`);
    await (this.behaviour.stop?.() ?? turn());
    steps.push(`${this.name} stopped`);
  }

  override interrupt(): void {
    steps.push(`${this.name} interrupted`);
    this.behaviour.interrupt?.();
  }

  override async health(): Promise<ComponentHealth> {
    return this.behaviour.health?.() ?? { status: 'UP' };
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const never = (): Promise<never> => new Promise(() => undefined);
const before = (first: string, second: string): boolean => {
  expect(steps).toContain(first);
  expect(steps).toContain(second);
  return steps.indexOf(first) < steps.indexOf(second);
};

describe('start', () => {
  it('waits for what a component needs and starts the rest side by side', async () => {
    lifecycle.register(
      new Part('http', 'EVERYTHING_ELSE'),
      new Part('feed'),
      new Part('database'),
      new Part('users', ['database']),
    );
    await lifecycle.start();
    expect(steps.slice(0, 2)).toEqual(['feed starts', 'database starts']);
    expect(before('database started', 'users starts')).toBe(true);
    expect(before('users started', 'http starts')).toBe(true);
    expect(before('feed started', 'http starts')).toBe(true);
    expect(lifecycle.status()).toMatchObject({ running: true, ready: true });
    expect(lifecycle.status().components.find(({ name }) => name === 'http')).toMatchObject({
      state: 'RUNNING',
      health: { status: 'UP' },
      dependsOn: ['feed', 'database', 'users'],
    });
    expect(events.recorded).toMatchObject([
      { type: 'SystemStarted', payload: { components: ['http', 'feed', 'database', 'users'] } },
    ]);
  });

  it('that fails says which component and why, and stops what had started', async () => {
    const broken = new Part('users', ['database'], { start: () => Promise.reject(new Error('no table')) });
    lifecycle.register(new Part('database'), broken, new Part('http', 'EVERYTHING_ELSE'));
    const failure = await lifecycle.start().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ComponentStartFailed);
    expect(failure).toMatchObject({
      component: 'users',
      message: 'Component users did not start: no table',
      exitCode: 1,
    });
    expect(steps).toEqual([
      'database starts',
      'database started',
      'users starts',
      'users stops',
      'users stopped',
      'database stops',
      'database stopped',
    ]);
    expect(lifecycle.status()).toMatchObject({ running: false, ready: false });
    expect(events.recorded).toMatchObject([
      { type: 'ComponentFailed', payload: { component: 'users', phase: 'START' } },
    ]);
  });

  it('passes on the exit code that the cause asks for', async () => {
    const cause = Object.assign(new Error('unsuitable'), { context: { exitCode: 78 } });
    lifecycle.register(new Part('database', [], { start: () => Promise.reject(cause) }));
    await expect(lifecycle.start()).rejects.toMatchObject({ exitCode: 78 });
  });

  it('is given up when the process is to stop: what waits is told, and nothing failed', async () => {
    let giveUp: (reason: Error) => void = () => undefined;
    const waiting = new Part('database', ['server'], {
      start: () => new Promise((_resolve, reject) => (giveUp = reject)),
      interrupt: () => giveUp(new Error('no server')),
    });
    lifecycle.register(new Part('server'), waiting, new Part('http', 'EVERYTHING_ELSE'));
    const started = lifecycle.start();
    while (!steps.includes('database starts')) await turn();
    expect(await lifecycle.stop('SIGTERM')).toEqual([]);
    expect(await started).toBe(false);
    expect(steps).toEqual([
      'server starts',
      'server started',
      'database starts',
      'database interrupted',
      'database stops',
      'database stopped',
      'server stops',
      'server stopped',
    ]);
    expect(events.recorded).toEqual([]);
  });

  it('gives up on a component that does not come to an end', async () => {
    lifecycle.register(new Part('database', [], { start: never }));
    const started = lifecycle.start().catch((error: unknown) => error);
    await turn();
    await timers.advance(120_000);
    expect(await started).toMatchObject({
      component: 'database',
      message: expect.stringContaining('after 120000 ms'),
    });
  });

  it('refuses unknown dependencies, circles and equal names', async () => {
    lifecycle.register(new Part('a', ['b']));
    await expect(lifecycle.start()).rejects.toThrow('Component a needs b, which is not registered.');
    lifecycle.register(new Part('b', ['c']), new Part('c', ['a']));
    await expect(lifecycle.start()).rejects.toThrow('a → b → c → a');
    expect(() => lifecycle.register(new Part('a'))).toThrow('Two components are named a.');
    expect(steps).toEqual([]);
  });

  it('never starts a component before one it needs, nor stops one that is still needed', async () => {
    const graphs = fc.array(fc.array(fc.nat(9), { maxLength: 4 }), { minLength: 1, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(graphs, async (graph) => {
        steps = [];
        const parts = graph.map((needs, index) => {
          const dependsOn = [...new Set(needs.filter((other) => other < index))].map((other) => `p${other}`);
          return new Part(`p${index}`, dependsOn);
        });
        const one = new Lifecycle(Config.fromValues(), clock, timers, Logger.silent(), events);
        one.register(...parts.toReversed());
        await one.start();
        expect(await one.stop()).toEqual([]);
        for (const { name, dependsOn } of parts) {
          for (const needed of dependsOn) {
            expect(before(`${needed} started`, `${name} starts`)).toBe(true);
            expect(before(`${name} stopped`, `${needed} stops`)).toBe(true);
          }
        }
      }),
    );
  });
});

describe('stop', () => {
  it('goes the other way round and happens once', async () => {
    lifecycle.register(
      new Part('database'),
      new Part('users', ['database']),
      new Part('http', 'EVERYTHING_ELSE'),
    );
    await lifecycle.start();
    steps = [];
    const [first, second] = await Promise.all([lifecycle.stop('SIGTERM'), lifecycle.stop('SIGTERM')]);
    expect([first, second]).toEqual([[], []]);
    expect(steps.filter((step) => step.endsWith('stops'))).toEqual([
      'http stops',
      'users stops',
      'database stops',
    ]);
    expect(lifecycle.ready()).toBe(false);
    expect(events.recorded.at(-1)).toMatchObject({ type: 'SystemStopping', payload: { reason: 'SIGTERM' } });
  });

  it('before the start stops what had begun by itself, and nothing else', async () => {
    class Begun extends Part {
      override get begun(): boolean {
        return true;
      }
    }
    lifecycle.register(new Begun('database'), new Part('feed'));
    await expect(lifecycle.stop()).resolves.toEqual([]);
    expect(steps).toEqual(['database stops', 'database stopped']);
  });

  it('is not ready from its first moment, while the drain goes on', async () => {
    lifecycle.register(new Part('http', 'EVERYTHING_ELSE'));
    await lifecycle.start();
    const stopped = lifecycle.stop();
    expect([lifecycle.ready(), lifecycle.isStopping]).toEqual([false, true]);
    await stopped;
  });

  it('goes on without a component that does not stop in time or breaks, and names it', async () => {
    lifecycle.register(
      new Part('database'),
      new Part('slow', ['database'], { stop: never }),
      new Part('broken', ['database'], { stop: () => Promise.reject(new Error('no')) }),
    );
    await lifecycle.start();
    const stopped = lifecycle.stop();
    await turn();
    await timers.advance(10_000);
    expect((await stopped).toSorted()).toEqual(['broken', 'slow']);
    expect(steps).toContain('database stopped');
    expect(events.recorded.filter(({ type }) => type === 'ComponentFailed')).toHaveLength(2);
  });
});

describe('health', () => {
  it('is asked for at intervals; a change is recorded, and DOWN makes the process not ready', async () => {
    let health: ComponentHealth = { status: 'UP' };
    lifecycle.register(new Part('redis', [], { health: async () => health }));
    await lifecycle.start();
    expect(lifecycle.ready()).toBe(true);
    health = { status: 'DOWN', detail: 'gone' };
    await timers.advance(5_000);
    expect(lifecycle.ready()).toBe(false);
    await timers.advance(5_000);
    health = { status: 'DEGRADED' };
    await timers.advance(5_000);
    expect(lifecycle.ready()).toBe(true);
    expect(events.recorded.slice(1)).toEqual([
      {
        type: 'ComponentHealthChanged',
        payload: { component: 'redis', from: 'UP', to: 'DOWN', detail: 'gone' },
      },
      {
        type: 'ComponentHealthChanged',
        payload: { component: 'redis', from: 'DOWN', to: 'DEGRADED', detail: null },
      },
    ]);
  });

  it('that throws or does not answer counts as DOWN', async () => {
    let ask: () => Promise<ComponentHealth> = async () => ({ status: 'UP' });
    lifecycle.register(new Part('feed', [], { health: () => ask() }));
    await lifecycle.start();
    ask = () => Promise.reject(new Error('broken'));
    expect((await lifecycle.check()).components[0]?.health).toEqual({ status: 'DOWN', detail: 'broken' });
    ask = never;
    const checked = lifecycle.check();
    await timers.advance(2_000);
    expect((await checked).components[0]?.health.detail).toBe('no answer to the health check');
  });

  it('events wait while the event log cannot be reached and come in order afterwards', async () => {
    let health: ComponentHealth = { status: 'UP' };
    const record = events.record.bind(events);
    lifecycle.register(new Part('database', [], { health: async () => health }));
    await lifecycle.start();
    events.record = () => Promise.reject(new Error('database down'));
    health = { status: 'DOWN' };
    await lifecycle.check();
    events.record = record;
    health = { status: 'UP' };
    await lifecycle.check();
    expect(events.recorded.slice(1).map(({ payload }) => payload['to'])).toEqual(['DOWN', 'UP']);
  });
});
