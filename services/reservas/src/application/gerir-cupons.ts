import { randomUUIDv7 } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type {
  CupomHttp,
  CuponsHttp,
  FiltroDeCuponsHttp,
  MudancaDeCupomHttp,
  NovoCupomHttp,
} from '@plataforma/contracts';
import { Database, decodeCursor, pageOf, violatedConstraint } from '@plataforma/platform';
import { z } from 'zod';
import { codigoCanonico } from '../domain/cupom.js';
import {
  CodigoDeCupomRepetido,
  CupomInexistente,
  EspacoDoCupomInexistente,
  LimiteAbaixoDosUsos,
  ValidadeDoCupomInvalida,
  VersaoDoCupomDiferente,
} from '../domain/errors.js';

interface Row extends Omit<CupomHttp, 'desconto'> {
  readonly percentual: number | null;
  readonly valorCentavos: number | null;
}

const COLUMNS = `
  id, codigo, descricao, ativo, percentual, valor_centavos::float8 AS "valorCentavos", vigente_de AS "vigenteDe",
  vigente_ate AS "vigenteAte", limite_total AS "limiteTotal", limite_por_pessoa AS "limitePorPessoa", espacos, tipos,
  valor_minimo_centavos::float8 AS "valorMinimoCentavos", usos, versao, criado_em AS "criadoEm",
  alterado_em AS "alteradoEm"`;

/* The coupons, as those who administer them see and change them. A coupon is never deleted: bookings name it. */

export class CriarCupom extends Command<CupomHttp> {
  constructor(readonly cupom: NovoCupomHttp) {
    super();
  }
}

@CommandHandler(CriarCupom)
export class CriarCupomHandler implements ICommandHandler<CriarCupom> {
  constructor(private readonly database: Database) {}

  /** @throws CodigoDeCupomRepetido, EspacoDoCupomInexistente */
  async execute({ cupom: novo }: CriarCupom): Promise<CupomHttp> {
    const codigo = codigoCanonico(novo.codigo);
    return write(
      this.database,
      `INSERT INTO cupons (id, codigo, descricao, ativo, percentual, valor_centavos, vigente_de, vigente_ate,
                           limite_total, limite_por_pessoa, espacos, tipos, valor_minimo_centavos)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING ${COLUMNS}`,
      [randomUUIDv7(), codigo, ...values(novo)],
      novo.espacos,
    );
  }
}

export class MudarCupom extends Command<CupomHttp> {
  constructor(
    readonly id: string,
    readonly mudanca: MudancaDeCupomHttp,
    readonly versao?: number,
  ) {
    super();
  }
}

@CommandHandler(MudarCupom)
export class MudarCupomHandler implements ICommandHandler<MudarCupom> {
  constructor(private readonly database: Database) {}

  /**
   * Changes what is given; bookings and quotes made before keep theirs. `versao` is the one that the caller has read.
   * @throws CupomInexistente, VersaoDoCupomDiferente, LimiteAbaixoDosUsos, EspacoDoCupomInexistente
   */
  async execute({ id, mudanca, versao }: MudarCupom): Promise<CupomHttp> {
    return this.database.transaction(async () => {
      const [antes] = await this.database.query<Row>(`SELECT ${COLUMNS} FROM cupons WHERE id = $1 FOR UPDATE`, [id]);
      if (!antes) throw new CupomInexistente();
      if (versao !== undefined && versao !== antes.versao) throw new VersaoDoCupomDiferente();
      return write(
        this.database,
        `UPDATE cupons SET descricao = $2, ativo = $3, percentual = $4, valor_centavos = $5, vigente_de = $6,
                vigente_ate = $7, limite_total = $8, limite_por_pessoa = $9, espacos = $10, tipos = $11,
                valor_minimo_centavos = $12, versao = versao + 1, alterado_em = now()
          WHERE id = $1 RETURNING ${COLUMNS}`,
        [id, ...values({ ...toHttp(antes), ...definedOf(mudanca) })],
        mudanca.espacos,
      );
    });
  }
}

export class ConsultarCupom extends Query<CupomHttp> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(ConsultarCupom)
export class ConsultarCupomHandler implements IQueryHandler<ConsultarCupom> {
  constructor(private readonly database: Database) {}

  /** @throws CupomInexistente */
  async execute({ id }: ConsultarCupom): Promise<CupomHttp> {
    const [row] = await this.database.query<Row>(`SELECT ${COLUMNS} FROM cupons WHERE id = $1`, [id]);
    if (!row) throw new CupomInexistente();
    return toHttp(row);
  }
}

export class ListarCupons extends Query<CuponsHttp> {
  constructor(readonly filtro: FiltroDeCuponsHttp) {
    super();
  }
}

@QueryHandler(ListarCupons)
export class ListarCuponsHandler implements IQueryHandler<ListarCupons> {
  constructor(private readonly database: Database) {}

  /** Newest first. @throws Problem 400 for a foreign cursor */
  async execute({ filtro: { ativo, cursor, limite } }: ListarCupons): Promise<CuponsHttp> {
    const [antesDe] = cursor === undefined ? [null] : decodeCursor(cursor, z.tuple([z.uuid()]));
    const rows = await this.database.read<Row>(
      `SELECT ${COLUMNS} FROM cupons
        WHERE ($1::boolean IS NULL OR ativo = $1) AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [ativo ?? null, antesDe, limite + 1],
    );
    return pageOf(rows, limite, toHttp, (item) => [item.id]);
  }
}

async function write(
  database: Database,
  sql: string,
  parameters: readonly unknown[],
  espacos: readonly string[] | null | undefined,
): Promise<CupomHttp> {
  await verifySpaces(database, espacos ?? []);
  try {
    const [row] = await database.query<Row>(sql, parameters);
    if (!row) throw new CupomInexistente();
    return toHttp(row);
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

async function verifySpaces(database: Database, espacos: readonly string[]): Promise<void> {
  if (espacos.length === 0) return;
  const rows = await database.query<{ id: string }>(
    'SELECT id FROM unnest($1::uuid[]) AS pedido(id) WHERE NOT EXISTS (SELECT FROM espacos e WHERE e.id = pedido.id)',
    [espacos],
  );
  if (rows.length > 0) throw new EspacoDoCupomInexistente(rows.map(({ id }) => id));
}

/** What a change gives: a member that is absent from the body may be present as undefined. */
const definedOf = (mudanca: MudancaDeCupomHttp) =>
  Object.fromEntries(Object.entries(mudanca).filter(([, valor]) => valor !== undefined)) as Partial<CupomHttp>;

const values = (cupom: Omit<NovoCupomHttp, 'codigo'>): unknown[] => [
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

const iso = (instante: string | null) => instante && new Date(instante).toISOString();

const toHttp = ({ percentual, valorCentavos, ...row }: Row): CupomHttp => ({
  ...row,
  desconto:
    percentual === null ? { tipo: 'VALOR', valorCentavos: valorCentavos ?? 0 } : { tipo: 'PERCENTUAL', percentual },
  vigenteDe: iso(row.vigenteDe),
  vigenteAte: iso(row.vigenteAte),
  criadoEm: new Date(row.criadoEm).toISOString(),
  alteradoEm: new Date(row.alteradoEm).toISOString(),
});
