import type { TenantId } from '@sextant/kernel';
import { DomainError } from '@sextant/kernel';
import { createTestDatabase } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';
import { CreateRoles1763600000000 } from '../database/index.js';
import { combineModels } from '../database/index.js';
import { ManualClock } from '../time/index.js';
import { Idempotency } from './idempotency.js';
import { idempotencyModel } from './index.js';

let db: TestDatabase;
let idempotency: Idempotency;
const model = combineModels({ entities: [], migrations: [CreateRoles1763600000000] }, idempotencyModel);
const clock = new ManualClock();

beforeAll(async () => {
  db = await createTestDatabase(model);
  await db.database.query('SELECT 1');
  idempotency = new Idempotency(db.database, clock);
});
afterAll(() => db.close());

const request = (key: string | null, bodyHash = 'a'.repeat(64), tenant = 'ten_1') => ({
  tenantId: tenant as TenantId,
  route: 'POST /api/things',
  key,
  bodyHash,
});

function counting() {
  const world = { effects: 0 };
  const effect = async () => {
    world.effects += 1;
    return { status: 201, body: { number: world.effects }, resourceId: 'thing_1' };
  };
  return { world, effect };
}

it('has its effect each time without a key', async () => {
  const { world, effect } = counting();
  await idempotency.once(request(null), effect);
  await idempotency.once(request(null), effect);
  expect(world.effects).toBe(2);
});

it('answers a repetition what it answered first', async () => {
  const { world, effect } = counting();
  const first = await idempotency.once(request('k1'), effect);
  const again = await idempotency.once(request('k1'), effect);
  expect([first, again]).toEqual([
    { status: 201, body: { number: 1 }, replayed: false },
    { status: 201, body: { number: 1 }, replayed: true },
  ]);
  expect(world.effects).toBe(1);
});

it('refuses the key with another body, and takes it from another tenant', async () => {
  const { effect } = counting();
  await idempotency.once(request('k2'), effect);
  await expect(idempotency.once(request('k2', 'b'.repeat(64)), effect)).rejects.toMatchObject({
    code: 'IDEMPOTENCY_KEY_REUSED',
  });
  expect((await idempotency.once(request('k2', 'b'.repeat(64), 'ten_2'), effect)).replayed).toBe(false);
});

it('has one effect for a hundred at the same time, who all get its answer', async () => {
  const { world, effect } = counting();
  const slow = async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    return effect();
  };
  const answers = await Promise.all(
    Array.from({ length: 100 }, () =>
      idempotency.once(request('k3'), slow).catch((error) => error as DomainError),
    ),
  );
  const failures = answers.filter((answer): answer is DomainError => answer instanceof DomainError);
  expect(world.effects).toBe(1);
  // Who finds no connection in time is told to come again; nobody gets another answer.
  expect(failures.every(({ code }) => code === 'DATABASE_BUSY' || code === 'IDEMPOTENCY_KEY_IN_FLIGHT')).toBe(
    true,
  );
  const bodies = answers
    .filter((answer) => !(answer instanceof DomainError))
    .map(({ body }: any) => body.number);
  expect(new Set(bodies)).toEqual(new Set([1]));
});

it('frees the key when the effect fails', async () => {
  const { effect } = counting();
  const failing = () => Promise.reject(new DomainError('REFUSED', 'no'));
  await expect(idempotency.once(request('k4'), failing)).rejects.toThrow('no');
  expect((await idempotency.once(request('k4'), effect)).replayed).toBe(false);
});

it('says that the first one still runs when it takes too long', async () => {
  const { effect } = counting();
  let finish: () => void = () => undefined;
  const first = idempotency.once(request('k5'), async () => {
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    return effect();
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await expect(idempotency.once(request('k5'), effect)).rejects.toMatchObject({
    code: 'IDEMPOTENCY_KEY_IN_FLIGHT',
  });
  finish();
  expect((await first).replayed).toBe(false);
});

it('keeps of an answer only what may be kept', async () => {
  const effect = async () => ({
    status: 201,
    body: { key: 'secret' },
    resourceId: null,
    replayBody: { key: '' },
  });
  expect((await idempotency.once(request('k6'), effect)).body).toEqual({ key: 'secret' });
  expect((await idempotency.once(request('k6'), effect)).body).toEqual({ key: '' });
});

it('forgets what is older than asked for, and nothing else', async () => {
  const { effect } = counting();
  await idempotency.once(request('k7'), effect);
  await idempotency.forgetBefore(clock.now());
  expect(await idempotency.find('ten_1' as TenantId, 'POST /api/things', 'k7')).not.toBeNull();
  await idempotency.forgetBefore(clock.now() + 1);
  expect(await idempotency.find('ten_1' as TenantId, 'POST /api/things', 'k7')).toBeNull();
});
