import type { ConnectionDetail } from '@sextant/exchange';
import { Field } from '../http/index.js';
import { CHANNEL_EXAMPLE, ChannelAnswer } from './channel-answers.js';
import { ConnectionAnswer } from './connection-answers.js';

export class ConnectionDetailAnswer extends ConnectionAnswer {
  @Field.object(() => ChannelAnswer, {
    description:
      'How the way to the venue is doing, in the process that answers; null before its first call.',
    nullable: true,
    example: CHANNEL_EXAMPLE,
  })
  channel!: ChannelAnswer | null;

  static ofDetail({ connection, channel }: ConnectionDetail): ConnectionDetailAnswer {
    return {
      ...ConnectionAnswer.of(connection),
      channel: channel === null ? null : ChannelAnswer.of(channel),
    };
  }
}
