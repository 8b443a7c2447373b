import 'reflect-metadata';
import { consumeQueue } from '@plataforma/messaging';
import { runService } from '@plataforma/platform';
import { application, AppModule, type Config, migrations, settings } from './app.module.js';

await runService({
  ...application,
  settings,
  migrations,
  module: (config) => AppModule.with(config),
  consumers: (app, config: Config) => {
    consumeQueue(app, 'reservas.saga', config.RABBITMQ_PREFETCH);
    consumeQueue(app, 'reservas.cache', config.RABBITMQ_PREFETCH);
    consumeQueue(app, 'reservas.sessoes', config.RABBITMQ_PREFETCH);
    consumeQueue(app, 'reservas.pessoas', config.RABBITMQ_PREFETCH);
  },
});
