import { VenueError } from '../rest/venue-error.js';

// USDⓈ-M refusals that spot does not have.

export const marginInsufficient = () => new VenueError(-2019, 'Margin is insufficient.');
export const wouldTrigger = () => new VenueError(-2021, 'Order would immediately trigger.');
export const reduceOnlyRejected = () => new VenueError(-2022, 'ReduceOnly Order is rejected.');
export const beyondLeverage = () =>
  new VenueError(-2027, 'Exceeded the maximum allowable position at current leverage.');
export const leverageTooHigh = (leverage: number) =>
  new VenueError(-4028, `Leverage ${leverage} is not valid`);
export const quantityZero = () => new VenueError(-4003, 'Quantity less than or equal to zero.');
export const quantityTooLarge = () => new VenueError(-4005, 'Quantity greater than max quantity.');
export const priceZero = () => new VenueError(-4001, 'Price less than 0.');
export const offTick = () => new VenueError(-4014, 'Price not increased by tick size.');
export const overPrecision = () =>
  new VenueError(-1111, 'Precision is over the maximum defined for this asset.');
export const sameMarginType = () => new VenueError(-4046, 'No need to change margin type.');
export const marginTypeWithOrders = () =>
  new VenueError(-4047, 'Margin type cannot be changed if there exists open orders.');
export const marginTypeWithPosition = () =>
  new VenueError(-4048, 'Margin type cannot be changed if there exists position.');
export const notIsolated = () => new VenueError(-4046, 'Add margin only support for isolated position.');
export const marginShort = () => new VenueError(-4051, 'Isolated balance insufficient.');
export const samePositionMode = () => new VenueError(-4059, 'No need to change position side.');
export const sideMismatch = () =>
  new VenueError(-4061, "Order's position side does not match user's setting.");
export const positionModeWithOrders = () =>
  new VenueError(-4067, 'Position side cannot be changed if there exists open orders.');
export const positionModeWithPosition = () =>
  new VenueError(-4068, 'Position side cannot be changed if there exists position.');
export const symbolClosed = () =>
  new VenueError(-4108, 'Symbol is on delivering or delivered or settling or closed or pre-trading.');
export const duplicateClientId = () => new VenueError(-4116, 'ClientOrderId is duplicated.');
export const useAlgoOrders = () =>
  new VenueError(
    -4120,
    'Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.',
  );
export const notionalTooSmall = (least: string) =>
  new VenueError(-4164, `Order's notional must be no smaller than ${least} (unless you choose reduce only).`);
export const wouldNotRest = () =>
  new VenueError(
    -5022,
    'Due to the order could not be executed as maker, the Post Only order will be rejected. The order will not be recorded in the order history',
  );
export const nothingToModify = () => new VenueError(-5027, 'No need to modify the order.');
export const noListenKey = () => new VenueError(-1125, 'This listenKey does not exist.');
