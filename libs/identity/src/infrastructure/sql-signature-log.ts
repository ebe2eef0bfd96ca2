import { Injectable } from '@nestjs/common';
import type { ApiKeyId, EpochMs } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import { SignatureLog } from '../application/signature-log.js';

@Injectable()
export class SqlSignatureLog extends SignatureLog {
  constructor(private readonly database: Database) {
    super();
  }

  async admit(keyId: ApiKeyId, signature: string, until: EpochMs): Promise<boolean> {
    const rows = await this.database.query(
      `INSERT INTO used_signature (key_id, signature, until) VALUES ($1, $2, $3)
       ON CONFLICT DO NOTHING RETURNING key_id`,
      [keyId, signature, new Date(until)],
    );
    return rows.length === 1;
  }
}
