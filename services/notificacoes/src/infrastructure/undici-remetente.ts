import { Resolver } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import type { ErroDeTentativa } from '@plataforma/contracts';
import { redact } from '@plataforma/platform';
import { Agent, buildConnector, type Dispatcher, request } from 'undici';
import { Remetente, type Tentativa } from '../application/ports-ganchos.js';
import { DestinoProibido } from '../domain/errors-ganchos.js';
import { ehDesteComputador, ehPublico } from './enderecos-publicos.js';
import { retryAfterMs } from './resposta-do-provedor.js';

const PRAZO_MS = 10_000;
const CONEXAO_MS = 5_000;
/** What is read of an answer: nobody needs more of it, and its end is not waited for. */
const RESPOSTA_BYTES = 2_048;
const RESPOSTA_CARACTERES = 500;
/** A name that has more is nobody's whom we know. */
const ENDERECOS = 16;
const INTERNO = /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home\.arpa)\.?$/i;

class NomeNaoResolvido extends Error {}

/** All addresses of a name. @throws when there is none */
export type Resolve = (nome: string) => Promise<string[]>;

/** Asks the name servers themselves: the system's own way would hold one of its few threads for as long as they like. */
function porDns(): Resolve {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  return async (nome) => {
    const answers = await Promise.allSettled([resolver.resolve4(nome), resolver.resolve6(nome)]);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  };
}

const sohHost = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');

/**
 * Sends to public addresses alone. What is checked is the address that is dialled, each time that one is: a name is
 * resolved once, here, and a connection goes where that led or nowhere. No redirect is followed.
 */
export class UndiciRemetente extends Remetente {
  private readonly agent: Dispatcher;

  /**
   * @param locais for tests: this computer will do as well, and without TLS
   * @param ca whose certificates are believed; those that everybody believes, when absent
   */
  constructor(
    private readonly locais: boolean,
    resolve: Resolve = porDns(),
    ca?: string,
  ) {
    super();
    const connect = buildConnector({
      allowH2: false,
      timeout: CONEXAO_MS,
      lookup: this.lookup(resolve),
      ...(ca !== undefined && { ca }),
    });
    this.agent = new Agent({
      connect: (options, done) => {
        // An address needs no look-up; and the last word has where the connection has really gone.
        if (isIP(sohHost(options.hostname)) !== 0 && !this.allows(sohHost(options.hostname)))
          return done(new DestinoProibido('não é público'), null);
        connect(options, (...[error, socket]) => {
          if (error) return done(error, null);
          if (this.allows(socket.remoteAddress ?? '')) return done(null, socket);
          socket.destroy();
          done(new DestinoProibido('não é público'), null);
        });
      },
      headersTimeout: PRAZO_MS,
      bodyTimeout: PRAZO_MS,
    });
  }

  private allows(ip: string): boolean {
    return ehPublico(ip) || (this.locais && ehDesteComputador(ip));
  }

  private lookup(resolve: Resolve): LookupFunction {
    return (nome, options, done) => {
      resolve(nome).then(
        (todos) => {
          const [first] = todos;
          if (first === undefined) return done(new NomeNaoResolvido(), '');
          // One that leads to both is up to something.
          if (todos.length > ENDERECOS || !todos.every((ip) => this.allows(ip)))
            return done(new DestinoProibido('o nome leva a um endereço que não é público'), '');
          if (options.all)
            done(
              null,
              todos.map((address) => ({ address, family: isIP(address) })),
            );
          else done(null, first, isIP(first));
        },
        () => done(new NomeNaoResolvido(), ''),
      );
    };
  }

  check(url: string): void {
    const { protocol, username, password, hostname } = new URL(url);
    const host = sohHost(hostname);
    if (protocol !== 'https:' && !this.locais) throw new DestinoProibido('só por https');
    if (username !== '' || password !== '') throw new DestinoProibido('um endereço não leva usuário nem senha');
    const interno = isIP(host) === 0 ? INTERNO.test(host) || !host.includes('.') : !this.allows(host);
    if (interno) throw new DestinoProibido('não é público');
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
      this.check(url);
      const signal = AbortSignal.timeout(PRAZO_MS);
      const answer = await request(url, { dispatcher: this.agent, method: 'POST', headers, body: corpo, signal });
      const { statusCode: status } = answer;
      const resposta = await beginningOf(answer.body);
      return done(status, errorOf(status), resposta, retryAfterMs(answer.headers['retry-after'], Infinity));
    } catch (error) {
      return done(null, causeOf(error));
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }
}

const errorOf = (status: number): ErroDeTentativa | null => {
  if (status >= 200 && status < 300) return null;
  return status >= 300 && status < 400 ? 'REDIRECIONAMENTO' : 'RECUSADO';
};

const PRAZOS = /^(UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT|ETIMEDOUT)$/;
const TLS = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|EPROTO)/;

function causeOf(error: unknown): ErroDeTentativa {
  if (error instanceof DestinoProibido) return 'ENDERECO_PROIBIDO';
  if (error instanceof NomeNaoResolvido) return 'NOME_NAO_RESOLVIDO';
  const { name, code = '' } = error as { readonly name?: string; readonly code?: string };
  if (name === 'TimeoutError' || PRAZOS.test(code)) return 'PRAZO';
  return TLS.test(code) ? 'TLS' : 'CONEXAO';
}

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
