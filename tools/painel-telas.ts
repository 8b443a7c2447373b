import { command } from './cli/command.ts';
import { screens } from './painel/screens.ts';
import { requireRunningPlatform } from './platform/state.ts';
import { takePictures } from './site/pictures.ts';

await command('painel:telas', async ({ instance }) => {
  await takePictures('bff-admin', requireRunningPlatform(instance).portOffset, screens, 'telas-painel');
});
