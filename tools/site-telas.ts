import { command } from './cli/command.ts';
import { requireRunningPlatform } from './platform/state.ts';
import { measureVisits } from './site/budget.ts';
import { takePictures } from './site/pictures.ts';
import { screens } from './site/screens.ts';

await command('site:telas', async ({ instance, values }) => {
  const { portOffset } = requireRunningPlatform(instance);
  if (values['orcamento'] !== true) return takePictures('bff-web', portOffset, screens, 'telas');
  const over = await measureVisits('bff-web', portOffset);
  console.log(
    over.length === 0
      ? '✔ Num processador 4 vezes mais lento, a visita do meio cabe no orçamento.'
      : `✘ Num processador 4 vezes mais lento, a visita do meio passa do orçamento: ${over.join('; ')}`,
  );
  return over.length === 0 ? 0 : 1;
});
