export { type BrokerAccess, brokerAccess } from './access.js';
export { Broker, PublishError } from './broker.js';
export { QueueConsumer, UnprocessableMessageError } from './consumer.js';
export { AmbiguousDeadLetterError, type DeadLetterEntry, deadLetters, namedBy } from './dead-letters.js';
export { ConcurrencyError, EventStore, type RecordedEvent } from './event-store.js';
export { consumeQueue, MessagingModule, messagingMigrations } from './module.js';
export { Relay } from './relay.js';
export { type SagaDefinition, SagaRunner, type SagaState, type SagaStep } from './saga.js';
export * from './topology.js';
