import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EsperaHttp, EsperasHttp, NovaEsperaHttp } from '@plataforma/contracts';
import { EventStore } from '@plataforma/messaging';
import { Database, decodeCursor, isUnavailable, Logger, pageOf, type Usuario, Worker } from '@plataforma/platform';
import { z } from 'zod';
import { iniciosNaAgenda } from '../domain/agenda.js';
import {
  ErroDeReserva,
  EsperaInexistente,
  EsperasDemais,
  EspacoIndisponivel,
  EspacoInexistente,
  PeriodoNoPassado,
} from '../domain/errors.js';
import { formaDoLugar } from '../domain/forma-de-busca.js';
import { MINUTO_MS, PeriodoReserva } from '../domain/periodo-reserva.js';
import { Agendas } from './agendas.js';
import { EspacoRepository } from './ports.js';
import { ReterEspaco } from './reter-espaco.js';
import { TempoLiberado, type Trecho } from './tempo-liberado.js';

/** How long what was freed is held for whoever waited for it, s. */
export class RetencaoDaFila {
  constructor(readonly segundos: number) {}
}

const MAX_ESPERAS_POR_PESSOA = 20;
/** Of those who wait for what was freed, how many are tried in its transaction; the worker finds the others. */
const MAX_CANDIDATOS = 25;
/** Times of one space that are tried for one person whose limits, and not somebody else, stand in the way. */
const MAX_RECUSAS = 3;
const POLL_FLOOR_MS = 30_000;

interface Espera {
  readonly id: string;
  readonly cliente_id: string;
  readonly inicio: Date;
  readonly fim: Date;
  readonly flexibilidade_minutos: number;
}

/** The latest start that would do for an entry `f`. */
const ULTIMO_INICIO = 'f.inicio + make_interval(mins => f.flexibilidade_minutos)';

const SELECT = `
  SELECT f.id, f.cliente_id AS "clienteId", f.espaco_id AS "espacoId",
         CASE WHEN e.id IS NOT NULL THEN jsonb_build_object('nome', e.nome, 'cidade', e.cidade, 'fuso', e.fuso) END AS espaco,
         CASE WHEN f.espaco_id IS NULL THEN jsonb_build_object('cidade', f.cidade, 'tipo', f.tipo,
           'capacidade', f.capacidade, 'recursos', f.recursos) END AS busca,
         f.inicio, f.fim, f.flexibilidade_minutos AS "flexibilidadeMinutos", f.reserva_id AS "reservaId", f.criada_em AS "criadaEm",
         CASE WHEN f.situacao = 'ATENDIDA' AND r.status LIKE 'PENDENTE%' THEN 'OFERTADA'
              WHEN f.situacao = 'ATENDIDA' AND r.status = 'CANCELADA' THEN 'EXPIRADA'
              WHEN f.situacao = 'ESPERANDO' AND ${ULTIMO_INICIO} <= now() THEN 'ENCERRADA'
              ELSE f.situacao END AS situacao,
         CASE WHEN r.status LIKE 'PENDENTE%' THEN r.expira_em END AS "expiraEm"
    FROM fila f LEFT JOIN reservas r ON r.id = f.reserva_id LEFT JOIN espacos e ON e.id = f.espaco_id`;

/** Spaces that would do for an entry `f`. */
const SERVE = `
  e.situacao = 'PUBLICADO' AND (e.id = f.espaco_id OR (f.espaco_id IS NULL AND e.cidade_buscada = f.cidade_buscada
    AND (f.tipo IS NULL OR e.tipo = f.tipo) AND (f.capacidade IS NULL OR e.capacidade >= f.capacidade)
    AND e.recursos @> f.recursos))`;

type Row = Omit<EsperaHttp, 'inicio' | 'fim' | 'expiraEm' | 'criadaEm'> & {
  inicio: Date;
  fim: Date;
  expiraEm: Date | null;
  criadaEm: Date;
};

