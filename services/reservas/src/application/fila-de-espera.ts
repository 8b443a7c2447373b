import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type NovaEsperaHttp, pode } from '@plataforma/contracts';
import { EventStore } from '@plataforma/messaging';
import { Database, Folego, isUnavailable, Logger, metrics, type Usuario, Worker } from '@plataforma/platform';
import { comoReserva, permite, type Vista } from '../domain/acesso.js';
import { type Agenda, horariosProximos } from '../domain/agenda.js';
import {
  AlemDoHorizonte,
  DuracaoForaDoPermitido,
  ErroDeReserva,
  EsperasDemais,
  EspacoIndisponivel,
  EspacoInexistente,
  PeriodoNoPassado,
  PessoaInexistente,
  SemAcessoAoEspaco,
} from '../domain/errors.js';
import { duracaoDe, type Espaco } from '../domain/espaco.js';
import {
  DIA_MS,
  DURACAO_MAXIMA_MINUTOS,
  HORIZONTE_MAXIMO_DIAS,
  type Intervalo,
  MINUTO_MS,
  PeriodoReserva,
} from '../domain/periodo-reserva.js';
import { formaDoLugar } from '../domain/forma-de-busca.js';
import { Acessos } from './acessos.js';
import { Agendas } from './agendas.js';
import { EspacoRepository } from './ports.js';
import { ReterEspaco } from './reter-espaco.js';
import { TempoLiberado, type Trecho } from './tempo-liberado.js';

/** How long what was freed is held for whoever waited for it, s. */
export class RetencaoDaFila {
  constructor(readonly segundos: number) {}
}

const MAX_ESPERAS_POR_PESSOA = 20;
/** Of those who wait for what was freed, how many are tried in its transaction, or in one step of the worker. */
const MAX_CANDIDATOS = 25;
/** Times of one space that are tried for one person whose limits, and not somebody else, stand in the way. */
const MAX_RECUSAS = 3;
/** Spaces that are looked at for one person at a time, the cheapest first, and how many of them at once. */
const MAX_ESPACOS = 100;
const ESPACOS_POR_VEZ = 50;
/** People whose turn to be looked at again has come that one round takes. */
const MAX_VEZES = 20;
const POLL_FLOOR_MS = 30_000;
/** What nobody frees becomes free too, rarely: whoever waits is looked at again so often, s. */
const DE_NOVO_S = 3_600;
/** After a refusal the first time, s; twice as long after each further one, up to DE_NOVO_S. */
const DEPOIS_DA_RECUSA_S = 60;

interface Espera {
  readonly id: string;
  readonly cliente_id: string;
  /** Whoever administers all spaces got in line: no group need let them. */
  readonly da_casa: boolean;
  readonly inicio: Date;
  readonly fim: Date;
  readonly flexibilidade_minutos: number;
}

/** The latest start that would do for an entry `f`. */
export const ULTIMO_INICIO = 'f.inicio + make_interval(mins => f.flexibilidade_minutos)';

/** Whether an entry `f` is still in the line. */
const ESPERA = `f.situacao = 'ESPERANDO' AND f.tentar_em IS NOT NULL`;

/** Spaces that an entry `f` for any that a search would find may have. */
const ACHA = `
  f.espaco_id IS NULL AND e.cidade_buscada = f.cidade_buscada AND (f.tipo IS NULL OR e.tipo = f.tipo)
  AND (f.capacidade IS NULL OR e.capacidade >= f.capacidade) AND e.recursos @> f.recursos`;

/** Spaces that would do for an entry `f`, as long as what it asks for. */
const SERVE = `
  e.situacao = 'PUBLICADO' AND (e.id = f.espaco_id OR (${ACHA}))
  AND f.fim - f.inicio BETWEEN make_interval(mins => e.duracao_minima_minutos) AND make_interval(mins => e.duracao_maxima_minutos)`;

/** Where in the line to go on. */
interface Depois {
  readonly criada_em: Date;
  readonly id: string;
}

/** What came of trying one who waits. */
type Tentativa =
  | { readonly tipo: 'ATENDIDA' | 'FORA' }
  | { readonly tipo: 'SEM_HORARIO'; readonly recusa: string | null; readonly voltarEm: number | null };

