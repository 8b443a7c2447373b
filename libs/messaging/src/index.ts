export {
  comComuns,
  exportarPessoa,
  type FimDaExportacao,
  type ItemDeExportacao,
  type Pedaco,
  rotuloDoPedaco,
  sqlDaExportacao,
} from './exportacao.js';
export { Alertas } from './alertas.js';
export { Auditoria, type AuditoriaConferida, canonicalJson, verificarAuditoria } from './auditoria.js';
export { type BrokerAccess, brokerAccess } from './access.js';
export { Broker, PublishError } from './broker.js';
export { Escuta, type Ouvinte } from './escuta.js';
export { QueueConsumer } from './consumer.js';
export { AmbiguousDeadLetterError, type DeadLetterEntry, namedBy } from './dead-letter-entry.js';
export { deadLetters, PEOPLE_IN_DEAD_LETTERS_DAYS } from './dead-letters.js';
export { type QueueDepth, queueDepths } from './depths.js';
export { ConcurrencyError, EVENT_DATA, EventStore, type RecordedEvent } from './event-store.js';
export { UnprocessableMessageError } from './fate.js';
export { consumeQueue, MessagingModule, messagingMigrations } from './module.js';
export { momentos, MOMENTOS_DE_EVENTOS } from './linha-do-tempo.js';
export { Relay } from './relay.js';
export { COMMON_RULES, duePerRule, Retention, type RetentionRule } from './retention.js';
export { type SagaDefinition, SagaRunner, type SagaState, type SagaStep } from './saga.js';
export * from './topology.js';
