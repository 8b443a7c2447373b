import {
  databaseSettings,
  InvalidConfigurationError,
  keySetting,
  letterSettings,
  messagingSettings,
  originsSetting,
  processSettings,
  proxySettings,
  redisSettings,
  seedSettings,
  setting,
  siteSettings,
} from '@plataforma/platform';
import { z } from 'zod';
import { provedoresSetting, retornoSetting, semTls } from './infrastructure/provedores-configurados.js';

const segundos = (padrao: number, minimo: number) => z.coerce.number().int().min(minimo).default(padrao);

/** Settings of this service, each checked before anything starts. */
export const settings = {
  ...processSettings,
  ...proxySettings,
  ...databaseSettings,
  ...redisSettings,
  ...messagingSettings,
  ...seedSettings,
  ...letterSettings,
  ...siteSettings,
  AUTH_CHAVE_MESTRA: setting(keySetting, {
    description:
      'Cifra no banco as chaves que assinam os tokens, e deriva os de renovação: 32 bytes em base64 (openssl rand -base64 32). Sem ela o banco do auth não abre',
    secret: true,
    usual: 'gerada',
    form: '^[A-Za-z0-9+/]{43}=$',
  }),
  AUTH_CHAVES_ARQUIVO: setting(z.string().min(1).optional(), {
    description:
      'As chaves que assinam vêm deste arquivo, que outro escreve e renova (Vault Agent), e não do banco: {"chaves": [{"assinaDesde", "jwk"}]}',
    usual: 'o banco',
    example: '/vault/secrets/chaves.json',
  }),
  AUTH_TOKEN_SEGUNDOS: setting(segundos(15 * 60, 1), { description: 'Vida de um token de acesso, em segundos' }),
  AUTH_ROTACAO_SEGUNDOS: setting(segundos(30 * 24 * 3600, 1), {
    description: 'Por quanto tempo uma chave assina, em segundos',
  }),
  AUTH_ANTECEDENCIA_SEGUNDOS: setting(segundos(3600, 0), {
    description:
      'Quanto antes de assinar uma chave é publicada, em segundos; mais que os 10 min em que se guardam em cache',
  }),
  AUTH_MANUTENCAO_SEGUNDOS: setting(segundos(60, 1), {
    description: 'De quanto em quanto se olham chaves e sessões velhas, em segundos',
  }),
  AUTH_APAGAMENTO_CARENCIA_SEGUNDOS: setting(segundos(90, 0), {
    description:
      'Quanto se espera, com as sessões já encerradas, antes de apagar uma conta, em segundos: mais do que uma revogação leva a chegar',
  }),
  AUTH_CONTA_POR_PROVAR_DIAS: setting(z.coerce.number().int().min(1).default(30), {
    description:
      'Quantos dias espera a conta cujo e-mail ninguém provou e em que ninguém entra; depois é apagada, em todos os serviços',
  }),
  AUTH_EXPORTACAO_HORAS: setting(z.coerce.number().int().min(1).max(720).default(72), {
    description: 'Por quantas horas o link da carta dá os dados que a pessoa pediu; depois são apagados',
  }),
  LOGIN_TENTATIVAS_CONTA: setting(z.coerce.number().int().min(1).default(10), {
    description: 'Logins de uma conta num endereço que podem falhar; devolvem-se um a um, todos na janela',
  }),
  LOGIN_TENTATIVAS_CONTA_TOTAL: setting(z.coerce.number().int().min(1).default(50), {
    description: 'O mesmo, de todos os endereços juntos de que o dono da conta nunca entrou',
  }),
  LOGIN_TENTATIVAS_ENDERECO: setting(z.coerce.number().int().min(1).default(300), {
    description: 'O mesmo, de um endereço, em qualquer conta',
  }),
  LOGIN_JANELA_SEGUNDOS: setting(segundos(15 * 60, 1), {
    description: 'A janela em que os logins que falharam se devolvem, em segundos',
  }),
  REGISTROS_ENDERECO: setting(z.coerce.number().int().min(1).default(100), {
    description: 'Contas que um endereço pode abrir na janela; que o e-mail já tenha conta não muda nada',
  }),
  REGISTRO_JANELA_SEGUNDOS: setting(segundos(3600, 1), { description: 'A janela dos registros, em segundos' }),
  CARTAS_CONTA: setting(z.coerce.number().int().min(1).default(5), {
    description:
      'Cartas de verificar o e-mail ou redefinir a senha que se podem pedir para uma conta na janela dos registros',
  }),
  CARTAS_ENDERECO: setting(z.coerce.number().int().min(1).default(100), {
    description: 'O mesmo, que um endereço pode pedir para quaisquer contas',
  }),
  AUTH_CHAVES_ORIGENS: originsSetting({
    description:
      'Outras origens, além da de SITE_URL, cujas páginas usam chaves de acesso, separadas por vírgulas; do mesmo domínio',
    usual: 'só a do site',
    example: 'https://painel.exemplo.com',
  }),
  AUTH_CHAVES_DOMINIO: setting(z.string().min(1).optional(), {
    description: 'A que domínio as chaves de acesso ficam presas (RP ID de WebAuthn): mudá-lo as inutiliza',
    usual: 'o de SITE_URL',
    example: 'exemplo.com',
  }),
  AUTH_EXIGE_VERIFICACAO: setting(z.stringbool().optional(), {
    description: 'Só entra quem provou que o e-mail é seu; sem isso, quem se registra entra já e o prova depois',
    usual: 'true em produção, false fora dela',
    example: 'true',
  }),
  OIDC_PROVEDORES: setting(provedoresSetting.optional(), {
    description:
      'Por quem mais se entra (Google, Entra ID, Keycloak, Facebook): um JSON, uma lista de provedores, cada um com o que o README do auth diz',
    usual: 'ninguém',
    secret: true,
    example:
      '[{"id":"google","nome":"Google","emissor":"https://accounts.google.com","clienteId":"…","clienteSegredo":"…"}]',
  }),
  OIDC_RETORNO_WEB: setting(retornoSetting, {
    description:
      'O endereço, exato e registrado em cada provedor, a que ele devolve quem entra pelo site: …/v1/sessoes/externas/retorno do bff-web',
    usual: 'com npm start o do bff-web; senão, não se entra por provedores no site',
    example: 'https://reservas.exemplo.com/v1/sessoes/externas/retorno',
  }),
  OIDC_RETORNO_APLICATIVO: setting(retornoSetting, {
    description: 'O mesmo, de quem entra pelo aplicativo: um link que só ele abre',
    usual: 'não se entra por provedores no aplicativo',
    example: 'https://reservas.exemplo.com/app/retorno',
  }),
  OIDC_RETORNO_ADMINISTRACAO: setting(retornoSetting, {
    description: 'O mesmo, de quem entra pelo painel: …/admin/v1/navegador/sessoes/externas/retorno do bff-admin',
    usual: 'com npm start o do bff-admin; senão, não se entra por provedores no painel',
    example: 'https://painel.exemplo.com/admin/v1/navegador/sessoes/externas/retorno',
  }),
  OIDC_PRAZO_MS: setting(z.coerce.number().int().min(100).max(3_500).default(3_000), {
    description: 'Quanto se espera por cada resposta de um provedor, em ms; uma entrada pede até quatro',
  }),
  OIDC_ENTRADAS_ENDERECO: setting(z.coerce.number().int().min(1).default(300), {
    description: 'Entradas por provedores que um endereço pode começar na janela dos logins',
  }),
};

