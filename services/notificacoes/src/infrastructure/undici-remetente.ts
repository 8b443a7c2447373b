import type { ErroDeTentativa } from '@plataforma/contracts';
import { failureOf, ForbiddenAddressError, PublicClient, redact, type Resolve } from '@plataforma/platform';
import { Remetente, type Tentativa } from '../application/ports-ganchos.js';
import { DestinoProibido } from '../domain/errors-ganchos.js';
import { retryAfterMs } from './resposta-do-provedor.js';

const PRAZO_MS = 10_000;
/** What is read of an answer: nobody needs more of it, and its end is not waited for. */
const RESPOSTA_BYTES = 2_048;
const RESPOSTA_CARACTERES = 500;

/** Sends to public addresses alone (`PublicClient`). */
export class UndiciRemetente extends Remetente {
  readonly client: PublicClient;

  /**
   * @param locais for tests: this computer will do as well, and without TLS
   * @param ca whose certificates are believed; those that everybody believes, when absent
   */
  constructor(locais: boolean, resolve?: Resolve, ca?: string) {
    super();
    this.client = new PublicClient(locais, PRAZO_MS, resolve, ca);
  }

  check(url: string): void {
    try {
      this.client.check(url);
    } catch (error) {
      if (error instanceof ForbiddenAddressError) throw new DestinoProibido(error.message);
      throw error;
    }
  }

  async post(url: string, headers: Readonly<Record<string, string>>, corpo: string): Promise<Tentativa> {
    const began = performance.now();
    const done = (status: number | null, erro: ErroDeTentativa | null, resposta = '', pedidaMs = 0): Tentativa => ({
      status,
      duracaoMs: Math.round(performance.now() - began),
      erro,
      resposta,
      pedidaMs,
    });
    try {
      const answer = await this.client.request(url, { method: 'POST', headers, body: corpo });
      const { statusCode: status } = answer;
      const resposta = await beginningOf(answer.body);
      return done(status, errorOf(status), resposta, retryAfterMs(answer.headers['retry-after'], Infinity));
    } catch (error) {
      return done(null, failureOf(error));
    }
  }

  onApplicationShutdown(): Promise<void> {
    return this.client.close();
  }
}

const errorOf = (status: number): ErroDeTentativa | null => {
  if (status >= 200 && status < 300) return null;
  return status >= 300 && status < 400 ? 'REDIRECIONAMENTO' : 'RECUSADO';
};

/** What can be shown of an answer; whatever comes after its status does not undo it. */
async function beginningOf(body: AsyncIterable<Uint8Array> & { destroy: () => unknown }): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      if ((bytes += chunk.length) >= RESPOSTA_BYTES) break;
    }
  } catch {
    // It was cut short, or took too long: the status has been said.
  }
  body.destroy();
  const text = Buffer.concat(chunks).subarray(0, RESPOSTA_BYTES).toString('utf8');
  const seen = String(redact(text.replace(/[\p{Cc}\p{Cf}\p{Cs}]+/gu, ' ')));
  return [...seen].slice(0, RESPOSTA_CARACTERES).join('');
}
