import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { apps, oidcProvider } from '../apps.ts';
import { ownAdminUrls, serverUrls } from '../infra/connection-urls.ts';
import { serverPorts } from '../infra/ports.ts';
import { completeSecrets, vapidPair } from '../infra/secrets.ts';
import { readCatalog, type CatalogEntry } from './catalog.ts';
import {
  appsToRun,
  chosenSettings,
  refuseMisread,
  requireLocalProviderAllowed,
  requireWorkableSettings,
  settingsFor,
  wantsDemo,
  type Settings,
} from './settings.ts';

const secrets = completeSecrets({});
const context = (user: Settings = {}, portOffset = 0) => ({
  portOffset,
  secrets,
  urls: serverUrls(ownAdminUrls(serverPorts(portOffset), secrets), secrets),
  emulatorFolder: '/dados/stripe',
  demo: true,
  user,
});
const settingsOf = (name: string, user?: Settings, portOffset?: number): Settings => {
  const app = apps.find((candidate) => candidate.name === name);
  if (!app) throw new Error(`no application ${name}`);
  return settingsFor(app, context(user, portOffset));
};

describe('apps', () => {
  it('duas não dividem nome nem porta', () => {
    const all = [...apps, oidcProvider];
    expect(new Set(all.map((app) => app.name)).size).toBe(all.length);
    expect(new Set(all.map((app) => app.port)).size).toBe(all.length);
  });
});

