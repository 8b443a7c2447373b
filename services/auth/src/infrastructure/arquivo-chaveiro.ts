import { readFile, stat } from 'node:fs/promises';
import type { ChavesHttp } from '@plataforma/contracts';
import { InvalidConfigurationError } from '@plataforma/platform';
import { calculateJwkThumbprint } from 'jose';
import { z } from 'zod';
import { type ChaveQueAssina, Chaveiro } from '../application/ports.js';
import { chaveAtual, type ChaveAgendada } from '../domain/rotacao-chaves.js';
import { ALG } from './pg-chaveiro.js';

const numero = z.string().regex(/^[\w-]{1,1400}$/);
const arquivo = z.object({
  chaves: z
    .array(
      z.object({
        assinaDesde: z.iso.datetime({ offset: true }),
        jwk: z.object({
          kty: z.literal('RSA'),
          n: numero.min(342),
          ...Object.fromEntries(['e', 'd', 'p', 'q', 'dp', 'dq', 'qi'].map((parte) => [parte, numero])),
        }),
      }),
    )
    .min(1)
    .max(20),
});

interface Chave extends ChaveAgendada {
  readonly publica: ChavesHttp['keys'][number];
  readonly jwk: ReturnType<ChaveQueAssina['open']>;
}

/**
 * The signing keys in a file that somebody else writes, as Vault Agent does: `{"chaves": [{"assinaDesde", "jwk"}]}`, with
 * private keys as RFC 7517 has them. Read again when it changes; who writes it also makes the next key, and keeps the
 * last one there until its tokens have expired.
 */
export class ArquivoChaveiro extends Chaveiro {
  override readonly gerida = false;
  private lidas: { readonly mtimeMs: number; readonly chaves: readonly Chave[] } | undefined;

  constructor(private readonly caminho: string) {
    super();
  }

  exclusively<T>(trabalho: () => Promise<T>): Promise<T> {
    return trabalho();
  }

  async list(): Promise<{ chaves: readonly ChaveAgendada[]; agora: Date }> {
    return { chaves: await this.read(), agora: new Date() };
  }

  insert(): never {
    throw new Error('As chaves vêm de AUTH_CHAVES_ARQUIVO: quem o escreve faz a próxima');
  }

  remove(): never {
    throw new Error('As chaves vêm de AUTH_CHAVES_ARQUIVO: quem o escreve as tira');
  }

  async publicKeys(): Promise<ChavesHttp> {
    return { keys: (await this.read()).map(({ publica }) => publica) };
  }

  /** @throws InvalidConfigurationError when the file is none, or has no key whose time has come */
  async current(): Promise<ChaveQueAssina> {
    const atual = chaveAtual(await this.read(), new Date());
    if (!atual) throw new InvalidConfigurationError('AUTH_CHAVES_ARQUIVO: nenhuma chave já assina');
    return { kid: atual.kid, open: () => atual.jwk };
  }

  private async read(): Promise<readonly Chave[]> {
    try {
      const { mtimeMs } = await stat(this.caminho);
      if (this.lidas?.mtimeMs !== mtimeMs)
        this.lidas = { mtimeMs, chaves: await this.parse(await readFile(this.caminho, 'utf8')) };
    } catch (error) {
      // In the middle of a change, perhaps: what was read before is still good.
      if (!this.lidas) throw error;
    }
    return this.lidas.chaves;
  }

  private async parse(texto: string): Promise<Chave[]> {
    let lido: z.output<typeof arquivo>;
    try {
      lido = arquivo.parse(JSON.parse(texto));
    } catch {
      // What was wrong may be part of a key.
      throw new InvalidConfigurationError('AUTH_CHAVES_ARQUIVO: não é um conjunto de chaves privadas');
    }
    return Promise.all(
      lido.chaves.map(async ({ assinaDesde, jwk }): Promise<Chave> => {
        const { kty, n } = jwk;
        const e = String((jwk as Record<string, unknown>)['e']);
        const kid = await calculateJwkThumbprint({ kty, n, e });
        return { kid, assinaDesde: new Date(assinaDesde), publica: { kty, n, e, kid, alg: ALG, use: 'sig' }, jwk };
      }),
    );
  }
}
