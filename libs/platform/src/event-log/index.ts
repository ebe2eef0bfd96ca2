export { EventConsumer } from './event-consumer.js';
