import { randomUUIDv7 } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type BloqueioHttp, type BloqueiosHttp, instante } from '@plataforma/contracts';
import { Database, decodeCursor, pageOf } from '@plataforma/platform';
import { z } from 'zod';
import { BloqueioInexistente, BloqueioLongoDemais, PeriodoNoPassado, UnidadeInexistente } from '../domain/errors.js';
import { BLOQUEIO_MAXIMO_DIAS, DIA_MS, type PeriodoReserva } from '../domain/periodo-reserva.js';
import { BloqueioRepository, EspacoRepository } from './ports.js';

interface Row extends Omit<BloqueioHttp, 'inicio' | 'fim' | 'criadoEm'> {
  readonly inicio: Date;
  readonly fim: Date;
  readonly criadoEm: Date;
}

const SELECT = `
  SELECT b.id, b.espaco_id AS "espacoId", b.inicio, b.fim, b.motivo, b.autor_id AS "autorId", b.criado_em AS "criadoEm",
         ARRAY(SELECT o.unidade_id FROM ocupacoes o WHERE o.bloqueio_id = b.id ORDER BY o.unidade_id) AS unidades
    FROM bloqueios b`;

/* Takes time away from a space for its admins, and gives it back. */

export class BloquearEspaco extends Command<string> {
  constructor(
    readonly espacoId: string,
    readonly periodo: PeriodoReserva,
    readonly motivo: string,
    readonly unidades: readonly string[] | undefined,
    readonly autorId: string,
  ) {
    super();
  }
}

@CommandHandler(BloquearEspaco)
export class BloquearEspacoHandler implements ICommandHandler<BloquearEspaco> {
  constructor(
    private readonly database: Database,
    private readonly espacos: EspacoRepository,
    private readonly bloqueios: BloqueioRepository,
  ) {}

  /**
   * Blocks all units of the space, or some. @returns the id of the blackout
   * @throws EspacoInexistente, PeriodoNoPassado, BloqueioLongoDemais, UnidadeInexistente, BloqueioEmConflito with nothing blocked
   */
  async execute({ espacoId, periodo, motivo, unidades, autorId }: BloquearEspaco): Promise<string> {
    const id = randomUUIDv7();
    await this.database.transaction(async () => {
      const { espaco, agora } = await this.espacos.load(espacoId);
      if (periodo.fim <= agora) throw new PeriodoNoPassado();
      if (periodo.fim - Math.min(periodo.inicio, agora) > BLOQUEIO_MAXIMO_DIAS * DIA_MS)
        throw new BloqueioLongoDemais(BLOQUEIO_MAXIMO_DIAS);
      const escolhidas = unidades === undefined ? espaco.unidades : [...new Set(unidades)];
      if (escolhidas.some((unidade) => !espaco.unidades.includes(unidade))) throw new UnidadeInexistente();
      await this.bloqueios.insert({ id, espacoId, periodo, motivo, unidades: escolhidas, autorId });
    });
    return id;
  }
}

export class DesbloquearEspaco extends Command<void> {
  constructor(
    readonly espacoId: string,
    readonly id: string,
  ) {
    super();
  }
}

@CommandHandler(DesbloquearEspaco)
export class DesbloquearEspacoHandler implements ICommandHandler<DesbloquearEspaco> {
  constructor(private readonly bloqueios: BloqueioRepository) {}

  /** @throws BloqueioInexistente */
  async execute({ espacoId, id }: DesbloquearEspaco): Promise<void> {
    await this.bloqueios.remove(espacoId, id);
  }
}

export class ConsultarBloqueio extends Query<BloqueioHttp> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(ConsultarBloqueio)
export class ConsultarBloqueioHandler implements IQueryHandler<ConsultarBloqueio> {
  constructor(private readonly database: Database) {}

  /** @throws BloqueioInexistente */
  async execute({ id }: ConsultarBloqueio): Promise<BloqueioHttp> {
    const [row] = await this.database.query<Row>(`${SELECT} WHERE b.id = $1`, [id]);
    if (!row) throw new BloqueioInexistente();
    return toHttp(row);
  }
}

export class ListarBloqueios extends Query<BloqueiosHttp> {
  constructor(
    readonly espacoId: string,
    readonly de: Date | undefined,
    readonly cursor: string | undefined,
    readonly limite: number,
  ) {
    super();
  }
}

@QueryHandler(ListarBloqueios)
export class ListarBloqueiosHandler implements IQueryHandler<ListarBloqueios> {
  constructor(
    private readonly database: Database,
    private readonly espacos: EspacoRepository,
  ) {}

  /** Those that end after `de` (now by default), the earliest first. @throws EspacoInexistente, Problem 400 */
  async execute({ espacoId, de, cursor, limite }: ListarBloqueios): Promise<BloqueiosHttp> {
    await this.espacos.load(espacoId);
    const [inicio, id] = cursor === undefined ? [null, null] : decodeCursor(cursor, z.tuple([instante, z.uuid()]));
    const rows = await this.database.query<Row>(
      `${SELECT} WHERE b.espaco_id = $1 AND b.fim > coalesce($2, now())
         AND ($3::timestamptz IS NULL OR (b.inicio, b.id) > ($3, $4::uuid))
       ORDER BY b.inicio, b.id LIMIT $5`,
      [espacoId, de ?? null, inicio, id, limite + 1],
    );
    return pageOf(rows, limite, toHttp, (item) => [item.inicio, item.id]);
  }
}

const toHttp = ({ inicio, fim, criadoEm, ...resto }: Row): BloqueioHttp => ({
  ...resto,
  inicio: inicio.toISOString(),
  fim: fim.toISOString(),
  criadoEm: criadoEm.toISOString(),
});
