import { Tolerances } from './tolerances.js';

describe('tolerances', () => {
  it('are those of the asset, else the common one', () => {
    const tolerances = Tolerances.parse('0.0000000001', ['BTC=0.00000001', ' USDT=0.01 ']);
    expect(tolerances.unitsOf('BTC')).toBe(10n ** 10n);
    expect(tolerances.unitsOf('USDT')).toBe(10n ** 16n);
    expect(tolerances.unitsOf('ETH')).toBe(10n ** 8n);
  });

  it.each(['BTC', 'BTC=', 'BTC=-1', 'BTC=1e-8', '=1', 'BTC=0.0000000000000000001'])(
    'are refused by name when one is %s',
    (entry) => {
      expect(() => Tolerances.parse('0', [entry])).toThrow(`${JSON.stringify(entry)} is not ASSET=amount`);
    },
  );
});
