import { Injectable } from '@nestjs/common';
import { EventStore } from '@plataforma/messaging';
import { currentContext, Database, violatedConstraint } from '@plataforma/platform';
import { ContarAcessos } from '../application/contar-acessos.js';
import { type ContaComSenha, type MudancaDaConta, UsuarioRepository } from '../application/ports.js';
import { EmailEmUso } from '../domain/errors.js';
import type { Idioma, Papel, Usuario } from '../domain/usuario.js';

interface Row {
  readonly id: string;
  readonly nome: string;
  readonly email: string;
  readonly papeis: Papel[];
  readonly idioma: Idioma;
  readonly criado_em: Date;
  readonly senha_hash: string;
  readonly versao: number;
  readonly verificado: boolean;
  readonly desativado: boolean;
  readonly senha_propria: boolean;
  readonly contestada: boolean;
}

const COLUMNS = `id, nome, email, papeis, idioma, criado_em, senha_hash, versao, senha_propria, contestada,
  email_verificado_em IS NOT NULL AS verificado, desativado_em IS NOT NULL AS desativado`;
const toUsuario = ({ id, nome, email, papeis, idioma, criado_em, versao, verificado, desativado }: Row): Usuario => ({
  id,
  nome,
  email,
  papeis,
  idioma,
  criadoEm: criado_em,
  versao,
  emailVerificado: verificado,
  desativado,
});
const toConta = (row: Row): ContaComSenha => ({
  usuario: toUsuario(row),
  senhaHash: row.senha_hash,
  senhaPropria: row.senha_propria,
  contestada: row.contestada,
});

@Injectable()
export class PgUsuarioRepository extends UsuarioRepository {
  constructor(
    private readonly database: Database,
    private readonly eventos: EventStore,
    private readonly acessos: ContarAcessos,
  ) {
    super();
  }

  async insert(
    { id, nome, email, papeis, idioma, criadoEm, emailVerificado }: Usuario,
    senhaHash: string,
    senhaPropria = true,
  ): Promise<void> {
    await this.database.transaction(async () => {
      const incluidos = await this.database.change(
        `INSERT INTO usuarios (id, nome, email, senha_hash, papeis, idioma, criado_em, email_verificado_em, senha_propria)
         VALUES ($1, $2, $3, $4, $5, $6, $7, CASE WHEN $8 THEN now() END, $9)
         ON CONFLICT DO NOTHING`,
        [id, nome, email, senhaHash, papeis, idioma, criadoEm, emailVerificado, senhaPropria],
      );
      if (incluidos === 0) throw new EmailEmUso();
      await this.eventos.append(
        `usuario/${id}`,
        [{ type: 'usuario.registrado.v1', data: { usuarioId: id, nome, email, idioma } }],
        0,
      );
      await this.acessos.daPessoa(id);
    });
  }

  async addPapel(id: string, papel: Papel): Promise<void> {
    await this.database.change(
      'UPDATE usuarios SET papeis = array_append(papeis, $2) WHERE id = $1 AND NOT papeis @> ARRAY[$2]::text[]',
      [id, papel],
    );
  }

  change(id: string, { email, nome, senhaHash, verificado, contestada }: MudancaDaConta): Promise<void> {
    return this.database.transaction(async () => {
      const contado = email !== undefined || nome !== undefined;
      const rows = await this.database
        .query<Row>(
          `UPDATE usuarios SET email = coalesce($2, email), nome = coalesce($3, nome), senha_hash = coalesce($4, senha_hash),
                  senha_propria = senha_propria OR $4 IS NOT NULL,
                  email_verificado_em = CASE WHEN $5 THEN coalesce(email_verificado_em, now()) ELSE email_verificado_em END,
                  versao = versao + CASE WHEN $6 THEN 1 ELSE 0 END, contestada = contestada OR $7
            WHERE id = $1 RETURNING ${COLUMNS}`,
          [id, email ?? null, nome ?? null, senhaHash ?? null, verificado ?? false, contado, contestada ?? false],
        )
        .catch((error: unknown) => {
          throw violatedConstraint(error) === 'usuarios_email_unico' ? new EmailEmUso() : error;
        });
      const [row] = rows;
      if (!row || !contado) return;
      const data = { usuarioId: id, nome: row.nome, email: row.email, idioma: row.idioma };
      await this.eventos.append(`usuario/${id}`, [{ type: 'usuario.atualizado.v1', data }], row.versao - 1);
    });
  }

  setDesativado(id: string, desativado: boolean): Promise<boolean> {
    return this.database.transaction(async () => {
      const mudados = await this.database.change(
        `UPDATE usuarios SET desativado_em = CASE WHEN $2 THEN now() END WHERE id = $1 AND (desativado_em IS NOT NULL) <> $2`,
        [id, desativado],
      );
      if (mudados > 0) await this.acessos.daPessoa(id);
      return mudados > 0;
    });
  }

  async sendoApagado(id: string): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT FROM pedidos_de_apagamento WHERE usuario_id = $1 AND estado = 'APAGANDO'`,
      [id],
    );
    return rows.length > 0;
  }

  async setPapeis(id: string, papeis: readonly Papel[]): Promise<void> {
    await this.database.change('UPDATE usuarios SET papeis = $2 WHERE id = $1', [id, papeis]);
  }

  exclusively<T>(trabalho: () => Promise<T>, provedor = ''): Promise<T> {
    return this.database.transaction(async () => {
      // Whoever asks for it: the audit log says so of what is changed in here (migration 0230).
      await this.database.query(
        `SELECT pg_advisory_xact_lock(hashtextextended('administradores', 5)), set_config('plataforma.autor', $1, true),
                set_config('plataforma.provedor', $2, true)`,
        [currentContext()?.autorId ?? '', provedor],
      );
      return trabalho();
    });
  }

  async countAdmins(): Promise<number> {
    const [row] = await this.database.query<{ quantos: number }>(
      `SELECT count(*)::int AS quantos FROM usuarios WHERE papeis @> '{ADMIN}' AND desativado_em IS NULL`,
    );
    return row?.quantos ?? 0;
  }

  async find(id: string): Promise<Usuario | undefined> {
    return (await this.findWithSenha(id))?.usuario;
  }

  async findWithSenha(id: string): Promise<ContaComSenha | undefined> {
    const [row] = await this.database.query<Row>(`SELECT ${COLUMNS} FROM usuarios WHERE id = $1`, [id]);
    return row && toConta(row);
  }

  async findByEmail(email: string): Promise<ContaComSenha | undefined> {
    const [row] = await this.database.query<Row>(`SELECT ${COLUMNS} FROM usuarios WHERE email = $1`, [email]);
    return row && toConta(row);
  }

  async lock(id: string): Promise<ContaComSenha | undefined> {
    const sql = `SELECT ${COLUMNS} FROM usuarios WHERE id = $1 FOR NO KEY UPDATE`;
    const [row] = await this.database.query<Row>(sql, [id]);
    return row && toConta(row);
  }

  async listAbandoned(dias: number, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM usuarios u
        WHERE email_verificado_em IS NULL AND criado_em < now() - make_interval(days => $1)
          AND desativado_em IS NULL AND papeis = '{CLIENTE}'
          AND NOT EXISTS (SELECT FROM sessoes s WHERE s.usuario_id = u.id)
          AND NOT EXISTS (SELECT FROM pedidos_de_apagamento p
                           WHERE p.usuario_id = u.id AND p.pedido_em > now() - make_interval(days => $1))
        ORDER BY criado_em LIMIT $2`,
      [dias, limit],
    );
    return rows.map(({ id }) => id);
  }
}