describe('settingsFor', () => {
  it('dá a um serviço o seu papel, os seus usuários de RabbitMQ e Redis, e não mais', () => {
    const settings = settingsOf('reservas');
    expect(settings['DATABASE_URL']).toContain('reservas_app:');
    expect(settings['RABBITMQ_URL']).toContain('plataforma-reservas:');
    expect(settings['REDIS_URL']).toContain('reservas:');
    expect(settingsOf('bff-web')['REDIS_URL']).toBeUndefined();
    const { roles, postgres, rabbitmq, redis } = secrets;
    for (const foreign of [roles['reservas_dono'], roles['auth_app'], postgres, rabbitmq, redis])
      expect(JSON.stringify(settings)).not.toContain(foreign);
  });

  it('dá a um BFF os endereços dos serviços e nenhum banco', () => {
    const settings = settingsOf('bff-mobile', {}, 5_000);
    expect(settings).toMatchObject({
      PORT: '8102',
      RESERVAS_URL: 'http://127.0.0.1:8001',
      AUTH_URL: 'http://127.0.0.1:8004',
    });
    expect(settings['DATABASE_URL']).toBeUndefined();
    expect(settings['RABBITMQ_URL']).toBeUndefined();
  });

  it('deixa que todos verifiquem tokens mas dá a chave mestra só ao auth', () => {
    const withKey = apps.filter((app) => 'AUTH_CHAVE_MESTRA' in settingsFor(app, context()));
    expect(withKey.map((app) => app.name)).toEqual(['auth']);
    expect(settingsOf('pagamentos')['JWKS_URL']).toBe('http://127.0.0.1:3004/.well-known/jwks.json');
  });

  it('faz pagamentos e o emulador combinarem chaves e endereços', () => {
    const [payments, emulator] = [settingsOf('pagamentos', {}, 10), settingsOf('stripe-emulator', {}, 10)];
    expect(payments['STRIPE_SECRET_KEY']).toBe(emulator['STRIPE_SECRET_KEY']);
    expect(payments['STRIPE_WEBHOOK_SECRET']).toBe(emulator['STRIPE_WEBHOOK_SECRET']);
    expect(payments['STRIPE_API_BASE']).toBe('http://127.0.0.1:3210');
    expect(emulator['STRIPE_WEBHOOK_URL']).toBe('http://127.0.0.1:3012/webhooks/stripe');
  });

  it('com uma chave da Stripe não executa emulador e manda os pagamentos à própria Stripe', () => {
    const user = { STRIPE_SECRET_KEY: 'sk_live_x', STRIPE_WEBHOOK_SECRET: 'whsec_x' };
    expect(appsToRun(user, false).map((app) => app.name)).not.toContain('stripe-emulator');
    expect(settingsOf('pagamentos', user)).toMatchObject(user);
    expect(settingsOf('pagamentos', user)['STRIPE_API_BASE']).toBeUndefined();
    expect(settingsOf('reservas', user)['STRIPE_SECRET_KEY']).toBeUndefined();
  });

  it('mostra o site por um nome, a que chaves de acesso e cookies se prendem, e manda para lá as cartas e os provedores', () => {
    const auth = settingsOf('auth', {}, 10);
    expect(auth).toMatchObject({
      SITE_URL: 'http://localhost:3111',
      AUTH_CHAVES_ORIGENS: 'http://localhost:3113',
      OIDC_RETORNO_WEB: 'http://localhost:3111/v1/sessoes/externas/retorno',
      OIDC_RETORNO_ADMINISTRACAO: 'http://localhost:3113/admin/v1/navegador/sessoes/externas/retorno',
    });
    expect(settingsOf('notificacoes', {}, 10)).toMatchObject({
      SITE_URL: auth['SITE_URL'],
      PAINEL_URL: 'http://localhost:3113',
    });
    expect(settingsOf('auth', { SITE_URL: 'https://site.exemplo' })['SITE_URL']).toBe('https://site.exemplo');
  });

  it('dá aos avisos no navegador chaves desta instalação, menos em produção ou onde o usuário tem as suas', () => {
    const { VAPID_PUBLICA: publica, VAPID_PRIVADA: privada } = settingsOf('notificacoes');
    expect([publica?.length, privada?.length]).toEqual([87, 43]);
    expect(settingsOf('notificacoes')['VAPID_PUBLICA']).toBe(publica);
    expect(vapidPair(completeSecrets({}).vapidPrivada).VAPID_PUBLICA).not.toBe(publica);
    expect(settingsOf('notificacoes', { NODE_ENV: 'production' })['VAPID_PUBLICA']).toBeUndefined();
    const own = { VAPID_PUBLICA: 'minha', VAPID_PRIVADA_FILE: '/segredos/vapid' };
    expect(settingsOf('notificacoes', own)).toMatchObject(own);
    expect(settingsOf('notificacoes', own)['VAPID_PRIVADA']).toBeUndefined();
    expect(settingsOf('reservas')['VAPID_PRIVADA']).toBeUndefined();
  });

  it('com --oidc o auth e o provedor local combinam quem são, e sem ele não há provedor', () => {
    const withProvider = { ...context({}, 10), oidc: true };
    const provider = settingsFor(oidcProvider, withProvider);
    const auth = settingsFor(apps.find(({ name }) => name === 'auth') ?? oidcProvider, withProvider);
    expect(JSON.parse(auth['OIDC_PROVEDORES'] ?? '')).toEqual([
      {
        id: 'local',
        nome: 'Provedor local',
        emissor: `http://127.0.0.1:${provider['PORT']}`,
        clienteId: provider['OIDC_CLIENTE_ID'],
        clienteSegredo: provider['OIDC_CLIENTE_SEGREDO'],
      },
    ]);
    expect(provider['OIDC_RETORNOS']).toBe(`${auth['OIDC_RETORNO_WEB']} ${auth['OIDC_RETORNO_ADMINISTRACAO']}`);
    expect(provider['PORT']).toBe('3310');
    expect(settingsOf('auth')['OIDC_PROVEDORES']).toBeUndefined();
    expect(appsToRun({}, true)).toContain(oidcProvider);
    expect(appsToRun({}, false)).not.toContain(oidcProvider);
  });

  it('não põe o provedor local em produção, nem no lugar dos que o usuário configurou', () => {
    expect(() => requireLocalProviderAllowed({ NODE_ENV: 'production' })).toThrow('NODE_ENV=production');
    expect(() => requireLocalProviderAllowed({ OIDC_PROVEDORES: '[]' })).toThrow('OIDC_PROVEDORES');
    expect(() => requireLocalProviderAllowed({ OIDC_PROVEDORES_FILE: '/x' })).toThrow('OIDC_PROVEDORES');
    expect(() => requireLocalProviderAllowed({ NODE_ENV: 'development' })).not.toThrow();
  });

  it('leva os serviços por um PgBouncer, e os avisos direto', () => {
    const { DATABASE_URL: direct = '' } = settingsOf('reservas');
    const pooled = settingsOf('reservas', { PGBOUNCER_URL: 'postgres://pool.exemplo:6432' });
    expect(pooled['DATABASE_DIRECT_URL']).toBe(direct);
    expect(pooled['DATABASE_URL']).toBe(direct.replace(/@[^/]+/, '@pool.exemplo:6432'));
    expect(settingsOf('reservas')['DATABASE_DIRECT_URL']).toBeUndefined();
    const named = { PGBOUNCER_URL: 'postgres://ana:senha@pool.exemplo:6432' };
    expect(() => chosenSettings(readCatalog(), {}, named)).toThrow('PGBOUNCER_URL: esperado postgres://host:porta');
  });

  it('repassa o que o usuário escolheu, menos os endereços do administrador', () => {
    const settings = settingsOf('reservas', { HOLD_SEGUNDOS: '5', POSTGRES_URL: 'postgres://admin@x/y' });
    expect(settings['HOLD_SEGUNDOS']).toBe('5');
    expect(settings['POSTGRES_URL']).toBeUndefined();
  });
});

