/** What a phone number, an application and a browser are each reached by. */
export type Meio = 'TELEFONE' | 'FCM' | 'WEB_PUSH';

/** With which a message is encrypted for one browser (RFC 8291), in base64url. */
export interface ChavesDeNavegador {
  readonly p256dh: string;
  readonly auth: string;
}

/** Devices of one person; another one takes the place of the oldest. */
export const APARELHOS_POR_PESSOA = 10;
/** For how long a code can be repeated, ms. */
export const VALIDADE_DO_CODIGO_MS = 10 * 60_000;
export const PALPITES_POR_CODIGO = 5;
/** Codes to one person, or to one number, whoever asks: each is paid for. */
export const CODIGOS_POR_HORA = 3;
export const CODIGOS_POR_DIA = 6;

export const TEXTOS_DO_CODIGO = {
  'pt-BR': {
    assunto: 'Código para verificar o telefone',
    texto: (codigo: string) => `${codigo} é o seu código. Vale por 10 minutos. Não o diga a ninguém.`,
  },
  en: {
    assunto: 'Code to verify the telephone',
    texto: (codigo: string) => `${codigo} is your code. It holds for 10 minutes. Tell it to nobody.`,
  },
};

/** Whether push services of these names, `*.` for any below, have this address. */
export function deServicoConhecido(endereco: string, servicos: readonly string[]): boolean {
  if (!URL.canParse(endereco)) return false;
  const { protocol, hostname, port, username, password } = new URL(endereco);
  return (
    protocol === 'https:' &&
    port === '' &&
    username === '' &&
    password === '' &&
    servicos.some((servico) => (servico.startsWith('*.') ? hostname.endsWith(servico.slice(1)) : hostname === servico))
  );
}
