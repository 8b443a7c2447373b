import {
  addressSetting,
  databaseSettings,
  letterSettings,
  messagingSettings,
  processSettings,
  redisSettings,
  setting,
  siteSettings,
} from '@plataforma/platform';
import { z } from 'zod';
import { settings as settingsDosCanais } from './canais.config.js';
import { settings as settingsDosGanchos } from './ganchos.config.js';

/** Up to ten, each once; nobody when absent. */
const enderecos = z
  .string()
  .default('')
  .transform((texto) => [
    ...new Set(
      texto
        .split(',')
        .map((um) => um.trim())
        .filter(Boolean),
    ),
  ])
  .pipe(z.array(z.email()).max(10));

export const settings = {
  ...processSettings,
  ...databaseSettings,
  ...messagingSettings,
  ...redisSettings,
  ...letterSettings,
  ...siteSettings,
  ...settingsDosCanais,
  ...settingsDosGanchos,
  PAINEL_URL: setting(addressSetting.default('http://127.0.0.1:3103'), {
    description: 'Onde quem administra e opera a casa abre o painel: para lá levam os links das cartas a eles',
    usual: 'o endereço do bff-admin',
    example: 'https://painel.exemplo.com',
  }),
  EMAIL_ADMINISTRACAO: setting(enderecos, {
    description:
      'A quem se escreve sobre pedidos a responder, pagamentos contestados e ganchos em risco; vários, separados por vírgulas',
    usual: 'ninguém',
    example: 'administracao@exemplo.com',
  }),
  EMAIL_OPERACAO: setting(enderecos, {
    description:
      'A quem se escreve sobre mensagens mortas, divergências de dinheiro e sagas paradas; vários, separados por vírgulas',
    usual: 'ninguém',
    example: 'operacao@exemplo.com,plantao@exemplo.com',
  }),
  ENVIO_TENTATIVAS: setting(z.coerce.number().int().min(1).max(20).default(6), {
    description: 'Quantas vezes se tenta um aviso de que nada se soube, como quando o processo acaba a meio dele',
  }),
  ENVIO_DESISTE_MS: setting(z.coerce.number().int().min(1).default(86_400_000), {
    description:
      'Por quanto tempo um aviso pode seguir falhando, em ms, antes de se desistir dele; com um canal de reserva, até 15 minutos',
  }),
  ENVIO_PAUSA_MS: setting(z.coerce.number().int().min(1).default(2_000), {
    description: 'Pausa depois da primeira falha, em ms; cada seguinte é quatro vezes maior, até uma hora',
  }),
};
export type Config = z.output<z.ZodObject<typeof settings>>;

/** Where letters may lead. */
export const origensDe = ({ SITE_URL: site, PAINEL_URL: painel }: Pick<Config, 'SITE_URL' | 'PAINEL_URL'>) => ({
  site,
  painel,
});
