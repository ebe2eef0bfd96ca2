import { spawn } from 'node:child_process';
import type { KeyObject } from 'node:crypto';
import { createHmac, createSecretKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

type Report = (name: string, value: number, unit: string, note?: string) => void;

const CONNECTIONS = 32;
const WARM_UP_MS = 2_000;
const MEASURED_MS = 5_000;
const KEY = 'bench-key';
const SECRET = 'bench-secret';
const MAIN = fileURLToPath(new URL('../apps/venue/src/main.js', import.meta.url));
const ACCOUNTS = [
  {
    accountId: 'bench',
    keys: [{ apiKey: KEY, secret: SECRET }],
    balances: { USDT: '1000000000000', BTC: '10000000' },
  },
];

/** Signed limit orders, half of them far from the market, half of them taking what it offers. */
class Orders {
  readonly #key: KeyObject = createSecretKey(Buffer.from(SECRET));
  #count = 0;

  next(): string {
    const count = (this.#count += 1);
    const side = count % 2 === 0 ? 'BUY' : 'SELL';
    const takes = count % 4 < 2;
    const price = (side === 'BUY') === takes ? 190_000 : 20_000;
    const terms =
      `symbol=BTCUSDT&side=${side}&type=LIMIT&timeInForce=${takes ? 'IOC' : 'GTC'}&quantity=0.001&price=${price}` +
      `&newClientOrderId=order-${count}&newOrderRespType=FULL&recvWindow=10000&timestamp=${Date.now()}`;
    const signature = createHmac('sha256', this.#key).update(terms).digest('hex');
    const body = `${terms}&signature=${signature}`;
    return (
      `POST /api/v3/order HTTP/1.1\r\nhost: venue\r\nx-mbx-apikey: ${KEY}\r\n` +
      `content-type: application/x-www-form-urlencoded\r\ncontent-length: ${body.length}\r\n\r\n${body}`
    );
  }
}

/** One keep-alive connection that sends its next order when the last one is answered; counts acceptances. */
function sendOrders(port: number, orders: Orders, until: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(orders.next()));
    let accepted = 0;
    let text = '';
    socket.setEncoding('latin1').on('error', reject);
    socket.on('data', (chunk: string) => {
      text += chunk;
      const head = text.indexOf('\r\n\r\n');
      const length = /content-length: (\d+)/i.exec(text)?.[1];
      if (head === -1 || length === undefined || text.length < head + 4 + Number(length)) return;
      if (!text.startsWith('HTTP/1.1 200')) reject(new Error(`the venue refused an order: ${text}`));
      accepted += 1;
      text = '';
      if (Date.now() < until) socket.write(orders.next());
      else {
        socket.destroy();
        resolve(accepted);
      }
    });
  });
}

async function load(port: number, orders: Orders, forMs: number): Promise<number> {
  const until = Date.now() + forMs;
  const counts = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => sendOrders(port, orders, until)),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

async function cpuMs(port: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/admin/status`);
  return ((await response.json()) as { process: { cpuMs: number } }).process.cpuMs;
}

async function measure(name: string, options: readonly string[], report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sextant-chaos-venue-'));
  writeFileSync(join(folder, 'accounts.json'), JSON.stringify(ACCOUNTS));
  const args = [MAIN, '--port', '0', '--limits', 'off', '--accounts', 'accounts.json', ...options];
  const venue = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => venue.once('exit', resolve));
  try {
    const port = await new Promise<number>((resolve, reject) => {
      venue.once('error', reject);
      venue.stdout.on('data', (chunk: Buffer) => {
        const found = /REST +http:\/\/[^:]+:(\d+)/.exec(chunk.toString())?.[1];
        if (found !== undefined) resolve(Number(found));
      });
    });
    const orders = new Orders();
    await load(port, orders, WARM_UP_MS);
    const [started, before] = [performance.now(), await cpuMs(port)];
    const accepted = await load(port, orders, MEASURED_MS);
    const [seconds, cpu] = [(performance.now() - started) / 1_000, (await cpuMs(port)) - before];
    report(name, Math.round(accepted / seconds), 'orders/s', `${CONNECTIONS} connections, signed`);
    report(
      `${name}, of one core`,
      Math.round(accepted / (cpu / 1_000)),
      'orders/CPU-s',
      'client not counted',
    );
  } finally {
    venue.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The chaos venue through HTTP: every order is journaled, authenticated, filtered, matched and answered in full. */
export async function run(report: Report): Promise<void> {
  await measure('chaos venue', [], report);
  await measure('chaos venue, journal on disk', ['--journal', 'journal.jsonl'], report);
}

if (import.meta.main) {
  await run((name, value, unit, note) =>
    console.log(`${name}: ${value.toLocaleString('en')} ${unit}${note ? ` (${note})` : ''}`),
  );
}
