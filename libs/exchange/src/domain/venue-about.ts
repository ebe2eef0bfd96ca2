/** What is to be known of a venue's adapter before it is loaded. */
export interface VenueAbout {
  /** SIMULATED: play money here. NATIVE: our own protocol code. CCXT: the ccxt library behind our port. */
  adapter: 'SIMULATED' | 'NATIVE' | 'CCXT';
  /** The conformance suite has passed against the venue's protocol. */
  verified: boolean;
  /** Whether its keys have a third part. */
  passphrase: 'REQUIRED' | 'OPTIONAL' | 'NONE';
  /** The venue tells what a key may do. */
  tellsPermissions: boolean;
}
