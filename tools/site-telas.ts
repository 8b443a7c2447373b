import { command } from './cli/command.ts';
import { requireRunningPlatform } from './platform/state.ts';
import { takePictures } from './site/pictures.ts';
import { screens } from './site/screens.ts';

await command('site:telas', async ({ instance }) => {
  await takePictures('bff-web', requireRunningPlatform(instance).portOffset, screens, 'telas');
});
