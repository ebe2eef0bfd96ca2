import type { VenueAnswer } from '../../domain/channel/venue-answer.js';
import { ReadRetries } from './read-retries.js';

const answer = (status: number): VenueAnswer => ({
  ...{ kind: 'ANSWER', headers: {}, body: '', at: 0, roundTripMs: 1 },
  status,
});
const RESET: VenueAnswer = { kind: 'NO_ANSWER', code: 'RESET', detail: '' };
const LIMITS = {
  retries: { NETWORK: 2, BUSY: 1, RATE_LIMIT: 1, AUTH: 0 },
  retryFirstMs: 8,
  retryLongestMs: 20,
};

async function run(script: VenueAnswer[], random = () => 0) {
  let tries = 0;
  let retries = 0;
  const last = await new ReadRetries(LIMITS, random).run(
    async () => script[Math.min(tries++, script.length - 1)]!,
    () => {
      retries += 1;
    },
  );
  return { last, tries, retries };
}

it('ends with the first good answer', async () => {
  expect(await run([RESET, RESET, answer(200)])).toMatchObject({
    last: { status: 200 },
    tries: 3,
    retries: 2,
  });
});

it('counts each kind of failure by itself', async () => {
  expect(await run([RESET])).toMatchObject({ last: RESET, tries: 3 });
  expect(await run([answer(503)])).toMatchObject({ tries: 2 });
  expect(await run([RESET, answer(503), RESET, answer(503)])).toMatchObject({
    last: { status: 503 },
    tries: 4,
  });
  expect(await run([answer(429), RESET, answer(200)])).toMatchObject({ last: { status: 200 }, tries: 3 });
});

it('repeats nothing that would only fail again', async () => {
  for (const status of [200, 400, 401, 403, 404, 418])
    expect(await run([answer(status)])).toMatchObject({ tries: 1 });
});

it('pauses up to a bound that doubles', async () => {
  const pauses = async (random: number, script: VenueAnswer[]) => {
    const asked: unknown[] = [];
    const { setTimeout: real } = globalThis;
    const noting = (done: () => void, delayMs: number) => real(done, (asked.push(delayMs), 0));
    globalThis.setTimeout = noting as typeof real;
    await run(script, () => random).finally(() => (globalThis.setTimeout = real));
    return asked;
  };
  expect(await pauses(0.5, [RESET])).toEqual([4, 8]);
  expect(await pauses(0, [RESET])).toEqual([0, 0]);
});
