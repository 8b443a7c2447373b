import type { Agent } from 'node:https';
import webpush from 'web-push';
import { type Destino, FalhaDeEnvio, type Mensagem } from '../application/ports.js';
import type { Multicast, ProvedorDePush } from './canal-de-push.js';
import { recusada } from './resposta-do-provedor.js';

export interface AjustesDeWebPush {
  readonly publicKey: string;
  readonly privateKey: string;
  /** Whom a push service may write to: `mailto:` or an address of the site. */
  readonly contato: string;
  readonly timeoutMs: number;
  /** By which connections are made, where they do not go to the push services. */
  readonly agent?: Agent | undefined;
}

/** Of no more use after that, s. */
const VALE_POR_S = 86_400;

/**
 * Standard Web Push (RFC 8030, 8291, 8292). The delivery's id is its topic: one that comes again replaces the first where
 * the browser has not fetched it yet.
 */
export class PushPorNavegador implements ProvedorDePush {
  readonly nome = 'web-push';
  readonly meio = 'WEB_PUSH';

  constructor(private readonly ajustes: AjustesDeWebPush) {}

  async send(mensagem: Mensagem<'PUSH'>, destinos: readonly Destino[]): Promise<Multicast> {
    const feitos = await Promise.all(destinos.map((destino) => this.one(mensagem, destino)));
    return {
      aceitos: feitos.filter((feito) => feito === 'ACEITO').length,
      mortos: destinos.filter((_, i) => feitos[i] === 'MORTO').map(({ id }) => id),
      falhas: feitos.filter((feito) => feito instanceof FalhaDeEnvio),
    };
  }

  private async one(
    { id, conteudo: { assunto, texto, caminho = '/' } }: Mensagem<'PUSH'>,
    { endereco, chaves }: Destino,
  ): Promise<'ACEITO' | 'MORTO' | FalhaDeEnvio> {
    const { publicKey, privateKey, contato, timeoutMs, agent } = this.ajustes;
    if (!chaves) return 'MORTO';
    try {
      await webpush.sendNotification(
        { endpoint: endereco, keys: chaves },
        JSON.stringify({ id, titulo: assunto, texto, caminho }),
        {
          vapidDetails: { subject: contato, publicKey, privateKey },
          timeout: timeoutMs,
          TTL: VALE_POR_S,
          topic: id.replaceAll('-', ''),
          ...(agent && { agent }),
        },
      );
      return 'ACEITO';
    } catch (error) {
      const { statusCode, headers, code } = error as {
        statusCode?: unknown;
        headers?: Readonly<Record<string, unknown>>;
        code?: unknown;
      };
      if (statusCode === 404 || statusCode === 410) return 'MORTO';
      if (typeof statusCode !== 'number')
        return new FalhaDeEnvio(`Web Push não respondeu (${typeof code === 'string' ? code : 'falha de rede'})`, false);
      const definitiva = statusCode >= 400 && statusCode < 500 && ![401, 403, 408, 429].includes(statusCode);
      return recusada(statusCode, `Web Push respondeu ${statusCode}`, definitiva, headers?.['retry-after']);
    }
  }
}
