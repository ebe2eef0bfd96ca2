import { grantReadWrite, isolateByTenant } from '@sextant/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const ID = 'text COLLATE "C"';
const TIME = 'timestamptz(3)';

/** Tenants, users and their credentials. Secrets are there as keyed hashes only. */
export class CreateIdentity1763600100000 implements MigrationInterface {
  readonly name = 'CreateIdentity1763600100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE tenant (
        tenant_id ${ID} PRIMARY KEY, name text NOT NULL, created_at ${TIME} NOT NULL)`);
    await queryRunner.query(`
      CREATE TABLE identity_user (
        user_id ${ID} PRIMARY KEY,
        tenant_id ${ID} NOT NULL REFERENCES tenant,
        email text NOT NULL CONSTRAINT identity_user_email UNIQUE CHECK (email = lower(email)),
        role text NOT NULL CHECK (role IN ('viewer', 'trader', 'admin')),
        status text NOT NULL CHECK (status IN ('ACTIVE', 'SUSPENDED')),
        password_hash text,
        version integer NOT NULL,
        created_at ${TIME} NOT NULL,
        updated_at ${TIME} NOT NULL)`);
    await queryRunner.query('CREATE INDEX identity_user_tenant ON identity_user (tenant_id, user_id)');
    await this.createApiKey(queryRunner);
    await this.createSession(queryRunner);
    await queryRunner.query(`
      CREATE TABLE credential_key_check (
        single boolean PRIMARY KEY DEFAULT true CHECK (single), digest text NOT NULL)`);
    for (const table of ['tenant', 'identity_user', 'api_key', 'session']) {
      await grantReadWrite(queryRunner, table);
      await isolateByTenant(queryRunner, table);
    }
    for (const table of ['refresh_token', 'used_signature', 'credential_key_check']) {
      await grantReadWrite(queryRunner, table);
      await queryRunner.query(`REVOKE ALL ON ${table} FROM sextant_reader`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'DROP TABLE credential_key_check, used_signature, refresh_token, session, api_key, identity_user, tenant',
    );
  }

  private async createApiKey(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE api_key (
        key_id ${ID} PRIMARY KEY,
        tenant_id ${ID} NOT NULL REFERENCES tenant,
        user_id ${ID} NOT NULL REFERENCES identity_user,
        name text NOT NULL,
        prefix ${ID} NOT NULL CONSTRAINT api_key_prefix UNIQUE,
        secret_hash text NOT NULL CHECK (length(secret_hash) = 64),
        scopes text[] NOT NULL CHECK (scopes <@ ARRAY['read', 'trade', 'admin']),
        signed boolean NOT NULL,
        expires_at ${TIME},
        revoked_at ${TIME},
        last_used_at ${TIME},
        successor_id ${ID},
        version integer NOT NULL,
        created_at ${TIME} NOT NULL)`);
    await queryRunner.query('CREATE INDEX api_key_tenant ON api_key (tenant_id, user_id, key_id)');
    await queryRunner.query(`
      CREATE TABLE used_signature (
        key_id ${ID} NOT NULL, signature ${ID} NOT NULL, until ${TIME} NOT NULL, PRIMARY KEY (key_id, signature))`);
    await queryRunner.query('CREATE INDEX used_signature_until ON used_signature (until)');
  }

  private async createSession(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE session (
        session_id ${ID} PRIMARY KEY,
        tenant_id ${ID} NOT NULL REFERENCES tenant,
        user_id ${ID} NOT NULL REFERENCES identity_user,
        created_at ${TIME} NOT NULL,
        expires_at ${TIME} NOT NULL,
        idle_expires_at ${TIME} NOT NULL,
        revoked_at ${TIME},
        revoked_reason text)`);
    await queryRunner.query('CREATE INDEX session_of_user ON session (user_id) WHERE revoked_at IS NULL');
    await queryRunner.query('CREATE INDEX session_expiry ON session (expires_at)');
    await queryRunner.query(`
      CREATE TABLE refresh_token (
        token_hash text COLLATE "C" PRIMARY KEY,
        session_id ${ID} NOT NULL REFERENCES session ON DELETE CASCADE,
        issued_at ${TIME} NOT NULL,
        used_at ${TIME})`);
    await queryRunner.query('CREATE INDEX refresh_token_session ON refresh_token (session_id)');
  }
}
