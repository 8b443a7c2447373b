import client from '@sendgrid/client';
import sendgrid from '@sendgrid/mail';
import { type Email, EmailSender, FalhaDeEnvio } from '../application/ports.js';

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
export class SendGridEmailSender extends EmailSender {
  constructor(private readonly ajustes: AjustesDaSendGrid) {
    super();
    // The SDK's own instances: its types know no others, and a process has one provider.
    client.setApiKey(ajustes.apiKey);
    if (ajustes.baseUrl) client.setDefaultRequest('baseUrl', ajustes.baseUrl);
    sendgrid.setClient(client);
    sendgrid.setTimeout(ajustes.timeoutMs);
  }

  async send({ id, para, assunto, html, texto }: Email): Promise<void> {
    try {
      await sendgrid.send({
        from: this.ajustes.remetente,
        to: { name: para.nome, email: para.email },
        subject: assunto,
        html,
        text: texto,
        customArgs: { notificacaoId: id },
        trackingSettings: { clickTracking: { enable: false }, openTracking: { enable: false } },
      });
    } catch (error) {
      throw this.semDadosPessoais(error);
    }
  }

  /** SendGrid's own error carries the request, recipient and all: only its number goes on. */
  private semDadosPessoais(error: unknown): FalhaDeEnvio {
    const code = (error as { code?: unknown } | null)?.code;
    if (typeof code === 'number') return new FalhaDeEnvio(`SendGrid respondeu ${code}`, DEFINITIVOS.has(code));
    return new FalhaDeEnvio(`SendGrid não respondeu (${typeof code === 'string' ? code : 'falha de rede'})`, false);
  }
}
