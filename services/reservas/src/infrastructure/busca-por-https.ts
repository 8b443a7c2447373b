import { Injectable } from '@nestjs/common';
import { failureOf, ForbiddenAddressError, PublicClient } from '@plataforma/platform';
import { BuscaDeCalendario, type FalhaDeBusca } from '../application/ports-seguidos.js';
import { EnderecoProibido } from '../domain/errors.js';

const PRAZO_MS = 10_000;
/** All of it, wherever it leads. */
const PRAZO_TOTAL_MS = 20_000;
const MAX_BYTES = 1_048_576;
const MAX_REDIRECIONAMENTOS = 3;
/** Of what nobody reads; beyond it the connection is given up. */
const DESCARTE_BYTES = 16_384;

/** Asks public addresses alone (`PublicClient`), also those that a redirect leads to. */
@Injectable()
export class BuscaPorHttps extends BuscaDeCalendario {
  private readonly client: PublicClient;

  /** @param locais for tests: this computer will do as well, and without TLS */
  constructor(locais: boolean) {
    super();
    this.client = new PublicClient(locais, PRAZO_MS);
  }

  check(endereco: string): void {
    try {
      this.client.check(endereco);
    } catch (error) {
      if (error instanceof ForbiddenAddressError) throw new EnderecoProibido(error.message);
      throw error;
    }
  }

  async fetch(endereco: string, abortado: AbortSignal): Promise<{ readonly texto: string } | FalhaDeBusca> {
    const signal = AbortSignal.any([abortado, AbortSignal.timeout(PRAZO_TOTAL_MS)]);
    try {
      let url = endereco;
      for (let passo = 0; passo <= MAX_REDIRECIONAMENTOS; passo++) {
        const {
          statusCode: status,
          headers,
          body,
        } = await this.client.request(url, {
          method: 'GET',
          // What is not compressed is not larger than it looks.
          headers: { accept: 'text/calendar', 'accept-encoding': 'identity', 'user-agent': 'plataforma-de-reservas' },
          signal,
        });
        if (status === 200) return await lido(body);
        await body.dump({ limit: DESCARTE_BYTES });
        const para = headers['location'];
        if (status < 300 || status >= 400 || typeof para !== 'string' || !URL.canParse(para, url))
          return { erro: 'RECUSADO', status };
        url = new URL(para, url).href;
      }
      return { erro: 'REDIRECIONAMENTOS_DEMAIS' };
    } catch (error) {
      return { erro: failureOf(error) };
    }
  }

  onApplicationShutdown(): Promise<void> {
    return this.client.close();
  }
}

async function lido(body: AsyncIterable<Uint8Array>): Promise<{ readonly texto: string } | FalhaDeBusca> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    if ((bytes += chunk.length) > MAX_BYTES) return { erro: 'GRANDE_DEMAIS' };
    chunks.push(chunk);
  }
  return { texto: Buffer.concat(chunks).toString('utf8') };
}
