import type { DomainError } from '@sextant/kernel';
import { LoginThrottle } from './login-throttle.js';
import { assertPassword } from './password.js';
import { roleIncludes, scopesWithin } from './principal.js';
import { canonicalRequest, timestampWithin } from './request-signature.js';
import { parseEmail } from './user.js';

const refused = (password: string, email = 'ada@example.com') => {
  try {
    assertPassword(password, email);
  } catch (error) {
    return (error as DomainError).code;
  }
  return null;
};

describe('a password', () => {
  it.each([
    'correct horse battery staple',
    'Tr0ub4dor&3-and-more',
    '日本語のパスワードは長いです',
    'x9$kQ2!mZ7@p',
  ])('may be %j', (password) => expect(refused(password)).toBeNull());

  it.each([
    'short',
    'x'.repeat(257),
    'aaaaaaaaaaaaaaaa',
    'abababababababab',
    '123456789012',
    'abcdefghijklmnop',
    'password1234',
    'Passwordpassword!!',
    'qwertyqwerty123',
    'my name is ada.lovelace!',
  ])('may not be %j', (password) => {
    expect(refused(password, 'ada.lovelace@example.com')).toBe('PASSWORD_TOO_WEAK');
  });
});

describe('an e-mail', () => {
  it('is kept in lower case', () => expect(parseEmail('  Ada@Example.COM ')).toBe('ada@example.com'));

  it.each([
    '',
    'ada',
    'ada@',
    '@example.com',
    'ada@localhost',
    'a da@example.com',
    `${'a'.repeat(300)}@example.com`,
  ])('is not %j', (text) => expect(() => parseEmail(text)).toThrow('not an e-mail'));
});

describe('rights', () => {
  it('include those of the lesser roles', () => {
    expect(roleIncludes('admin', 'viewer')).toBe(true);
    expect(roleIncludes('viewer', 'trader')).toBe(false);
  });

  it('of a key shrink with the role of its user', () => {
    expect(scopesWithin('viewer', ['read', 'trade', 'admin'])).toEqual(['read']);
    expect(scopesWithin('admin', ['trade'])).toEqual(['trade']);
  });
});

describe('a signed request', () => {
  it('is METHOD + url + timestamp + body', () => {
    const request = { method: 'post', url: '/api/orders?x=1', timestamp: '1767225600000', body: '{"a":1}' };
    expect(canonicalRequest(request)).toBe('POST/api/orders?x=11767225600000{"a":1}');
  });

  it.each([
    ['1767225600000', true],
    ['1767225630000', true],
    ['1767225570000', true],
    ['1767225630001', false],
    ['1767225569999', false],
    ['1767225600', false],
    ['176722560000e', false],
    ['01767225600000', false],
  ])('with the time %s is heard: %s', (timestamp, heard) => {
    expect(timestampWithin(timestamp, 1_767_225_600_000) !== null).toBe(heard);
  });
});

describe('guesses at a password', () => {
  it('are free five times, then wait longer and longer, up to a quarter of an hour', () => {
    const throttle = new LoginThrottle();
    const delays = Array.from({ length: 18 }, () => {
      throttle.failed('ada', '10.0.0.1', 0);
      return throttle.delayMs('ada', '10.0.0.1', 0);
    });
    expect(delays.slice(0, 7)).toEqual([0, 0, 0, 0, 1000, 2000, 4000]);
    expect(delays.at(-1)).toBe(900_000);
  });

  it('from one address do not keep the owner out at another', () => {
    const throttle = new LoginThrottle();
    for (let guess = 0; guess < 20; guess++) throttle.failed('ada', '10.0.0.1', 0);
    expect(throttle.delayMs('ada', '10.0.0.2', 0)).toBe(0);
  });

  it('from very many addresses slow the account down', () => {
    const throttle = new LoginThrottle();
    for (let guess = 0; guess < 60; guess++) throttle.failed('ada', `10.0.0.${guess}`, 0);
    expect(throttle.delayMs('ada', '10.0.1.1', 0)).toBeGreaterThan(0);
  });

  it('are forgotten after an hour, and after a sign-in', () => {
    const throttle = new LoginThrottle();
    for (let guess = 0; guess < 9; guess++) throttle.failed('ada', '10.0.0.1', 0);
    expect(throttle.delayMs('ada', '10.0.0.1', 3_600_001)).toBe(0);
    throttle.succeeded('ada', '10.0.0.1');
    expect(throttle.delayMs('ada', '10.0.0.1', 0)).toBe(0);
  });
});
