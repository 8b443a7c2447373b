import {
  databaseSettings,
  InvalidConfigurationError,
  messagingSettings,
  processSettings,
  proxySettings,
  redisSettings,
  seedSettings,
} from '@plataforma/platform';
import { z } from 'zod';

const segundos = (padrao: number, minimo: number) => z.coerce.number().int().min(minimo).default(padrao);

/** Settings of this service, each checked before anything starts. */
export const settings = {
  ...processSettings,
  ...proxySettings,
  ...databaseSettings,
  ...redisSettings,
  ...messagingSettings,
  ...seedSettings,
  /** Encrypts the signing keys at rest and derives refresh tokens' successors. */
  AUTH_CHAVE_MESTRA: z
    .base64()
    .transform((texto) => Buffer.from(texto, 'base64'))
    .refine((bytes) => bytes.length === 32, 'esperados 32 bytes em base64 (openssl rand -base64 32)'),
  /** Life of an access token. */
  AUTH_TOKEN_SEGUNDOS: segundos(15 * 60, 1),
  /** For how long a key signs. */
  AUTH_ROTACAO_SEGUNDOS: segundos(30 * 24 * 3600, 1),
  /** How long before its first signature a key is published; verifiers and HTTP caches keep the set up to 10 minutes. */
  AUTH_ANTECEDENCIA_SEGUNDOS: segundos(3600, 0),
  AUTH_MANUTENCAO_SEGUNDOS: segundos(60, 1),
  /** Failed logins of one account from one address; as many again are given back, one by one, within the window. */
  LOGIN_TENTATIVAS_CONTA: z.coerce.number().int().min(1).default(10),
  /** Failed logins of one account from all the addresses together from which its owner never came in. */
  LOGIN_TENTATIVAS_CONTA_TOTAL: z.coerce.number().int().min(1).default(50),
  /** Failed logins from one address, of any account. */
  LOGIN_TENTATIVAS_ENDERECO: z.coerce.number().int().min(1).default(300),
  LOGIN_JANELA_SEGUNDOS: segundos(15 * 60, 1),
  /** Accounts opened from one address, likewise; one that finds its e-mail taken counts as ten. */
  REGISTROS_ENDERECO: z.coerce.number().int().min(1).default(100),
  REGISTRO_JANELA_SEGUNDOS: segundos(3600, 1),
};

export type Config = z.output<z.ZodObject<typeof settings>>;

/**
 * Refuses what is dangerous although each setting is well-formed.
 * @throws InvalidConfigurationError
 */
export function recusarConfiguracaoPerigosa({ SEED_DEMO, NODE_ENV }: Config): void {
  if (SEED_DEMO && NODE_ENV === 'production')
    throw new InvalidConfigurationError('SEED_DEMO cria logins de senha pública e não vale com NODE_ENV=production');
}