/**
 * The waitlist. When time is freed, the first in line who can use it gets a timed hold, in the transaction that frees
 * it, and is told: nobody comes in between. One that is not paid is freed by its own deadline, and the next is served
 * by the same rule. Time that becomes bookable in other ways (longer hours, another unit) is found by the worker.
 */
@Injectable()
export class FilaDeEspera extends Worker {
  constructor(
    private readonly database: Database,
    private readonly events: EventStore,
    private readonly espacos: EspacoRepository,
    private readonly agendas: Agendas,
    private readonly retencoes: ReterEspaco,
    private readonly retencao: RetencaoDaFila,
    liberado: TempoLiberado,
    logger: Logger,
  ) {
    super({ name: 'fila de espera', floorMs: POLL_FLOOR_MS, drain: () => this.drain() }, logger);
    liberado.listen((trechos) => this.serve(trechos));
  }

  /**
   * Gets in line; if there is time already, it is held at once.
   * @throws EspacoInexistente, PeriodoInvalido, PeriodoNoPassado, EsperasDemais
   */
  async join(clienteId: string, pedido: NovaEsperaHttp): Promise<EsperaHttp> {
    const { espacoId, busca, flexibilidadeMinutos } = pedido;
    const periodo = PeriodoReserva.de(new Date(pedido.inicio), new Date(pedido.fim));
    return this.database.transaction(async () => {
      if (espacoId !== undefined) {
        const { espaco } = await this.espacos.load(espacoId);
        if (espaco.situacao !== 'PUBLICADO') throw new EspacoInexistente();
      }
      const id = randomUUIDv7();
      await this.database.change(
        `INSERT INTO fila (id, cliente_id, espaco_id, cidade, tipo, capacidade, recursos, inicio, fim, flexibilidade_minutos,
                           cidade_buscada, situacao)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'ESPERANDO')`,
        [
          id,
          clienteId,
          espacoId ?? null,
          busca?.cidade ?? null,
          busca?.tipo ?? null,
          busca?.capacidade ?? null,
          busca?.recursos ?? [],
          new Date(periodo.inicio),
          new Date(periodo.fim),
          flexibilidadeMinutos,
          busca ? formaDoLugar(busca.cidade) : null,
        ],
      );
      await this.refuseTooMany(clienteId, id);
      await this.meet(
        `SELECT unidade_id FROM fila f JOIN espacos e ON ${SERVE} JOIN espaco_unidades u ON u.espaco_id = e.id WHERE f.id = $1`,
        id,
      );
      await this.attend(id, 'FOR UPDATE');
      return this.byId(id, clienteId);
    });
  }

  /** Out of the line; a hold that was offered stays what it is. @throws EsperaInexistente */
  async leave(id: string, { id: clienteId }: Usuario): Promise<void> {
    const left = await this.database.change(
      `UPDATE fila SET situacao = 'DESISTIU' WHERE id = $1 AND cliente_id = $2 AND situacao = 'ESPERANDO'`,
      [id, clienteId],
    );
    // Somebody who was served, or has left already, is not in the line any more either.
    if (left === 0) await this.byId(id, clienteId);
  }

  /** @throws EsperaInexistente also for somebody else's */
  async byId(id: string, clienteId: string): Promise<EsperaHttp> {
    const [row] = await this.database.query<Row>(`${SELECT} WHERE f.id = $1 AND f.cliente_id = $2`, [id, clienteId]);
    if (!row) throw new EsperaInexistente();
    return toHttp(row);
  }

  /** Newest first; those of all people for who administers. @throws Problem 400 for a foreign cursor */
  async list(
    { cursor, limite }: { readonly cursor?: string | undefined; readonly limite: number },
    { id, papeis }: Usuario,
  ): Promise<EsperasHttp> {
    const [antesDe] = cursor === undefined ? [null] : decodeCursor(cursor, z.tuple([z.uuid()]));
    const rows = await this.database.read<Row>(
      `${SELECT} WHERE ($1::uuid IS NULL OR f.cliente_id = $1) AND ($2::uuid IS NULL OR f.id < $2)
        ORDER BY f.id DESC LIMIT $3`,
      [papeis.includes('ADMIN') ? null : id, antesDe, limite + 1],
    );
    return pageOf(rows, limite, toHttp, (item) => [item.id]);
  }