export type Config = z.output<z.ZodObject<typeof settings>>;

/** Whether only those log in who have proved their e-mail: where real people are, unless somebody says otherwise. */
export const exigeVerificacao = ({ AUTH_EXIGE_VERIFICACAO, NODE_ENV }: Config): boolean =>
  AUTH_EXIGE_VERIFICACAO ?? NODE_ENV === 'production';

/** Browsers bind keys to a name, never to an address: a site on this machine is `localhost` to them. */
export function lugarDasChaves({ SITE_URL, AUTH_CHAVES_DOMINIO, AUTH_CHAVES_ORIGENS }: Config): {
  dominio: string;
  origens: string[];
} {
  const site = new URL(SITE_URL);
  const local = /^(?:127\.\d+\.\d+\.\d+|\[::1\])$/.test(site.hostname);
  if (local) site.hostname = 'localhost';
  return { dominio: AUTH_CHAVES_DOMINIO ?? site.hostname, origens: [site.origin, ...AUTH_CHAVES_ORIGENS] };
}

/**
 * Refuses what is dangerous although each setting is well-formed.
 * @throws InvalidConfigurationError
 */
export function recusarConfiguracaoPerigosa({ SEED_DEMO, NODE_ENV, OIDC_PROVEDORES = [] }: Config): void {
  const abertos = NODE_ENV === 'production' ? semTls(OIDC_PROVEDORES) : [];
  if (abertos.length > 0)
    throw new InvalidConfigurationError(
      `OIDC_PROVEDORES: ${abertos.join(', ')} sem https não vale com NODE_ENV=production`,
    );
  if (SEED_DEMO && NODE_ENV === 'production')
    throw new InvalidConfigurationError('SEED_DEMO cria logins de senha pública e não vale com NODE_ENV=production');
}
