import { createTransport, type Transporter } from 'nodemailer';
import { type Aceite, Canal, FalhaDeEnvio, type Mensagem } from '../application/ports.js';
import { ARQUIVO_DO_CALENDARIO, cabecalhosDeDescadastro } from './email-por-send-grid.js';

export interface AjustesDeSmtp {
  /** `smtp://` (with STARTTLS) or `smtps://`, with who logs in. */
  readonly url: string;
  readonly remetente: string;
  readonly timeoutMs: number;
}

const LOCAIS = new Set(['127.0.0.1', '::1', '[::1]', 'localhost']);
/** Refusals of the message or its address for good (RFC 5321, 4.2.3); a log-in that fails is the house's own fault. */
const definitiva = (resposta: number): boolean => resposta >= 500 && ![530, 534, 535, 538].includes(resposta);

/**
 * Any mail server. It says only that it takes a message, and has no idempotency key: the Message-ID is made of the
 * delivery's id, so that one whose answer was lost comes again under the same, which mail servers and readers know.
 */
export class EmailPorSmtp extends Canal<'EMAIL'> {
  override readonly tipo = 'EMAIL';
  private readonly transporte: Transporter;
  private readonly dominio: string;

  constructor(private readonly ajustes: AjustesDeSmtp) {
    super();
    const { protocol, hostname, port, username, password } = new URL(ajustes.url);
    const secure = protocol === 'smtps:';
    this.dominio = ajustes.remetente.split('@').at(-1) ?? 'localhost';
    this.transporte = createTransport({
      host: hostname,
      port: port === '' ? (secure ? 465 : 587) : Number(port),
      secure,
      // Neither a password nor a letter goes over the net in the clear.
      requireTLS: !secure && !LOCAIS.has(hostname),
      ...(username !== '' && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
      connectionTimeout: ajustes.timeoutMs,
      greetingTimeout: ajustes.timeoutMs,
      socketTimeout: ajustes.timeoutMs,
      dnsTimeout: ajustes.timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  override async deliver({ id, para, conteudo }: Mensagem<'EMAIL'>): Promise<Aceite> {
    const { assunto, html, texto, calendario, descadastro } = conteudo;
    const messageId = `<${id}@${this.dominio}>`;
    try {
      await this.transporte.sendMail({
        messageId,
        from: this.ajustes.remetente,
        to: { name: para.nome, address: para.email },
        subject: assunto,
        text: texto,
        html,
        ...(calendario && {
          icalEvent: { method: calendario.metodo, filename: ARQUIVO_DO_CALENDARIO, content: calendario.ics },
        }),
        ...(descadastro !== undefined && { headers: cabecalhosDeDescadastro(descadastro) }),
      });
      return { provedor: 'smtp', referencia: messageId };
    } catch (error) {
      // The server's own words, and nodemailer's, may have the address in them: only the number goes on.
      const { responseCode, code } = error as { responseCode?: unknown; code?: unknown };
      if (typeof responseCode === 'number')
        throw new FalhaDeEnvio(`o servidor de e-mail respondeu ${responseCode}`, definitiva(responseCode));
      throw new FalhaDeEnvio(
        `o servidor de e-mail não respondeu (${typeof code === 'string' ? code : 'falha de rede'})`,
        false,
      );
    }
  }
}
