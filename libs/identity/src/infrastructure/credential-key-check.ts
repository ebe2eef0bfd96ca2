import { Injectable } from '@nestjs/common';
import { Database, EXIT_CONFIG } from '@sextant/platform';
import { CredentialKeyGuard } from '../application/credential-key-guard.js';
import { CredentialSecrets } from '../domain/credential-secrets.js';

/** Refuses to run on a database whose credentials were hashed under another key: nobody could get in. */
@Injectable()
export class CredentialKeyCheck extends CredentialKeyGuard {
  constructor(
    private readonly database: Database,
    private readonly secrets: CredentialSecrets,
  ) {
    super();
  }

  /** @throws Error that says what to set. */
  async run(): Promise<void> {
    const digest = this.secrets.hash('sextant credential key check');
    await this.database.query(
      'INSERT INTO credential_key_check (digest) VALUES ($1) ON CONFLICT DO NOTHING',
      [digest],
    );
    const [row] = await this.database.query<{ digest: string }>('SELECT digest FROM credential_key_check');
    if (row?.digest === digest) return;
    const detail =
      'auth.credentialKey is not the one this database was set up with. Set SEXTANT__AUTH__CREDENTIALKEY (or …_FILE) ' +
      'to that one; without it no API key or session of this database can be used.';
    throw Object.assign(new Error(detail), { exitCode: EXIT_CONFIG });
  }
}
