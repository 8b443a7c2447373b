import { ProvedorOidc } from '@plataforma/testing/oidc';

/** The local OpenID Connect provider of `npm start -- --oidc`. */
const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`falta ${name}`);
  return value;
};

// It believes whoever names themselves: the commands refuse it in production, and so does it.
if (process.env['NODE_ENV'] === 'production') throw new Error('o provedor local não vale com NODE_ENV=production');

const provider = await ProvedorOidc.start({
  porta: Number(setting('PORT')),
  clienteId: setting('OIDC_CLIENTE_ID'),
  clienteSegredo: setting('OIDC_CLIENTE_SEGREDO'),
  retornos: setting('OIDC_RETORNOS').split(' '),
});
provider.ref();
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => void provider.stop().then(() => process.exit(0)));
