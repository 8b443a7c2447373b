import { runService } from '@plataforma/platform';
import { AppModule, appOptions, migrations } from './app.module.js';
import { settings } from './config.js';

await runService({ ...appOptions, settings, migrations, module: (config) => AppModule.with(config) });
