import { Config } from './config/index.js';
import { poolSizes } from './database-providers.js';

const sum = ({ commitPoolSize, readerPoolSize, writerPoolSize }: ReturnType<typeof poolSizes>): number =>
  commitPoolSize + readerPoolSize + writerPoolSize;

it('parts the configured connections between commits, reads and writes', () => {
  const url = 'postgres://db/sextant';
  const standard = poolSizes(Config.fromValues({ 'database.url': url }));
  expect(standard).toEqual({ commitPoolSize: 4, readerPoolSize: 15, writerPoolSize: 31, writerPoolMin: 20 });
  const embedded = poolSizes(Config.fromValues());
  expect(embedded).toEqual({ commitPoolSize: 4, readerPoolSize: 2, writerPoolSize: 6, writerPoolMin: 2 });
  for (let most = 3; most <= 60; most += 1) {
    const sizes = poolSizes(Config.fromValues({ 'database.url': url, 'database.poolMax': most }));
    expect(sum(sizes)).toBe(most);
    expect(Math.min(...Object.values(sizes))).toBeGreaterThanOrEqual(1);
  }
});
