import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import { command, text } from './cli/command.ts';
import { instanceFolder, root } from './cli/paths.ts';
import { UserError } from './cli/user-error.ts';
import { asYaml, kongFile } from './edge/kong-file.ts';
import { type Own, rendered, secretsOf } from './edge/render.ts';
import { userSettings } from './platform/settings.ts';
import { requireState } from './platform/state.ts';

/** How long a JWKS, or Kong, may take to answer, ms. */
const PATIENCE_MS = 10_000;
/** A JWKS has a handful of keys; what is much longer is none. */
const MOST_BYTES = 64_000;

async function ask(url: string, init: RequestInit = {}): Promise<string> {
  try {
    const answer = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) });
    const said = await answer.text();
    if (!answer.ok && answer.status !== 304) throw new Error(`respondeu ${answer.status}: ${said.slice(0, 500)}`);
    return said;
  } catch (error) {
    throw new UserError(`${url}: ${(error as Error).message}`);
  }
}

async function keysAt(url: string): Promise<Own['keys']> {
  const said = await ask(url);
  if (said.length > MOST_BYTES) throw new UserError(`${url}: um JWKS não é tão grande.`);
  try {
    return secretsOf(JSON.parse(said));
  } catch (error) {
    throw error instanceof SyntaxError ? new UserError(`${url}: não respondeu um JSON.`) : error;
  }
}

await command('kong:render', async ({ instance, values }) => {
  const jwks = text(values.jwks) ?? `${requireState(instance).apps['auth'] ?? ''}/.well-known/jwks.json`;
  const file = resolve(text(values.saida) ?? join(instanceFolder(instance), 'kong/kong.yml'));
  const admin = text(values.admin);
  const every = text(values['a-cada']);
  const { CORS_ORIGINS, SITE_URL, OTEL_EXPORTER_OTLP_ENDPOINT } = userSettings(process.env);
  const origins = (CORS_ORIGINS ?? '').split(',').map((origin) => origin.trim());
  const site = new URL(SITE_URL || 'http://127.0.0.1:3101').origin;
  const own = {
    origins: [...new Set([site, ...origins.filter(Boolean)])],
    otlp: OTEL_EXPORTER_OTLP_ENDPOINT || undefined,
  };
  const kept: unknown = parse(readFileSync(join(root, kongFile), 'utf8'));

  let last: string | undefined;
  const render = async (): Promise<void> => {
    const keys = await keysAt(jwks);
    const config = asYaml(rendered(kept, { ...own, keys }));
    if (config !== last) {
      mkdirSync(dirname(file), { recursive: true });
      // Whoever reads it meanwhile gets the one before, whole.
      writeFileSync(`${file}.novo`, config);
      renameSync(`${file}.novo`, file);
    }
    // Also what it should have: one that was started anew has not. What it has already, it does not take again (304).
    if (admin !== undefined)
      await ask(`${admin.replace(/\/+$/, '')}/config?check_hash=1`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ config }),
      });
    if (config === last) return;
    last = config;
    console.log(`${file}: ${keys.length} chave(s): ${keys.map(({ key }) => key).join(', ')}`);
  };
  if (every === undefined) return render();
  for (;;) {
    // What does not answer now is asked again: until then Kong goes on with the keys that it has.
    await render().catch((error: unknown) => console.error(error instanceof UserError ? error.message : error));
    await delay(Number(every) * 1_000);
  }
});
