import Handlebars from 'handlebars';
import { ModelosDeCarta } from '../application/ports.js';
import { type CartaDeConta, linkDaCarta, type TipoDeCarta } from '../domain/carta-de-conta.js';
import type { Idioma } from '../domain/entrega.js';
import { formatarInstante } from '../domain/texto.js';
import { pagina } from './handlebars-modelos.js';

interface Modelo {
  readonly assunto: string;
  readonly paragrafos: readonly string[];
}

const DE_ONDE = {
  'pt-BR': '{{#if aparelho}}Foi em {{quando}}, de {{aparelho}}, rede {{rede}}.{{else}}Foi em {{quando}}.{{/if}}',
  en: '{{#if aparelho}}It was on {{quando}}, from {{aparelho}}, network {{rede}}.{{else}}It was on {{quando}}.{{/if}}',
} as const;
const SE_NAO_FOI_VOCE = {
  'pt-BR': 'Se não foi você, escolha já outra senha, o que encerra todas as sessões: {{link}}',
  en: 'If it was not you, choose another password now, which ends all sessions: {{link}}',
} as const;

const modelos: Record<TipoDeCarta, Record<Idioma, Modelo>> = {
  VERIFICAR_EMAIL: {
    'pt-BR': {
      assunto: 'Confirme o seu e-mail',
      paragrafos: [
        'Olá, {{nome}}!',
        'Para confirmar que este endereço é seu, abra até {{prazo}}:',
        '{{link}}',
        'Se você não abriu uma conta, não abra o link: sem ele nada acontece.',
      ],
    },
    en: {
      assunto: 'Confirm your e-mail',
      paragrafos: [
        'Hello, {{nome}}!',
        'To confirm that this address is yours, open by {{prazo}}:',
        '{{link}}',
        'If you did not open an account, do not open the link: without it nothing happens.',
      ],
    },
  },
  CONTA_JA_EXISTE: {
    'pt-BR': {
      assunto: 'Você já tem uma conta',
      paragrafos: [
        'Olá, {{nome}}!',
        'Alguém quis usar este endereço em outra conta. Ele já é o da sua, e nada mudou.',
        'Se foi você, entre com a sua senha, ou escolha outra: {{link}}',
      ],
    },
    en: {
      assunto: 'You already have an account',
      paragrafos: [
        'Hello, {{nome}}!',
        'Somebody wanted to use this address for another account. It is that of yours already, and nothing has changed.',
        'If it was you, log in with your password, or choose another: {{link}}',
      ],
    },
  },
  REDEFINIR_SENHA: {
    'pt-BR': {
      assunto: 'Escolha outra senha',
      paragrafos: [
        'Olá, {{nome}}!',
        'Para escolher outra senha, abra até {{prazo}}; o link serve uma vez:',
        '{{link}}',
        'Se não foi você quem pediu, não faça nada: a sua senha continua a mesma.',
      ],
    },
    en: {
      assunto: 'Choose another password',
      paragrafos: [
        'Hello, {{nome}}!',
        'To choose another password, open by {{prazo}}; the link works once:',
        '{{link}}',
        'If it was not you who asked, do nothing: your password stays the same.',
      ],
    },
  },
  SENHA_MUDOU: {
    'pt-BR': {
      assunto: 'A sua senha mudou',
      paragrafos: [
        'Olá, {{nome}}!',
        'A senha da sua conta foi trocada, e as outras sessões acabaram.',
        DE_ONDE['pt-BR'],
        SE_NAO_FOI_VOCE['pt-BR'],
      ],
    },
    en: {
      assunto: 'Your password has changed',
      paragrafos: [
        'Hello, {{nome}}!',
        'The password of your account was changed, and the other sessions have ended.',
        DE_ONDE.en,
        SE_NAO_FOI_VOCE.en,
      ],
    },
  },
  CONFIRMAR_NOVO_EMAIL: {
    'pt-BR': {
      assunto: 'Confirme o seu novo e-mail',
      paragrafos: [
        'Olá, {{nome}}!',
        'Para que este passe a ser o e-mail da sua conta, abra até {{prazo}}:',
        '{{link}}',
        'Todas as sessões acabam, e você entra de novo com o endereço novo. Se você não pediu isto, não abra o link.',
      ],
    },
    en: {
      assunto: 'Confirm your new e-mail',
      paragrafos: [
        'Hello, {{nome}}!',
        'To make this the e-mail of your account, open by {{prazo}}:',
        '{{link}}',
        'All sessions end, and you log in again with the new address. If you did not ask for this, do not open the link.',
      ],
    },
  },
  EMAIL_VAI_MUDAR: {
    'pt-BR': {
      assunto: 'Pediram para trocar o seu e-mail',
      paragrafos: [
        'Olá, {{nome}}!',
        'Alguém com a sua senha pediu que a sua conta passe a outro endereço. Até que ele seja confirmado, nada muda.',
        DE_ONDE['pt-BR'],
        SE_NAO_FOI_VOCE['pt-BR'],
      ],
    },
    en: {
      assunto: 'A change of your e-mail was asked for',
      paragrafos: [
        'Hello, {{nome}}!',
        'Somebody with your password asked that your account move to another address. Until that is confirmed nothing changes.',
        DE_ONDE.en,
        SE_NAO_FOI_VOCE.en,
      ],
    },
  },
  EMAIL_MUDOU: {
    'pt-BR': {
      assunto: 'O e-mail da sua conta mudou',
      paragrafos: [
        'Olá, {{nome}}!',
        'O e-mail da sua conta foi trocado, e todas as sessões acabaram.',
        DE_ONDE['pt-BR'],
        'Se não foi você, fale com a administração.',
      ],
    },
    en: {
      assunto: 'The e-mail of your account has changed',
      paragrafos: [
        'Hello, {{nome}}!',
        'The e-mail of your account was changed, and all sessions have ended.',
        DE_ONDE.en,
        'If it was not you, talk to the management.',
      ],
    },
  },
  NOVO_APARELHO: {
    'pt-BR': {
      assunto: 'Entraram na sua conta de um lugar novo',
      paragrafos: [
        'Olá, {{nome}}!',
        DE_ONDE['pt-BR'],
        'Se não foi você, encerre a sessão em {{link}} e troque a senha.',
      ],
    },
    en: {
      assunto: 'Your account was entered from a new place',
      paragrafos: [
        'Hello, {{nome}}!',
        DE_ONDE.en,
        'If it was not you, end the session at {{link}} and change your password.',
      ],
    },
  },
  SESSAO_ROUBADA: {
    'pt-BR': {
      assunto: 'Encerramos uma sessão sua',
      paragrafos: [
        'Olá, {{nome}}!',
        'O token de uma sessão sua foi usado duas vezes: talvez alguém o tenha copiado. Encerramos a sessão em todos os lugares.',
        DE_ONDE['pt-BR'],
        'Entre de novo e, se não sabe por que foi, escolha outra senha: {{link}}',
      ],
    },
    en: {
      assunto: 'We have ended a session of yours',
      paragrafos: [
        'Hello, {{nome}}!',
        'The token of a session of yours was used twice: somebody may have copied it. We have ended the session everywhere.',
        DE_ONDE.en,
        'Log in again and, if you do not know why it was, choose another password: {{link}}',
      ],
    },
  },
  CONTA_DESATIVADA: {
    'pt-BR': {
      assunto: 'A sua conta foi desativada',
      paragrafos: [
        'Olá, {{nome}}.',
        'A administração desativou a sua conta, e as suas sessões acabaram.',
        DE_ONDE['pt-BR'],
      ],
    },
    en: {
      assunto: 'Your account was disabled',
      paragrafos: [
        'Hello, {{nome}}.',
        'The management disabled your account, and your sessions have ended.',
        DE_ONDE.en,
      ],
    },
  },
  CONTA_REATIVADA: {
    'pt-BR': {
      assunto: 'A sua conta foi reativada',
      paragrafos: ['Olá, {{nome}}!', 'A administração reativou a sua conta: entre como antes.'],
    },
    en: {
      assunto: 'Your account was enabled again',
      paragrafos: ['Hello, {{nome}}!', 'The management enabled your account again: log in as before.'],
    },
  },
  PAPEIS_MUDARAM: {
    'pt-BR': {
      assunto: 'O que a sua conta pode fazer mudou',
      paragrafos: [
        'Olá, {{nome}}!',
        'A administração mudou os papéis da sua conta, e as suas sessões acabaram: entre de novo.',
        DE_ONDE['pt-BR'],
      ],
    },
    en: {
      assunto: 'What your account may do has changed',
      paragrafos: [
        'Hello, {{nome}}!',
        'The management changed the roles of your account, and your sessions have ended: log in again.',
        DE_ONDE.en,
      ],
    },
  },
  SEGUNDO_FATOR_MUDOU: {
    'pt-BR': {
      assunto: 'Mudou como se entra na sua conta',
      paragrafos: [
        'Olá, {{nome}}!',
        'Um segundo fator da sua conta mudou: um aplicativo autenticador, uma chave de acesso, ou os códigos de recuperação.',
        DE_ONDE['pt-BR'],
        SE_NAO_FOI_VOCE['pt-BR'],
      ],
    },
    en: {
      assunto: 'How you log in to your account has changed',
      paragrafos: [
        'Hello, {{nome}}!',
        'A second factor of your account has changed: an authenticator application, a passkey, or the recovery codes.',
        DE_ONDE.en,
        SE_NAO_FOI_VOCE.en,
      ],
    },
  },
  CODIGO_DE_RECUPERACAO_USADO: {
    'pt-BR': {
      assunto: 'Um código de recuperação foi usado',
      paragrafos: [
        'Olá, {{nome}}!',
        'Alguém se confirmou na sua conta por um dos códigos de recuperação, que não vale mais.',
        DE_ONDE['pt-BR'],
        SE_NAO_FOI_VOCE['pt-BR'],
      ],
    },
    en: {
      assunto: 'A recovery code was used',
      paragrafos: [
        'Hello, {{nome}}!',
        'Somebody confirmed who they are in your account by one of its recovery codes, which is good for nothing now.',
        DE_ONDE.en,
        SE_NAO_FOI_VOCE.en,
      ],
    },
  },
  ACESSO_LIGADO: {
    'pt-BR': {
      assunto: 'Há mais um modo de entrar na sua conta',
      paragrafos: [
        'Olá, {{nome}}!',
        'A partir de agora se entra na sua conta também por outro provedor: veja qual em {{link}}',
        DE_ONDE['pt-BR'],
        'Se não foi você, desligue-o ali e troque a senha.',
      ],
    },
    en: {
      assunto: 'There is one more way to log in to your account',
      paragrafos: [
        'Hello, {{nome}}!',
        'From now on your account is entered by another provider as well: see which at {{link}}',
        DE_ONDE.en,
        'If it was not you, disconnect it there and change your password.',
      ],
    },
  },
  ACESSO_DESLIGADO: {
    'pt-BR': {
      assunto: 'Um modo de entrar na sua conta foi desligado',
      paragrafos: [
        'Olá, {{nome}}!',
        'Um provedor deixou de entrar na sua conta: veja os que restam em {{link}}',
        DE_ONDE['pt-BR'],
        'Se não foi você, troque a senha.',
      ],
    },
    en: {
      assunto: 'A way to log in to your account was removed',
      paragrafos: [
        'Hello, {{nome}}!',
        'A provider no longer logs in to your account: see those that are left at {{link}}',
        DE_ONDE.en,
        'If it was not you, change your password.',
      ],
    },
  },
  APAGAMENTO_PEDIDO: {
    'pt-BR': {
      assunto: 'A sua conta está sendo apagada',
      paragrafos: [
        'Olá, {{nome}}.',
        'Como você pediu, a sua conta e o que diz quem você é estão sendo apagados. Esta é a última carta.',
        'O comprovante diz o que se apagou, o que a lei manda manter, por quê e até quando: {{link}}',
        DE_ONDE['pt-BR'],
      ],
    },
    en: {
      assunto: 'Your account is being erased',
      paragrafos: [
        'Hello, {{nome}}.',
        'As you asked, your account and whatever says who you are is being erased. This is the last letter.',
        'The receipt says what was erased, what the law wants kept, why and until when: {{link}}',
        DE_ONDE.en,
      ],
    },
  },
  APAGAMENTO_DESFEITO: {
    'pt-BR': {
      assunto: 'A sua conta não foi apagada',
      paragrafos: [
        'Olá, {{nome}}.',
        'Algo seu começou enquanto a conta ia ser apagada: uma reserva, uma cobrança ou uma disputa. Nada foi apagado, e a conta voltou: entre como antes e, quando isso terminar, peça de novo.',
      ],
    },
    en: {
      assunto: 'Your account was not erased',
      paragrafos: [
        'Hello, {{nome}}.',
        'Something of yours began while the account was to be erased: a booking, a charge or a dispute. Nothing was erased, and the account is back: log in as before and, when that is over, ask again.',
      ],
    },
  },
};