  /**
   * Those who free time of a unit and those who get in line for it take turns until they commit: or each might look
   * before the other has written, and the time stay free with somebody waiting for it.
   */
  private async meet(units: string, parameter: string): Promise<void> {
    await this.database.query(
      `SELECT pg_advisory_xact_lock(hashtextextended('fila ' || unidade_id, 0))
         FROM (SELECT DISTINCT unidade_id FROM (${units}) AS them ORDER BY unidade_id) AS each`,
      [parameter],
    );
  }

  private async refuseTooMany(clienteId: string, id: string): Promise<void> {
    const [row] = await this.database.query<{ esperas: number; passou: boolean }>(
      `SELECT count(*)::int AS esperas, bool_or(f.id = $2 AND ${ULTIMO_INICIO} <= now()) AS passou
         FROM fila f WHERE f.cliente_id = $1 AND f.situacao = 'ESPERANDO' AND (f.id = $2 OR ${ULTIMO_INICIO} > now())`,
      [clienteId, id],
    );
    if (row?.passou) throw new PeriodoNoPassado();
    if ((row?.esperas ?? 0) > MAX_ESPERAS_POR_PESSOA) throw new EsperasDemais(MAX_ESPERAS_POR_PESSOA);
  }

  /**
   * Offers what was freed, in order, until nobody more can use it. A waitlist that fails keeps nobody from cancelling:
   * then the worker offers it a little later.
   */
  private async serve(trechos: readonly Trecho[]): Promise<void> {
    const stretches = JSON.stringify(trechos);
    try {
      await this.database.savepoint(async () => {
        await this.meet('SELECT unidade_id FROM jsonb_to_recordset($1::jsonb) AS t(unidade_id uuid)', stretches);
        const rows = await this.database.query<{ id: string }>(
          `SELECT DISTINCT f.id, f.criada_em
             FROM jsonb_to_recordset($1::jsonb) AS t(unidade_id uuid, inicio timestamptz, fim timestamptz)
             JOIN espaco_unidades u ON u.unidade_id = t.unidade_id
             JOIN espacos e ON e.id = u.espaco_id
             JOIN fila f ON f.situacao = 'ESPERANDO' AND ${SERVE}
              -- Also what only the buffers of their booking would need.
              AND f.inicio - make_interval(mins => f.flexibilidade_minutos + e.folga_antes_minutos) < t.fim
              AND f.fim + make_interval(mins => f.flexibilidade_minutos + e.folga_depois_minutos) > t.inicio
            WHERE ${ULTIMO_INICIO} > now()
            ORDER BY f.criada_em, f.id LIMIT $2`,
          [stretches, MAX_CANDIDATOS],
        );
        // In line for each other as well: whoever is being tried elsewhere may still be the first for this.
        for (const { id } of rows) await this.attend(id, 'FOR UPDATE');
      });
    } catch (error) {
      // A deadlock is undone whole, and then everything is done again.
      if (isUnavailable(error)) throw error;
      this.logger.error('A fila de espera não pôde ser atendida agora; será adiante', { error });
    }
  }

