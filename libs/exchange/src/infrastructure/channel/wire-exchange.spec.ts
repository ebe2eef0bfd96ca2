import { SystemClock } from '@sextant/platform';
import { interceptors } from 'undici';
import type { Dispatcher } from 'undici';
import { WireExchange } from './wire-exchange.js';

const LIMITS = {
  goodUntilMs: Number.POSITIVE_INFINITY,
  largestBody: 1_000,
  throughProxy: false,
  lastWord: () => null,
};
const CONTROLLER = { abort: () => undefined } as unknown as Dispatcher.DispatchController;
const BOTH = [
  { address: '192.0.2.1', family: 4 as const, ttl: 1_000 },
  { address: '2001:db8::1', family: 6 as const, ttl: 1_000 },
];

/** A connection whose peer vanished after the request was written: the system reports ETIMEDOUT. */
function vanishingPeer(writes: string[]): Dispatcher.Dispatch {
  return ({ origin }, handler) => {
    try {
      handler.onRequestStart?.(CONTROLLER, null);
      writes.push(String(origin));
    } catch (error) {
      handler.onResponseError?.(CONTROLLER, error as Error);
      return true;
    }
    handler.onResponseError?.(CONTROLLER, Object.assign(new Error('read'), { code: 'ETIMEDOUT' }));
    return true;
  };
}

const ORDER = { origin: 'http://venue.example', path: '/order', method: 'POST', body: '{}' } as const;

async function placeVia(makeHandler: (exchange: WireExchange) => Dispatcher.DispatchHandler) {
  const writes: string[] = [];
  const lookup = interceptors.dns({ lookup: (_, __, found) => found(null, BOTH) });
  const exchange = new WireExchange(new SystemClock(), LIMITS);
  lookup(vanishingPeer(writes))(ORDER, makeHandler(exchange));
  return { writes, outcome: await exchange.outcome };
}

it("is not sent again by undici's DNS interceptor, which tries the other family after any ETIMEDOUT", async () => {
  const { writes, outcome } = await placeVia((exchange) => exchange);
  expect(writes).toHaveLength(1);
  expect(outcome.answer).toMatchObject({ kind: 'NO_ANSWER', code: 'RESET' });
});

it('would be sent twice without the guard', async () => {
  const { writes } = await placeVia((exchange) => ({
    onRequestStart: () => undefined,
    onResponseError: (controller, error) => exchange.onResponseError(controller, error),
  }));
  expect(writes).toEqual(['http://192.0.2.1', 'http://[2001:db8::1]']);
});
