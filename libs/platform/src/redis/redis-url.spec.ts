import { readRedisUrl } from './redis-url.js';

it.each([
  ['redis://cache', { host: 'cache', port: 6379, database: 0, tls: false }],
  ['redis://10.0.0.7:6380/3', { host: '10.0.0.7', port: 6380, database: 3, tls: false }],
  ['redis://[::1]:6380/', { host: '::1', port: 6380, database: 0, tls: false }],
  ['rediss://cache.internal', { host: 'cache.internal', port: 6379, database: 0, tls: true }],
])('reads %s', (text, server) => {
  expect(readRedisUrl(text)).toEqual({ ...server, username: undefined, password: undefined });
});

it('decodes user and password', () => {
  expect(readRedisUrl('redis://desk:p%40ss%2Fword@cache')).toMatchObject({
    username: 'desk',
    password: 'p@ss/word',
  });
  expect(readRedisUrl('redis://:word@cache')).toMatchObject({ username: undefined, password: 'word' });
});

it.each([
  'redis://',
  'redis://a,b,c/0',
  'redis://a:7000,b:7001',
  'redis://cache:99999',
  'redis://cache/zero',
  'redis://cache/0/1',
  'redis://cache?sentinelMasterId=desk',
  'redis://cache#0',
  'redis://:%zz@cache',
  'redis+sentinel://a/desk',
  'redis-sentinel://a/desk',
  'redis-cluster://a',
  'http://cache',
  'cache:6379',
  '/run/redis.sock',
])('does not read %s', (text) => {
  expect(readRedisUrl(text)).toBeNull();
});
