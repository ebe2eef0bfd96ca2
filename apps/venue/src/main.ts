import { readCommand, USAGE, UsageError } from './venue-command.js';
import { startVenue } from './venue.js';

try {
  const options = readCommand(process.argv.slice(2));
  if (options === null) process.stdout.write(USAGE);
  else await serve(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}

async function serve(options: NonNullable<ReturnType<typeof readCommand>>): Promise<void> {
  const venue = await startVenue(options);
  const { url, wsUrl, seed, core } = venue;
  const keys = core.accounts.all().flatMap(({ accountId }) => core.accounts.keysOf(accountId));
  process.stdout.write(
    [
      `REST     ${url}/api/v3`,
      `streams  ${wsUrl}/stream`,
      `ws-api   ${wsUrl}/ws-api/v3`,
      `admin    ${url}/admin/status`,
      `seed     ${seed}`,
      `keys     ${keys.map(({ accountId, apiKey }) => `${accountId}: ${apiKey}`).join(', ')}`,
      '',
    ].join('\n'),
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void venue.close());
}
