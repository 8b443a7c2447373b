import { spawn } from 'node:child_process';
import { command } from './cli/command.ts';
import { instanceFolder, root } from './cli/paths.ts';
import { settingFrom } from './cli/secret-file.ts';
import { UserError } from './cli/user-error.ts';
import { rememberData } from './infra/data-places.ts';
import { composeEnv, composeHistory, composeProject, findCompose } from './infra/docker.ts';
import { serverPorts } from './infra/ports.ts';
import { loadSecrets, vapidPair } from './infra/secrets.ts';
import { ownVapid, userSettings, usesEmulator, wantsDemo } from './platform/settings.ts';

/** Calls Docker Compose with whatever arguments, supplying the passwords that docker-compose.yml asks for. */
await command('compose', async ({ operands: args }) => {
  const compose = await findCompose();
  if (typeof compose === 'string') throw new UserError(`Não dá para usar o Docker Compose: ${compose}.`);
  const user = userSettings(process.env);
  if (!usesEmulator(user))
    console.error('Em contêineres os pagamentos são os do emulador: STRIPE_SECRET_KEY não vale aqui.');
  const masterKey = settingFrom(user, 'AUTH_CHAVE_MESTRA');
  const secrets = loadSecrets(instanceFolder('dev'));
  const env = {
    ...composeEnv(serverPorts(0), secrets, true),
    ...composeHistory(user, secrets),
    ...(ownVapid(user) && vapidPair(secrets.vapidPrivada)),
    SEED_DEMO: String(wantsDemo(user, undefined)),
    ...(masterKey === undefined ? {} : { AUTH_CHAVE_MESTRA: masterKey }),
  };
  rememberData('dev', 'docker');
  const child = spawn(compose.command, [...compose.args, '-p', composeProject('dev'), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...user, ...env },
  });
  return new Promise<number>((resolve, reject) =>
    child.once('error', reject).once('exit', (code) => resolve(code ?? 1)),
  );
});
