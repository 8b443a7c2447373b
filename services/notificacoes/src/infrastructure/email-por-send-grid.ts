import client from '@sendgrid/client';
import sendgrid from '@sendgrid/mail';
import { type Aceite, Canal, FalhaDeEnvio, type Mensagem } from '../application/ports.js';
import { recusada } from './resposta-do-provedor.js';

export interface AjustesDaSendGrid {
  readonly apiKey: string;
  /** Another address of SendGrid's API. */
  readonly baseUrl?: string | undefined;
  readonly remetente: string;
  readonly timeoutMs: number;
}

/** Refusals of the message itself: sending the same again cannot help. Anything else may be over later. */
const DEFINITIVOS = new Set([400, 413, 415, 422]);

/**
 * SendGrid's v3 API. It has no idempotency key: an accepted e-mail whose answer is lost is sent again. The delivery's
 * id travels along as a custom argument, so that SendGrid's records and webhooks tell such twins.
 */
export class EmailPorSendGrid extends Canal<'EMAIL'> {
  override readonly tipo = 'EMAIL';

  constructor(private readonly ajustes: AjustesDaSendGrid) {
    super();
    // The SDK's own instances: its types know no others, and a process has one provider.
    client.setApiKey(ajustes.apiKey);
    if (ajustes.baseUrl) client.setDefaultRequest('baseUrl', ajustes.baseUrl);
    sendgrid.setClient(client);
    sendgrid.setTimeout(ajustes.timeoutMs);
  }

  override async deliver({ id, para, conteudo }: Mensagem<'EMAIL'>): Promise<Aceite> {
    const { assunto, html, texto, calendario, descadastro } = conteudo;
    try {
      const [resposta] = await sendgrid.send({
        from: this.ajustes.remetente,
        to: { name: para.nome, email: para.email },
        subject: assunto,
        content: [
          { type: 'text/plain', value: texto },
          { type: 'text/html', value: html },
          ...(calendario ? [{ type: tipoDoCalendario(calendario.metodo), value: calendario.ics }] : []),
        ],
        ...(calendario && {
          attachments: [
            {
              filename: ARQUIVO_DO_CALENDARIO,
              type: tipoDoCalendario(calendario.metodo),
              content: Buffer.from(calendario.ics).toString('base64'),
              disposition: 'attachment',
            },
          ],
        }),
        ...(descadastro !== undefined && { headers: cabecalhosDeDescadastro(descadastro) }),
        customArgs: { notificacaoId: id },
        trackingSettings: { clickTracking: { enable: false }, openTracking: { enable: false } },
      });
      const { statusCode, headers } = resposta as { statusCode: number; headers: Readonly<Record<string, unknown>> };
      // Somebody else's answer, as of a proxy on the way: nothing says that the message was taken.
      if (statusCode !== 202) throw new FalhaDeEnvio(`SendGrid respondeu ${statusCode}, e não 202`, false);
      const referencia = headers['x-message-id'];
      return { provedor: 'sendgrid', ...(typeof referencia === 'string' && { referencia }) };
    } catch (error) {
      throw error instanceof FalhaDeEnvio ? error : this.semDadosPessoais(error);
    }
  }

  /** SendGrid's own error carries the request, recipient and all: only its number goes on. */
  private semDadosPessoais(error: unknown): FalhaDeEnvio {
    const { code, response } = (error ?? {}) as {
      code?: unknown;
      response?: { headers?: Readonly<Record<string, unknown>> };
    };
    if (typeof code === 'number')
      return recusada(code, `SendGrid respondeu ${code}`, DEFINITIVOS.has(code), response?.headers?.['retry-after']);
    return new FalhaDeEnvio(`SendGrid não respondeu (${typeof code === 'string' ? code : 'falha de rede'})`, false);
  }
}

export const ARQUIVO_DO_CALENDARIO = 'reserva.ics';
export const tipoDoCalendario = (metodo: string): string => `text/calendar; charset=utf-8; method=${metodo}`;

/** RFC 8058: a mail reader unsubscribes with one POST. */
export const cabecalhosDeDescadastro = (endereco: string): Record<string, string> => ({
  'List-Unsubscribe': `<${endereco}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
});
