import { describe, expect, it } from '@jest/globals';
import { readRequest } from '../cli/command.ts';
import { ownAdminUrls, serverUrls } from '../infra/connection-urls.ts';
import { serverPorts } from '../infra/ports.ts';
import { completeSecrets } from '../infra/secrets.ts';
import { differences } from './already-running.ts';
import type { Settings } from './settings.ts';
import { digestChoices, type PlatformState } from './state.ts';

const secrets = completeSecrets({});
const runningWith = (user: Settings): PlatformState => ({
  instance: 'dev',
  portOffset: 0,
  infra: 'native',
  servers: serverUrls(ownAdminUrls(serverPorts(0), secrets), secrets),
  apps: {},
  demo: true,
  choices: digestChoices(user),
  stripe: { secretKey: '' },
});
const asked = (args: string[], now: Settings, before: Settings = {}): string[] =>
  differences(runningWith(before), readRequest('start', args), now, !args.includes('--sem-demo'));

describe('Um início enquanto a plataforma executa', () => {
  it('nada tem a dizer quando pede o mesmo, ou nada em particular', () => {
    expect(asked([], {})).toEqual([]);
    expect(
      asked(['--port-offset=0', '--infra=native', '--detach'], { LOG_LEVEL: 'debug' }, { LOG_LEVEL: 'debug' }),
    ).toEqual([]);
  });

  it.each<[string[], Settings, Settings, string]>([
    [['--port-offset=10'], {}, {}, '--port-offset 10: está em execução com 0'],
    [['--infra=docker'], {}, {}, '--infra=docker: está em execução com native'],
    [['--sem-demo'], {}, {}, '--sem-demo: foi iniciada com os dados de demonstração'],
    [['--oidc'], {}, {}, '--oidc: foi iniciada sem o provedor local'],
    [[], { HOLD_SEGUNDOS: '5' }, {}, 'HOLD_SEGUNDOS: não estava definida'],
    [[], {}, { HOLD_SEGUNDOS: '5' }, 'HOLD_SEGUNDOS: não está mais definida'],
    [[], { SENDGRID_API_KEY: 'SG.s3gr3d0' }, { SENDGRID_API_KEY: 'SG.outro' }, 'SENDGRID_API_KEY: mudou'],
  ])('com %j e %j, onde havia %j, diz: %s', (args, now, before, expected) => {
    expect(asked(args, now, before)).toEqual([expected]);
  });

  it('guarda do que foi escolhido só um resumo', () => {
    expect(JSON.stringify(digestChoices({ SENDGRID_API_KEY: 'SG.s3gr3d0' }))).not.toContain('s3gr3d0');
  });
});
