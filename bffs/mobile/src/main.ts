import '@plataforma/platform/node';
import 'reflect-metadata';

// Only now: an older Node cannot even link them.
const { runService } = await import('@plataforma/platform');
const { application, appModule, settings } = await import('./app.module.js');

await runService({ ...application, settings, module: appModule });
