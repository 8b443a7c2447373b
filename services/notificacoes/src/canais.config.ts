import { createECDH, createPublicKey } from 'node:crypto';
import { InvalidConfigurationError, setting } from '@plataforma/platform';
import { z } from 'zod';
import { CANAIS, type TipoDeCanal } from './domain/entrega.js';

const ritmo = z.coerce.number().min(0.01).max(10_000);
const PAR = `(${CANAIS.join('|')}):(${CANAIS.join('|')})`;
const parDeCanais = (par: string) => par.trim().split(':') as [TipoDeCanal, TipoDeCanal];
const chaveEm = (bytes: number) =>
  z
    .string()
    .refine(
      (text) => /^[\w-]+$/.test(text) && Buffer.from(text, 'base64url').length === bytes,
      `esperados ${bytes} bytes em base64url`,
    );
const ehChaveDaSendGrid = (text: string): boolean => {
  try {
    return (
      createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' }).asymmetricKeyType === 'ec'
    );
  } catch {
    return false;
  }
};
const DE_SERVICO = 'esperado o JSON de uma conta de serviço da Firebase';
const conta = z.object({
  project_id: z.string().min(1),
  client_email: z.email(),
  private_key: z.string().startsWith('-----BEGIN'),
});
const contaDeServico = z.string().transform((text, context) => {
  try {
    return conta.parse(JSON.parse(text));
  } catch {
    context.addIssue(DE_SERVICO);
    return z.NEVER;
  }
});

/**
 * Settings of the channels, of the providers behind them and of the history of what they sent. Without any, each channel
 * records what it would send.
 */
