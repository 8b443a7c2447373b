import { keySetting, setting } from '@plataforma/platform';
import { z } from 'zod';

export const settings = {
  GANCHOS_CHAVE: setting(keySetting, {
    description: 'Sela no banco os segredos dos webhooks de saída: 32 bytes em base64',
    secret: true,
    provided: true,
  }),
  GANCHOS_DESTINOS_LOCAIS: setting(z.stringbool().default(false), {
    description:
      'Para testes: webhooks de saída também a este computador (127.0.0.1), e sem TLS; recusado com NODE_ENV=production',
    example: 'false',
  }),
};