describe('settingsFor, do que o usuário escolheu', () => {
  const everything = {
    RECIBO_EMITENTE: 'Casa das Salas',
    RECIBO_VERIFICACAO_URL: 'https://reservas.exemplo.com/verificar',
    LOGIN_TENTATIVAS_CONTA: '3',
    SENDGRID_API_KEY: 'SG.x',
    STRIPE_SECRET_KEY: 'sk_test_x',
    STRIPE_WEBHOOK_SECRET_FILE: '/segredos/webhook',
    AUTH_CHAVE_MESTRA: 'Zm9v',
    UPSTREAM_TIMEOUT_MS: '900',
    LOG_LEVEL: 'debug',
  };

  it.each([
    ['auth', ['LOGIN_TENTATIVAS_CONTA', 'AUTH_CHAVE_MESTRA', 'LOG_LEVEL']],
    [
      'pagamentos',
      ['RECIBO_EMITENTE', 'RECIBO_VERIFICACAO_URL', 'STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET_FILE', 'LOG_LEVEL'],
    ],
    ['notificacoes', ['SENDGRID_API_KEY', 'LOG_LEVEL']],
    ['reservas', ['LOG_LEVEL']],
    ['bff-web', ['UPSTREAM_TIMEOUT_MS', 'LOG_LEVEL']],
  ])('dá a %s o que declara, e nada dos outros', (name, expected) => {
    const values = new Set(Object.values(everything));
    const received = Object.entries(settingsOf(name, everything)).filter(([, value]) => values.has(value));
    expect(received.map(([key]) => key).sort()).toEqual([...expected].sort());
  });

  it('semeia onde se querem dados de demonstração, diga SEED_DEMO o que disser', () => {
    expect(settingsOf('auth', { SEED_DEMO: 'false' })['SEED_DEMO']).toBe('true');
    expect(settingsOf('bff-web')['SEED_DEMO']).toBeUndefined();
  });
});

describe('wantsDemo', () => {
  it.each<[Settings, false | undefined, boolean]>([
    [{}, undefined, true],
    [{}, false, false],
    [{ SEED_DEMO: 'false' }, undefined, false],
    [{ NODE_ENV: 'production' }, undefined, false],
    [{ NODE_ENV: 'development', SEED_DEMO: 'true' }, undefined, true],
    [{ NODE_ENV: 'production', SEED_DEMO: 'true' }, false, false],
  ])('com %j e --sem-demo %s é %s', (user, asked, expected) => {
    expect(wantsDemo(user, asked)).toBe(expected);
  });

  it('recusa semear contas de senha pública em produção', () => {
    expect(() => wantsDemo({ NODE_ENV: 'production', SEED_DEMO: 'true' }, undefined)).toThrow('senha pública');
  });
});

describe('SEED_DEMO', () => {
  it('é true ou false, e nada que possa querer dizer um ou outro', () => {
    expect(() => wantsDemo({ SEED_DEMO: 'sim' }, undefined)).toThrow('SEED_DEMO');
  });
});

describe('uma linha de .env', () => {
  it.each(['isto nao e nada', 'A=1\nHOLD_SEGUNDOS 60', '= x'])('que não é NOME=valor é recusada: %j', (text) => {
    expect(() => refuseMisread(text)).toThrow('NOME=valor');
  });

  it.each([
    ['A=1\nLOG_LEVEL="info', 'na linha 2, as aspas do valor de LOG_LEVEL'],
    ['LOG_LEVEL="info\nNODE_ENV="production"', 'na linha 1, as aspas do valor de LOG_LEVEL'],
    ['LOG_LEVEL=\'info"', 'LOG_LEVEL'],
    ['LOG_LEVEL="in"fo', 'LOG_LEVEL'],
  ])('cujas aspas não se fecham onde o valor acaba é recusada: %j', (text, reason) => {
    expect(() => refuseMisread(text)).toThrow(reason);
  });

  it.each([
    ['A=1\nB=2\nexport A = 1', 'A está definida mais de uma vez, nas linhas 1 e 3'],
    ['A="x\ny"\n#\nA=\nA=2', 'nas linhas 1 e 4 e 5'],
  ])('que dá um nome de novo é recusada por nome e linhas: %j', (text, reason) => {
    expect(() => refuseMisread(text)).toThrow(reason);
  });

  it.each([
    '',
    '# nada',
    '# A="b\nA=1\n#A=2',
    'A=1\n\n  # b\nexport B = 2\r',
    'C="uma\nA=1\nA=2"\nD=\'x\ny\' # "z',
    'A=it\'s "so"\nB=# c',
    'A=1\r\nB="2"\r\n',
  ])('é aceita: %j', (text) => {
    expect(() => refuseMisread(text)).not.toThrow();
  });
});

