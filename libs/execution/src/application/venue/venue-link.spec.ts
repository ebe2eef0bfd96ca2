import { confirmed } from '@sextant/exchange';
import type { ExchangeGateway, ExchangeSession, VenueEvent } from '@sextant/exchange';
import { ManualClock } from '@sextant/platform';
import { accountId, turns } from '../execution-world.contract.js';
import { VenueLink } from './venue-link.js';

const log = { warn: () => undefined, error: () => undefined };

/** A venue that opens when it is told to. */
function setUp() {
  const opened: { name: number; closed: boolean; tell: (event: VenueEvent) => void }[] = [];
  const waiting: (() => void)[] = [];
  const open = async () => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    const session = { name: opened.length + 1, closed: false, tell: (_: VenueEvent) => undefined };
    opened.push(session);
    return {
      close: async () => void (session.closed = true),
      balances: async () => confirmed([], { kind: 'VENUE_ANSWER', detail: { name: session.name }, at: 0 }),
      openOrders: () => Promise.reject(new Error('a bug of the adapter')),
      onEvent: (listener: (event: VenueEvent) => void) => {
        session.tell = listener as never;
        return () => (session.tell = () => undefined);
      },
    } as unknown as ExchangeSession;
  };
  const heard: VenueEvent[] = [];
  const gateway = { venue: 'FAKE', open } as unknown as ExchangeGateway;
  const link = new VenueLink(gateway, accountId, (event) => void heard.push(event), {
    clock: new ManualClock(),
    log,
  });
  const letOpen = async () => {
    await turns(5);
    for (const go of waiting.splice(0)) go();
    await turns(5);
  };
  return { link, opened, heard, letOpen };
}

describe('VenueLink', () => {
  it('opens one session for two who ask at the same time', async () => {
    const { link, opened, letOpen } = setUp();
    const both = [link.open(), link.open()];
    await letOpen();
    await Promise.all(both);
    expect(opened).toHaveLength(1);
    expect(link.generation).toBe(1);
  });

  it('ends a session before the next one, and hears only the last', async () => {
    const { link, opened, heard, letOpen } = setUp();
    for (let round = 0; round < 2; round += 1) {
      const opening = link.open();
      await letOpen();
      await opening;
    }
    expect(opened.map(({ closed }) => closed)).toEqual([true, false]);
    opened[0]!.tell({ kind: 'ORDER' } as VenueEvent);
    opened[1]!.tell({ kind: 'FILL' } as VenueEvent);
    expect(heard).toEqual([{ kind: 'FILL' }]);
  });

  it('takes a gateway that throws for one that did not say what it did', async () => {
    const { link, letOpen } = setUp();
    const opening = link.open();
    await letOpen();
    await opening;
    expect(await link.call((venue) => venue.openOrders())).toMatchObject({
      outcome: 'UNKNOWN',
      reason: { code: 'GATEWAY_FAILED', detail: 'a bug of the adapter' },
    });
    expect(await link.call((venue) => venue.balances())).toMatchObject({ outcome: 'CONFIRMED' });
  });

  it('sends nothing before it is open, and says so', async () => {
    const { link } = setUp();
    expect(await link.call((venue) => venue.balances())).toMatchObject({
      outcome: 'REFUSED',
      reason: { code: 'VENUE_UNAVAILABLE' },
      evidence: { kind: 'NOT_SENT' },
    });
  });

  it('opens nothing once it is closed, and closes what was being opened', async () => {
    const { link, opened, letOpen } = setUp();
    const opening = link.open();
    const closing = link.close();
    await letOpen();
    await Promise.all([opening, closing]);
    expect(opened).toMatchObject([{ closed: true }]);
    await expect(link.open()).rejects.toThrow('closed');
  });
});
