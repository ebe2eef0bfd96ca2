export { Channel } from './channel.js';
export type { ChannelHandler } from './channel.js';
