import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
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

/** Takes time away from a space for its admins, and gives it back. */
@Injectable()
export class BloquearEspaco {
  constructor(
    private readonly database: Database,
    private readonly espacos: EspacoRepository,
    private readonly bloqueios: BloqueioRepository,
  ) {}

  /**
   * Blocks all units of the space, or some.
   * @throws EspacoInexistente, PeriodoNoPassado, BloqueioLongoDemais, UnidadeInexistente, BloqueioEmConflito with nothing blocked
   */
  async block(
    espacoId: string,
    periodo: PeriodoReserva,
    motivo: string,
    unidades: readonly string[] | undefined,
    autorId: string,
  ): Promise<BloqueioHttp> {
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
    return this.byId(id);
  }

  /** @throws BloqueioInexistente */
  async unblock(espacoId: string, id: string): Promise<void> {
    await this.bloqueios.remove(espacoId, id);
  }

  /** Those that end after `de` (now by default), the earliest first. @throws EspacoInexistente, Problem 400 */
  async list(
    espacoId: string,
    de: Date | undefined,
    cursor: string | undefined,
    limite: number,
  ): Promise<BloqueiosHttp> {
    await this.espacos.load(espacoId);
    const [inicio, id] = cursor === undefined ? [null, null] : decodeCursor(cursor, z.tuple([instante, z.uuid()]));
    const rows = await this.database.read<Row>(
      `${SELECT} WHERE b.espaco_id = $1 AND b.fim > coalesce($2, now())
         AND ($3::timestamptz IS NULL OR (b.inicio, b.id) > ($3, $4::uuid))
       ORDER BY b.inicio, b.id LIMIT $5`,
      [espacoId, de ?? null, inicio, id, limite + 1],
    );
    return pageOf(rows, limite, toHttp, (item) => [item.inicio, item.id]);
  }

  private async byId(id: string): Promise<BloqueioHttp> {
    const [row] = await this.database.query<Row>(`${SELECT} WHERE b.id = $1`, [id]);
    if (!row) throw new BloqueioInexistente();
    return toHttp(row);
  }
}

const toHttp = ({ inicio, fim, criadoEm, ...resto }: Row): BloqueioHttp => ({
  ...resto,
  inicio: inicio.toISOString(),
  fim: fim.toISOString(),
  criadoEm: criadoEm.toISOString(),
});
