import { Injectable } from '@nestjs/common';
import { Database, violatedConstraint } from '@plataforma/platform';
import {
  type CupomAcordado,
  type CupomEncontrado,
  CupomRepository,
  type DadosDoCupom,
} from '../application/ports-precos.js';
import { type Cupom, codigoCanonico, type DescontoAcordado, type UsosDoCupom } from '../domain/cupom.js';
import {
  CodigoDeCupomRepetido,
  CupomDesconhecido,
  CupomEsgotado,
  CupomInexistente,
  EspacoDoCupomInexistente,
  LimiteAbaixoDosUsos,
  LimiteDoCupomPorPessoa,
  ValidadeDoCupomInvalida,
  VersaoDoCupomDiferente,
} from '../domain/errors.js';

interface Row {
  id: string;
  codigo: string;
  ativo: boolean;
  percentual: number | null;
  valor_centavos: string | null;
  vigente_de: Date | null;
  vigente_ate: Date | null;
  limite_total: number | null;
  limite_por_pessoa: number | null;
  espacos: string[] | null;
  tipos: string[] | null;
  valor_minimo_centavos: string;
  tipo_do_espaco: string;
}

type DadosRow = Omit<DadosDoCupom, 'desconto'> & {
  readonly percentual: number | null;
  readonly valorCentavos: number | null;
  readonly versao: number;
};

/** Uses of coupon $1 that stand: all of them (kept in its row), and those of person $2. */
const USES = `
  SELECT c.usos AS total, (SELECT count(*)::int FROM cupom_usos u
                            WHERE u.cupom_id = c.id AND u.cliente_id = $2 AND u.devolvido_em IS NULL) AS "daPessoa"
    FROM cupons c WHERE c.id = $1`;

@Injectable()
export class PgCupomRepository extends CupomRepository {
  constructor(private readonly database: Database) {
    super();
  }

