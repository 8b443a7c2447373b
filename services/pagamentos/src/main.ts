import 'reflect-metadata';
import { runService } from '@plataforma/platform';
import { application, AppModule, type Config, consume, migrations, settings } from './app.module.js';

await runService({
  ...application,
  settings,
  migrations,
  module: (config) => AppModule.with(config),
  consumers: (app, config: Config) => consume(app, config.RABBITMQ_PREFETCH),
});
