import { conformanceCases, runConformanceCase } from '@sextant/exchange';
import { okxTarget } from './front-ends/okx/okx-target.js';

it.each(conformanceCases.map((each) => [each.name, each] as const))(
  'ccxt okx: %s',
  async (_name, conformanceCase) => {
    const { result, detail } = await runConformanceCase(okxTarget, conformanceCase);
    expect([result, detail]).toEqual(['PASSED', '']);
  },
);
