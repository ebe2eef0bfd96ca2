import type { SessionId, TenantId, UserId } from '@sextant/kernel';
import { REPEAT_GRACE_MS, Session } from './session.js';

const DAY_MS = 86_400_000;
const terms = { idleMs: 14 * DAY_MS, absoluteMs: 90 * DAY_MS };
const who = { sessionId: 'ses_1' as SessionId, tenantId: 'ten_1' as TenantId, userId: 'usr_1' as UserId };
const start = (at = 0) => Session.start(who, terms, '127.0.0.1', at);

it('rotates a token that was not used yet', () => {
  expect(start().judge({ issuedAt: 0, usedAt: null }, 1)).toBe('ROTATE');
});

it('repeats the answer for a token that was used a moment ago, and takes it for stolen later', () => {
  const token = { issuedAt: 0, usedAt: 100 };
  expect(start().judge(token, 100 + REPEAT_GRACE_MS)).toBe('REPEAT');
  expect(start().judge(token, 101 + REPEAT_GRACE_MS)).toBe('REUSED');
});

it('ends after its idle time, and after its whole time however often it is renewed', () => {
  const session = start();
  expect([session.isOpen(14 * DAY_MS - 1), session.isOpen(14 * DAY_MS)]).toEqual([true, false]);
  for (let day = 10; day < 90; day += 10) session.renew(terms, day * DAY_MS);
  expect([session.isOpen(90 * DAY_MS - 1), session.isOpen(90 * DAY_MS)]).toEqual([true, false]);
});

it('ends once, with its reason, and says so once', () => {
  const session = start();
  session.end('REUSED', 5);
  session.end('LOGGED_OUT', 6);
  expect(session.snapshot).toMatchObject({ revokedAt: 5, revokedReason: 'REUSED' });
  expect(session.pullEvents().map(({ type }) => type)).toEqual([
    'LoginSucceeded',
    'RefreshTokenReused',
    'SessionRevoked',
  ]);
  expect(session.judge({ issuedAt: 0, usedAt: null }, 7)).toBe('ENDED');
});
