import { fileURLToPath } from 'node:url';
import { type DynamicModule, Global, type INestApplication, Module } from '@nestjs/common';
import type { MicroserviceOptions, NestMicroservice } from '@nestjs/microservices';
import { type RpcExceptionFilter, Catch } from '@nestjs/common';
import { Database, Logger, Recusas } from '@plataforma/platform';
import { Notifier } from '@plataforma/trabalho';
import { type Observable, throwError } from 'rxjs';
import { Alertas } from './alertas.js';
import { Broker } from './broker.js';
import { QueueConsumer } from './consumer.js';
import { EventStore } from './event-store.js';
import { Relay } from './relay.js';
import { RevogacoesConsumer } from './revogacoes.consumer.js';
import { Retention, type RetentionRule } from './retention.js';
import { SagaMeasures } from './saga-measures.js';
import { type QueueName, queues } from './topology.js';
import { Auditoria, EncadearAuditoria, RecusasAuditadas } from './auditoria.js';
import { apagamentoConsumer } from './apagamento.consumer.js';
import type { ItemDeExportacao } from './exportacao.js';
import { exportacaoConsumer } from './exportacao.consumer.js';
import { AncorasConsumer, auditoriaController } from './auditoria.controller.js';
import type { Servico } from '@plataforma/contracts';

/** Folder of the migrations that a service with messages needs (events, inbox, sagas). */
export const messagingMigrations = fileURLToPath(new URL('../migrations', import.meta.url));

/** Broker, event store, relay and retention of a service, for all its modules. */
@Global()
@Module({})
export class MessagingModule {
  /**
   * @param rules what the service forgets of its own tables
   * @param exportacao what it has of a person, for them to have
   */
  static with(
    service: Servico,
    urls: readonly string[],
    rules: readonly RetentionRule[] = [],
    exportacao: readonly ItemDeExportacao[] = [],
  ): DynamicModule {
    return {
      module: MessagingModule,
      controllers: [
        auditoriaController(service),
        ...(`${service}.sessoes` in queues ? [RevogacoesConsumer] : []),
        ...(`${service}.pessoas` in queues
          ? [apagamentoConsumer(service), exportacaoConsumer(service, exportacao)]
          : []),
        ...(`${service}.auditoria` in queues ? [AncorasConsumer] : []),
      ],
      providers: [
        Auditoria,
        RecusasAuditadas,
        { provide: Recusas, useExisting: RecusasAuditadas },
        {
          provide: EncadearAuditoria,
          inject: [Database, EventStore, Logger],
          useFactory: (database: Database, eventos: EventStore, logger: Logger) =>
            new EncadearAuditoria(service, database, eventos, logger),
        },
        { provide: Broker, inject: [Logger], useFactory: (logger: Logger) => new Broker(urls, logger) },
        {
          provide: Relay,
          inject: [Database, Broker, Notifier, Logger],
          useFactory: (database: Database, broker: Broker, notifier: Notifier, logger: Logger) =>
            new Relay(service, database, broker, notifier, logger),
        },
        {
          provide: Notifier,
          inject: [Database, Logger],
          useFactory: (database: Database, logger: Logger) => new Notifier(database, logger),
        },
        {
          provide: Retention,
          inject: [Database, Logger],
          useFactory: (database: Database, logger: Logger) => new Retention(database, rules, logger),
        },
        SagaMeasures,
        {
          provide: EventStore,
          inject: [Database, Relay],
          useFactory: (database: Database, relay: Relay) => new EventStore(database, () => relay.announce()),
        },
        {
          provide: Alertas,
          inject: [Database, EventStore],
          useFactory: (database: Database, eventos: EventStore) => new Alertas(database, eventos),
        },
      ],
      exports: [Alertas, Auditoria, Recusas, Broker, EventStore, Notifier, Relay, Retention],
    };
  }
}

/** Nest would replace an error by "Internal server error"; the retry ladder and the DLQ need to know it. */
@Catch()
class KeepError implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/** Makes the `@EventPattern` handlers of `app` consume `queue`. */
export function consumeQueue(app: INestApplication, queue: QueueName, prefetch: number): void {
  const strategy = new QueueConsumer(
    queue,
    app.get(Broker),
    app.get(Database),
    app.get(Alertas),
    app.get(Logger),
    prefetch,
  );
  // Deferred, or the handlers would be bound before the filter; their application runs the lifecycle hooks, once.
  const microservice = app.connectMicroservice<MicroserviceOptions>({ strategy }, { deferInitialization: true });
  (microservice as NestMicroservice).setIsInitHookCalled(true);
  microservice.useGlobalFilters(new KeepError());
}
