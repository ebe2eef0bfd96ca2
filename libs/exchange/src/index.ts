export { GetExchangeCapabilities } from './application/get-exchange-capabilities.js';
export type { ExchangeCapabilities } from './application/get-exchange-capabilities.js';
export { ListExchanges } from './application/list-exchanges.js';
export type { ExchangeSummary } from './application/list-exchanges.js';
export { CALL_CLASSES } from './domain/channel/call-intent.js';
export type { BudgetBucket, CallClass, CallIntent } from './domain/channel/call-intent.js';
export type {
  BudgetReading,
  BudgetRule,
  ChannelProfile,
  ServerTimeSource,
  VenueBan,
} from './domain/channel/channel-profile.js';
export type { BreakerState, ChannelState, VenueClock } from './domain/channel/channel-state.js';
export type {
  Answer,
  NoAnswer,
  NoAnswerCode,
  NotSent,
  NotSentCode,
  PreparedRequest,
  VenueAnswer,
  Withheld,
} from './domain/channel/venue-answer.js';
export { VenueChannel } from './domain/channel/venue-channel.js';
export type { CallPermit, Prepare } from './domain/channel/venue-channel.js';
export { VenueChannels } from './domain/channel/venue-channels.js';
export { exchangeErrors } from './domain/exchange-errors.js';
export { ExchangeGateway } from './domain/exchange-gateway.js';
export { ExchangeGateways } from './domain/exchange-gateways.js';
export { ExchangeSession } from './domain/exchange-session.js';
export type { HistoryCursors } from './domain/exchange-session.js';
export { confirmed, refused, unknown } from './domain/gateway-outcome.js';
export type { Evidence, EvidenceDetail, GatewayOutcome, OutcomeReason } from './domain/gateway-outcome.js';
export type {
  AmendOrderRequest,
  FillPage,
  HedgedSide,
  OrderType,
  PlaceOrderRequest,
  TimeInForce,
  TriggerPrice,
  VenueBalance,
  VenueConditions,
  VenueEvent,
  VenueFill,
  VenueOrder,
  VenueOrderStatus,
} from './domain/venue-order.js';
export type {
  IncomeKind,
  IncomePage,
  MarginChange,
  VenueIncome,
  VenueMargin,
  VenueMarginMode,
  VenueMarginTier,
  VenueMarketMargin,
  VenuePosition,
  VenuePositionSide,
} from './domain/venue-position.js';
export { isOutcomeCode, outcomeCodes } from './domain/outcome-codes.js';
export type { OutcomeCode } from './domain/outcome-codes.js';
export { VenueCredentials } from './domain/venue-credentials.js';
export type { KeyPermissions, VenueCredential } from './domain/venue-credentials.js';
export { VenueMarketData } from './domain/venue-market-data.js';
export type {
  BookLevel,
  CandleInterval,
  DataChannel,
  VenueBook,
  VenueCandle,
  VenueDataEvent,
  VenueTicker,
  VenueTrade,
} from './domain/venue-market-data.js';
export type { NativeAmendment, VenueCountdown, VenueTraits } from './domain/venue-traits.js';
export { BinanceOrderText } from './infrastructure/signing/binance-order-text.js';
export type { BinanceOrderTerms } from './infrastructure/signing/binance-order-text.js';
export { HmacKey } from './infrastructure/signing/hmac-key.js';
export { createCcxtGateway, verifiedCcxtVenues } from './infrastructure/ccxt/create-ccxt-gateway.js';
export type { CcxtGateway } from './infrastructure/ccxt/ccxt-gateway.js';
export type { CcxtGatewayDeps } from './infrastructure/ccxt/gateway-deps.js';
export type { CcxtEndpoints } from './infrastructure/ccxt/venue-profile.js';
export { SimulatedGateway } from './infrastructure/simulated-gateway.js';
export { PAPER_VENUE, PostgresListing, SimulatedVenue, venueModel } from '@sextant/venue';
export type { DisplayedChange, MarketTrade, MarketView } from '@sextant/venue';
export { AccountGateways } from './application/connections/account-gateways.js';
export { AddExchangeConnection } from './application/connections/add-exchange-connection.js';
export type { ConnectionRequest } from './application/connections/add-exchange-connection.js';
export { ConnectExchange } from './application/connections/connect-exchange.js';
export type { ConnectionTarget } from './application/connections/connection-changes.js';
export type { ConnectionView } from './application/connections/connection-view.js';
export { ConnectionRound } from './application/connections/connection-round.js';
export { DisconnectExchange } from './application/connections/disconnect-exchange.js';
export { GetExchangeConnection } from './application/connections/get-exchange-connection.js';
export type { ConnectionDetail } from './application/connections/get-exchange-connection.js';
export { GetVaultStatus } from './application/connections/get-vault-status.js';
export {
  CONNECTION_LIST,
  ListExchangeConnections,
} from './application/connections/list-exchange-connections.js';
export { RotateExchangeCredentials } from './application/connections/rotate-exchange-credentials.js';
export { RotateVault } from './application/connections/rotate-vault.js';
export { ValidateExchangeConnection } from './application/connections/validate-exchange-connection.js';
export { VenueAccounts } from './application/connections/venue-accounts.js';
export type { VenueAccount } from './application/connections/venue-accounts.js';
export type { CredentialSecrets } from './domain/connections/credential-vault.js';
export type { ConnectionId, ConnectionStatus } from './domain/connections/exchange-connection.js';
export type { RotationKind, RotationReport, VaultStatus } from './domain/connections/vault-keeper.js';
export type { VenueAbout } from './domain/venue-about.js';
export type { VenueAdapter } from './infrastructure/lazy-gateway.js';
export { connectionModel } from './infrastructure/vault/connection-model.js';
export { ccxtTarget } from './conformance/ccxt-target.js';
export type { VenueOperator } from './conformance/ccxt-target.js';
export { conformanceCommand } from './conformance/conformance-command.js';
export {
  openWorld as openConformanceWorld,
  valueOf as valueOfOutcome,
} from './conformance/conformance-world.js';
export type { ConformanceWorld } from './conformance/conformance-world.js';
export {
  conformanceCases,
  runCase as runConformanceCase,
  runConformance,
} from './conformance/run-conformance.js';
export type { ConformanceReport } from './conformance/run-conformance.js';
export type { ConformanceTarget, LosableCall, VenueUnderTest } from './conformance/venue-under-test.js';
export { ExchangeModule } from './exchange.module.js';
export { VaultModule } from './vault.module.js';
export { ChannelModule } from './channel.module.js';
export { channelModel } from './infrastructure/channel/channel-model.js';
export { standaloneChannels } from './infrastructure/channel/standalone-channels.js';
export { UndiciVenueChannels } from './infrastructure/channel/undici-venue-channels.js';
