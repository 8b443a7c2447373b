import {
  databaseSettings,
  messagingSettings,
  processSettings,
  redisSettings,
  seedSettings,
  setting,
} from '@plataforma/platform';
import { z } from 'zod';
import { MAX_OCORRENCIAS } from './domain/recorrencia.js';

export const settings = {
  ...processSettings,
  ...databaseSettings,
  ...redisSettings,
  ...messagingSettings,
  ...seedSettings,
  HOLD_SEGUNDOS: setting(z.coerce.number().int().min(1).max(86_400).default(900), {
    description: 'Quanto dura a reserva à espera do pagamento, em segundos',
  }),
  CONFERENCIA_SEGUNDOS: setting(z.coerce.number().int().min(1).max(86_400).default(600), {
    description: 'Quanto uma retenção vencida espera que o provedor diga se foi paga a tempo, em segundos',
  }),
  FILA_RETENCAO_SEGUNDOS: setting(z.coerce.number().int().min(1).max(86_400).default(1_800), {
    description: 'Quanto o horário que se liberou fica retido para quem esperava por ele, em segundos',
  }),
  COTACAO_SEGUNDOS: setting(z.coerce.number().int().min(1).max(86_400).default(900), {
    description: 'Até quando o preço de uma cotação é honrado, em segundos',
  }),
  RETENCOES_POR_PESSOA: setting(z.coerce.number().int().min(1).max(10_000).default(10), {
    description: 'Quantas reservas por pagar uma pessoa pode ter',
  }),
  RETENCOES_EM_SERIES_POR_PESSOA: setting(z.coerce.number().int().min(1).max(10_000).default(MAX_OCORRENCIAS), {
    description: 'Quantas ocorrências de séries por pagar uma pessoa pode ter, ao todo',
  }),
  CALENDARIOS_LOCAIS: setting(z.stringbool().default(false), {
    description:
      'Para testes: calendários seguidos também deste computador (127.0.0.1), e sem TLS; recusado com NODE_ENV=production',
    example: 'false',
  }),
  FOTOS_DIR: setting(z.string().min(1).optional(), {
    description: 'Pasta em que ficam as fotos dos espaços, quando não ficam num S3; a mesma para todas as instâncias',
    usual: 'a da instância, com npm start; senão fotos, na pasta temporária do sistema',
    example: '/var/lib/reservas/fotos',
  }),
  FOTOS_S3_BALDE: setting(z.string().min(3).max(63).optional(), {
    description:
      'Balde (bucket) do S3 em que ficam as fotos; as credenciais vêm do ambiente ou do papel, como nas ferramentas da AWS',
    usual: 'ficam em FOTOS_DIR',
    example: 'fotos-da-casa',
  }),
  FOTOS_S3_REGIAO: setting(z.string().min(1).default('sa-east-1'), { description: 'Região desse balde' }),
  FOTOS_S3_ENDERECO: setting(z.url({ protocol: /^https?$/ }).optional(), {
    description: 'Onde atende um armazém que fala como o S3',
    usual: 'o da AWS',
    example: 'http://127.0.0.1:9000',
  }),
};
export type Config = z.output<z.ZodObject<typeof settings>>;
