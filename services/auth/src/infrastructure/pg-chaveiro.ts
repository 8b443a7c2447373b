import type { ChavesHttp } from '@plataforma/contracts';
import { type Database, InvalidConfigurationError, SealError } from '@plataforma/platform';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { type ChaveQueAssina, Chaveiro } from '../application/ports.js';
import type { ChaveAgendada } from '../domain/rotacao-chaves.js';
import type { ChaveMestra } from './chave-mestra.js';

export const ALG = 'RS256';

/** The signing keys in the database: public halves for everyone, private ones encrypted under the master key. */
export class PgChaveiro extends Chaveiro {
  override readonly gerida = true;

  constructor(
    private readonly database: Database,
    private readonly mestra: ChaveMestra,
  ) {
    super();
  }

  exclusively<T>(trabalho: () => Promise<T>): Promise<T> {
    return this.database.transaction(async () => {
      await this.database.query(`SELECT pg_advisory_xact_lock(hashtextextended('chaves_assinatura', 3))`);
      return trabalho();
    });
  }

  async list(): Promise<{ chaves: ChaveAgendada[]; agora: Date }> {
    const rows = await this.database.query<{ kid: string; assina_desde: Date }>(
      'SELECT kid, assina_desde FROM chaves_assinatura',
    );
    const [relogio] = await this.database.query<{ agora: Date }>('SELECT clock_timestamp() AS agora');
    if (!relogio) throw new Error('O banco não disse as horas');
    return {
      chaves: rows.map(({ kid, assina_desde }) => ({ kid, assinaDesde: assina_desde })),
      agora: relogio.agora,
    };
  }

  async insert(assinaDesde: Date): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair(ALG, { modulusLength: 2048, extractable: true });
    const [publica, privada] = await Promise.all([exportJWK(publicKey), exportJWK(privateKey)]);
    const kid = await calculateJwkThumbprint(publica);
    await this.database.query(
      'INSERT INTO chaves_assinatura (kid, publica, privada, assina_desde) VALUES ($1, $2, $3, $4)',
      [kid, { ...publica, kid, alg: ALG, use: 'sig' }, this.mestra.encrypt(JSON.stringify(privada), kid), assinaDesde],
    );
  }

  async remove(kids: readonly string[]): Promise<void> {
    await this.database.change('DELETE FROM chaves_assinatura WHERE kid = ANY($1)', [kids]);
  }

  async publicKeys(): Promise<ChavesHttp> {
    const rows = await this.database.query<{ publica: ChavesHttp['keys'][number] }>(
      'SELECT publica FROM chaves_assinatura ORDER BY assina_desde',
    );
    return { keys: rows.map(({ publica }) => publica) };
  }

  /** By the database's clock. */
  async current(): Promise<ChaveQueAssina> {
    const [row] = await this.database.query<{ kid: string; privada: Buffer }>(
      'SELECT kid, privada FROM chaves_assinatura WHERE assina_desde <= clock_timestamp() ORDER BY assina_desde DESC LIMIT 1',
    );
    if (!row) throw new Error('Não há chave de assinatura');
    return { kid: row.kid, open: () => this.open(row.kid, row.privada) };
  }

  private open(kid: string, privada: Buffer): ReturnType<ChaveQueAssina['open']> {
    try {
      return JSON.parse(this.mestra.decrypt(privada, kid)) as ReturnType<ChaveQueAssina['open']>;
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      throw new InvalidConfigurationError(
        'AUTH_CHAVE_MESTRA não é a chave com que as chaves de assinatura deste banco foram guardadas',
      );
    }
  }
}
