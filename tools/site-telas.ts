import { command } from './cli/command.ts';
import { requireRunningPlatform } from './platform/state.ts';
import { takePictures, tellVitals } from './site/pictures.ts';
import { screens } from './site/screens.ts';

await command('site:telas', async ({ instance }) => {
  const { portOffset } = requireRunningPlatform(instance);
  await takePictures('bff-web', portOffset, screens, 'telas');
  await tellVitals('bff-web', portOffset);
});
