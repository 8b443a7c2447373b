import { Injectable } from '@nestjs/common';
import { EventStore } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import { UsuarioRepository } from '../application/ports.js';
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
}

const COLUMNS = `id, nome, email, papeis, idioma, criado_em, senha_hash, versao,
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

@Injectable()
export class PgUsuarioRepository extends UsuarioRepository {
  constructor(
    private readonly database: Database,
    private readonly eventos: EventStore,
  ) {
    super();
  }

  async insert(
    { id, nome, email, papeis, idioma, criadoEm, emailVerificado }: Usuario,
    senhaHash: string,
  ): Promise<void> {
    await this.database.transaction(async () => {
      const incluidos = await this.database.change(
        `INSERT INTO usuarios (id, nome, email, senha_hash, papeis, idioma, criado_em, email_verificado_em)
         VALUES ($1, $2, $3, $4, $5, $6, $7, CASE WHEN $8 THEN now() END)
         ON CONFLICT DO NOTHING`,
        [id, nome, email, senhaHash, papeis, idioma, criadoEm, emailVerificado],
      );
      if (incluidos === 0) throw new EmailEmUso();
      await this.eventos.append(
        `usuario/${id}`,
        [{ type: 'usuario.registrado.v1', data: { usuarioId: id, nome, email, idioma } }],
        0,
      );
    });
  }

  async addPapel(id: string, papel: Papel): Promise<void> {
    await this.database.change(
      'UPDATE usuarios SET papeis = array_append(papeis, $2) WHERE id = $1 AND NOT papeis @> ARRAY[$2]::text[]',
      [id, papel],
    );
  }

  async find(id: string): Promise<Usuario | undefined> {
    const [row] = await this.database.query<Row>(`SELECT ${COLUMNS} FROM usuarios WHERE id = $1`, [id]);
    return row && toUsuario(row);
  }

  async findByEmail(email: string): Promise<{ usuario: Usuario; senhaHash: string } | undefined> {
    const [row] = await this.database.query<Row>(`SELECT ${COLUMNS} FROM usuarios WHERE email = $1`, [email]);
    return row && { usuario: toUsuario(row), senhaHash: row.senha_hash };
  }
}
