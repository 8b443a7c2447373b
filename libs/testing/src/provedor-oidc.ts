import { createServer, type Server } from 'node:http';
import { type ClientMetadata, Provider } from 'oidc-provider';
import { entrarNoProvedor } from './entrar-no-provedor.js';

/** Whoever names themselves so at the provider has no verified e-mail. */
const NAO_VERIFICADO = /^nao-verificado/;

export interface ProvedorOptions {
  readonly porta: number;
  readonly clienteId: string;
  readonly clienteSegredo: string;
  /** The exact addresses that people are sent back to. */
  readonly retornos: readonly string[];
}

/**
 * An OpenID Connect provider in this process, for tests and for trying log-ins out: it believes whoever names themselves,
 * with any password. The e-mail is the name itself, or `nome@oidc.local`; `nao-verificado…` has none that was verified, and
 * `grupos` are what follows a `+` in it: `ana+gerencia@exemplo.com` is of `gerencia`.
 */
export class ProvedorOidc {
  private constructor(
    readonly emissor: string,
    private readonly server: Server,
  ) {}

  static async start({ porta, clienteId, clienteSegredo, retornos }: ProvedorOptions): Promise<ProvedorOidc> {
    const emissor = `http://127.0.0.1:${porta}`;
    const client: ClientMetadata = {
      client_id: clienteId,
      client_secret: clienteSegredo,
      redirect_uris: [...retornos],
    };
    const provider = new Provider(emissor, {
      clients: [client],
      claims: { openid: ['sub', 'grupos'], email: ['email', 'email_verified'], profile: ['name', 'locale'] },
      pkce: { required: () => true },
      findAccount: (_context, nome) => ({
        accountId: nome,
        claims: () => {
          const email = nome.includes('@') ? nome : `${nome}@oidc.local`;
          const [, grupo] = /\+([a-z]+)@/.exec(email) ?? [];
          return {
            sub: nome,
            email,
            email_verified: !NAO_VERIFICADO.test(nome),
            name: nome.replace(/@.*/, ''),
            locale: 'pt-BR',
            grupos: grupo === undefined ? [] : [grupo],
          };
        },
      }),
      // Nobody is asked whether we may know what we ask for.
      async loadExistingGrant({ oidc }) {
        const grant = new oidc.provider.Grant({ clientId: oidc.client?.clientId, accountId: oidc.session?.accountId });
        grant.addOIDCScope('openid email profile');
        await grant.save();
        return grant;
      },
    });
    const answer = provider.callback();
    const server = createServer((request, response) => {
      if (request.url === '/health/ready') response.setHeader('x-processo', process.pid).end('{"status":"ok"}');
      else void answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(porta, '127.0.0.1', resolve));
    server.unref();
    return new ProvedorOidc(emissor, server);
  }

  /** Keeps the process alive, which a provider of a test does not. */
  ref(): void {
    this.server.ref();
  }

  /** See `entrarNoProvedor`. */
  entrar(endereco: string, nome: string): Promise<Record<string, string>> {
    return entrarNoProvedor(endereco, nome);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
