import { createHmac } from 'node:crypto';
import { Database } from '@plataforma/platform';
import { FatorRepository } from '../application/ports.js';
import type { ChaveDeAcesso, Fatores } from '../domain/fator.js';
import type { ChaveMestra } from './chave-mestra.js';

/** For how long a secret waits to be confirmed. */
const INICIADO = `confirmado_em IS NULL AND criado_em > now() - interval '15 minutes'`;
const CHAVE = `id, usuario_id AS "usuarioId", nome, publica, contador::float8 AS contador, transportes, sincronizada,
  criada_em AS "criadaEm", usada_em AS "usadaEm"`;

/** Secrets of TOTP are sealed under the master key, by the id of their person; codes are hashed under it. */
export class PgFatorRepository extends FatorRepository {
  private readonly chaveDosCodigos: Buffer;

  constructor(
    private readonly database: Database,
    private readonly mestra: ChaveMestra,
  ) {
    super();
    this.chaveDosCodigos = mestra.derive('codigos-de-recuperacao');
  }

  exclusively<T>(usuarioId: string, trabalho: () => Promise<T>): Promise<T> {
    return this.database.transaction(async () => {
      await this.database.query('SELECT 1 FROM usuarios WHERE id = $1 FOR NO KEY UPDATE', [usuarioId]);
      return trabalho();
    });
  }

  async of(usuarioId: string): Promise<Fatores> {
    const [row] = await this.database.query<{ desde: Date | null; codigos: number }>(
      `SELECT (SELECT confirmado_em FROM totp WHERE usuario_id = $1) AS desde,
              (SELECT count(*)::int FROM codigos_de_recuperacao WHERE usuario_id = $1) AS codigos`,
      [usuarioId],
    );
    const chaves = await this.database.query<ChaveDeAcesso>(
      `SELECT ${CHAVE} FROM chaves_de_acesso WHERE usuario_id = $1 ORDER BY criada_em, id`,
      [usuarioId],
    );
    return { totpDesde: row?.desde ?? null, chaves, codigosRestantes: row?.codigos ?? 0 };
  }

  async startTotp(usuarioId: string, segredo: string): Promise<boolean> {
    const iniciados = await this.database.change(
      `INSERT INTO totp (usuario_id, segredo) VALUES ($1, $2)
       ON CONFLICT (usuario_id) DO UPDATE SET segredo = $2, criado_em = now() WHERE totp.confirmado_em IS NULL`,
      [usuarioId, this.mestra.encrypt(segredo, rotulo(usuarioId))],
    );
    return iniciados > 0;
  }

  async totpSecret(usuarioId: string, qual: 'CONFIRMADO' | 'INICIADO'): Promise<string | undefined> {
    const [row] = await this.database.query<{ segredo: Buffer }>(
      `SELECT segredo FROM totp WHERE usuario_id = $1 AND ${qual === 'INICIADO' ? INICIADO : 'confirmado_em IS NOT NULL'}`,
      [usuarioId],
    );
    return row && this.mestra.decrypt(row.segredo, rotulo(usuarioId));
  }

  confirmTotp(usuarioId: string, passo: number): Promise<boolean> {
    return this.changes(
      `UPDATE totp SET confirmado_em = now(), ultimo_passo = $2 WHERE usuario_id = $1 AND ${INICIADO}`,
      [usuarioId, passo],
    );
  }

  useStep(usuarioId: string, passo: number): Promise<boolean> {
    return this.changes(
      'UPDATE totp SET ultimo_passo = $2 WHERE usuario_id = $1 AND confirmado_em IS NOT NULL AND ultimo_passo < $2',
      [usuarioId, passo],
    );
  }

  removeTotp(usuarioId: string): Promise<boolean> {
    return this.changes('DELETE FROM totp WHERE usuario_id = $1 AND confirmado_em IS NOT NULL', [usuarioId]);
  }

  async findChave(id: string): Promise<ChaveDeAcesso | undefined> {
    const [chave] = await this.database.query<ChaveDeAcesso>(`SELECT ${CHAVE} FROM chaves_de_acesso WHERE id = $1`, [
      id,
    ]);
    return chave;
  }

  insertChave(chave: Omit<ChaveDeAcesso, 'criadaEm' | 'usadaEm'>): Promise<boolean> {
    const { id, usuarioId, nome, publica, contador, transportes, sincronizada } = chave;
    return this.changes(
      `INSERT INTO chaves_de_acesso (id, usuario_id, nome, publica, contador, transportes, sincronizada)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
      [id, usuarioId, nome, Buffer.from(publica), contador, transportes, sincronizada],
    );
  }

  useChave(id: string, contador: number): Promise<boolean> {
    return this.changes(
      `UPDATE chaves_de_acesso SET contador = $2, usada_em = now()
        WHERE id = $1 AND (contador < $2 OR contador = 0 AND $2 = 0)`,
      [id, contador],
    );
  }

  renameChave(usuarioId: string, id: string, nome: string): Promise<boolean> {
    return this.changes('UPDATE chaves_de_acesso SET nome = $3 WHERE usuario_id = $1 AND id = $2', [
      usuarioId,
      id,
      nome,
    ]);
  }

  removeChave(usuarioId: string, id: string): Promise<boolean> {
    return this.changes('DELETE FROM chaves_de_acesso WHERE usuario_id = $1 AND id = $2', [usuarioId, id]);
  }

  async replaceCodigos(usuarioId: string, codigos: readonly string[]): Promise<void> {
    await this.database.change('DELETE FROM codigos_de_recuperacao WHERE usuario_id = $1', [usuarioId]);
    await this.database.query(
      'INSERT INTO codigos_de_recuperacao (hash, usuario_id) SELECT unnest($2::bytea[]), $1::uuid',
      [usuarioId, codigos.map((codigo) => this.hashOf(usuarioId, codigo))],
    );
  }

  async removeAll(usuarioId: string): Promise<boolean> {
    const contavam = [
      await this.changes('DELETE FROM totp WHERE usuario_id = $1 AND confirmado_em IS NOT NULL', [usuarioId]),
      await this.changes('DELETE FROM chaves_de_acesso WHERE usuario_id = $1', [usuarioId]),
    ];
    for (const tabela of ['totp', 'codigos_de_recuperacao', 'desafios'])
      await this.database.change(`DELETE FROM ${tabela} WHERE usuario_id = $1`, [usuarioId]);
    return contavam.includes(true);
  }

  useCodigo(usuarioId: string, codigo: string): Promise<boolean> {
    return this.changes('DELETE FROM codigos_de_recuperacao WHERE usuario_id = $1 AND hash = $2', [
      usuarioId,
      this.hashOf(usuarioId, codigo),
    ]);
  }

  private hashOf(usuarioId: string, codigo: string): Buffer {
    return createHmac('sha256', this.chaveDosCodigos).update(`${usuarioId} ${codigo}`).digest();
  }

  private async changes(sql: string, parameters: readonly unknown[]): Promise<boolean> {
    return (await this.database.change(sql, parameters)) > 0;
  }
}

const rotulo = (usuarioId: string): string => `totp ${usuarioId}`;
