import { fc } from '../../../../../test/support/property.js';
import { EndpointRing } from './endpoint-ring.js';

const A = 'https://a.venue.example/api';
const B = 'https://b.venue.example/api';
const C = 'https://c.venue.example/api';
const NONE = new Set<string>();

function ring(roots: Record<string, string[]> = { api: [A, B, C] }): EndpointRing {
  return new EndpointRing(roots, { failuresToLeave: 2, tryAgainAfterMs: 1_000 });
}

function fail(target: EndpointRing, root: string, times: number, nowMs = 0): boolean[] {
  return Array.from({ length: times }, () => {
    target.begin(root);
    return target.end(root, 'FAILED', nowMs);
  });
}

it('knows the root of a URL, and no other host', () => {
  const two = ring({ api: [A], deep: [`${A}/v3`] });
  expect(two.rootOf(`${A}/time`)).toBe(A);
  expect(two.rootOf(`${A}/v3/time`)).toBe(`${A}/v3`);
  expect([two.rootOf(A), two.rootOf(`${A}?x=1`)]).toEqual([A, A]);
  for (const url of [
    `${A}x/time`,
    'https://a.venue.example',
    'https://a.venue.example.evil/api/',
    'nonsense',
    '',
  ]) {
    expect([url, two.rootOf(url)]).toEqual([url, null]);
  }
});

it('spreads calls over healthy roots: never two more on one than on another', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (steps) => {
      const target = ring();
      const busy: string[] = [];
      for (const begins of steps) {
        const root = begins ? target.choose(A, false, 0, NONE) : busy.shift();
        if (root === undefined) continue;
        if (begins) {
          target.begin(root);
          busy.push(root);
        } else target.end(root, 'OK', 0);
      }
      const inFlight = target.state().map((endpoint) => endpoint.inFlight);
      expect(inFlight.reduce((sum, count) => sum + count, 0)).toBe(busy.length);
      if (steps.every(Boolean)) expect(Math.max(...inFlight) - Math.min(...inFlight)).toBeLessThanOrEqual(1);
    }),
  );
});

it('leaves a root after failures in a row, and tells of each change once', () => {
  const target = ring();
  expect(fail(target, A, 3)).toEqual([false, true, false]);
  for (let count = 0; count < 9; count += 1) expect(target.choose(A, false, 5_000, NONE)).not.toBe(A);
  target.begin(A);
  expect(target.end(A, 'OK', 5_000)).toBe(true);
  expect(target.state()[0]).toMatchObject({ healthy: true, consecutiveFailures: 0 });
});

it('tries a root that was left with one read at a time, when its time has come', () => {
  const target = ring();
  fail(target, A, 2);
  expect(target.choose(B, true, 999, NONE)).not.toBe(A);
  expect(target.choose(B, true, 1_000, NONE)).toBe(A);
  expect(target.choose(B, true, 1_000, NONE)).not.toBe(A);
  target.begin(A);
  target.end(A, 'FAILED', 1_000);
  expect(target.choose(B, true, 1_999, NONE)).not.toBe(A);
  expect(target.choose(B, true, 2_000, NONE)).toBe(A);
});

it('goes on with what there is when no root is healthy', () => {
  const target = ring();
  for (const root of [A, B, C]) fail(target, root, 2);
  expect([A, B, C]).toContain(target.choose(A, false, 10, NONE));
  expect(target.choose(A, false, 10, new Set([A, B]))).toBe(C);
});

it('says nothing of a root that has no siblings', () => {
  expect(fail(ring({ api: [A] }), A, 5)).toEqual([false, false, false, false, false]);
});

it('counts hosts, not roots', () => {
  expect(ring({ api: [A, B], other: [`${A}/v5`] }).hosts).toBe(2);
});
