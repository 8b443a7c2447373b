import '@plataforma/platform/node';
import 'reflect-metadata';
import type { Config } from './app.module.js';

// Only now: an older Node cannot even link them.
const { consumeQueue } = await import('@plataforma/messaging');
const { runService } = await import('@plataforma/platform');
const { application, AppModule, migrations, settings } = await import('./app.module.js');

await runService({
  ...application,
  settings,
  migrations,
  module: (config) => AppModule.with(config),
  consumers: (app, config: Config) => {
    consumeQueue(app, 'reservas.saga', config.RABBITMQ_PREFETCH);
    consumeQueue(app, 'reservas.cache', config.RABBITMQ_PREFETCH);
    consumeQueue(app, 'reservas.acessos', config.RABBITMQ_PREFETCH);
    consumeQueue(app, 'reservas.sessoes', config.RABBITMQ_PREFETCH);
    consumeQueue(app, 'reservas.pessoas', config.RABBITMQ_PREFETCH);
  },
});
