import twilio from 'twilio';
import type RequestClient from 'twilio/lib/base/RequestClient.js';
import {
  type Aceite,
  Canal,
  type DestinoRepository,
  FalhaDeEnvio,
  type Mensagem,
  NadaAEnviar,
} from '../application/ports.js';
import { recusada } from './resposta-do-provedor.js';

export interface AjustesDaTwilio {
  readonly conta: string;
  readonly segredo: string;
  /** A number (E.164) or a messaging service (MG…). */
  readonly remetente: string;
  /** Another address of Twilio's API. */
  readonly baseUrl?: string | undefined;
  /** Where Twilio tells what became of a message; the delivery's id is added to it. */
  readonly retorno?: string | undefined;
  readonly timeoutMs: number;
}

/** What a telephone shows of it: more is more messages, and each is paid for. */
const MAXIMO = 480;
/** Log-in, rate and the provider's own failures are over some day; other refusals are of the message or the number. */
const definitiva = (status: number): boolean =>
  status >= 400 && status < 500 && ![401, 403, 404, 408, 429].includes(status);

/** Twilio's own client, which throws what an answer says before anybody else reads it, and can go to another address. */
class Cliente extends twilio.RequestClient {
  constructor(
    private readonly base: string | undefined,
    timeout: number,
  ) {
    super({ timeout });
  }

  override async request<T>(opts: RequestClient.RequestOptions<T>) {
    const { pathname, search } = new URL(opts.uri);
    const uri = this.base === undefined ? opts.uri : new URL(pathname + search, this.base).href;
    const resposta = await super.request<T>({ ...opts, uri });
    const { statusCode, headers, body } = resposta as {
      statusCode: number;
      headers?: Record<string, unknown>;
      body?: unknown;
    };
    if (statusCode >= 400) {
      const codigo = (body as { code?: unknown } | null)?.code;
      throw recusada(
        statusCode,
        `Twilio respondeu ${statusCode}${typeof codigo === 'number' ? ` (${codigo})` : ''}`,
        definitiva(statusCode),
        headers?.['retry-after'],
      );
    }
    return resposta;
  }
}

/**
 * SMS by Twilio. It has no idempotency key: a message whose answer is lost is sent again; the delivery's id is in the
 * address that it reports to, where its twins meet.
 */
export class SmsPorTwilio extends Canal<'SMS'> {
  override readonly tipo = 'SMS';
  private readonly cliente: ReturnType<typeof twilio>;

  constructor(
    private readonly ajustes: AjustesDaTwilio,
    private readonly destinos: DestinoRepository,
  ) {
    super();
    const { conta, segredo, baseUrl, timeoutMs } = ajustes;
    this.cliente = twilio(conta, segredo, { httpClient: new Cliente(baseUrl, timeoutMs), autoRetry: false });
  }

  override async deliver({ id, para, conteudo }: Mensagem<'SMS'>): Promise<Aceite> {
    const [numero] = conteudo.destino ? [conteudo.destino] : await this.destinos.reachable(para.usuarioId, 'SMS');
    if (!numero) throw new NadaAEnviar();
    return { provedor: 'twilio', referencia: await this.send(id, numero.endereco, conteudo.texto) };
  }

  /** @returns how Twilio calls it */
  async send(id: string, numero: string, texto: string): Promise<string> {
    const { remetente, retorno } = this.ajustes;
    try {
      const { sid } = await this.cliente.messages.create({
        to: numero,
        body: texto.length > MAXIMO ? `${texto.slice(0, MAXIMO - 1)}…` : texto,
        ...(remetente.startsWith('MG') ? { messagingServiceSid: remetente } : { from: remetente }),
        // When it was handed over: what Twilio tells of it is of then or later, and its call does not say when.
        ...(retorno !== undefined && { statusCallback: `${retorno}?notificacaoId=${id}&em=${Date.now()}` }),
      });
      if (typeof sid !== 'string') throw new FalhaDeEnvio('Twilio respondeu de forma inesperada', false);
      return sid;
    } catch (error) {
      if (error instanceof FalhaDeEnvio) throw error;
      // Twilio's own errors have the number in them.
      const code = (error as { code?: unknown } | null)?.code;
      throw new FalhaDeEnvio(`Twilio não respondeu (${typeof code === 'string' ? code : 'resposta ilegível'})`, false);
    }
  }
}
