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
    consumeQueue(app, 'notificacoes.eventos', config.RABBITMQ_PREFETCH);
    consumeQueue(app, 'notificacoes.sessoes', config.RABBITMQ_PREFETCH);
    consumeQueue(app, 'notificacoes.pessoas', config.RABBITMQ_PREFETCH);
    consumeQueue(app, 'notificacoes.auditoria', config.RABBITMQ_PREFETCH);
  },
});
