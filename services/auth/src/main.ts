import '@plataforma/platform/node';

// Only now: an older Node cannot even link them.
const { consumeQueue } = await import('@plataforma/messaging');
const { runService } = await import('@plataforma/platform');
const { AppModule, application, migrations } = await import('./app.module.js');
const { settings } = await import('./config.js');

await runService({
  ...application,
  settings,
  migrations,
  module: (config) => AppModule.with(config),
  consumers: (app, config) => {
    consumeQueue(app, 'auth.auditoria', config.RABBITMQ_PREFETCH);
    consumeQueue(app, 'auth.acessos', config.RABBITMQ_PREFETCH);
    consumeQueue(app, 'auth.espacos', config.RABBITMQ_PREFETCH);
    consumeQueue(app, 'auth.apagamentos', config.RABBITMQ_PREFETCH);
    consumeQueue(app, 'auth.exportacoes', config.RABBITMQ_PREFETCH);
  },
});
