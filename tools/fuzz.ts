import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { command, text } from './cli/command.ts';
import { fuzzedApps, fuzzRoles } from './cli/commands.mjs';
import { root } from './cli/paths.ts';
import { UserError } from './cli/user-error.ts';
import { requireRunningPlatform } from './platform/state.ts';

/** The accounts of the roles; anonymous has none. */
const ROLES: Readonly<Record<string, string | undefined>> = {
  anonimo: undefined,
  cliente: 'cliente@demo.local',
  admin: 'admin@demo.local',
  operador: 'operador@demo.local',
};
/** How long to go on asking for a session after too many attempts. */
const LOGIN_MS = 300_000;
/**
 * Sends what each OpenAPI document allows, and what it does not, to the applications that are running, as each role,
 * and holds the answers against the document. It needs Schemathesis, which it does not install.
 */
await command('fuzz', async ({ values, instance }) => {
  const { apps } = requireRunningPlatform(instance);
  const examples = text(values.exemplos) ?? '40';
  const only = text(values.so)?.split(',');
  const roles = text(values.papeis)?.split(',') ?? fuzzRoles;
  const program = process.env['SCHEMATHESIS'] ?? 'schemathesis';
  if (spawnSync(program, ['--version']).status !== 0) {
    console.log('não executado: falta o Schemathesis (pip install schemathesis; SCHEMATHESIS diz onde está)');
    return values.opcional === true ? 0 : 2;
  }
  const chosen = Object.entries(apps).filter(([name]) => (only ?? fuzzedApps).some((fuzzed) => fuzzed === name));
  const findings: string[] = [];
  for (const [name, url] of chosen)
    for (const role of roles) {
      console.log(`\n── ${name}, ${role}`);
      const header = await authorization(apps, role);
      const found = findingsOf(program, argumentsFor(url, examples, header));
      findings.push(...found.map((finding) => `${name}, ${role}: ${finding}`));
    }
  console.log(findings.length === 0 ? '\nNenhum achado.' : `\nAchados:\n  ${findings.join('\n  ')}`);
  return findings.length === 0 ? 0 : 1;
});

/** What one run finds, a line each: what was asked, the check, the status. All of it is told as it is found. */
function findingsOf(program: string, args: string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'achados-'));
  const file = join(folder, 'achados');
  try {
    writeFileSync(file, '');
    const environment = { SCHEMATHESIS_HOOKS: join(root, 'tools/fuzz/achados.py'), ACHADOS: file };
    const { status } = spawnSync(program, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
    const found = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    return status === 0 || found.length > 0 ? found : [`o Schemathesis acabou com o código ${status ?? 'de um sinal'}`];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function argumentsFor(url: string, examples: string, header: string[]): string[] {
  return [
    ...['--config-file', join(root, 'tools/fuzz/schemathesis.toml')],
    ...['run', `${url}/docs/json`, ...header],
    ...['--max-examples', examples, '--continue-on-failure', '--suppress-health-check', 'all', '--warnings', 'off'],
  ];
}

/**
 * A session of its own for every run: the tokens of a platform that is probed for long expire. What was probed before
 * may have been this account's sessions: whoever tried too often waits, as the answer asks.
 */
async function authorization(
  apps: Record<string, string>,
  role: string,
  deadline = Date.now() + LOGIN_MS,
): Promise<string[]> {
  const email = ROLES[role];
  if (email === undefined) return [];
  const answer = await fetch(`${apps['bff-mobile']}/v1/sessoes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, senha: 'demonstracao-2026' }),
  });
  if (answer.status === 429 && Date.now() < deadline) {
    await delay(1_000 * Number(answer.headers.get('retry-after') ?? 1));
    return authorization(apps, role, deadline);
  }
  if (!answer.ok) throw new UserError(`${email} não pôde entrar (${answer.status}): há dados de demonstração?`);
  const { tokenAcesso } = (await answer.json()) as { tokenAcesso: string };
  return ['--header', `Authorization: Bearer ${tokenAcesso}`];
}