/** Nobody's own zone is known; letters say which they mean. */
const FUSO = 'America/Sao_Paulo';

/** Letters about accounts, in their readers' languages; what people typed is escaped in HTML. */
export class HandlebarsCartas extends ModelosDeCarta {
  /** @param site where the links lead, without a slash at its end */
  constructor(private readonly site: string) {
    super();
  }

  write(carta: CartaDeConta, segredo: string | undefined): { assunto: string; html: string; texto: string } {
    const { tipo, nome, idioma, aparelho, rede, expiraEm, ocorridoEm } = carta;
    const { assunto, paragrafos } = modelos[tipo][idioma];
    const em = (instante: Date) => formatarInstante(instante.toISOString(), FUSO, idioma);
    const campos = {
      nome,
      aparelho,
      rede,
      quando: em(ocorridoEm),
      prazo: expiraEm && em(expiraEm),
    };
    const link = linkDaCarta(tipo, this.site, segredo) ?? '';
    const escrever = (comLink: unknown, noEscape: boolean): string[] =>
      paragrafos.map((fonte) => Handlebars.compile<object>(fonte, { noEscape })({ ...campos, link: comLink }));
    const endereco = Handlebars.escapeExpression(link);
    return {
      assunto,
      html: pagina(
        idioma,
        assunto,
        escrever(new Handlebars.SafeString(`<a href="${endereco}">${endereco}</a>`), false),
      ),
      texto: `${[assunto, ...escrever(link, true)].join('\n\n')}\n`,
    };
  }
}
