import { Injectable } from '@nestjs/common';
import type { RetornoDeProvedor } from '@plataforma/contracts';
import { Database, violatedConstraint } from '@plataforma/platform';
import {
  IdentidadeRepository,
  type IdentidadeLigada,
  type LigacaoPendente,
  type PedidoDeEntrada,
} from '../application/ports.js';
import { IdentidadeDeOutraConta, ProvedorInexistente, ProvedorJaLigado, UltimoAcesso } from '../domain/errors.js';
import type { Identidade } from '../domain/identidade-externa.js';
import type { Papel } from '../domain/usuario.js';

interface PedidoRow {
  readonly provedor: string;
  readonly retorno: RetornoDeProvedor;
  readonly usuario_id: string | null;
  readonly sessao_id: string | null;
  readonly vale: boolean;
}

interface PendenteRow {
  readonly usuario_id: string;
  readonly provedor: string;
  readonly emissor: string;
  readonly sujeito: string;
  readonly governados: Papel[];
  readonly dados: Papel[];
  readonly segundo_fator: boolean;
}

@Injectable()
export class PgIdentidadeRepository extends IdentidadeRepository {
  constructor(private readonly database: Database) {
    super();
  }

  async insertPedido({ hash, provedor, retorno, por, expiraEm }: PedidoDeEntrada): Promise<void> {
    await this.database.query(
      `INSERT INTO pedidos_de_entrada (hash, provedor, retorno, usuario_id, sessao_id, expira_em)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [hash, provedor, retorno, por?.usuarioId ?? null, por?.sessaoId ?? null, expiraEm],
    );
  }

  async takePedido(hash: Buffer): Promise<Omit<PedidoDeEntrada, 'hash' | 'expiraEm'> | undefined> {
    const [row] = await this.database.query<PedidoRow>(
      `DELETE FROM pedidos_de_entrada p WHERE hash = $1
       RETURNING provedor, retorno, usuario_id, sessao_id, expira_em > now() AND (sessao_id IS NULL OR EXISTS (
         SELECT FROM sessoes s WHERE s.id = p.sessao_id AND s.encerrada_em IS NULL AND s.expira_em > now())) AS vale`,
      [hash],
    );
    if (!row?.vale) return undefined;
    const { provedor, retorno, usuario_id: usuarioId, sessao_id: sessaoId } = row;
    return { provedor, retorno, por: usuarioId !== null && sessaoId !== null ? { usuarioId, sessaoId } : undefined };
  }

  async insertPendente({ hash, usuarioId, identidade, expiraEm }: LigacaoPendente): Promise<void> {
    const { provedor, emissor, sujeito, papeis, segundoFator } = identidade;
    await this.database.query(
      `INSERT INTO ligacoes_pendentes (hash, usuario_id, provedor, emissor, sujeito, governados, dados, segundo_fator, expira_em)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [hash, usuarioId, provedor, emissor, sujeito, papeis.governados, papeis.dados, segundoFator, expiraEm],
    );
  }

  async findPendente(hash: Buffer): Promise<Omit<LigacaoPendente, 'hash' | 'expiraEm'> | undefined> {
    const [row] = await this.database.query<PendenteRow>(
      `SELECT usuario_id, provedor, emissor, sujeito, governados, dados, segundo_fator
         FROM ligacoes_pendentes WHERE hash = $1 AND expira_em > now()`,
      [hash],
    );
    if (!row) return undefined;
    const { usuario_id, provedor, emissor, sujeito, governados, dados, segundo_fator } = row;
    const papeis = { governados, dados };
    return { usuarioId: usuario_id, identidade: { provedor, emissor, sujeito, papeis, segundoFator: segundo_fator } };
  }

  async takePendente(hash: Buffer): Promise<boolean> {
    const sql = 'DELETE FROM ligacoes_pendentes WHERE hash = $1 AND expira_em > now()';
    return (await this.database.change(sql, [hash])) > 0;
  }

  async use(emissor: string, sujeito: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ usuario_id: string }>(
      'UPDATE identidades_externas SET usada_em = now() WHERE emissor = $1 AND sujeito = $2 RETURNING usuario_id',
      [emissor, sujeito],
    );
    return row?.usuario_id;
  }

  async link(usuarioId: string, { provedor, emissor, sujeito }: Identidade): Promise<void> {
    await this.database
      .query('INSERT INTO identidades_externas (usuario_id, provedor, emissor, sujeito) VALUES ($1, $2, $3, $4)', [
        usuarioId,
        provedor,
        emissor,
        sujeito,
      ])
      .catch((error: unknown) => {
        const violada = violatedConstraint(error);
        if (violada === 'identidades_externas_de_um_so') throw new IdentidadeDeOutraConta();
        throw violada === 'identidades_externas_uma_de_cada' ? new ProvedorJaLigado() : error;
      });
  }

  async unlink(usuarioId: string, provedor: string, outros: readonly string[]): Promise<void> {
    // Two that each leave the other as the last way in must not both happen.
    await this.database.query('SELECT FROM usuarios WHERE id = $1 FOR NO KEY UPDATE', [usuarioId]);
    const apagadas = await this.database.change(
      'DELETE FROM identidades_externas WHERE usuario_id = $1 AND provedor = $2',
      [usuarioId, provedor],
    );
    if (apagadas === 0) throw new ProvedorInexistente();
    await this.requireAccess(usuarioId, outros);
  }

  async unlinkAll(usuarioId: string): Promise<void> {
    for (const tabela of ['identidades_externas', 'ligacoes_pendentes', 'pedidos_de_entrada'])
      await this.database.change(`DELETE FROM ${tabela} WHERE usuario_id = $1`, [usuarioId]);
  }

  async requireAccess(usuarioId: string, provedores: readonly string[]): Promise<void> {
    const acessos = await this.database.query(
      // A passkey is a log-in of its own.
      `SELECT FROM usuarios WHERE id = $1 AND senha_propria
       UNION ALL SELECT FROM identidades_externas WHERE usuario_id = $1 AND provedor = ANY($2)
       UNION ALL SELECT FROM chaves_de_acesso WHERE usuario_id = $1 LIMIT 1`,
      [usuarioId, provedores],
    );
    if (acessos.length === 0) throw new UltimoAcesso();
  }

  async list(usuarioId: string): Promise<{ temSenha: boolean; identidades: IdentidadeLigada[] }> {
    const [conta] = await this.database.query<{ senha_propria: boolean }>(
      'SELECT senha_propria FROM usuarios WHERE id = $1',
      [usuarioId],
    );
    const identidades = await this.database.query<IdentidadeLigada>(
      `SELECT provedor, ligada_em AS "ligadaEm", usada_em AS "usadaEm"
         FROM identidades_externas WHERE usuario_id = $1 ORDER BY ligada_em, provedor`,
      [usuarioId],
    );
    return { temSenha: conta?.senha_propria ?? false, identidades };
  }

  async purge(): Promise<number> {
    const purge = (tabela: string) =>
      this.database.change(
        `DELETE FROM ${tabela} WHERE hash IN
           (SELECT hash FROM ${tabela} WHERE expira_em < now() LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
      );
    return (await purge('pedidos_de_entrada')) + (await purge('ligacoes_pendentes'));
  }
}
