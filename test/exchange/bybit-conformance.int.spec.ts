import { conformanceCases, runConformanceCase } from '@sextant/exchange';
import { bybitTarget } from './front-ends/bybit/bybit-target.js';

it.each(conformanceCases.map((each) => [each.name, each] as const))(
  'ccxt bybit: %s',
  async (_name, conformanceCase) => {
    const { result, detail } = await runConformanceCase(bybitTarget, conformanceCase);
    expect([result, detail]).toEqual(['PASSED', '']);
  },
);
