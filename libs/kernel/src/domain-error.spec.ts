import { DomainError } from './domain-error.js';
import { kernelErrors } from './kernel-errors.js';
import { sideSign } from './side.js';

describe('a domain error', () => {
  it('carries its code, its detail and its facts', () => {
    const error = new DomainError('PRICE_NOT_ON_TICK', 'Price 1.005 …', { nearestValid: '1.01' });
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.code, error.message]).toEqual([
      'DomainError',
      'PRICE_NOT_ON_TICK',
      'Price 1.005 …',
    ]);
    expect(error.context).toEqual({ nearestValid: '1.01' });
  });
});

describe('the error catalogue of the kernel', () => {
  it.each(Object.entries(kernelErrors))('%s is in capitals and says what to do', (code, entry) => {
    expect(code).toMatch(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/);
    expect(entry.title).not.toMatch(/\.$/);
    expect(entry.description).toMatch(/\.$/);
  });
});

describe('the sign of a side', () => {
  it('is +1 for a buy and -1 for a sell', () => {
    expect([sideSign('BUY'), sideSign('SELL')]).toEqual([1, -1]);
  });
});
