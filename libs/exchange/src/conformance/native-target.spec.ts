import { Ed25519Key } from '../infrastructure/signing/ed25519-key.js';
import { NobitexDialect } from '../infrastructure/nobitex/nobitex-dialect.contract.js';
import { RobinhoodDialect } from '../infrastructure/robinhood/robinhood-dialect.contract.js';
import { ThinVenue } from '../infrastructure/native/thin-venue.contract.js';
import type { Dialect } from '../infrastructure/native/thin-venue.contract.js';
import { conformanceCommand } from './conformance-command.js';
import type { ConformanceReport } from './run-conformance.js';

const secret = Buffer.alloc(32, 3).toString('base64');
const apiKey = Ed25519Key.parse(secret).publicKey;

const dialects: Record<string, () => Dialect> = {
  robinhood: () => new RobinhoodDialect([{ credentialId: 'any', apiKey, secret, passphrase: null }]),
  nobitex: () => new NobitexDialect([apiKey], []),
};

it.each([
  ['robinhood', 'BTC/USD'],
  ['nobitex', 'BTC/IRR'],
])('the command holds %s against the port by keys of the environment', async (name, symbol) => {
  const venue = await ThinVenue.start(dialects[name]!());
  let text = '';
  const environment = {
    CONFORMANCE_API_KEY: apiKey,
    CONFORMANCE_API_SECRET: secret,
    CONFORMANCE_SYMBOL: symbol,
    CONFORMANCE_REST: venue.url,
  };
  const code = await conformanceCommand([name, '--json'], environment, (part) => {
    text += part;
  });
  await venue.close();
  const report = JSON.parse(text) as ConformanceReport;
  expect(report.cases.filter(({ result }) => result === 'FAILED')).toEqual([]);
  expect(code).toBe(0);
  expect(report.passed).toBeGreaterThan(10);
});
