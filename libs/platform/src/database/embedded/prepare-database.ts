import pg from 'pg';

/** Makes the database and its owner, who may create roles and databases but is no superuser. */
export async function prepareDatabase(adminUrl: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ role: boolean; database: boolean }>(
      `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sextant') AS role,
              EXISTS (SELECT FROM pg_database WHERE datname = 'sextant') AS database`,
    );
    if (rows[0]?.role !== true) {
      await client.query(
        `CREATE ROLE sextant LOGIN CREATEROLE CREATEDB PASSWORD ${pg.escapeLiteral(password)}`,
      );
    }
    if (rows[0]?.database !== true) await client.query('CREATE DATABASE sextant OWNER sextant');
  } finally {
    await client.end();
  }
}
