/** A refusal in the venue's own format: `{"code":-1121,"msg":"Invalid symbol."}`. */
export class VenueError extends Error {
  override readonly name = 'VenueError';

  constructor(
    readonly code: number,
    message: string,
    readonly status = 400,
    /** Sent as `data`, where the venue explains a refusal (cancel-replace). */
    readonly data?: unknown,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }

  body(): object {
    const { code, message, data } = this;
    return data === undefined ? { code, msg: message } : { code, msg: message, data };
  }
}

export const unknownError = (): VenueError =>
  new VenueError(-1000, 'An unknown error occurred while processing the request.', 500);
export const timestampTooOld = (): VenueError =>
  new VenueError(-1021, 'Timestamp for this request is outside of the recvWindow.');
export const timestampAhead = (): VenueError =>
  new VenueError(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
export const invalidSignature = (): VenueError =>
  new VenueError(-1022, 'Signature for this request is not valid.');
export const illegalCharacters = (name: string, range: string): VenueError =>
  new VenueError(-1100, `Illegal characters found in parameter '${name}'; legal range is '${range}'.`);
export const duplicateParameter = (): VenueError =>
  new VenueError(-1101, 'Duplicate values for a parameter detected.');
export const missing = (name: string): VenueError =>
  new VenueError(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
export const missingOneOf = (first: string, second: string): VenueError =>
  new VenueError(-1102, `Param '${first}' or '${second}' must be sent, but both were empty/null!`);
export const emptyParameter = (name: string): VenueError =>
  new VenueError(-1105, `Parameter '${name}' was empty.`);
export const notRequired = (name: string): VenueError =>
  new VenueError(-1106, `Parameter '${name}' sent when not required.`);
export const tooPrecise = (name: string): VenueError =>
  new VenueError(-1111, `Parameter '${name}' has too much precision.`);
export const invalidSymbol = (): VenueError => new VenueError(-1121, 'Invalid symbol.');
export const invalidInterval = (): VenueError => new VenueError(-1120, 'Invalid interval.');
export const intervalTooBig = (hours: number): VenueError =>
  new VenueError(-1127, `More than ${hours} hours between startTime and endTime.`);
export const badCombination = (detail: string): VenueError => new VenueError(-1128, detail);
export const invalidData = (name: string): VenueError =>
  new VenueError(-1130, `Data sent for parameter '${name}' is not valid.`);
export const filterFailure = (filter: string): VenueError =>
  new VenueError(-1013, `Filter failure: ${filter}`);
export const orderRejected = (text: string): VenueError => new VenueError(-2010, text);
export const cancelRejected = (): VenueError => new VenueError(-2011, 'Unknown order sent.');
export const noSuchOrder = (): VenueError => new VenueError(-2013, 'Order does not exist.');
export const keyFormat = (): VenueError => new VenueError(-2014, 'API-key format invalid.', 401);
export const keyRejected = (): VenueError =>
  new VenueError(-2015, 'Invalid API-key, IP, or permissions for action.', 401);
export const archivedOrder = (): VenueError =>
  new VenueError(
    -2026,
    'Order was canceled or expired with no executed qty over 90 days ago and has been archived.',
  );
export const amendRejected = (text: string): VenueError => new VenueError(-2038, text);
export const windowTooLong = (): VenueError => new VenueError(-1131, 'recvWindow must be less than 60000.');
