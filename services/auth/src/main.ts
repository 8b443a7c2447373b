import { consumeQueue } from '@plataforma/messaging';
import { runService } from '@plataforma/platform';
import { AppModule, application, migrations } from './app.module.js';
import { type Config, settings } from './config.js';

await runService({
  ...application,
  settings,
  migrations,
  module: (config) => AppModule.with(config),
  consumers: (app, config: Config) => {
    consumeQueue(app, 'auth.auditoria', config.RABBITMQ_PREFETCH);
    consumeQueue(app, 'auth.apagamentos', config.RABBITMQ_PREFETCH);
  },
});
