import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { freePort } from '@plataforma/testing';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

type Responder = (request: IncomingMessage, response: ServerResponse, corpo: URLSearchParams) => void | Promise<void>;

/** What it says that it should not; each of them a function of what would be right. */
export interface Mentiras {
  readonly claims?: (certas: Record<string, unknown>) => Record<string, unknown>;
  readonly descoberta?: (certa: Record<string, unknown>) => Record<string, unknown>;
  /** By another key than the published one. */
  readonly outraChave?: boolean;
  /** Instead of the answer, by path. */
  readonly respostas?: Readonly<Record<string, Responder>>;
}

/** A provider that lies, is slow, or speaks as Facebook does: what a real one can hardly be brought to. */
export class ProvedorFalso {
  mentiras: Mentiras = {};
  perfil: Record<string, unknown> = { id: '10', name: 'Ana do Face', email: 'ana@exemplo.com' };
  /** Of the last authorisation request. */
  nonce = '';
  readonly pedidos: {
    readonly caminho: string;
    readonly corpo: URLSearchParams;
    readonly consulta: URLSearchParams;
  }[] = [];

  private constructor(
    readonly emissor: string,
    private readonly server: Server,
    private readonly chave: CryptoKey,
    private readonly publica: JWK,
    private readonly outra: CryptoKey,
  ) {}

  static async start(): Promise<ProvedorFalso> {
    const porta = await freePort();
    const [chave, outra] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
    const publica = { ...(await exportJWK(chave.publicKey)), kid: 'um', alg: 'RS256', use: 'sig' };
    const server = createServer();
    const falso = new ProvedorFalso(`http://127.0.0.1:${porta}`, server, chave.privateKey, publica, outra.privateKey);
    server.on('request', (request, response) => void falso.atender(request, response));
    await new Promise<void>((resolve) => server.listen(porta, '127.0.0.1', resolve));
    return falso;
  }

  /** What it sends a person back with. */
  volta(endereco: string): { state: string; code: string } {
    const { searchParams } = new URL(endereco);
    this.nonce = searchParams.get('nonce') ?? '';
    return { state: searchParams.get('state') ?? '', code: 'codigo' };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async atender(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const partes: Buffer[] = [];
    for await (const parte of request) partes.push(parte as Buffer);
    const corpo = new URLSearchParams(Buffer.concat(partes).toString());
    const { pathname, searchParams } = new URL(request.url ?? '/', this.emissor);
    this.pedidos.push({ caminho: pathname, corpo, consulta: searchParams });
    const outro = this.mentiras.respostas?.[pathname];
    if (outro) return outro(request, response, corpo);
    const dizer = (dado: unknown): void => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(dado));
    };
    switch (pathname) {
      case '/.well-known/openid-configuration': {
        const certa = {
          issuer: this.emissor,
          authorization_endpoint: `${this.emissor}/auth`,
          token_endpoint: `${this.emissor}/token`,
          jwks_uri: `${this.emissor}/jwks`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
        };
        return dizer(this.mentiras.descoberta?.(certa) ?? certa);
      }
      case '/jwks':
        return dizer({ keys: [this.publica] });
      case '/token':
        return dizer({ access_token: 'acesso', token_type: 'Bearer', expires_in: 60, id_token: await this.idToken() });
      // Facebook gives no ID token.
      case '/face/token':
        return dizer({ access_token: 'acesso-face', token_type: 'bearer', expires_in: 60 });
      case '/face/me':
        return dizer(this.perfil);
      default:
        response.writeHead(404).end();
    }
  }

  private idToken(): Promise<string> {
    const agora = Math.floor(Date.now() / 1_000);
    const certas = {
      iss: this.emissor,
      aud: 'cliente',
      sub: 'sujeito-1',
      iat: agora,
      exp: agora + 300,
      nonce: this.nonce,
      email: 'falsa@exemplo.com',
      email_verified: true,
      name: 'Pessoa Falsa',
    };
    return new SignJWT(this.mentiras.claims?.(certas) ?? certas)
      .setProtectedHeader({ alg: 'RS256', kid: 'um' })
      .sign(this.mentiras.outraChave ? this.outra : this.chave);
  }
}
