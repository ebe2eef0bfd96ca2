import { ExchangeGateway } from '../../domain/exchange-gateway.js';
import type { ConnectionRepository } from '../../domain/connections/connection-repository.js';
import { EndpointVisits } from './endpoint-visits.js';

const HERE = 'http://127.0.0.1:9100';
const refusal = new Error('refused');

class Venue extends ExchangeGateway {
  readonly venue = 'BINANCE';
  readonly traits = {} as never;
  left: string[] = [];
  instruments = async () => [];
  serverTime = async () => 0;
  open = async (): Promise<never> => {
    throw new Error('not opened here');
  };
  override leave = async (endpoint: string): Promise<void> => void this.left.push(endpoint);
}

let venue: Venue;
let stored: string[];
let visits: EndpointVisits;

beforeEach(() => {
  venue = new Venue();
  stored = [];
  visits = new EndpointVisits({ endpoints: async () => stored } as unknown as ConnectionRepository);
});

const fail = async (): Promise<never> => {
  throw refusal;
};
const settled = () => new Promise((resolve) => setImmediate(resolve));

it('gives up an address that came to nothing, and none that did or is the venue’s own', async () => {
  await expect(visits.during(venue, HERE, fail)).rejects.toBe(refusal);
  await expect(visits.during(venue, null, fail)).rejects.toBe(refusal);
  expect(await visits.during(venue, 'http://127.0.0.1:9200', async () => 7)).toBe(7);
  await settled();
  expect(venue.left).toEqual([HERE]);
});

it('leaves an address alone that a connection is stored with, in whichever spelling', async () => {
  stored = ['https://127.0.0.1:9100'];
  await expect(visits.during(venue, HERE, fail)).rejects.toBe(refusal);
  await settled();
  expect(venue.left).toEqual([]);
});

it('leaves an address to the last one who is there', async () => {
  let end = (): void => undefined;
  const other = visits.during(
    venue,
    HERE,
    () => new Promise<never>((_, reject) => (end = () => reject(refusal))),
  );
  await expect(visits.during(venue, HERE, fail)).rejects.toBe(refusal);
  await settled();
  expect(venue.left).toEqual([]);
  end();
  await expect(other).rejects.toBe(refusal);
  await settled();
  expect(venue.left).toEqual([HERE]);
});
