import '@plataforma/platform/node';
import 'reflect-metadata';
import type { Config } from './app.module.js';

// Only now: an older Node cannot even link them.
const { runService } = await import('@plataforma/platform');
const { application, AppModule, consume, migrations, settings } = await import('./app.module.js');

await runService({
  ...application,
  settings,
  migrations,
  module: (config) => AppModule.with(config),
  consumers: (app, config: Config) => consume(app, config.RABBITMQ_PREFETCH),
});