describe('requireWorkableSettings', () => {
  it.each([
    [{ STRIPE_SECRET_KEY: 'sk_test_x' }, 'STRIPE_WEBHOOK_SECRET'],
    [{ STRIPE_SECRET_KEY_FILE: '/x' }, 'STRIPE_WEBHOOK_SECRET'],
    [{ STRIPE_WEBHOOK_SECRET: 'whsec_x' }, 'STRIPE_SECRET_KEY'],
  ])('recusa %j', (user, missing) => {
    expect(() => requireWorkableSettings(user)).toThrow(missing);
  });

  it('aceita os dois juntos, cada um por valor ou por arquivo', () => {
    requireWorkableSettings({ STRIPE_SECRET_KEY: 'sk_test_x', STRIPE_WEBHOOK_SECRET_FILE: '/x' });
    requireWorkableSettings({});
  });
});

describe('chosenSettings', () => {
  const entry = (name: string, more: Partial<CatalogEntry> = {}): CatalogEntry => ({
    name,
    apps: ['reservas'],
    description: name,
    usual: '',
    example: '',
    secret: false,
    provided: false,
    ...more,
  });
  const catalog = [
    ...['POSTGRES_URL', 'REDIS_URL', 'RABBITMQ_URL', 'RABBITMQ_MANAGEMENT_URL'].map((name) =>
      entry(name, { apps: [], secret: true }),
    ),
    entry('LOG_LEVEL', { values: ['info', 'debug', 'warn'] }),
    entry('HOLD_SEGUNDOS', { minimum: 1, maximum: 86_400 }),
    entry('STRIPE_SECRET_KEY', { secret: true, form: '^sk_', expected: 'esperada uma chave (sk_…)' }),
    entry('PORT', { provided: true }),
  ];
  const all = { POSTGRES_URL: 'a', REDIS_URL: 'b', RABBITMQ_URL: 'c', RABBITMQ_MANAGEMENT_URL: 'd' };

  it('deixa o ambiente vencer o arquivo e ignora variáveis que ninguém pode escolher', () => {
    const environment = { LOG_LEVEL: 'debug', PORT: '80', OUTRA: 'x' };
    expect(chosenSettings(catalog, { LOG_LEVEL: 'warn', HOLD_SEGUNDOS: '10' }, environment)).toEqual({
      LOG_LEVEL: 'debug',
      HOLD_SEGUNDOS: '10',
    });
  });

  it.each([
    [{ LOG_LEVLE: 'warn' }, 'LOG_LEVLE'],
    [{ PORT: '80' }, 'PORT'],
    [{ HOLD_SEGUNDOS_FILE: '/x' }, 'HOLD_SEGUNDOS_FILE'],
    [{ HOLD_SEGUNDOS: '0' }, 'HOLD_SEGUNDOS: esperado um inteiro de 1 a 86400, e não "0"'],
    [{ HOLD_SEGUNDOS: '1.5' }, 'HOLD_SEGUNDOS: esperado um inteiro'],
    [{ LOG_LEVEL: 'alto' }, 'LOG_LEVEL: esperado info, debug, warn, e não "alto"'],
    [{ LOG_LEVEL: 'x'.repeat(1_000) }, `e não "${'x'.repeat(80)}"`],
  ])('recusa %j no arquivo, dizendo por quê', (fromFile, reason) => {
    expect(() => chosenSettings(catalog, fromFile, {})).toThrow(reason);
  });

  it.each(['STRIPE_SECRET_KEY', 'CHECKOUT_CHAVE_PUBLICAVEL', 'OTEL_EXPORTER_OTLP_ENDPOINT'])(
    'não conta a ninguém o valor que %s tem: pode ser um segredo, também no lugar errado',
    (name) => {
      const attempt = (): unknown => chosenSettings(readCatalog(), {}, { [name]: 's3gr3d0' });
      expect(attempt).toThrow(`${name}: `);
      expect(attempt).not.toThrow('s3gr3d0');
    },
  );

  describe('de um segredo num arquivo', () => {
    const folder = mkdtempSync(join(tmpdir(), 'segredos-'));
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    afterAll(() => rmSync(folder, { recursive: true }));

    it('o aceita', () => {
      const chosen = { STRIPE_SECRET_KEY_FILE: file('certo', 'sk_test_x\n') };
      expect(chosenSettings(catalog, chosen, {})).toEqual(chosen);
    });

    it.each<[string, () => string, string]>([
      ['that is not there', () => join(folder, 'nenhum'), 'nenhum não existe'],
      ['that is a folder', () => folder, 'é uma pasta'],
      ['that is empty', () => file('vazio', '\n'), 'vazio está vazio'],
      ['that holds something else', () => file('outro', 's3gr3d0'), 'esperada uma chave (sk_…)'],
    ])('recusa um %s, nomeando a variável e nunca o que ela guarda', (_, path, reason) => {
      const attempt = (): unknown => chosenSettings(catalog, {}, { STRIPE_SECRET_KEY_FILE: path() });
      expect(attempt).toThrow('STRIPE_SECRET_KEY_FILE: ');
      expect(attempt).toThrow(reason);
      expect(attempt).not.toThrow('s3gr3d0');
    });
  });

  it.each([
    ['AUTH_CHAVE_MESTRA', 'Zm9v', 'esperados 32 bytes em base64'],
    ['STRIPE_SECRET_KEY', 'pk_test_x', 'sk_…'],
    ['STRIPE_WEBHOOK_SECRET', 'whsec_a,b', 'whsec_…'],
    ['CHECKOUT_CHAVE_PUBLICAVEL', 'sk_test_x', 'pk_…'],
    ['SENDGRID_API_KEY', 'x', 'SG.…'],
    ['SENDGRID_BASE_URL', 'nada', 'esperado um endereço'],
    ['EMAIL_REMETENTE', 'ana', 'endereço de e-mail'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', '127.0.0.1:4318', 'esperado um endereço, como http://'],
    ['RECIBO_VERIFICACAO_URL', 'x', 'esperado um endereço'],
    ['CORS_ORIGINS', 'https://a.exemplo/pagina', 'esperadas origens'],
    ['PROXIES_CONFIAVEIS', 'proxy.exemplo', 'endereços IP'],
  ])('recusa %s=%s antes que algo comece', (name, value, reason) => {
    const attempt = (): unknown => chosenSettings(readCatalog(), {}, { [name]: value });
    expect(attempt).toThrow(`${name}: `);
    expect(attempt).toThrow(reason);
  });

  it('aceita o que as aplicações aceitam', () => {
    const chosen = {
      AUTH_CHAVE_MESTRA: Buffer.alloc(32, 7).toString('base64'),
      STRIPE_SECRET_KEY: 'rk_live_x',
      STRIPE_WEBHOOK_SECRET: 'whsec_a, whsec_b',
      CHECKOUT_CHAVE_PUBLICAVEL: 'pk_live_x',
      SENDGRID_API_KEY: 'SG.x',
      EMAIL_REMETENTE: 'ana@exemplo.com',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
      CORS_ORIGINS: 'https://app.exemplo.com, http://localhost:5173',
      PROXIES_CONFIAVEIS: '10.0.0.0/8,::1',
      LOG_LEVEL: 'debug',
    };
    expect(chosenSettings(readCatalog(), {}, chosen)).toEqual(chosen);
  });

  it.each(Object.keys(all))(
    'recusa %s sozinho no arquivo: servidores do usuário se nomeiam os quatro ou nenhum',
    (name) => {
      const missing = Object.keys(all).find((other) => other !== name) ?? '';
      expect(() => chosenSettings(catalog, { [name]: 'x' }, {})).toThrow(missing);
      expect(() => chosenSettings(catalog, { ...all, [name]: '' }, {})).toThrow(name);
    },
  );

  it('aceita os quatro, de arquivo e ambiente juntos, e deixa em paz um perdido do ambiente', () => {
    const { REDIS_URL, ...others } = all;
    expect(chosenSettings(catalog, others, { REDIS_URL })).toEqual(all);
    expect(chosenSettings(catalog, {}, { REDIS_URL })).toEqual({ REDIS_URL });
  });
});
