import { EmbeddedPostgres } from '@sextant/platform';

/** Nothing of a test run has to survive a power cut. */
const VOLATILE = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  autovacuum: 'off',
};

let address: Promise<string> | undefined;

/**
 * The address of a superuser of the server that a test run shares: SEXTANT_TEST_DATABASE_URL, or the embedded one,
 * started by whichever test asks first. It stays up until the run ends (see global-setup.mjs).
 */
export function testServerUrl(): Promise<string> {
  address ??= findServer();
  return address;
}

async function findServer(): Promise<string> {
  const {
    SEXTANT_TEST_DATABASE_URL: own,
    SEXTANT_TEST_DIR: dataDir,
    SEXTANT_POSTGRES_USER: user,
  } = process.env;
  if (own) return own;
  if (!dataDir)
    throw new Error('SEXTANT_TEST_DIR is not set: tests with a database run under jest.config.mjs.');
  const server = new EmbeddedPostgres({ dataDir, user, settings: VOLATILE });
  await server.start();
  return server.adminUrl;
}
