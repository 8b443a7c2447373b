import { command } from './cli/command.ts';
import { UserError } from './cli/user-error.ts';
import { Recusa } from '@plataforma/contracts/cliente';
import { StoryError, type Tell, until } from './demo/client.ts';
import { stories, type Story } from './demo/stories.ts';
import { requireDemoData } from './platform/demo-accounts.ts';
import { type PlatformState, requireRunningPlatform } from './platform/state.ts';

/** Tells one story with the seconds since its beginning; true when it ended as told. */
async function tellStory(title: string, story: Story, state: PlatformState): Promise<boolean> {
  const begun = Date.now();
  console.log(`\n${title}`);
  const tell: Tell = (line) => console.log(`  ${((Date.now() - begun) / 1000).toFixed(1).padStart(5)} s  ${line}`);
  try {
    await story(state, tell);
    return true;
  } catch (error) {
    if (!(error instanceof StoryError) && !(error instanceof Recusa)) throw error;
    tell(`✗ ${error.message}`);
    return false;
  }
}

await command('demo', async ({ instance }) => {
  const state = requireRunningPlatform(instance);
  if (!state.stripe.apiBase)
    throw new UserError('A demonstração usa o emulador de pagamentos: inicie a plataforma sem STRIPE_SECRET_KEY.');
  await requireDemoData(state);
  const ready = `${state.apps['bff-web']}/health/ready`;
  await until('as aplicações prontas', async () => (await fetch(ready)).ok || undefined);
  let failed = 0;
  for (const [title, story] of stories) if (!(await tellStory(title, story, state))) failed++;
  console.log(
    failed === 0
      ? `\nAs ${stories.length} histórias terminaram como contadas.`
      : `\n${failed} história(s) não terminaram como contadas.`,
  );
  return failed === 0 ? 0 : 1;
});