  /** Everybody in line, the first first: what nobody freed may have become free. */
  private async drain(): Promise<number> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT f.id FROM fila f WHERE f.situacao = 'ESPERANDO' AND ${ULTIMO_INICIO} > now() ORDER BY f.criada_em, f.id`,
    );
    for (const { id } of rows) await this.database.transaction(() => this.attend(id, 'FOR UPDATE SKIP LOCKED'));
    return 0;
  }

  /** Holds time for one who waits, if any space that would do has some. */
  private async attend(id: string, lock: 'FOR UPDATE' | 'FOR UPDATE SKIP LOCKED'): Promise<void> {
    const [espera] = await this.database.query<Espera>(
      `SELECT id, cliente_id, inicio, fim, flexibilidade_minutos FROM fila
        WHERE id = $1 AND situacao = 'ESPERANDO' ${lock}`,
      [id],
    );
    if (!espera) return;
    const spaces = await this.database.query<{ id: string }>(
      `SELECT e.id FROM fila f JOIN espacos e ON ${SERVE} WHERE f.id = $1
        ORDER BY e.preco_hora_centavos, e.nome_ordenado, e.id`,
      [id],
    );
    for (const space of spaces) if (await this.offer(espera, space.id)) return;
  }

  /** The agenda is read anew whenever somebody was quicker, since what they took is then known. */
  private async offer(espera: Espera, espacoId: string): Promise<boolean> {
    const tentados = new Set<number>();
    for (let recusas = 0; recusas < MAX_RECUSAS;) {
      const { espaco, agora } = await this.espacos.load(espacoId);
      const [desejado, duracao] = [espera.inicio.getTime(), espera.fim.getTime() - espera.inicio.getTime()];
      const flex = espera.flexibilidade_minutos * MINUTO_MS;
      const janela = { inicio: desejado - flex, fim: desejado + flex + duracao };
      const agenda = await this.agendas.inDetail({ espaco, agora }, janela);
      const [inicio] = iniciosNaAgenda(agenda, duracao / MINUTO_MS, { ...janela, fim: desejado + flex + 1 })
        .filter((possivel) => !tentados.has(possivel))
        .sort((a, b) => Math.abs(a - desejado) - Math.abs(b - desejado) || a - b);
      if (inicio === undefined) return false;
      tentados.add(inicio);
      const recusa = await this.hold(espera, espaco, inicio, inicio + duracao, agora);
      if (!recusa) return true;
      if (!(recusa instanceof EspacoIndisponivel)) recusas++;
    }
    return false;
  }

  /** Why it could not be held; undefined when it is. */
  private async hold(
    { id, cliente_id: clienteId }: Espera,
    espaco: Parameters<ReterEspaco['reterECobrar']>[0]['espaco'],
    inicio: number,
    fim: number,
    agora: number,
  ): Promise<ErroDeReserva | undefined> {
    try {
      await this.database.savepoint(async () => {
        const retida = await this.retencoes.reterECobrar({
          clienteId,
          espaco: { ...espaco, retencaoSegundos: this.retencao.segundos },
          periodo: PeriodoReserva.de(new Date(inicio), new Date(fim)),
          agora,
          filaId: id,
        });
        await this.database.change(`UPDATE fila SET situacao = 'ATENDIDA', reserva_id = $2 WHERE id = $1`, [
          id,
          retida.reservaId,
        ]);
        const { reservaId, espacoId, espacoNome, cidade, fuso, valorCentavos, moeda, expiraEm } = retida;
        const reserva = { reservaId, clienteId, espacoId, espacoNome, cidade, fuso, valorCentavos, moeda };
        await this.events.append(`fila/${id}`, [
          {
            type: 'fila.atendida.v1',
            data: { ...reserva, inicio: retida.inicio, fim: retida.fim, filaId: id, expiraEm },
          },
        ]);
      });
      return undefined;
    } catch (error) {
      // Taken in the meantime, or more than the person may hold: then it is somebody else's turn.
      if (error instanceof ErroDeReserva) return error;
      throw error;
    }
  }
}

const toHttp = ({ inicio, fim, expiraEm, criadaEm, ...espera }: Row): EsperaHttp => ({
  ...espera,
  inicio: inicio.toISOString(),
  fim: fim.toISOString(),
  expiraEm: expiraEm?.toISOString() ?? null,
  criadaEm: criadaEm.toISOString(),
});
