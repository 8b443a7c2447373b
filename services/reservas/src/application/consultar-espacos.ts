import { Injectable } from '@nestjs/common';
import type { DisponibilidadeHttp, EspacoHttp, EspacosHttp } from '@plataforma/contracts';
import { Cache, Database, decodeCursor, encodeCursor } from '@plataforma/platform';
import { z } from 'zod';
import { iniciosPossiveis, intervalosLivres, recortar } from '../domain/disponibilidade.js';
import { DuracaoForaDoPermitido, EspacoInexistente } from '../domain/errors.js';
import type { PeriodoReserva } from '../domain/periodo-reserva.js';
import { intervalosAbertos } from './abertura.js';
import { EspacoRepository } from './ports.js';

const CACHE_TTL_S = 300;

const COLUMNS = `
  e.id, e.nome, e.tipo, e.descricao, e.cidade, e.endereco, e.fuso, e.capacidade, e.fotos, e.recursos, e.horarios,
  CASE e.ocupa WHEN 'TODAS' THEN 1
    ELSE (SELECT count(*)::int FROM espaco_unidades u WHERE u.espaco_id = e.id) END AS unidades,
  e.duracao_minima_minutos AS "duracaoMinimaMinutos", e.duracao_maxima_minutos AS "duracaoMaximaMinutos",
  e.passo_minutos AS "passoMinutos", e.preco_hora_centavos::float8 AS "precoHoraCentavos", 'BRL' AS moeda,
  e.politica_cancelamento AS "politicaCancelamento"`;

export interface FiltroDeEspacos {
  readonly cidade?: string | undefined;
  readonly tipo?: string | undefined;
  readonly capacidade?: number | undefined;
  readonly cursor?: string | undefined;
  readonly limite: number;
}

/** Reads of the catalogue: straight SQL, from a replica when there is one. */
@Injectable()
export class ConsultarEspacos {
  constructor(
    private readonly database: Database,
    private readonly espacos: EspacoRepository,
    private readonly cache: Cache,
  ) {}

  /** Spaces by name, in pages. @throws Problem 400 for a foreign cursor */
  async list({ cidade, tipo, capacidade, cursor, limite }: FiltroDeEspacos): Promise<EspacosHttp> {
    const [nome, id] = cursor === undefined ? [null, null] : decodeCursor(cursor, z.tuple([z.string(), z.uuid()]));
    const rows = await this.database.read<EspacoHttp>(
      `SELECT ${COLUMNS} FROM espacos e
        WHERE ($1::text IS NULL OR e.cidade = $1) AND ($2::text IS NULL OR e.tipo = $2)
          AND ($3::int IS NULL OR e.capacidade >= $3)
          AND ($4::text IS NULL OR (e.nome, e.id) > ($4, $5::uuid))
        ORDER BY e.nome, e.id LIMIT $6`,
      [cidade ?? null, tipo ?? null, capacidade ?? null, nome, id, limite + 1],
    );
    const itens = rows.slice(0, limite);
    const ultimo = itens.at(-1);
    return { itens, proximo: rows.length > limite && ultimo ? encodeCursor(ultimo.nome, ultimo.id) : null };
  }

  /** @throws EspacoInexistente */
  async byId(id: string): Promise<EspacoHttp> {
    const espaco = await this.cache.remember(`espaco:${id}`, CACHE_TTL_S, async () => {
      const [row] = await this.database.read<EspacoHttp>(`SELECT ${COLUMNS} FROM espacos e WHERE e.id = $1`, [id]);
      return row;
    });
    if (!espaco) throw new EspacoInexistente();
    return espaco;
  }

  /**
   * Free intervals of a space within `periodo`, and the starts from which `duracaoMinutos` can be booked.
   * @throws EspacoInexistente, DuracaoForaDoPermitido
   */
  async availability(id: string, periodo: PeriodoReserva, duracaoMinutos?: number): Promise<DisponibilidadeHttp> {
    const { espaco, agora } = await this.espacos.load(id);
    const { duracaoMinimaMinutos: minima, duracaoMaximaMinutos: maxima } = espaco;
    const duracao = duracaoMinutos ?? minima;
    if (duracao < minima || duracao > maxima) throw new DuracaoForaDoPermitido(minima, maxima);
    const ocupacoes = await this.database.read<{ unidade_id: string; inicio: Date; fim: Date }>(
      `SELECT unidade_id, lower(periodo) AS inicio, upper(periodo) AS fim FROM ocupacoes
        WHERE unidade_id = ANY($1) AND periodo && tstzrange(to_timestamp($2::float8 / 1000) - interval '1 day',
                                                           to_timestamp($3::float8 / 1000) + interval '1 day')`,
      [espaco.unidades, periodo.inicio, periodo.fim],
    );
    const abertos = intervalosAbertos(espaco.horarios, espaco.fuso, periodo);
    const ocupados = espaco.unidades.map((unidade) =>
      ocupacoes
        .filter((ocupacao) => ocupacao.unidade_id === unidade)
        .map(({ inicio, fim }) => ({ inicio: inicio.getTime(), fim: fim.getTime() })),
    );
    const livres = intervalosLivres(abertos, ocupados, espaco);
    const iso = (ms: number) => new Date(ms).toISOString();
    return {
      espacoId: id,
      fuso: espaco.fuso,
      livres: recortar(livres, periodo).map(({ inicio, fim }) => ({ inicio: iso(inicio), fim: iso(fim) })),
      inicios: iniciosPossiveis(abertos, livres, duracao, espaco.passoMinutos, agora)
        .filter((inicio) => inicio >= periodo.inicio && inicio < periodo.fim)
        .map(iso),
    };
  }
}
