import type { CredentialSecrets } from '@sextant/exchange';
import { Field } from '../http/index.js';

/** Goes into a header: no space, no line break. */
const KEY = /^[\x21-\x7e]+$/;
/** A PEM has lines. */
const SECRET = /^[\x20-\x7e\r\n]+$/;
/** With something to see in it. */
const PRINTABLE = /^[ -~\u00a0-\uffff]*[!-~\u00a1-\u1fff\u2070-\u2fff\u3001-\uffff][ -~\u00a0-\uffff]*$/;
const VENUE = /^[A-Za-z0-9_]{1,40}$/;
const PORT = '[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5]';
const ORIGIN = new RegExp(
  `^https?://([A-Za-z0-9][A-Za-z0-9.-]{0,190}|\\[[0-9A-Fa-f:.]{2,45}\\])(:(${PORT}))?$`,
);

export class CredentialRequest {
  @Field.text({
    description: 'The key id, as the venue gave it.',
    example: 'k7Qz0example0of0a0key0id0w3Xe',
    maxLength: 512,
    pattern: KEY,
    rule: 'without spaces',
    secret: true,
  })
  apiKey!: string;

  @Field.text({
    description: 'The secret, or the private key (PEM).',
    example: 'an example of a secret',
    maxLength: 8192,
    pattern: SECRET,
    rule: 'ASCII',
    secret: true,
  })
  secret!: string;

  @Field.text({
    description: 'The third part, where keys of the venue have one.',
    maxLength: 512,
    example: 'an example of a passphrase',
    pattern: SECRET,
    rule: 'ASCII',
    secret: true,
    optional: true,
  })
  passphrase?: string;
}

export class AddConnectionRequest {
  @Field.text({
    description: 'Name of the venue, as `GET /api/exchanges` has it.',
    example: 'BINANCE',
    maxLength: 40,
    pattern: VENUE,
    rule: 'letters, digits and _',
  })
  venue!: string;

  @Field.text({
    description: 'A name to know the connection, and the account opened with it, by.',
    example: 'Binance main',
    maxLength: 100,
    pattern: PRINTABLE,
    rule: 'without control characters',
  })
  label!: string;

  @Field.id('acc', {
    description: 'A LIVE account at the venue without a connection; left out: one is opened.',
    optional: true,
  })
  accountId?: string;

  @Field.object(() => CredentialRequest, { description: 'Kept encrypted, never returned.' })
  credential!: CredentialRequest;

  @Field.flag({
    description:
      'True where the venue does not tell what a key may do: you have made sure that it cannot withdraw. Recorded.',
    example: false,
    optional: true,
    default: false,
  })
  acknowledgeUnknownPermissions?: boolean;

  @Field.text({
    description:
      'Base address of a venue to rehearse against; only where `exchange.allowCustomEndpoints` is on.',
    example: 'http://127.0.0.1:9100',
    maxLength: 210,
    pattern: ORIGIN,
    rule: 'scheme, host and port',
    optional: true,
  })
  endpoint?: string;

  /** Without the endpoint, which an installation refuses unless it is set up for rehearsals. */
  static readonly examples = {
    key: {
      venue: 'BINANCE',
      label: 'Binance main',
      credential: { apiKey: 'k7Qz0example0of0a0key0id0w3Xe', secret: 'an example of a secret' },
    },
  };
}

export class RotateCredentialsRequest {
  @Field.object(() => CredentialRequest, { description: 'The key that takes the place of the present one.' })
  credential!: CredentialRequest;

  @Field.flag({
    description: 'As when a connection is added.',
    example: false,
    optional: true,
    default: false,
  })
  acknowledgeUnknownPermissions?: boolean;
}

export class DisconnectRequest {
  @Field.flag({
    description: 'True: its key is destroyed in the vault as well; another one can be given later.',
    example: false,
    optional: true,
    default: false,
  })
  destroyCredential?: boolean;
}

/** What there is to say is in the path. */
export class NothingRequest {}

export function secretsOf({ apiKey, secret, passphrase }: CredentialRequest): CredentialSecrets {
  return { apiKey, secret, passphrase: passphrase ?? null };
}
