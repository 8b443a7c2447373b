import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { downloadModule, endOf, freePort, goProgram, runGo } from '../cli/go.ts';
import { UserError } from '../cli/user-error.ts';

const module_ = {
  path: 'github.com/stripe/stripe-mock',
  version: 'v0.203.0',
  sum: 'h1:EzW7nb/fphqcAkgVRHAaC88OaAZo6SBWSl54cflDTio=',
};

/**
 * Stripe's own mock server, built here from its source, and the OpenAPI document that it embeds.
 *
 * @param say told of each step before it begins: the first time they take minutes
 * @throws UserError when it cannot be fetched or is not what it was
 */
export async function install(go: string, say: (line: string) => void): Promise<{ program: string; openApi: unknown }> {
  try {
    const folder = await downloadModule(go, module_, say);
    const program = goProgram('stripe-mock');
    if (!existsSync(program)) {
      say('Baixando o que ele usa e compilando, só desta vez; leva minutos…');
      await runGo(go, ['install', `${module_.path}@${module_.version}`]);
    }
    return { program, openApi: JSON.parse(readFileSync(join(folder, 'embedded/openapi/spec3.json'), 'utf8')) };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`O Go não conseguiu instalar ${module_.path}: ${(error as Error).message}`);
  }
}

/** A running stripe-mock; stateless, it only looks at the form of requests. */
export async function startMock(program: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const port = await freePort();
  const child = spawn(program, ['-http-addr', `127.0.0.1:${port}`], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  const stop = () => endOf(child);
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await delay(50)) {
    if (child.exitCode !== null) break;
    if (await answers(url)) return { url, stop };
  }
  await stop();
  throw new UserError('O stripe-mock não começou a responder.');
}

async function answers(url: string): Promise<boolean> {
  try {
    await fetch(url);
    return true;
  } catch {
    return false;
  }
}
