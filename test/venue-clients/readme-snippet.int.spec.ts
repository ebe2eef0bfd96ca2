import { readFileSync } from 'node:fs';
import { compileFunction } from 'node:vm';
import { readCommand } from '../../apps/venue/src/venue-command.js';
import { startVenue } from '../../apps/venue/src/venue.js';

const README = new URL('../../apps/venue/README.md', import.meta.url);

/** The first block of TypeScript after a sentence of the README, at the port of a venue. */
function snippetAfter(sentence: string, url: string): string {
  const text = readFileSync(README, 'utf8');
  const block = /```ts\n(.*?)```/s.exec(text.slice(text.indexOf(sentence)));
  return block![1]!.replaceAll('127.0.0.1:9100', new URL(url).host);
}

interface Client {
  fetch(...args: unknown[]): Promise<unknown>;
  close(): Promise<void>;
  markets: Record<string, unknown>;
}

it('the README’s ccxt snippet, as it is written, talks to the venue alone', async () => {
  const venue = await startVenue(readCommand(['--port', '0'])!);
  // The package blocks the import of a single file by its name, so it is found by its place.
  const file = new URL('../../node_modules/ccxt/js/ccxt.js', import.meta.url);
  const { pro } = (await import(file.href)) as { pro: { binance: new (config: object) => Client } };
  const asked = new Set<string>();
  class Watched extends pro.binance {
    override fetch(...args: unknown[]): Promise<unknown> {
      const { host } = new URL(String(args[0]));
      asked.add(host);
      if (host !== new URL(venue.url).host) return Promise.reject(new Error(`${host} was asked`));
      return super.fetch(...args);
    }
  }
  const snippet = snippetAfter('ccxt needs its addresses', venue.url).replace(/^import .*\n/m, '');
  const body = `return (async () => { ${snippet}\nreturn client; })();`;
  const run = compileFunction(body, ['pro']) as (from: object) => Promise<Client>;
  try {
    const client = await run({ binance: Watched });
    await client.close();
    expect([...asked]).toEqual([new URL(venue.url).host]);
    expect(Object.keys(client.markets)).toEqual(expect.arrayContaining(['BTC/USDT', 'BTC/USDT:USDT']));
  } finally {
    await venue.close();
  }
});
