import { spawnSync } from 'node:child_process';
import { verifiedCcxtVenues } from '@sextant/exchange';
import { median } from './support/load.js';

type Report = (name: string, value: number, unit: string, note?: string) => void;

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const MB = 2 ** 20;

/** In a process of its own: what the import of one file of ccxt takes. */
function load(specifier: string): { ms: number; mb: number } {
  const program = `
    const before = process.memoryUsage.rss();
    const started = performance.now();
    await import(${specifier});
    const ms = performance.now() - started;
    process.stdout.write(JSON.stringify({ ms, bytes: process.memoryUsage.rss() - before }));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: process.cwd(),
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  const { ms, bytes } = JSON.parse(stdout) as { ms: number; bytes: number };
  return { ms, mb: bytes / MB };
}

/** The cost of each venue of ccxt when it is first needed, beside that of the whole library. */
export async function run(report: Report): Promise<void> {
  for (const ccxtId of Object.keys(verifiedCcxtVenues)) {
    const file = `new URL('src/pro/${ccxtId}.js', new URL('.', import.meta.resolve('ccxt')))`;
    const loads = Array.from({ length: ROUNDS }, () => load(file));
    const ms = median(loads.map((one) => one.ms));
    const mb = median(loads.map((one) => one.mb));
    report(`${ccxtId} imported`, ms, 'ms', 'goal 300');
    report(`${ccxtId} resident`, mb, 'MB', 'goal 45');
  }
  const whole = Array.from({ length: ROUNDS }, () => load(`'ccxt'`));
  report('all of ccxt imported', median(whole.map((one) => one.ms)), 'ms');
  report('all of ccxt resident', median(whole.map((one) => one.mb)), 'MB');
}

if (import.meta.main) {
  await run((name, value, unit, note) =>
    console.log(`${name}: ${value.toLocaleString('en')} ${unit}${note ? ` (${note})` : ''}`),
  );
}
