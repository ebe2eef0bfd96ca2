import { Injectable } from '@nestjs/common';
import { Config } from '@sextant/platform';
import { IdentitySettings } from '../application/session-tokens.js';

const DAY_MS = 86_400_000;

@Injectable()
export class ConfigIdentitySettings extends IdentitySettings {
  readonly session: { idleMs: number; absoluteMs: number };
  readonly accessTokenMs: number;

  constructor(config: Config) {
    super();
    this.session = {
      idleMs: config.get('auth.sessionIdleDays') * DAY_MS,
      absoluteMs: config.get('auth.sessionDays') * DAY_MS,
    };
    this.accessTokenMs = config.get('auth.accessTokenMinutes') * 60_000;
  }
}
