import { plainConditions } from '../../domain/plain-conditions.js';
import type { OrderSnapshot } from '../../domain/order-snapshot.js';
import { venuePlacement } from './venue-placement.js';

const traits = { timesInForce: ['GTC'], orderTypes: ['LIMIT'], iceberg: true } as never;
const iceberg = (lots: number) =>
  ({
    type: 'LIMIT',
    timeInForce: 'GTC',
    postOnly: false,
    lots,
    quoteUnits: null,
    priceTicks: 100,
    conditions: { ...plainConditions, displayLots: 10 },
    progress: null,
  }) as unknown as OrderSnapshot;

it('an order of which a part is to be seen hides the rest', () => {
  expect(venuePlacement(iceberg(100), traits).conditions).toMatchObject({ displayLots: 10 });
});

it.each([10, 5])('what is left of it, no more than that part, is a plain order: %s lots', (lots) => {
  expect(venuePlacement(iceberg(lots), traits).conditions).toBeUndefined();
});
