import type { OnceResult } from '@sextant/platform';
import type { ApiKey, ApiKeyParts } from '../domain/api-key.js';
import { formatApiKey } from '../domain/api-key.js';
import type { CredentialSecrets } from '../domain/credential-secrets.js';
import { apiKeyView } from './api-key-view.js';
import type { NewApiKeyView } from './api-key-view.js';

/** The answer that shows a new key: with its secrets now, without them whenever it is repeated. */
export function shownOnce(
  key: ApiKey,
  parts: ApiKeyParts,
  secrets: CredentialSecrets,
  now: number,
): OnceResult<NewApiKeyView> {
  const view = apiKeyView(key.snapshot, now);
  const { keyId, signed } = key.snapshot;
  const signingSecret = signed ? secrets.signingSecret(keyId) : null;
  return {
    status: 201,
    body: { ...view, key: formatApiKey(parts), signingSecret },
    resourceId: keyId,
    replayBody: { ...view, key: null, signingSecret: null },
  };
}
