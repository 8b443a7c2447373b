import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import { Notifier } from '@plataforma/trabalho';
import { type TokenDeConta, TokenDeContaRepository, type UsoDoToken } from '../application/ports.js';

interface Row {
  readonly hash: Buffer;
  readonly usuario_id: string;
  readonly uso: UsoDoToken;
  readonly email: string | null;
  readonly nome: string | null;
  readonly senha_hash: string | null;
  readonly expira_em: Date;
}

const toToken = ({ hash, usuario_id, uso, email, nome, senha_hash, expira_em }: Row): TokenDeConta => ({
  hash,
  usuarioId: usuario_id,
  uso,
  ...(email !== null && { email }),
  ...(nome !== null && { nome }),
  ...(senha_hash !== null && { senhaHash: senha_hash }),
  expiraEm: expira_em,
});

/** The channel that tells of them. */
export const PEDIDOS_DE_CARTA = 'pedidos_de_carta';

const GOOD = 'usado_em IS NULL AND expira_em > now()';

@Injectable()
export class PgTokenDeContaRepository extends TokenDeContaRepository {
  constructor(
    private readonly database: Database,
    private readonly notifier: Notifier,
  ) {
    super();
  }

  async insert({ hash, usuarioId, uso, email, nome, senhaHash, expiraEm }: TokenDeConta): Promise<void> {
    await this.database.query(
      `INSERT INTO tokens_de_conta (hash, usuario_id, uso, email, nome, senha_hash, expira_em) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [hash, usuarioId, uso, email ?? null, nome ?? null, senhaHash ?? null, expiraEm],
    );
  }

  async find(hash: Buffer): Promise<TokenDeConta | undefined> {
    const [row] = await this.database.query<Row>(
      `SELECT hash, usuario_id, uso, email, nome, senha_hash, expira_em FROM tokens_de_conta WHERE hash = $1 AND ${GOOD}`,
      [hash],
    );
    return row && toToken(row);
  }

  async use(hash: Buffer): Promise<boolean> {
    return (
      (await this.database.change(`UPDATE tokens_de_conta SET usado_em = now() WHERE hash = $1 AND ${GOOD}`, [hash])) >
      0
    );
  }

  async revoke(usuarioId: string, usos: readonly UsoDoToken[]): Promise<void> {
    await this.database.change(
      'UPDATE tokens_de_conta SET usado_em = now() WHERE usuario_id = $1 AND uso = ANY($2) AND usado_em IS NULL',
      [usuarioId, usos],
    );
  }

  async request(uso: 'VERIFICACAO' | 'SENHA', email: string): Promise<void> {
    await this.database.query('INSERT INTO pedidos_de_carta (uso, email) VALUES ($1, $2)', [uso, email]);
    this.notifier.announce(PEDIDOS_DE_CARTA);
  }

  takeRequests(limit: number): Promise<{ uso: 'VERIFICACAO' | 'SENHA'; email: string }[]> {
    return this.database.query(
      `DELETE FROM pedidos_de_carta WHERE posicao IN
         (SELECT posicao FROM pedidos_de_carta ORDER BY posicao LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING uso, email`,
      [limit],
    );
  }

  purge(): Promise<number> {
    return this.database.change(
      `DELETE FROM tokens_de_conta WHERE hash IN
         (SELECT hash FROM tokens_de_conta WHERE expira_em < now() - interval '1 day' LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
    );
  }
}