/**
 * The waitlist. When time is freed, the first in line who can use it gets a timed hold, in the transaction that frees
 * it, and is told: nobody comes in between. One that is not paid is freed by its own deadline, and the next is served
 * by the same rule. What is left to offer, and time that becomes bookable in other ways (longer hours, another unit),
 * the worker offers in small steps: its work is that of what was freed, not of who waits. Whoever cannot be served,
 * whatever the reason, is skipped with the reason written down, and looked at again later.
 */
@Injectable()
export class FilaDeEspera extends Worker {
  constructor(
    private readonly database: Database,
    private readonly events: EventStore,
    private readonly espacos: EspacoRepository,
    private readonly acessos: Acessos,
    private readonly agendas: Agendas,
    private readonly retencoes: ReterEspaco,
    private readonly retencao: RetencaoDaFila,
    liberado: TempoLiberado,
    logger: Logger,
  ) {
    super({ name: 'fila de espera', floorMs: POLL_FLOOR_MS, drain: (signal) => this.drain(signal) }, logger);
    liberado.listen({
      atender: (trechos) => this.serve(trechos),
      reconsiderar: (clienteId) => this.reconsider(clienteId),
      acordar: () => this.wake(),
    });
  }

  /**
   * Gets in line; if there is time already, it is held at once. @returns the id of the entry
   * @throws EspacoInexistente, SemAcessoAoEspaco, PeriodoInvalido, PeriodoNoPassado, DuracaoForaDoPermitido, AlemDoHorizonte, EsperasDemais
   */
  async join(usuario: Usuario, pedido: NovaEsperaHttp): Promise<string> {
    const clienteId = usuario.id;
    const { espacoId, busca, flexibilidadeMinutos } = pedido;
    const periodo = PeriodoReserva.de(new Date(pedido.inicio), new Date(pedido.fim));
    // What no space can give is not waited for.
    if (periodo.minutos > DURACAO_MAXIMA_MINUTOS + 60) throw new DuracaoForaDoPermitido(1, DURACAO_MAXIMA_MINUTOS);
    return this.database.transaction(async () => {
      if (espacoId !== undefined) {
        const { espaco } = await this.espacos.load(espacoId);
        await this.acessos.exigir(espaco, usuario, 'RESERVAR');
        if (espaco.situacao !== 'PUBLICADO') throw new EspacoInexistente();
        duracaoDe(espaco, periodo);
      }
      const id = randomUUIDv7();
      await this.database.change(
        `INSERT INTO fila (id, cliente_id, espaco_id, cidade, tipo, capacidade, recursos, inicio, fim, flexibilidade_minutos,
                           cidade_buscada, da_casa, situacao)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'ESPERANDO')`,
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
          pode(usuario, 'espacos.administrar'),
        ],
      );
      await this.refuseTooMany(clienteId, id);
      // Whoever waits for any space of a city takes turns with the city, or there would be a lock for every unit of it.
      if (busca)
        await this.lockCities('pg_advisory_xact_lock', 'SELECT $1::text AS cidade', formaDoLugar(busca.cidade));
      else await this.lockUnits('SELECT unidade_id FROM espaco_unidades WHERE espaco_id = $1', espacoId ?? '');
      await this.write(id, await this.attend(id, 'FOR UPDATE'));
      return id;
    });
  }

  /** Out of the line; a hold that was offered stays what it is. @returns whether it was in it */
  async leave(id: string, clienteId: string): Promise<boolean> {
    const left = await this.database.change(
      `UPDATE fila SET situacao = 'DESISTIU' WHERE id = $1 AND cliente_id = $2 AND situacao = 'ESPERANDO'`,
      [id, clienteId],
    );
    return left > 0;
  }

  /**
   * Those who free time of a unit and those who get in line for it take turns until they commit: or each might look
   * before the other has written, and the time stay free with somebody waiting for it. Cities are locked before units.
   */
  private async lockUnits(units: string, parameter: string): Promise<void> {
    await this.database.query(
      `SELECT pg_advisory_xact_lock(hashtextextended('fila ' || unidade_id, 0))
         FROM (SELECT DISTINCT unidade_id FROM (${units}) AS them ORDER BY unidade_id) AS each`,
      [parameter],
    );
  }

  /** Those who free time do not wait for each other, only for those who get in line. */
  private async lockCities(
    lock: 'pg_advisory_xact_lock' | 'pg_advisory_xact_lock_shared',
    cities: string,
    parameter: string,
  ): Promise<void> {
    await this.database.query(
      `SELECT ${lock}(hashtextextended('fila na cidade ' || cidade, 0))
         FROM (SELECT DISTINCT cidade FROM (${cities}) AS them ORDER BY cidade) AS each`,
      [parameter],
    );
  }

  private async refuseTooMany(clienteId: string, id: string): Promise<void> {
    const [row] = await this.database.query<{ esperas: number; passou: boolean; longe: boolean }>(
      `SELECT count(*)::int AS esperas, bool_or(f.id = $2 AND ${ULTIMO_INICIO} <= now()) AS passou,
              bool_or(f.id = $2 AND f.inicio > now() + make_interval(days => $3)) AS longe
         FROM fila f WHERE f.cliente_id = $1 AND f.situacao = 'ESPERANDO' AND (f.id = $2 OR ${ULTIMO_INICIO} > now())`,
      [clienteId, id, HORIZONTE_MAXIMO_DIAS],
    );
    if (row?.passou) throw new PeriodoNoPassado();
    if (row?.longe) throw new AlemDoHorizonte(HORIZONTE_MAXIMO_DIAS);
    if ((row?.esperas ?? 0) > MAX_ESPERAS_POR_PESSOA) throw new EsperasDemais(MAX_ESPERAS_POR_PESSOA);
  }

  /**
   * Offers what was freed, in order, until nobody more can use it. A waitlist that fails keeps nobody from cancelling:
   * then, and when there are more to be asked than is fit for somebody else's transaction, the worker goes on.
   */
  private async serve(trechos: readonly Trecho[]): Promise<void> {
    const stretches = JSON.stringify(trechos);
    let depois: Depois | undefined;
    try {
      depois = await this.database.savepoint(() => this.offerSome(stretches, undefined));
      if (!depois) return;
    } catch (error) {
      // A deadlock is undone whole, and then everything is done again.
      if (isUnavailable(error)) throw error;
      this.logger.error('A fila de espera não pôde ser atendida agora; será adiante', { error });
    }
    await this.database.change('INSERT INTO tempo_liberado (trechos, depois_de, depois_de_id) VALUES ($1, $2, $3)', [
      stretches,
      depois?.criada_em ?? null,
      depois?.id ?? null,
    ]);
    this.database.afterCommit(() => this.wake());
  }

  /**
   * Offers freed stretches to the next few in line who could use them.
   * @returns after whom to go on; undefined when there is nothing left, or nobody
   */
  private async offerSome(stretches: string, depois: Depois | undefined): Promise<Depois | undefined> {
    const spaces = `SELECT e.cidade_buscada AS cidade, u.unidade_id
      FROM jsonb_to_recordset($1::jsonb) AS t(unidade_id uuid)
      JOIN espaco_unidades u ON u.unidade_id = t.unidade_id JOIN espacos e ON e.id = u.espaco_id`;
    await this.lockCities('pg_advisory_xact_lock_shared', spaces, stretches);
    await this.lockUnits(spaces, stretches);
    const rows = await this.database.query<Depois & { espacos: string[] }>(
      `SELECT f.id, f.criada_em, array_agg(DISTINCT e.id) AS espacos
         FROM jsonb_to_recordset($1::jsonb) AS t(unidade_id uuid, inicio timestamptz, fim timestamptz)
         JOIN espaco_unidades u ON u.unidade_id = t.unidade_id
         JOIN espacos e ON e.id = u.espaco_id
        CROSS JOIN LATERAL (SELECT f.* FROM fila f WHERE ${ESPERA} AND f.espaco_id = e.id
                             UNION ALL SELECT f.* FROM fila f WHERE ${ESPERA} AND ${ACHA}) f
        WHERE ${SERVE} AND ${ULTIMO_INICIO} > now()
          -- Also what only the buffers of their booking would need.
          AND f.inicio - make_interval(mins => f.flexibilidade_minutos + e.folga_antes_minutos) < t.fim
          AND f.fim + make_interval(mins => f.flexibilidade_minutos + e.folga_depois_minutos) > t.inicio
          AND ($2::timestamptz IS NULL OR (f.criada_em, f.id) > ($2, $3::uuid))
        GROUP BY f.criada_em, f.id ORDER BY f.criada_em, f.id LIMIT $4`,
      [stretches, depois?.criada_em ?? null, depois?.id ?? null, MAX_CANDIDATOS + 1],
    );
    for (const { id, espacos } of rows.slice(0, MAX_CANDIDATOS)) {
      // In line for each other as well: whoever is being tried elsewhere may still be the first for this.
      const atendida = await this.tryOne(id, 'FOR UPDATE', espacos);
      if (atendida && !(await this.isLeft(stretches))) return undefined;
    }
    return rows.length > MAX_CANDIDATOS ? rows[MAX_CANDIDATOS - 1] : undefined;
  }

  /** Whether any of what was freed is still free. */
  private async isLeft(stretches: string): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT FROM jsonb_to_recordset($1::jsonb) AS t(unidade_id uuid, inicio timestamptz, fim timestamptz)
        WHERE NOT coalesce((SELECT range_agg(o.periodo) FROM ocupacoes o
                             WHERE o.unidade_id = t.unidade_id AND o.periodo && tstzrange(t.inicio, t.fim)), '{}')
                  @> tstzrange(t.inicio, t.fim) LIMIT 1`,
      [stretches],
    );
    return rows.length > 0;
  }

  /**
   * Those of a person who were refused are looked at again at once. After the commit, since whoever is trying one of
   * them holds its row and may wait for the person's quota; should it fail, they are looked at when their time comes.
   */
  private async reconsider(clienteId: string): Promise<void> {
    try {
      const sooner = await this.database.change(
        `UPDATE fila f SET tentar_em = now() WHERE cliente_id = $1 AND ${ESPERA} AND recusas > 0 AND tentar_em > now()`,
        [clienteId],
      );
      if (sooner > 0) this.wake();
    } catch (error) {
      this.logger.warn('As esperas de quem mudou uma reserva serão olhadas adiante', { error });
    }
  }

  /** One step: freed time that is still to be offered, else some of those who are to be looked at again. */
  private async drain(signal: AbortSignal): Promise<number> {
    return (await this.offerFreed()) || this.lookAgain(signal);
  }

  /** What cannot be offered is put behind the rest. */
  private async offerFreed(): Promise<number> {
    let taken: string | undefined;
    try {
      return await this.database.transaction(async () => {
        const [row] = await this.database.query<{
          id: string;
          trechos: unknown;
          depois_de: Date | null;
          depois_de_id: string | null;
        }>(
          `SELECT id, trechos, depois_de, depois_de_id FROM tempo_liberado WHERE tentar_em <= now()
            ORDER BY tentar_em, id LIMIT 1 FOR UPDATE SKIP LOCKED`,
        );
        if (!row) return 0;
        taken = row.id;
        const { depois_de: criada_em, depois_de_id: id } = row;
        const depois = await this.offerSome(
          JSON.stringify(row.trechos),
          criada_em && id !== null ? { criada_em, id } : undefined,
        );
        if (depois)
          await this.database.change('UPDATE tempo_liberado SET depois_de = $2, depois_de_id = $3 WHERE id = $1', [
            row.id,
            depois.criada_em,
            depois.id,
          ]);
        else await this.database.change('DELETE FROM tempo_liberado WHERE id = $1', [row.id]);
        return 1;
      });
    } catch (error) {
      if (taken === undefined) throw error;
      this.logger.error('Tempo liberado não pôde ser oferecido; será adiante', { id: taken, error });
      metrics.adiados.inc({ trabalho: this.name, motivo: 'tempo-liberado' });
      await this.database.change(
        `UPDATE tempo_liberado SET falhas = falhas + 1,
                tentar_em = now() + least(interval '1 second' * 2 ^ least(falhas, 10), interval '5 minutes') WHERE id = $1`,
        [taken],
      );
      return 1;
    }
  }

  /** Those whose turn has come: what nobody freed may have become free, or what stood in their way be gone. */
  private async lookAgain(signal: AbortSignal): Promise<number> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT f.id FROM fila f WHERE ${ESPERA} AND f.tentar_em <= now() ORDER BY f.tentar_em, f.criada_em, f.id LIMIT $1`,
      [MAX_VEZES],
    );
    for (const { id } of rows) {
      if (signal.aborted) break;
      try {
        await this.database.transaction(() => this.tryOne(id, 'FOR UPDATE SKIP LOCKED'));
      } catch (error) {
        // Also when it looks like a database that is away: if it really is, this is not written either.
        this.logger.error('Uma espera não pôde ser olhada de novo; será adiante', { filaId: id, error });
        await this.write(id, { tipo: 'SEM_HORARIO', recusa: 'falha-interna', voltarEm: null });
      }
    }
    return rows.length;
  }

  /** Tries one who waits, and writes down what came of it; what fails fails for them alone. True when they were served. */
  private async tryOne(id: string, lock: Lock, espacos?: readonly string[]): Promise<boolean> {
    try {
      return await this.database.savepoint(async () => {
        const tentativa = await this.attend(id, lock, espacos);
        await this.write(id, tentativa, espacos !== undefined);
        return tentativa.tipo === 'ATENDIDA';
      });
    } catch (error) {
      if (isUnavailable(error)) throw error;
      this.logger.error('Uma espera não pôde ser atendida; será tentada adiante', { filaId: id, error });
      await this.write(id, { tipo: 'SEM_HORARIO', recusa: 'falha-interna', voltarEm: null });
      return false;
    }
  }

  /** When to look again: after a refusal soon, then later and later; else when a space opens for them, or in a while. */
  private async write(id: string, tentativa: Tentativa, soEstes = false): Promise<void> {
    if (tentativa.tipo !== 'SEM_HORARIO') return;
    const { recusa, voltarEm } = tentativa;
    if (recusa !== null) metrics.adiados.inc({ trabalho: this.name, motivo: recusa });
    // That of some spaces there is no time says nothing about when to look at all of them.
    else if (soEstes) return;
    await this.database.change(
      `UPDATE fila SET ultima_recusa = $2, recusas = CASE WHEN $2::text IS NULL THEN 0 ELSE recusas + 1 END,
              tentar_em = CASE WHEN $2::text IS NULL
                THEN least(now() + make_interval(secs => $3), to_timestamp($5::float8 / 1000))
                ELSE now() + make_interval(secs => least($3, $4 * 2 ^ least(recusas, 10))) END
        WHERE id = $1 AND situacao = 'ESPERANDO'`,
      [id, recusa, DE_NOVO_S, DEPOIS_DA_RECUSA_S, voltarEm],
    );
  }

  /** Holds time for one who waits, if any space that would do (of `espacos`, when given) has some. */
  private async attend(id: string, lock: Lock, espacos?: readonly string[]): Promise<Tentativa> {
    const [espera] = await this.database.query<Espera & { passou: boolean }>(
      `SELECT id, cliente_id, da_casa, inicio, fim, flexibilidade_minutos, ${ULTIMO_INICIO} <= now() AS passou FROM fila f
        WHERE id = $1 AND ${ESPERA} AND ($2::boolean OR tentar_em <= now()) ${lock}`,
      [id, espacos !== undefined],
    );
    if (!espera) return { tipo: 'FORA' };
    if (espera.passou) {
      await this.database.change('UPDATE fila SET tentar_em = NULL WHERE id = $1', [id]);
      return { tipo: 'FORA' };
    }
    const spaces = await this.database.query<{ id: string }>(
      `SELECT e.id FROM fila f JOIN espacos e ON ${SERVE} WHERE f.id = $1 AND ($2::uuid[] IS NULL OR e.id = ANY($2))
        ORDER BY e.preco_hora_centavos, e.nome_ordenado, e.id LIMIT $3`,
      [id, espacos ?? null, MAX_ESPACOS],
    );
    const janela = janelaDe(espera);
    if (await this.semConta(espera.cliente_id))
      return { tipo: 'SEM_HORARIO', recusa: PessoaInexistente.code, voltarEm: null };
    const vista = espera.da_casa ? { tudo: true, grupos: [] } : await this.acessos.daPessoa(espera.cliente_id);
    let recusa: string | null = null;
    let voltarEm: number | null = null;
    const folego = new Folego();
    for (let i = 0; i < spaces.length; i += ESPACOS_POR_VEZ) {
      const lidos = await this.espacos.loadMany(spaces.slice(i, i + ESPACOS_POR_VEZ).map((space) => space.id));
      for (const agenda of await this.agendas.manyInDetail(lidos, janela)) {
        const oferta = await this.offerTo(espera, agenda, vista);
        if (oferta.feita) return { tipo: 'ATENDIDA' };
        recusa ??= oferta.recusa;
        const { horizonteDias } = agenda.espaco;
        const abreEm = horizonteDias === null ? 0 : janela.inicio - horizonteDias * DIA_MS;
        if (abreEm > agenda.agora) voltarEm = Math.min(voltarEm ?? Infinity, abreEm);
        await folego.take();
      }
    }
    return { tipo: 'SEM_HORARIO', recusa, voltarEm };
  }

  /** Whether they can no longer use their account: a booking would keep them from being erased. It waits until this is over. */
  private async semConta(pessoaId: string): Promise<boolean> {
    const [pessoa] = await this.database.query<{ ativa: boolean }>(
      'SELECT ativa FROM pessoa_grupos WHERE pessoa_id = $1 FOR SHARE',
      [pessoaId],
    );
    return pessoa?.ativa === false;
  }

  /** As `offer`, as far as the person may book the space: also who was let in once, and is no longer. */
  private offerTo(espera: Espera, agenda: Agenda, vista: Vista): Promise<Oferta> {
    const { espaco } = agenda;
    if (!permite(espaco.acesso, 'RESERVAR', vista))
      return Promise.resolve({ feita: false, recusa: SemAcessoAoEspaco.code });
    return this.offer(espera, { ...agenda, espaco: comoReserva(espaco, vista) });
  }

  /**
   * Holds the time nearest to what was asked for. The agenda is read anew whenever somebody was quicker, since what they
   * took is then known. @returns why the person may not have what is free, when something is
   */
  private async offer(espera: Espera, lida: Agenda): Promise<Oferta> {
    const desejado = { inicio: espera.inicio.getTime(), fim: espera.fim.getTime() };
    const duracaoMinutos = duracaoAceita(lida.espaco, desejado);
    if (duracaoMinutos instanceof DuracaoForaDoPermitido) return { feita: false, recusa: duracaoMinutos.code };
    const janela = janelaDe(espera);
    const tentados = new Set<number>();
    const inicios = { inicio: janela.inicio, fim: desejado.inicio + espera.flexibilidade_minutos * MINUTO_MS + 1 };
    const folego = new Folego();
    let agenda = lida;
    let porque: string | null = null;
    for (let recusas = 0; recusas < MAX_RECUSAS;) {
      let horario: Intervalo | undefined;
      for (const proximos of horariosProximos(agenda, desejado.inicio, { duracaoMinutos, janela: inicios })) {
        horario = proximos.find(({ inicio }) => !tentados.has(inicio));
        if (horario) break;
        await folego.take();
      }
      if (!horario) break;
      tentados.add(horario.inicio);
      const recusa = await this.hold(espera, agenda.espaco, horario, agenda.agora);
      if (!recusa) return { feita: true };
      if (!(recusa instanceof EspacoIndisponivel)) {
        porque = recusa.code;
        recusas++;
      }
      const { espaco: deNovo, agora } = await this.espacos.load(agenda.espaco.id);
      const espaco = { ...deNovo, requerAprovacao: agenda.espaco.requerAprovacao };
      agenda = await this.agendas.inDetail({ espaco, agora }, janela);
    }
    return { feita: false, recusa: porque };
  }

  /** Why it could not be held; undefined when it is. */
  private async hold(
    { id, cliente_id: clienteId }: Espera,
    espaco: Espaco,
    { inicio, fim }: Intervalo,
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
        const { reservaId, espacoId, espacoNome, cidade, fuso, valorCentavos, moeda } = retida;
        const { inicio: de, fim: ate, expiraEm, requerAprovacao, sinalCentavos } = retida;
        const reserva = { reservaId, clienteId, espacoId, espacoNome, cidade, fuso, valorCentavos, moeda };
        await this.events.append(`fila/${id}`, [
          {
            type: 'fila.atendida.v1',
            data: { ...reserva, inicio: de, fim: ate, filaId: id, expiraEm, requerAprovacao, sinalCentavos },
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

type Oferta = { readonly feita: true } | { readonly feita: false; readonly recusa: string | null };
type Lock = 'FOR UPDATE' | 'FOR UPDATE SKIP LOCKED';

/** All the time that would do: as long as it was wanted, and what clocks may be put back in that time. */
function janelaDe({ inicio, fim, flexibilidade_minutos }: Espera): Intervalo {
  const flex = flexibilidade_minutos * MINUTO_MS;
  return { inicio: inicio.getTime() - flex, fim: fim.getTime() + flex + DIA_MS };
}

function duracaoAceita(espaco: Espaco, desejado: Intervalo): number | DuracaoForaDoPermitido {
  try {
    return duracaoDe(espaco, desejado);
  } catch (error) {
    if (error instanceof DuracaoForaDoPermitido) return error;
    throw error;
  }
}
