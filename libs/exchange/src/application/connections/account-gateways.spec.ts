import type { AccountId } from '@sextant/kernel';
import type { ExchangeGateway } from '../../domain/exchange-gateway.js';
import type { ExchangeGateways } from '../../domain/exchange-gateways.js';
import { AccountGateways } from './account-gateways.js';
import type { VaultCredentials } from './vault-credentials.js';

const ACCOUNT = 'acc_00000000000000000000000000000001' as AccountId;
const THERE = { venue: 'BINANCE' } as ExchangeGateway;
const REAL = {
  venue: 'BINANCE',
  at: (endpoint: string) => (endpoint === 'http://127.0.0.1:9100' ? THERE : null),
} as unknown as ExchangeGateway;

function gateways(
  standing: { endpoint: string | null; usable: boolean } | null,
  real = REAL,
): AccountGateways {
  const told = standing && { credentialId: 'crd_1', mayPlace: standing.usable, ...standing };
  const vault = { standing: async () => told } as unknown as VaultCredentials;
  return new AccountGateways({ of: () => real } as unknown as ExchangeGateways, vault);
}

describe('the venue of an account', () => {
  it('is at its own address where no connection names another', async () => {
    expect(await gateways(null).of(ACCOUNT, 'PAPER')).toBe(REAL);
    expect(await gateways({ endpoint: null, usable: true }).of(ACCOUNT, 'BINANCE')).toBe(REAL);
  });

  it('is where its connection says, and never the real one instead', async () => {
    const endpoint = 'http://127.0.0.1:9100';
    expect(await gateways({ endpoint, usable: true }).of(ACCOUNT, 'BINANCE')).toBe(THERE);
    expect(await gateways({ endpoint, usable: false }).of(ACCOUNT, 'BINANCE')).toBeNull();
    const rigid = { venue: 'BINANCE' } as ExchangeGateway;
    expect(await gateways({ endpoint, usable: true }, rigid).of(ACCOUNT, 'BINANCE')).toBeNull();
  });
});