export const settings = {
  SENDGRID_API_KEY: setting(z.string().startsWith('SG.', 'esperada uma chave da SendGrid (SG.…)').optional(), {
    description: 'E-mails de verdade, pela SendGrid; sem ela, o que seria enviado fica na tabela emails_locais',
    secret: true,
    usual: 'registro local',
    example: 'SG....',
  }),
  SENDGRID_BASE_URL: setting(z.url().optional(), {
    description: 'Outro endereço da API da SendGrid',
    usual: 'o da SendGrid',
    example: 'https://api.eu.sendgrid.com',
  }),
  EMAIL_REMETENTE: setting(z.email().optional(), {
    description: 'De quem são os e-mails: um endereço que o provedor verificou; obrigatório com a SendGrid ou com SMTP',
    usual: 'nenhum',
    example: 'reservas@exemplo.com',
  }),
  SMTP_URL: setting(
    z
      .url({ protocol: /^smtps?$/, error: 'esperado smtp://usuario:senha@host:porta ou smtps://…' })
      .refine((url) => /^smtps?:\/\/[^/?#]+\/?$/.test(url), 'não leva caminho nem parâmetros')
      .optional(),
    {
      description:
        'E-mails de verdade, por um servidor SMTP (smtp:// com STARTTLS, smtps:// com TLS desde o começo), em vez da SendGrid',
      secret: true,
      usual: 'registro local',
      example: 'smtp://usuario:senha@smtp.exemplo.com:587',
    },
  ),
  EMAIL_POR_SEGUNDO: setting(ritmo.default(50), {
    description: 'Quantos e-mails por segundo o provedor toma, de todas as instâncias juntas',
  }),
  SENDGRID_WEBHOOK_CHAVE: setting(
    z.string().refine(ehChaveDaSendGrid, 'esperada a chave pública que a SendGrid mostra').optional(),
    {
      description: 'Confere o que a SendGrid conta em POST /webhooks/sendgrid: a Verification Key do Event Webhook',
      usual: 'nada se aceita dela',
      example:
        'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEIt2ItGlAhOWXrTShjyVIqAUlOLHDJwoanvx/ulPOfmw9VYXD+V67CdOqfU5GsXELoTKruFyNGvEk6T1vW5WE2Q==',
    },
  ),
  WEBHOOKS_URL: setting(
    z
      .url({ protocol: /^https?$/ })
      .transform((url) => url.replace(/\/+$/, ''))
      .optional(),
    {
      description:
        'Onde provedores alcançam este serviço: a Twilio conta o que houve com um SMS em /webhooks/twilio dali',
      usual: 'nada se pede a ela',
      example: 'https://avisos.exemplo.com',
    },
  ),
  TWILIO_CONTA: setting(
    z
      .string()
      .regex(/^AC[0-9a-f]{32}$/i, 'esperado o SID da conta (AC…)')
      .optional(),
    {
      description: 'SMS de verdade, pela Twilio: a conta; pede também TWILIO_SEGREDO e SMS_REMETENTE',
      usual: 'registro local',
      example: 'AC00000000000000000000000000000000',
    },
  ),
  TWILIO_SEGREDO: setting(z.string().min(16, 'esperado o Auth Token da conta').optional(), {
    description: 'O Auth Token da conta da Twilio: com ele se envia, e ela assina o que conta de cada SMS',
    secret: true,
    usual: 'nenhum',
    example: '0123456789abcdef0123456789abcdef',
  }),
  TWILIO_BASE_URL: setting(z.url().optional(), {
    description: 'Outro endereço da API da Twilio',
    usual: 'o da Twilio',
    example: 'https://api.dublin.ie1.twilio.com',
  }),
  SMS_REMETENTE: setting(
    z
      .string()
      .regex(/^(\+[1-9]\d{6,14}|MG[0-9a-f]{32})$/i, 'esperado um número (+55…) ou um serviço de mensagens (MG…)')
      .optional(),
    {
      description: 'De que número, ou por que serviço de mensagens, vão os SMS',
      usual: 'nenhum',
      example: '+5511940000000',
    },
  ),
  SMS_PAISES: setting(
    z
      .string()
      .regex(/^\+\d{1,4}(\s*,\s*\+\d{1,4})*$/, 'esperados códigos de país, separados por vírgulas: +55,+351')
      .default('+55')
      .transform((text) => text.split(',').map((part) => part.trim())),
    {
      description: 'Para que países vão SMS, pelos códigos deles; para os demais, cujo preço é outro, não vai nenhum',
      form: '^\\+\\d{1,4}(\\s*,\\s*\\+\\d{1,4})*$',
      example: '+55,+351',
    },
  ),
  SMS_POR_SEGUNDO: setting(ritmo.default(1), {
    description: 'Quantos SMS por segundo o provedor toma, de todas as instâncias juntas',
  }),
  FIREBASE_CONTA: setting(contaDeServico.optional(), {
    description: 'Avisos no aplicativo, pela Firebase: o JSON da conta de serviço',
    secret: true,
    usual: 'registro local',
    example:
      '{"type":"service_account","project_id":"projeto","client_email":"conta@projeto.iam.gserviceaccount.com","private_key":"-----BEGIN ..."}',
  }),
  VAPID_PUBLICA: setting(chaveEm(65).optional(), {
    description:
      'Avisos no site instalado, por Web Push: a chave pública VAPID, em base64url; pede também VAPID_PRIVADA. Sem as duas, npm start faz um par por instalação, menos em produção',
    usual: 'registro local',
    example: 'BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  }),
  VAPID_PRIVADA: setting(chaveEm(32).optional(), {
    description: 'A chave privada VAPID, em base64url (npx web-push generate-vapid-keys)',
    secret: true,
    usual: 'nenhuma',
    example: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  }),
  WEB_PUSH_SERVICOS: setting(
    z
      .string()
      .regex(
        /^(\*\.)?[a-z0-9.-]+(\s*,\s*(\*\.)?[a-z0-9.-]+)*$/,
        'esperados nomes de servidores, separados por vírgulas',
      )
      .default('fcm.googleapis.com, updates.push.services.mozilla.com, web.push.apple.com, *.notify.windows.com')
      .transform((text) => text.split(',').map((part) => part.trim())),
    {
      description: 'Os servidores de Web Push a que se manda; inscrição em outro é recusada',
      form: '^(\\*\\.)?[a-z0-9.-]+(\\s*,\\s*(\\*\\.)?[a-z0-9.-]+)*$',
      example: 'fcm.googleapis.com, updates.push.services.mozilla.com',
    },
  ),
  PUSH_POR_SEGUNDO: setting(ritmo.default(100), {
    description: 'Quantos avisos por segundo cada provedor de push toma, de todas as instâncias juntas',
  }),
  CANAIS_RESERVA: setting(
    z
      .string()
      .regex(
        new RegExp(`^${PAR}(\\s*,\\s*${PAR})*$`),
        'esperados pares de canais, separados por vírgulas: EMAIL:SMS,PUSH:EMAIL',
      )
      .optional()
      .transform((text) => (text ?? '').split(',').filter(Boolean).map(parDeCanais))
      .refine(
        (pares) => pares.every(([de, para]) => de !== para) && new Map(pares).size === pares.length,
        'um canal só pode ter um outro por reserva',
      )
      .transform((pares) => new Map(pares)),
    {
      description: 'Por que canal vai o que um não pôde entregar (de:para), se a pessoa o tem',
      usual: 'nenhum',
      form: `^${PAR}(\\s*,\\s*${PAR})*$`,
      example: 'PUSH:EMAIL,EMAIL:SMS',
    },
  ),
  ENVIO_TIMEOUT_MS: setting(z.coerce.number().int().min(100).max(60_000).default(10_000), {
    description: 'Quanto um provedor de mensagens pode demorar, em ms',
  }),
  ENVIO_PAUSA_DO_PROVEDOR_MS: setting(z.coerce.number().int().min(10).max(600_000).default(30_000), {
    description: 'Por quanto tempo nada se pede a um provedor que segue falhando, em ms',
  }),
  HISTORICO: setting(z.enum(['postgres', 'mongodb']).default('postgres'), {
    description: 'Onde fica o histórico do que se avisou: no banco do serviço, ou no MongoDB de MONGODB_URL',
  }),
  MONGODB_URL: setting(
    z
      .string()
      .regex(/^mongodb(\+srv)?:\/\/[^\s/]+\/[\w-]+(\?\S*)?$/, 'esperado mongodb://…/banco')
      .optional(),
    {
      description: 'O MongoDB do histórico; obrigatória com HISTORICO=mongodb',
      secret: true,
      usual: 'nenhum',
      example: 'mongodb://notificacoes:senha@127.0.0.1:27017/notificacoes',
    },
  ),
  HISTORICO_DIAS: setting(z.coerce.number().int().min(30).max(3_650).default(400), {
    description: 'Por quantos dias o histórico fica',
  }),
};
type AjustesDosCanais = z.output<z.ZodObject<typeof settings>>;

/**
 * What no setting says by itself.
 * @throws InvalidConfigurationError naming settings, never their values
 */
export function conferirCanais(config: AjustesDosCanais): void {
  const faltam = (com: keyof AjustesDosCanais, ...outras: (keyof AjustesDosCanais)[]): string[] =>
    config[com] === undefined
      ? []
      : outras.filter((nome) => config[nome] === undefined).map((nome) => `${nome}: obrigatória quando há ${com}`);
  const problemas = [
    ...faltam('SENDGRID_API_KEY', 'EMAIL_REMETENTE'),
    ...faltam('SMTP_URL', 'EMAIL_REMETENTE'),
    ...faltam('TWILIO_CONTA', 'TWILIO_SEGREDO', 'SMS_REMETENTE'),
    ...faltam('TWILIO_SEGREDO', 'TWILIO_CONTA'),
    ...faltam('SMS_REMETENTE', 'TWILIO_CONTA'),
    ...faltam('TWILIO_BASE_URL', 'TWILIO_CONTA'),
    ...faltam('SENDGRID_BASE_URL', 'SENDGRID_API_KEY'),
    ...faltam('VAPID_PUBLICA', 'VAPID_PRIVADA'),
    ...faltam('VAPID_PRIVADA', 'VAPID_PUBLICA'),
  ];
  if (config.SENDGRID_API_KEY !== undefined && config.SMTP_URL !== undefined)
    problemas.push('SENDGRID_API_KEY e SMTP_URL: só uma das duas envia os e-mails');
  const { VAPID_PUBLICA: publica, VAPID_PRIVADA: privada } = config;
  if (publica !== undefined && privada !== undefined && publicaDe(privada) !== publica)
    problemas.push('VAPID_PUBLICA e VAPID_PRIVADA: não são um par');
  if (config.HISTORICO === 'mongodb' && config.MONGODB_URL === undefined)
    problemas.push('MONGODB_URL: obrigatória com HISTORICO=mongodb');
  if (config.HISTORICO !== 'mongodb' && config.MONGODB_URL !== undefined)
    problemas.push('MONGODB_URL: só vale com HISTORICO=mongodb');
  if (problemas.length > 0)
    throw new InvalidConfigurationError(`Configuração inválida:\n${problemas.map((um) => `  - ${um}`).join('\n')}`);
}

/** The public half of a key on P-256; undefined when it is no key of that curve. */
function publicaDe(privada: string): string | undefined {
  try {
    const par = createECDH('prime256v1');
    par.setPrivateKey(Buffer.from(privada, 'base64url'));
    return par.getPublicKey('base64url');
  } catch {
    return undefined;
  }
}
