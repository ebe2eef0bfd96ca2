import { conformanceCases, runConformanceCase } from '@sextant/exchange';
import { COINBASE, startCoinbase } from './front-ends/coinbase/coinbase-front-end.js';
import { frontEndTarget } from './front-ends/front-end-target.js';

const target = frontEndTarget(COINBASE, () => startCoinbase());

it.each(conformanceCases.map((each) => [each.name, each] as const))('%s', async (_name, conformanceCase) => {
  const { result, detail } = await runConformanceCase(target, conformanceCase);
  expect([result, detail]).toEqual(['PASSED', '']);
});
