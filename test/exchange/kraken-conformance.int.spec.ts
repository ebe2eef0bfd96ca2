import { conformanceCases, runConformanceCase } from '@sextant/exchange';
import { frontEndTarget } from './front-ends/front-end-target.js';
import { KRAKEN, startKraken } from './front-ends/kraken/kraken-front-end.js';

const target = frontEndTarget(KRAKEN, startKraken);

it.each(conformanceCases.map((each) => [each.name, each] as const))('%s', async (_name, conformanceCase) => {
  const { result, detail } = await runConformanceCase(target, conformanceCase);
  expect([result, detail]).toEqual(['PASSED', '']);
});
