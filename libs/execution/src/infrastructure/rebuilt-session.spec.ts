import { ManualClock, ManualTimers } from '@sextant/platform';
import type { AccountSession, CloseReason } from '@sextant/platform';
import { RebuiltSession } from './rebuilt-session.js';

/** A state that answers with its number and notes how it was closed. */
class State implements AccountSession {
  readonly closes: CloseReason[] = [];

  constructor(
    readonly number: number,
    readonly breakDown: (error: Error) => void,
  ) {}

  async execute(): Promise<number> {
    return this.number;
  }

  async close(reason: CloseReason): Promise<void> {
    this.closes.push(reason);
  }
}

function setUp() {
  const clock = new ManualClock();
  const timers = new ManualTimers(clock);
  const logged: string[] = [];
  const states: State[] = [];
  const failures: Error[] = [];
  const build = async (onBroken: (error: Error) => void) => {
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    states.push(new State(states.length + 1, onBroken));
    return states.at(-1)!;
  };
  const log = { warn: () => undefined, error: (message: string) => void logged.push(message) };
  return { timers, states, failures, logged, open: () => RebuiltSession.open(build, { clock, timers, log }) };
}

const outage = () => new Error('no database');
const closed = { code: 'ACCOUNT_SESSION_CLOSED', context: { outcome: 'NOT_EXECUTED' } };

describe('RebuiltSession', () => {
  it('builds the state anew when it broke, and goes on with that', async () => {
    const { states, open } = setUp();
    const session = await open();
    states[0]!.breakDown(new Error('ahead of the database'));
    expect(await session.execute('Ask', null)).toBe(2);
    expect(states[0]!.closes).toEqual(['RELEASED']);
  });

  it('tries again until the state can be built, and refuses commands in between', async () => {
    const { states, failures, timers, logged, open } = setUp();
    const session = await open();
    failures.push(outage(), outage());
    states[0]!.breakDown(new Error('ahead of the database'));
    await expect(session.execute('Ask', null)).rejects.toMatchObject(closed);
    await timers.advance(1_000);
    await expect(session.execute('Ask', null)).rejects.toMatchObject(closed);
    await timers.advance(1_000);
    expect(await session.execute('Ask', null)).toBe(2);
    expect(logged.filter((line) => line.includes('could not be built'))).toHaveLength(2);
  });

  it('builds a state that breaks again and again later and later, and at once again after a sound one', async () => {
    const { states, timers, open } = setUp();
    const session = await open();
    const breaks = () => states.at(-1)!.breakDown(new Error('a row that fits nowhere'));
    breaks();
    expect(await session.execute('Ask', null)).toBe(2);
    for (const pauseMs of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]) {
      breaks();
      await expect(session.execute('Ask', null)).rejects.toMatchObject(closed);
      const built = states.length;
      await timers.advance(pauseMs - 1);
      expect(states).toHaveLength(built);
      await timers.advance(1);
      expect(await session.execute('Ask', null)).toBe(built + 1);
    }
    await timers.advance(60_000);
    breaks();
    expect(await session.execute('Ask', null)).toBe(10);
    expect(states.slice(0, -1).map(({ closes }) => closes)).toEqual(Array(9).fill(['RELEASED']));
  });

  it('builds nothing any more once it is closed', async () => {
    const { states, failures, timers, open } = setUp();
    const session = await open();
    failures.push(outage());
    states[0]!.breakDown(new Error('ahead of the database'));
    await expect(session.execute('Ask', null)).rejects.toMatchObject(closed);
    await session.close('LOST');
    await timers.advance(10_000);
    expect(states).toHaveLength(1);
  });

  it('says why the first state could not be built, and leaves it at that', async () => {
    const { states, failures, timers, open } = setUp();
    failures.push(outage());
    await expect(open()).rejects.toThrow('no database');
    await timers.advance(10_000);
    expect(states).toHaveLength(0);
  });
});
