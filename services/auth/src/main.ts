import { runService } from '@plataforma/platform';
import { AppModule, application, migrations } from './app.module.js';
import { settings } from './config.js';

await runService({ ...application, settings, migrations, module: (config) => AppModule.with(config) });
