import { Resolver } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector, type Dispatcher, request } from 'undici';
import { isOfThisComputer, isPublic } from './public-addresses.js';

const CONNECT_MS = 5_000;
/** A name that has more is nobody's whom we know. */
const ADDRESSES = 16;
const INTERNAL = /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home\.arpa)\.?$/i;

/** An address that is not on the public Internet, or not to be asked as it is written; the message says why, to people. */
export class ForbiddenAddressError extends Error {}

class UnresolvedNameError extends Error {}

/** All addresses of a name. @throws when there is none */
export type Resolve = (name: string) => Promise<string[]>;

/** Asks the name servers themselves: the system's own way would hold one of its few threads for as long as they like. */
function byDns(): Resolve {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  return async (name) => {
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  };
}

const hostOnly = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');

/**
 * Asks public addresses alone, whatever address somebody wrote. What is checked is the address that is dialled, each time
 * that one is: a name is resolved once, here, and a connection goes where that led or nowhere. No redirect is followed.
 */
export class PublicClient {
  private readonly agent: Dispatcher;

  /**
   * @param local for tests: this computer will do as well, and without TLS
   * @param deadlineMs how long headers, and each part of a body, may take
   * @param ca whose certificates are believed; those that everybody believes, when absent
   */
  constructor(
    private readonly local: boolean,
    private readonly deadlineMs: number,
    resolve: Resolve = byDns(),
    ca?: string,
  ) {
    const connect = buildConnector({
      allowH2: false,
      timeout: CONNECT_MS,
      lookup: this.lookup(resolve),
      ...(ca !== undefined && { ca }),
    });
    this.agent = new Agent({
      connect: (options, done) => {
        // An address needs no look-up; and the last word has where the connection has really gone.
        if (isIP(hostOnly(options.hostname)) !== 0 && !this.allows(hostOnly(options.hostname)))
          return done(new ForbiddenAddressError('não é público'), null);
        connect(options, (...[error, socket]) => {
          if (error) return done(error, null);
          if (this.allows(socket.remoteAddress ?? '')) return done(null, socket);
          socket.destroy();
          done(new ForbiddenAddressError('não é público'), null);
        });
      },
      headersTimeout: deadlineMs,
      bodyTimeout: deadlineMs,
    });
  }

  private allows(ip: string): boolean {
    return isPublic(ip) || (this.local && isOfThisComputer(ip));
  }

  private lookup(resolve: Resolve): LookupFunction {
    return (name, options, done) => {
      resolve(name).then(
        (all) => {
          const [first] = all;
          if (first === undefined) return done(new UnresolvedNameError(), '');
          // One that leads to both is up to something.
          if (all.length > ADDRESSES || !all.every((ip) => this.allows(ip)))
            return done(new ForbiddenAddressError('o nome leva a um endereço que não é público'), '');
          if (options.all)
            done(
              null,
              all.map((address) => ({ address, family: isIP(address) })),
            );
          else done(null, first, isIP(first));
        },
        () => done(new UnresolvedNameError(), ''),
      );
    };
  }

  /** What can be said of an address before it is used. @throws ForbiddenAddressError */
  check(url: string): void {
    const { protocol, username, password, hostname } = new URL(url);
    const host = hostOnly(hostname);
    if (protocol !== 'https:' && !this.local) throw new ForbiddenAddressError('só por https');
    if (username !== '' || password !== '') throw new ForbiddenAddressError('um endereço não leva usuário nem senha');
    const internal = isIP(host) === 0 ? INTERNAL.test(host) || !host.includes('.') : !this.allows(host);
    if (internal) throw new ForbiddenAddressError('não é público');
  }

  /**
   * One request. Whoever asks reads the body, or dumps it (`destroy` alone is an error that nobody hears).
   * @param signal ends it; by default when headers are not there in time
   * @throws ForbiddenAddressError, and what `failureOf` tells apart
   */
  async request(
    url: string,
    { signal = AbortSignal.timeout(this.deadlineMs), ...options }: PublicRequest,
  ): Promise<Dispatcher.ResponseData> {
    this.check(url);
    return request(url, { ...options, dispatcher: this.agent, signal });
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }
}

export interface PublicRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

const LATE = /^(UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT|ETIMEDOUT)$/;
const TLS = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|EPROTO)/;

/** Why a request had no answer. */
export function failureOf(error: unknown): 'ENDERECO_PROIBIDO' | 'NOME_NAO_RESOLVIDO' | 'PRAZO' | 'TLS' | 'CONEXAO' {
  if (error instanceof ForbiddenAddressError) return 'ENDERECO_PROIBIDO';
  if (error instanceof UnresolvedNameError) return 'NOME_NAO_RESOLVIDO';
  const { name, code = '' } = error as { readonly name?: string; readonly code?: string };
  if (name === 'TimeoutError' || LATE.test(code)) return 'PRAZO';
  return TLS.test(code) ? 'TLS' : 'CONEXAO';
}