  override insert(id: string, cupom: DadosDoCupom & { readonly codigo: string }): Promise<void> {
    return this.write(
      `INSERT INTO cupons (id, codigo, descricao, ativo, percentual, valor_centavos, vigente_de, vigente_ate,
                           limite_total, limite_por_pessoa, espacos, tipos, valor_minimo_centavos)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      [id, cupom.codigo, ...values(cupom)],
      cupom.espacos,
    );
  }

  override async change(id: string, mudanca: Partial<DadosDoCupom>, versao: number | undefined): Promise<void> {
    await this.database.transaction(async () => {
      const [antes] = await this.database.query<DadosRow>(
        `SELECT descricao, ativo, percentual, valor_centavos::float8 AS "valorCentavos", vigente_de AS "vigenteDe",
                vigente_ate AS "vigenteAte", limite_total AS "limiteTotal", limite_por_pessoa AS "limitePorPessoa",
                espacos, tipos, valor_minimo_centavos::float8 AS "valorMinimoCentavos", versao
           FROM cupons WHERE id = $1 FOR UPDATE`,
        [id],
      );
      if (!antes) throw new CupomInexistente();
      if (versao !== undefined && versao !== antes.versao) throw new VersaoDoCupomDiferente();
      const { percentual, valorCentavos } = antes;
      const desconto =
        percentual === null
          ? ({ tipo: 'VALOR', valorCentavos: valorCentavos ?? 0 } as const)
          : ({ tipo: 'PERCENTUAL', percentual } as const);
      await this.write(
        `UPDATE cupons SET descricao = $2, ativo = $3, percentual = $4, valor_centavos = $5, vigente_de = $6,
                vigente_ate = $7, limite_total = $8, limite_por_pessoa = $9, espacos = $10, tipos = $11,
                valor_minimo_centavos = $12, versao = versao + 1, alterado_em = now()
          WHERE id = $1`,
        [id, ...values({ ...antes, desconto, ...mudanca })],
        mudanca.espacos,
      );
    });
  }

  private async write(
    sql: string,
    parameters: readonly unknown[],
    espacos: readonly string[] | null | undefined,
  ): Promise<void> {
    await this.verifySpaces(espacos ?? []);
    try {
      await this.database.change(sql, parameters);
    } catch (error) {
      switch (violatedConstraint(error)) {
        case 'cupons_codigo_unico':
          throw new CodigoDeCupomRepetido();
        case 'cupons_usos_no_limite':
          throw new LimiteAbaixoDosUsos();
        case 'cupons_validade':
          throw new ValidadeDoCupomInvalida();
        default:
          throw error;
      }
    }
  }

  private async verifySpaces(espacos: readonly string[]): Promise<void> {
    if (espacos.length === 0) return;
    const rows = await this.database.query<{ id: string }>(
      'SELECT id FROM unnest($1::uuid[]) AS pedido(id) WHERE NOT EXISTS (SELECT FROM espacos e WHERE e.id = pedido.id)',
      [espacos],
    );
    if (rows.length > 0) throw new EspacoDoCupomInexistente(rows.map(({ id }) => id));
  }

  override async find(codigo: string, espacoId: string): Promise<CupomEncontrado> {
    const [row] = await this.database.query<Row>(
      `SELECT c.*, e.tipo AS tipo_do_espaco FROM cupons c JOIN espacos e ON e.id = $2 WHERE c.codigo = $1`,
      [codigoCanonico(codigo), espacoId],
    );
    if (!row) throw new CupomDesconhecido();
    return { cupom: toCupom(row), tipoDoEspaco: row.tipo_do_espaco };
  }

  override async uses(cupomId: string, clienteId: string): Promise<UsosDoCupom> {
    const [usos] = await this.database.query<UsosDoCupom>(USES, [cupomId, clienteId]);
    if (!usos) throw new CupomDesconhecido();
    return usos;
  }

  override async redeem({ id, ...acordado }: CupomAcordado, reservaId: string, clienteId: string): Promise<void> {
    await this.takeOne(id, clienteId);
    await this.database.change(
      'INSERT INTO cupom_usos (reserva_id, cupom_id, cliente_id, acordado) VALUES ($1, $2, $3, $4)',
      [reservaId, id, clienteId, JSON.stringify(acordado)],
    );
  }

  override async agreed(reservaId: string): Promise<DescontoAcordado | undefined> {
    const [row] = await this.database.query<{ acordado: DescontoAcordado }>(
      'SELECT coalesce(u.acordado, desconto_de(c)) AS acordado FROM cupom_usos u JOIN cupons c ON c.id = u.cupom_id WHERE u.reserva_id = $1',
      [reservaId],
    );
    return row?.acordado;
  }

  override async giveBack(reservaId: string): Promise<void> {
    await this.database.change(
      `WITH devolvido AS (
         UPDATE cupom_usos SET devolvido_em = now() WHERE reserva_id = $1 AND devolvido_em IS NULL RETURNING cupom_id)
       UPDATE cupons SET usos = usos - 1 FROM devolvido WHERE id = devolvido.cupom_id`,
      [reservaId],
    );
  }

  override async redeemAgain(reservaId: string): Promise<void> {
    const [uso] = await this.database.query<{ cupom_id: string; cliente_id: string }>(
      'SELECT cupom_id, cliente_id FROM cupom_usos WHERE reserva_id = $1 AND devolvido_em IS NOT NULL',
      [reservaId],
    );
    if (!uso) return;
    await this.takeOne(uso.cupom_id, uso.cliente_id);
    await this.database.change('UPDATE cupom_usos SET devolvido_em = NULL WHERE reserva_id = $1', [reservaId]);
  }

  /**
   * The update waits for who is ahead and then sees what is left. The person's own uses are counted by a statement
   * after it, under the lock: a subquery of the update would still see them as they were before the wait.
   */
  private async takeOne(cupomId: string, clienteId: string): Promise<void> {
    const [cupom] = await this.database.query<Pick<Row, 'limite_por_pessoa'>>(
      `UPDATE cupons SET usos = usos + 1
        WHERE id = $1 AND (limite_total IS NULL OR usos < limite_total) RETURNING limite_por_pessoa`,
      [cupomId],
    );
    if (!cupom) throw new CupomEsgotado();
    if (cupom.limite_por_pessoa === null) return;
    const { daPessoa } = await this.uses(cupomId, clienteId);
    if (daPessoa >= cupom.limite_por_pessoa) throw new LimiteDoCupomPorPessoa(cupom.limite_por_pessoa);
  }
}

const toCupom = (row: Row): Cupom => ({
  id: row.id,
  codigo: row.codigo,
  ativo: row.ativo,
  desconto:
    row.percentual === null
      ? { tipo: 'VALOR', valorCentavos: Number(row.valor_centavos) }
      : { tipo: 'PERCENTUAL', percentual: row.percentual },
  vigenteDe: row.vigente_de?.getTime() ?? null,
  vigenteAte: row.vigente_ate?.getTime() ?? null,
  limiteTotal: row.limite_total,
  limitePorPessoa: row.limite_por_pessoa,
  espacos: row.espacos,
  tipos: row.tipos,
  valorMinimoCentavos: Number(row.valor_minimo_centavos),
});

const values = (cupom: DadosDoCupom): unknown[] => [
  cupom.descricao,
  cupom.ativo,
  cupom.desconto.tipo === 'PERCENTUAL' ? cupom.desconto.percentual : null,
  cupom.desconto.tipo === 'VALOR' ? cupom.desconto.valorCentavos : null,
  cupom.vigenteDe,
  cupom.vigenteAte,
  cupom.limiteTotal,
  cupom.limitePorPessoa,
  cupom.espacos,
  cupom.tipos,
  cupom.valorMinimoCentavos,
];
