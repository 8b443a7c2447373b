import { randomUUIDv7 } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type {
  CupomHttp,
  CuponsHttp,
  FiltroDeCuponsHttp,
  MudancaDeCupomHttp,
  NovoCupomHttp,
} from '@plataforma/contracts';
import { Database, decodeCursor, pageOf } from '@plataforma/platform';
import { z } from 'zod';
import { codigoCanonico } from '../domain/cupom.js';
import { CupomInexistente } from '../domain/errors.js';
import { type DadosDoCupom, CupomRepository } from './ports-precos.js';

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

export class CriarCupom extends Command<string> {
  constructor(readonly cupom: NovoCupomHttp) {
    super();
  }
}

@CommandHandler(CriarCupom)
export class CriarCupomHandler implements ICommandHandler<CriarCupom> {
  constructor(private readonly cupons: CupomRepository) {}

  /** @returns its id @throws CodigoDeCupomRepetido, EspacoDoCupomInexistente, ValidadeDoCupomInvalida */
  async execute({ cupom }: CriarCupom): Promise<string> {
    const id = randomUUIDv7();
    await this.cupons.insert(id, { ...cupom, codigo: codigoCanonico(cupom.codigo) });
    return id;
  }
}

export class MudarCupom extends Command<void> {
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
  constructor(private readonly cupons: CupomRepository) {}

  /**
   * Changes what is given; bookings and quotes made before keep theirs. `versao` is the one that the caller has read.
   * @throws CupomInexistente, VersaoDoCupomDiferente, LimiteAbaixoDosUsos, EspacoDoCupomInexistente,
   * ValidadeDoCupomInvalida
   */
  execute({ id, mudanca, versao }: MudarCupom): Promise<void> {
    return this.cupons.change(id, definedOf(mudanca), versao);
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
    const rows = await this.database.query<Row>(
      `SELECT ${COLUMNS} FROM cupons
        WHERE ($1::boolean IS NULL OR ativo = $1) AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [ativo ?? null, antesDe, limite + 1],
    );
    return pageOf(rows, limite, toHttp, (item) => [item.id]);
  }
}

/** What a change gives: a member that is absent from the body may be present as undefined. */
const definedOf = (mudanca: MudancaDeCupomHttp) =>
  Object.fromEntries(Object.entries(mudanca).filter(([, valor]) => valor !== undefined)) as Partial<DadosDoCupom>;

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
