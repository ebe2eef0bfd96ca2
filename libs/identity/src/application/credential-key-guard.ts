/** Tells whether this process hashes credentials under the key that the database was set up with. */
export abstract class CredentialKeyGuard {
  /** @throws Error that says what to set, with the `exitCode` of a wrong configuration. */
  abstract run(): Promise<void>;
}
