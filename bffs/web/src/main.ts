import 'reflect-metadata';
import { runService } from '@plataforma/platform';
import { application, appModule, settings } from './app.module.js';

await runService({ ...application, settings, module: appModule });
