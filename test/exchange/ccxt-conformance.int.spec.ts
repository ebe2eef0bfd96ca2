import { conformanceCases, runConformanceCase } from '@sextant/exchange';
import { chaosFuturesTarget, chaosTarget } from './chaos-target.js';

describe.each([chaosTarget, chaosFuturesTarget].map((target) => [target.name, target] as const))(
  '%s',
  (_, target) => {
    it.each(conformanceCases.map((each) => [each.name, each] as const))(
      '%s',
      async (_name, conformanceCase) => {
        const { result, detail } = await runConformanceCase(target, conformanceCase);
        const isSkipped = result === 'SKIPPED' && detail === 'the fixture has no tradeThrough';
        expect([result, detail]).toEqual(isSkipped ? [result, detail] : ['PASSED', '']);
      },
    );
  },
);
