import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { command } from './cli/command.ts';
import { root } from './cli/paths.ts';
import { UsageError, UserError } from './cli/user-error.ts';
import { requireRunningPlatform } from './platform/state.ts';

const ROLES: Readonly<Record<string, string | undefined>> = {
  anonimo: undefined,
  cliente: 'cliente@demo.local',
  admin: 'admin@demo.local',
  operador: 'operador@demo.local',
};
const OPTIONS = {
  instance: { type: 'string', default: 'dev' },
  exemplos: { type: 'string', default: '40' },
  so: { type: 'string', default: '' },
  papeis: { type: 'string', default: Object.keys(ROLES).join(',') },
  opcional: { type: 'boolean', default: false },
} as const;

/**
 * Sends what each OpenAPI document allows, and what it does not, to the applications that are running, as each role,
 * and holds the answers against the document. It needs Schemathesis, which it does not install.
 */
await command(async (args) => {
  const { instance, exemplos, so, papeis, opcional } = parseOptions(args);
  const program = process.env['SCHEMATHESIS'] ?? 'schemathesis';
  if (spawnSync(program, ['--version']).status !== 0) {
    console.log('não executado: falta o Schemathesis (pip install schemathesis; SCHEMATHESIS diz onde está)');
    return opcional ? 0 : 2;
  }
  const { apps } = requireRunningPlatform(instance);
  const chosen = Object.entries(apps).filter(
    ([name]) => name !== 'stripe-emulator' && (!so || so.split(',').includes(name)),
  );
  const findings: string[] = [];
  for (const [name, url] of chosen)
    for (const role of papeis.split(',')) {
      console.log(`\n── ${name}, ${role}`);
      const header = await authorization(apps, role);
      const { status } = spawnSync(program, argumentsFor(url, exemplos, header), { stdio: 'inherit' });
      if (status !== 0) findings.push(`${name}, ${role}`);
    }
  console.log(findings.length === 0 ? '\nNenhum achado.' : `\nAchados em: ${findings.join('; ')}`);
  return findings.length === 0 ? 0 : 1;
});

function argumentsFor(url: string, examples: string, header: string[]): string[] {
  return [
    ...['--config-file', join(root, 'tools/fuzz/schemathesis.toml')],
    ...['run', `${url}/docs/json`, '--url', url, ...header],
    ...['--max-examples', examples, '--continue-on-failure', '--suppress-health-check', 'all', '--warnings', 'off'],
  ];
}

/** A session of its own for every run: the tokens of a platform that is probed for long expire. */
async function authorization(apps: Record<string, string>, role: string): Promise<string[]> {
  const email = ROLES[role];
  if (email === undefined) return [];
  const answer = await fetch(`${apps['bff-mobile']}/v1/sessoes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, senha: 'demonstracao-2026' }),
  });
  if (!answer.ok) throw new UserError(`${email} não pôde entrar (${answer.status}): há dados de demonstração?`);
  const { tokenAcesso } = (await answer.json()) as { tokenAcesso: string };
  return ['--header', `Authorization: Bearer ${tokenAcesso}`];
}

function parseOptions(args: string[]) {
  try {
    const { values } = parseArgs({ args, options: OPTIONS });
    const strangers = values.papeis.split(',').filter((role) => !(role in ROLES));
    if (strangers.length > 0 || !/^[1-9]\d{0,3}$/.test(values.exemplos)) throw new Error('valor');
    return values;
  } catch {
    throw new UsageError(
      'npm run fuzz aceita --instance, --exemplos N (40), --so aplicação,…, --papeis anonimo,cliente,admin,operador e ' +
        '--opcional (sem Schemathesis, não é um erro).',
    );
  }
}
