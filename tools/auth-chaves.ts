import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text as allOf } from 'node:stream/consumers';
import { command } from './cli/command.ts';
import { instanceFolder, root } from './cli/paths.ts';
import { settingFrom } from './cli/secret-file.ts';
import { UserError } from './cli/user-error.ts';
import { loadSecrets } from './infra/secrets.ts';
import { requireRunningServers } from './platform/running-servers.ts';
import { userSettings } from './platform/settings.ts';
import { table } from './platform/summary.ts';

interface Key {
  kid: string;
  assinaDesde: string;
  situacao: 'ASSINA' | 'PROXIMA' | 'GUARDADA';
}

const meanings: Record<Key['situacao'], string> = {
  ASSINA: 'assina',
  PROXIMA: 'publicada; ainda não assina',
  GUARDADA: 'publicada até que expirem os tokens que assinou',
};

await command('auth:chaves', async ({ instance, values }) => {
  const { servers } = await requireRunningServers(instance, 'postgres');
  const settings = userSettings(process.env);
  const chosen = settingFrom(settings, 'AUTH_CHAVE_MESTRA');
  const file = settingFrom(settings, 'AUTH_CHAVES_ARQUIVO');
  const child = spawn(
    process.execPath,
    [
      join(root, 'services/auth/dist/chaves.js'),
      ...(values.rotacionar ? ['--rotacionar'] : []),
      ...(values.ja ? ['--ja'] : []),
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: servers.databases.auth.app,
        AUTH_CHAVE_MESTRA: chosen ?? loadSecrets(instanceFolder(instance)).authChaveMestra,
        ...(file !== undefined && { AUTH_CHAVES_ARQUIVO: file }),
      },
    },
  );
  const [code, output, complaint] = await Promise.all([
    new Promise<number>((resolve, reject) => child.once('error', reject).once('close', (code) => resolve(code ?? 1))),
    allOf(child.stdout),
    allOf(child.stderr),
  ]);
  if (code !== 0) throw new UserError(complaint.trim(), code);
  const keys = JSON.parse(output) as Key[];
  console.log(table(keys.map(({ kid, assinaDesde, situacao }) => [kid, assinaDesde, meanings[situacao]])));
});
