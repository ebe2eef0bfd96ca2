import { describeRedisError } from './describe-redis-error.js';

it('says what happened', () => {
  expect(describeRedisError(new Error('connect ECONNREFUSED 127.0.0.1:6379'), undefined)).toBe(
    'connect ECONNREFUSED 127.0.0.1:6379',
  );
});

it('falls back to the code of an error without words', () => {
  expect(describeRedisError(Object.assign(new Error(''), { code: 'ECONNREFUSED' }), undefined)).toBe(
    'ECONNREFUSED',
  );
});

it('leaves out arguments that a server repeats, and the password wherever it stands', () => {
  const answer = "ERR unknown command 'auth', with args beginning with: 'orange-carrot'";
  expect(describeRedisError(new Error(answer), undefined)).toBe("ERR unknown command 'auth'");
  expect(describeRedisError(new Error('no user orange-carrot'), 'orange-carrot')).toBe('no user ***');
});
