import { assertDetail, equityDetail } from './equity-detail.js';

const DAY = 86_400_000;
const HOUR = 3_600_000;

const detail = (accounts: number, days: number, bucketMs: number) =>
  equityDetail({
    accountIds: Array.from({ length: accounts }),
    from: 0,
    to: days * DAY,
    bucketMs,
    pointMs: HOUR / 4,
  });

describe('how much of the equity history is read', () => {
  it('is all of it while that is little', () => {
    expect(detail(1, 500, DAY)).toMatchObject({ condition: 'true' });
    expect(detail(17, 30, HOUR)).toMatchObject({ condition: 'true' });
  });

  it('are full hours, then midnights, where there is more, and no interval is narrower than they are apart', () => {
    expect(detail(60, 30, HOUR)).toMatchObject({ spacingMs: HOUR });
    expect(detail(60, 30, HOUR / 4)).toBeNull();
    expect(detail(1_000, 30, DAY)).toMatchObject({ spacingMs: DAY });
    expect(detail(1_000, 30, 4 * HOUR)).toBeNull();
  });

  it('is refused where even the midnights are too many', () => {
    const extent = {
      accountIds: Array.from({ length: 1_000 }),
      from: 0,
      to: 365 * DAY,
      bucketMs: DAY,
      pointMs: HOUR,
    };
    expect(() => assertDetail(extent)).toThrow(expect.objectContaining({ code: 'EQUITY_RANGE_INVALID' }));
  });
});
