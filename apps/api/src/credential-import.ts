import { Injectable } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import {
  AddExchangeConnection,
  CONNECTION_LIST,
  ListExchangeConnections,
  RotateExchangeCredentials,
} from '@sextant/exchange';
import type { ConnectionView } from '@sextant/exchange';
import { IdentityComponent } from '@sextant/identity';
import { DomainError } from '@sextant/kernel';
import type { TenantId } from '@sextant/kernel';
import type { Cancel, OnceRequest } from '@sextant/platform';
import { bodyHash, Component, Config, Logger, pageRequest, Timers } from '@sextant/platform';

const VENUE = 'BINANCE';
/** By this name an imported connection is known again. */
const LABEL = 'Binance (from the environment)';
const ROUTE = 'import of BINANCE_API_KEY';
const ACTOR = 'system';
const RETRY_MS = 60_000;

interface Imported {
  apiKey: string;
  secret: string;
  passphrase: null;
}

/**
 * Takes `BINANCE_API_KEY` and `BINANCE_API_SECRET` into the vault: once for a pair, however often the process starts. A
 * later pair rotates the connection of the first. A venue that does not answer holds up no start: it is asked again.
 */
@Injectable()
export class CredentialImport extends Component {
  readonly name = 'credential-import';
  override readonly dependsOn = ['identity', 'vault', 'ownership'];
  private cancel: Cancel = () => undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly config: Config,
    private readonly identity: IdentityComponent,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {
    super();
  }

  async start(): Promise<void> {
    const apiKey = this.config.get('exchange.binance.apiKey');
    const secret = this.config.get('exchange.binance.apiSecret');
    if (apiKey === null || secret === null) return;
    this.attempt({ apiKey, secret, passphrase: null });
  }

  async stop(): Promise<void> {
    this.cancel();
    await this.running;
  }

  private attempt(secrets: Imported): void {
    this.running = this.tell(secrets).then((again) => {
      if (again) this.cancel = this.timers.setTimer(RETRY_MS, () => this.attempt(secrets));
    });
  }

  /** Answers whether it has to be tried again. */
  private async tell(secrets: Imported): Promise<boolean> {
    try {
      const connection = await this.import(secrets);
      const { connectionId, accountId } = connection;
      this.logger.info('A key of the environment is in the vault: it can be unset', {
        ...{ connectionId, accountId, venue: VENUE },
      });
      return false;
    } catch (error) {
      const refused = error instanceof DomainError && !TRANSIENT.test(error.code);
      const fields = { venue: VENUE, error };
      if (refused) this.logger.error('The key of BINANCE_API_KEY was not taken into the vault', fields);
      else this.logger.warn('The key of BINANCE_API_KEY is not in the vault yet', fields);
      return !refused;
    }
  }

  private async import(secrets: Imported): Promise<ConnectionView> {
    const tenantId = await this.identity.firstTenant();
    // The hash of 128 characters of random: it tells nothing of them.
    const once: OnceRequest = { tenantId, route: ROUTE, key: bodyHash(secrets), bodyHash: bodyHash({}) };
    const present = await this.imported(tenantId);
    const acknowledgeUnknownPermissions = false;
    if (present === null) {
      const request = { venue: VENUE, label: LABEL, accountId: null, endpoint: null, secrets };
      const command = { ...request, acknowledgeUnknownPermissions };
      return (await this.commands.execute(new AddExchangeConnection(tenantId, ACTOR, command, once))).body;
    }
    const target = { tenantId, connectionId: present.connectionId, version: null };
    const credential = { secrets, acknowledgeUnknownPermissions };
    return (await this.commands.execute(new RotateExchangeCredentials(target, ACTOR, credential, once))).body;
  }

  private async imported(tenantId: TenantId): Promise<ConnectionView | null> {
    for (let cursor: string | undefined; ;) {
      const request = pageRequest(
        { limit: 500, ...(cursor === undefined ? {} : { cursor }) },
        CONNECTION_LIST,
      );
      const { data, page } = await this.queries.execute(new ListExchangeConnections(tenantId, request));
      const found = data.find(({ venue, label }) => venue === VENUE && label === LABEL);
      if (found !== undefined || page.nextCursor === null) return found ?? null;
      cursor = page.nextCursor;
    }
  }
}

/** What passes by itself. */
const TRANSIENT =
  /^(DATABASE_|COMMIT_|ACCOUNT_OWNER_|IDEMPOTENCY_KEY_IN_FLIGHT$|VENUE_VERDICT_MISSING$|CONNECTION_CHANGED$)/;
