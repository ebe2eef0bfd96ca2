import type { DomainError } from '@sextant/kernel';
import { ExecutionWorld } from '../execution-world.contract.js';

async function world(...args: ConstructorParameters<typeof ExecutionWorld>): Promise<ExecutionWorld> {
  const made = new ExecutionWorld(...args);
  await made.start();
  return made;
}

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: DomainError) => error,
  );
const codes = (items: { problem?: { code: string }; order?: { status: string } }[]) =>
  items.map((item) => item.problem?.code ?? item.order?.status);

describe('a batch', () => {
  it('judges each by itself and stores all of them, passed and denied, in one commit', async () => {
    const here = await world();
    const { order } = await here.place();
    const before = here.store.commits;
    const { items } = await here.batch(
      [{}, { quantity: '2' }, { quantity: '0.000001' }, { type: 'MARKET' }, { side: 'SELL', price: '61000' }],
      [order.id, 'ord_nobody' as never],
    );
    expect(codes(items as never)).toEqual([
      'NEW',
      'INSUFFICIENT_BALANCE',
      'QUANTITY_TOO_SMALL',
      'FILLED',
      'NEW',
      'CANCELED',
      'ORDER_NOT_FOUND',
    ]);
    const placed = here.store.history.filter(({ version }) => version === 1).length;
    expect(placed).toBe(5);
    const batch = here.store.events.findIndex(({ type }) => type === 'OrderBatchTaken');
    expect(here.store.events[batch]?.payload).toMatchObject({ orders: 5, refused: 1, cancels: 2 });
    const together = here.store.events.slice(batch, batch + 6).map(({ type }) => type);
    expect(together).toEqual([
      'OrderBatchTaken',
      'OrderPlaced',
      'OrderDenied',
      'RiskLimitExceeded',
      'OrderPlaced',
      'OrderPlaced',
    ]);
    expect(here.store.commits - before).toBeLessThan(8);
  });

  it('passes no two orders on the same money', async () => {
    const here = await world({}, { maxPositionNotional: '600' });
    const { items } = await here.batch(Array.from({ length: 100 }, () => ({})));
    expect(codes(items as never).filter((code) => code === 'NEW')).toHaveLength(10);
    expect(here.venue.accepted).toHaveLength(10);
    expect(here.store.orders().filter(({ status }) => status === 'RISK_DENIED')).toHaveLength(90);
  });

  it('does nothing more when its key comes again, also after a crash', async () => {
    const here = await world();
    const requests = [{ clientOrderId: 'a' }, { quantity: '2' }, {}];
    const first = await here.batch(requests, [], 'key-1');
    const again = await here.batch(requests, [], 'key-1');
    expect(again.replayed).toBe(true);
    expect(again.items).toMatchObject([
      { order: { clientOrderId: 'a' }, replayed: true },
      { order: { status: 'RISK_DENIED', reason: { code: 'INSUFFICIENT_BALANCE' } } },
      { order: { status: 'NEW' } },
    ]);
    expect((await refusal(here.batch([{}], [], 'key-1')))?.code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(here.venue.accepted).toHaveLength(2);
    expect(first.items).toHaveLength(3);
    const [row] = [...(here.store.rows.get('idempotency_key')?.values() ?? [])];
    expect(row?.['body']).toEqual(
      Array.from({ length: 3 }, () => ({ orderId: expect.stringMatching(/^ord_/) })),
    );
  });

  it('places nothing again of a request that only the database remembers', async () => {
    const here = await world();
    await here.batch([{}, {}], [], 'key-1');
    here.crash();
    await here.start();
    const again = await refusal(here.batch([{}, {}], [], 'key-1'));
    expect(again?.code).toBe('IDEMPOTENCY_KEY_IN_FLIGHT');
    expect(here.venue.accepted).toHaveLength(2);
    expect(here.store.orders()).toHaveLength(2);
  });

  it('takes an id that was used before for the order that has it, and the others all the same', async () => {
    const here = await world();
    await here.place({ clientOrderId: 'mine-1', type: 'MARKET' });
    here.crash();
    await here.start();
    const { items } = await here.batch([
      { clientOrderId: 'mine-1', type: 'MARKET' },
      { clientOrderId: 'mine-1', type: 'MARKET', quantity: '0.002' },
      { clientOrderId: 'mine-2' },
      { clientOrderId: 'mine-2' },
    ]);
    expect(items).toMatchObject([
      { replayed: true, order: { status: 'FILLED' } },
      { problem: { code: 'IDEMPOTENCY_KEY_REUSED' } },
      { replayed: false, order: { clientOrderId: 'mine-2', status: 'NEW' } },
      { problem: { code: 'IDEMPOTENCY_KEY_IN_FLIGHT' } },
    ]);
    expect(here.venue.accepted).toEqual(['mine-1', 'mine-2']);
  });

  it('writes nothing and frees the key when nothing of it passes', async () => {
    const here = await world();
    const before = here.store.events.length;
    await here.batch([{ quantity: '0.000001' }], [], 'key-1');
    expect(here.store.events).toHaveLength(before);
    expect((await here.batch([{}], [], 'key-1')).replayed).toBe(false);
  });
});
