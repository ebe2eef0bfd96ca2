import { defineEvents } from './define-events.js';

const execution = {
  executionId: 'execution id',
  symbol: 'canonical symbol',
  side: 'BUY or SELL',
  algorithm: 'TWAP, VWAP, ICEBERG or POV',
  status: 'status of the execution after the event',
  version: 'version of the execution after the event',
};

const ended = {
  reason: '{code, detail}, or null',
  filledQuantity: 'base quantity that its orders filled so far, decimal text',
};

/** What happens to an execution, on the stream of its account. What its orders do are events of the orders. */
export const executionEvents = defineEvents({
  ExecutionCreated: {
    description: 'A quantity is to be worked off in slices; the plan is durable, nothing is sent yet.',
    payload: {
      ...execution,
      quantity: 'base quantity, decimal text',
      limitPrice: 'bound of every slice, decimal text, or null',
      startAt: 'epoch ms',
      endAt: 'epoch ms from which on nothing is sent, or null',
      urgency: 'PASSIVE or AGGRESSIVE',
      slices: 'how many are planned',
      seed: 'what the plan was drawn with',
      strategy: 'name of the strategy behind it, or null',
    },
  },
  ExecutionStarted: {
    description: 'Its time came and there was a market.',
    payload: { ...execution, arrivalPrice: 'mid of the book at that moment, decimal text' },
  },
  ExecutionWaiting: {
    description: 'It is running and sends nothing. The next order of it says that this is over.',
    payload: {
      ...execution,
      waitingFor: 'code of what keeps it: a rule of risk, LIMIT_PRICE, a refusal before risk',
      since: 'epoch ms',
    },
  },
  ExecutionPaused: {
    description: 'No new slices until it is resumed.',
    payload: { ...execution, cancelsResting: 'true: the order at the venue is cancelled too' },
  },
  ExecutionResumed: {
    description: 'It goes on with what is left, in the time that is left.',
    payload: execution,
  },
  ExecutionCompleted: {
    description: 'Everything is filled, or its time is over.',
    payload: { ...execution, ...ended },
  },
  ExecutionCanceled: {
    description: 'Somebody ended it. Orders of it that live are being cancelled.',
    payload: { ...execution, ...ended },
  },
  ExecutionFailed: {
    description: 'It ended itself; `reason` says why. Orders of it that live are being cancelled.',
    payload: { ...execution, ...ended },
  },
  ExecutionClosed: {
    description: 'It had ended before, and now its last order has: nothing more can be filled.',
    payload: { ...execution, filledQuantity: ended.filledQuantity },
  },
});

export type ExecutionEventType = keyof typeof executionEvents;
