import { LiveOrders } from './live-orders.js';
import type { LiveOrder } from './live-orders.js';

function entry(clientOrderId: string, symbol: string): LiveOrder {
  const snapshot = { orderId: `ord_${clientOrderId}`, clientOrderId, symbol, venueOrderId: '17' };
  return { order: { snapshot, isTerminal: false } } as unknown as LiveOrder;
}

it('tells two orders apart that the venue calls the same in two markets', () => {
  const orders = new LiveOrders();
  const [bitcoin, ether] = [entry('mine', 'BTC/USDT'), entry('other', 'ETH/USDT')];
  orders.put(bitcoin);
  const strange = { clientOrderId: 'by-hand', venueOrderId: '17', symbol: 'ETH/USDT' };
  expect(orders.byVenueIds(strange)).toBeUndefined();
  orders.put(ether);
  expect(orders.byVenueIds(strange)).toBe(ether);
  expect(orders.byVenueIds({ ...strange, symbol: 'BTC/USDT' })).toBe(bitcoin);
  orders.remove(ether);
  expect(orders.byVenueIds(strange)).toBeUndefined();
});
