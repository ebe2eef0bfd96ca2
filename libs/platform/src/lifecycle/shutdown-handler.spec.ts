import { EventEmitter } from 'node:events';
import { Logger } from '../telemetry/logger.js';
import { ManualClock, ManualTimers } from '../time/index.js';
import { ShutdownHandler } from './shutdown-handler.js';

class FakeProcess extends EventEmitter {
  readonly exits: number[] = [];

  exit(code: number): void {
    this.exits.push(code);
  }
}

let target: FakeProcess;
let clock: ManualClock;
let timers: ManualTimers;
let written: string[];
let flushedAt: number[];
let reasons: (string | undefined)[];
let finish: (overran: string[]) => void;

beforeEach(() => {
  target = new FakeProcess();
  clock = new ManualClock();
  timers = new ManualTimers(clock);
  written = [];
  flushedAt = [];
  reasons = [];
  const destination = {
    write: (line: string) => written.push(line),
    flush: () => flushedAt.push(target.exits.length),
  };
  const logger = Logger.create({ app: 'test', level: 'INFO', destination });
  const stop = (reason?: string): Promise<string[]> => {
    reasons.push(reason);
    return new Promise((resolve) => {
      finish = resolve;
    });
  };
  new ShutdownHandler({ stop }, logger, clock, timers, 10_000, target).install();
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it.each(['SIGTERM', 'SIGINT'])('%s stops everything, flushes and exits 0', async (signal) => {
  target.emit(signal);
  expect([reasons, target.exits]).toEqual([[signal], []]);
  finish([]);
  await turn();
  expect(target.exits).toEqual([0]);
  expect(flushedAt).toEqual([0]);
});

it('exits 1 when a component did not stop in time', async () => {
  target.emit('SIGTERM');
  finish(['feed']);
  await turn();
  expect(target.exits).toEqual([1]);
});

it.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
])('a second signal exits at once: %s with %d', (signal, code) => {
  target.emit('SIGTERM');
  clock.advance(150);
  target.emit(signal);
  expect(target.exits).toEqual([code]);
  expect(reasons).toHaveLength(1);
});

it('takes the echo of a signal, passed on by a launcher, for the same signal', () => {
  target.emit('SIGINT');
  clock.advance(20);
  target.emit('SIGINT');
  expect(target.exits).toEqual([]);
});

it('leaves with 1 when the stop itself hangs', async () => {
  target.emit('SIGTERM');
  await timers.advance(14_999);
  expect(target.exits).toEqual([]);
  await timers.advance(1);
  expect(target.exits).toEqual([1]);
});

it.each(['uncaughtException', 'unhandledRejection'])(
  '%s is logged, flushed and ends the process',
  (event) => {
    target.emit(event, new TypeError('x is not a function'));
    expect(target.exits).toEqual([1]);
    expect(flushedAt).toEqual([0]);
    expect(reasons).toEqual([]);
    const [line] = written.map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(line).toMatchObject({
      level: 'FATAL',
      error: { name: 'TypeError', message: 'x is not a function' },
    });
  },
);
