import { Channel } from './channel.js';

describe('Channel', () => {
  it('calls every handler in the order of subscription, before publish returns', () => {
    const channel = new Channel<number>();
    const calls: string[] = [];
    channel.subscribe((value) => calls.push(`a${value}`));
    channel.subscribe((value) => calls.push(`b${value}`));
    channel.publish(1);
    channel.publish(2);
    expect(calls).toEqual(['a1', 'b1', 'a2', 'b2']);
  });

  it.each([0, 1, 2, 3, 4, 9])('reaches every one of %i handlers once', (count) => {
    const channel = new Channel<string>();
    const calls: string[] = [];
    for (let n = 0; n < count; n += 1) channel.subscribe((value) => calls.push(`${n}${value}`));
    channel.publish('x');
    expect(calls).toEqual(Array.from({ length: count }, (_, n) => `${n}x`));
  });

  it('lets a handler leave and join while a value is delivered, from the next value on', () => {
    const channel = new Channel<number>();
    const calls: string[] = [];
    const leave = channel.subscribe((value) => {
      calls.push(`first${value}`);
      leave();
      channel.subscribe((later) => calls.push(`late${later}`));
    });
    channel.subscribe((value) => calls.push(`second${value}`));
    channel.publish(1);
    channel.publish(2);
    expect(calls).toEqual(['first1', 'second1', 'second2', 'late2']);
  });

  it('ends one subscription only, however often that is asked', () => {
    const channel = new Channel<number>();
    const sums = { value: 0 };
    const add = (value: number): void => void (sums.value += value);
    const leave = channel.subscribe(add);
    channel.subscribe(add);
    leave();
    leave();
    channel.publish(5);
    expect(sums.value).toBe(5);
    expect(channel.subscribers).toBe(1);
  });

  it('hands the exception of a handler to the publisher', () => {
    const channel = new Channel<number>();
    channel.subscribe(() => {
      throw new Error('no');
    });
    expect(() => channel.publish(1)).toThrow('no');
  });
});
