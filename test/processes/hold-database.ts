import { EmbeddedPostgres } from '@sextant/platform';

/** `hold-database.ts <data directory>`: uses the embedded database until SIGTERM; prints the server's process id and address. */
const server = new EmbeddedPostgres({
  dataDir: process.argv[2] ?? '',
  user: process.env.SEXTANT_POSTGRES_USER,
});
await server.start();
process.stdout.write(`${server.pid} ${server.url}\n`);
const held = setInterval(() => undefined, 1000);
process.once('SIGTERM', async () => {
  clearInterval(held);
  await server.stop();
});
