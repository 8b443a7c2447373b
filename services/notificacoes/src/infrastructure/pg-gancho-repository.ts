import { randomUUIDv7 } from 'node:crypto';
import {
  type CloudEvent,
  type EntregaDeGanchoHttp,
  type EntregasDeGanchoHttp,
  type ErroDeTentativa,
  type FiltroDeEntregasHttp,
  type GanchoHttp,
  MAXIMO_DE_GANCHOS,
  MAXIMO_DE_REENVIOS,
  type MudancaDeGanchoHttp,
  type NovoGanchoHttp,
  type ReenvioDePeriodoHttp,
  type TipoDeGancho,
} from '@plataforma/contracts';
import { Auditoria } from '@plataforma/messaging';
import { type Database, type Logger, pageOf, seal, unseal } from '@plataforma/platform';
import { type Claim, type Notifier, WorkTable } from '@plataforma/trabalho';
import type { FatoDaCasa } from '../domain/carta-da-casa.js';
import {
  type Destino,
  type EntregaEmMaos,
  type EventoDeGancho,
  GanchoRepository,
  type Tentativa,
} from '../application/ports-ganchos.js';
import {
  EntregaDeGanchoInexistente,
  EntregaPorFazer,
  EntregasDemais,
  GanchoInexistente,
  GanchoParado,
  GanchosDemais,
  PeriodoGrandeDemais,
  VersaoDoGanchoDiferente,
} from '../domain/errors-ganchos.js';
import { cuidadoCom, DESATIVA_DEPOIS_DO_AVISO_MS, esperaDepoisDe } from '../domain/gancho.js';

/** For how long a webhook is in one process's hands, ms; longer than a turn of its deliveries, so that it is seldom renewed. */
const POSSE_MS = 60_000;
/** What one may have to be delivered; what comes then is kept back. */
const MAXIMO_POR_FAZER = 10_000;
/** Of one delivery. */
const TENTATIVAS_GUARDADAS = 40;

type FatoDoGancho = Extract<FatoDaCasa, { readonly ganchoId: string }>;

interface Row {
  readonly id: string;
  readonly url: string;
  readonly tipos: TipoDeGancho[];
  readonly descricao: string;
  readonly situacao: 'ATIVO' | 'PAUSADO' | 'DESATIVADO';
  readonly falhando_desde: Date | null;
  readonly avisado_em: Date | null;
  readonly ultimo_exito_em: Date | null;
  readonly versao: number;
  readonly criado_em: Date;
  readonly pendentes: number;
  readonly segredos: readonly { readonly criadoEm: string; readonly valeAte: string | null }[];
}

interface EntregaRow {
  readonly id: string;
  readonly evento_id: string;
  readonly tipo: TipoDeGancho;
  readonly estado: EntregaDeGanchoHttp['estado'];
  readonly tentativas: number;
  readonly criada_em: Date;
  readonly proxima_em: Date | null;
  readonly encerrada_em: Date | null;
}

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;
/** Of a secret that signs still. */
const VALE = '(s.vale_ate IS NULL OR s.vale_ate > now())';
const SELECT = `
  SELECT g.*, (SELECT coalesce(jsonb_agg(jsonb_build_object('criadoEm', s.criado_em, 'valeAte', s.vale_ate) ORDER BY s.criado_em DESC), '[]')
            FROM segredos_de_gancho s WHERE s.gancho_id = g.id AND ${VALE}) AS segredos
    FROM ganchos g WHERE g.removido_em IS NULL`;
const ENTREGA =
  'e.id, e.evento_id, v.tipo, e.estado, e.tentativas, e.criada_em, e.proxima_em, e.encerrada_em FROM entregas_de_gancho e JOIN eventos_de_gancho v ON v.id = e.evento_id';
const AGAIN = `estado = 'PENDENTE', nesta_rodada = 0, proxima_em = now(), encerrada_em = NULL`;

const toHttp = ({ avisado_em, situacao, ...row }: Row): GanchoHttp => ({
  id: row.id,
  url: row.url,
  tipos: row.tipos,
  descricao: row.descricao,
  situacao: situacao === 'ATIVO' && avisado_em ? 'EM_RISCO' : situacao,
  falhandoDesde: iso(row.falhando_desde),
  desativacaoPrevistaEm:
    situacao === 'ATIVO' && avisado_em
      ? new Date(avisado_em.getTime() + DESATIVA_DEPOIS_DO_AVISO_MS).toISOString()
      : null,
  ultimoExitoEm: iso(row.ultimo_exito_em),
  pendentes: row.pendentes,
  segredos: row.segredos.map(({ criadoEm, valeAte }) => ({
    criadoEm: new Date(criadoEm).toISOString(),
    valeAte: valeAte === null ? null : new Date(valeAte).toISOString(),
  })),
  versao: row.versao,
  criadoEm: row.criado_em.toISOString(),
});

const toEntrega = (row: EntregaRow): EntregasDeGanchoHttp['itens'][number] => ({
  id: row.id,
  mensagemId: row.evento_id,
  tipo: row.tipo,
  estado: row.estado,
  tentativas: row.tentativas,
  criadaEm: row.criada_em.toISOString(),
  proximaEm: iso(row.proxima_em),
  encerradaEm: iso(row.encerrada_em),
});

export class PgGanchoRepository extends GanchoRepository {
  override readonly toDeliver: WorkTable<string>;

  /**
   * @param chave seals the secrets
   * @param avisar tells the administrators, once for each time that nothing was accepted since
   */
  constructor(
    private readonly database: Database,
    notifier: Notifier,
    private readonly auditoria: Auditoria,
    private readonly logger: Logger,
    private readonly chave: Buffer,
    private readonly avisar: (fato: FatoDoGancho, desde: Date) => Promise<void>,
  ) {
    super();
    this.toDeliver = new WorkTable(database, notifier, {
      name: 'entrega a ganchos',
      channel: 'ganchos',
      table: 'ganchos',
      key: ['id'],
      due: 'proxima_em',
      lease: 'posse_ate',
      attempts: 'tentativas',
      scope: `situacao = 'ATIVO' AND removido_em IS NULL`,
      stuck: `(avisado_em IS NOT NULL OR situacao = 'DESATIVADO') AND removido_em IS NULL`,
      returning: 'w.id',
      toItem: ({ id }: { readonly id: string }) => id,
      leaseMs: POSSE_MS,
      backoff: { firstMs: 1_000, maxMs: 60_000 },
    });
  }

  async insert(id: string, gancho: NovoGanchoHttp, segredo: string): Promise<void> {
    // One after the other: a count sees only what has been committed.
    await this.database.query(`SELECT pg_advisory_xact_lock(hashtextextended('ganchos', 7))`);
    const [{ tem } = { tem: 0 }] = await this.database.query<{ tem: number }>(
      'SELECT count(*)::int AS tem FROM ganchos WHERE removido_em IS NULL',
    );
    if (tem >= MAXIMO_DE_GANCHOS) throw new GanchosDemais(MAXIMO_DE_GANCHOS);
    await this.database.query('INSERT INTO ganchos (id, url, descricao, tipos) VALUES ($1, $2, $3, $4)', [
      id,
      gancho.url,
      gancho.descricao,
      gancho.tipos,
    ]);
    await this.addSecret(id, segredo);
  }

  async list(): Promise<GanchoHttp[]> {
    return (await this.database.query<Row>(`${SELECT} ORDER BY g.id`)).map(toHttp);
  }

  async find(id: string): Promise<GanchoHttp> {
    const [row] = await this.database.query<Row>(`${SELECT} AND g.id = $1`, [id]);
    if (!row) throw new GanchoInexistente();
    return toHttp(row);
  }

  async change(id: string, mudanca: MudancaDeGanchoHttp, versao: number | undefined): Promise<void> {
    const { versao: atual } = await this.lock(id);
    if (versao !== undefined && versao !== atual) throw new VersaoDoGanchoDiferente();
    const { url, tipos, descricao, ativo } = mudanca;
    const situacao = ativo === undefined ? null : ativo ? 'ATIVO' : 'PAUSADO';
    // Of another address, and of one that is given another chance, nothing bad is known.
    await this.database.query(
      `UPDATE ganchos SET url = coalesce($2, url), tipos = coalesce($3::text[], tipos), descricao = coalesce($4, descricao),
              situacao = coalesce($5, situacao), versao = versao + 1,
              falhando_desde = CASE WHEN $6 THEN NULL ELSE falhando_desde END,
              avisado_em = CASE WHEN $6 THEN NULL ELSE avisado_em END
        WHERE id = $1`,
      [id, url ?? null, tipos ?? null, descricao ?? null, situacao, url !== undefined || ativo === true],
    );
    if (ativo === false) await this.holdBack(id);
  }

  async remove(id: string): Promise<void> {
    await this.lock(id);
    await this.database.query('UPDATE ganchos SET removido_em = now() WHERE id = $1', [id]);
    await this.database.query('DELETE FROM segredos_de_gancho WHERE gancho_id = $1', [id]);
    await this.holdBack(id);
  }

  async rotate(id: string, segredo: string, overlapMs: number): Promise<void> {
    await this.lock(id);
    // Those that were on their way out already are out.
    await this.database.query('DELETE FROM segredos_de_gancho WHERE gancho_id = $1 AND vale_ate IS NOT NULL', [id]);
    await this.database.query(
      `UPDATE segredos_de_gancho SET vale_ate = now() + $2 * interval '1 millisecond' WHERE gancho_id = $1`,
      [id, overlapMs],
    );
    await this.addSecret(id, segredo);
    await this.database.query('UPDATE ganchos SET versao = versao + 1 WHERE id = $1', [id]);
  }

  async destination(id: string): Promise<Destino> {
    const rows = await this.database.query<{ url: string; id: string; selado: Buffer }>(
      `SELECT g.url, s.id, s.selado FROM ganchos g JOIN segredos_de_gancho s ON s.gancho_id = g.id AND ${VALE}
        WHERE g.id = $1 AND g.removido_em IS NULL ORDER BY s.criado_em DESC`,
      [id],
    );
    if (!rows[0]) throw new GanchoInexistente();
    return { url: rows[0].url, segredos: rows.map((row) => unseal(row.selado, this.chave, row.id)) };
  }

  async enqueue({ id, tipo, corpo }: EventoDeGancho): Promise<void> {
    // The webhooks are locked first, in order: whoever ends a turn of one then sees what this leaves for the next.
    const due = await this.database.change(
      `WITH alvo AS MATERIALIZED (
         SELECT g.id, g.situacao = 'ATIVO' AND g.pendentes < ${MAXIMO_POR_FAZER} AS segue
           FROM ganchos g WHERE g.removido_em IS NULL AND $2 = ANY(g.tipos) ORDER BY g.id FOR NO KEY UPDATE OF g),
       evento AS (
         INSERT INTO eventos_de_gancho (id, tipo, corpo) SELECT $1, $2, $3 WHERE EXISTS (SELECT FROM alvo)
         ON CONFLICT DO NOTHING),
       entrega AS (
         INSERT INTO entregas_de_gancho (gancho_id, evento_id, estado, proxima_em)
         SELECT id, $1, CASE WHEN segue THEN 'PENDENTE' ELSE 'RETIDA' END, CASE WHEN segue THEN now() END FROM alvo
         ON CONFLICT DO NOTHING RETURNING gancho_id, estado)
       UPDATE ganchos SET proxima_em = least(proxima_em, now()) FROM entrega
        WHERE id = gancho_id AND estado = 'PENDENTE'`,
      [id, tipo, corpo],
    );
    if (due > 0) this.toDeliver.announce();
  }

  async due(ganchoId: string, limit: number): Promise<EntregaEmMaos[]> {
    const rows = await this.database.query<{ id: string; evento_id: string; tipo: TipoDeGancho; corpo: string }>(
      `SELECT e.id, e.evento_id, v.tipo, v.corpo
         FROM entregas_de_gancho e JOIN eventos_de_gancho v ON v.id = e.evento_id
        WHERE e.gancho_id = $1 AND e.estado = 'PENDENTE' AND e.proxima_em <= now()
        ORDER BY e.proxima_em, e.criada_em LIMIT $2`,
      [ganchoId, limit],
    );
    return rows.map(({ id, evento_id, tipo, corpo }) => ({ id, ganchoId, evento: { id: evento_id, tipo, corpo } }));
  }

  record({ id, ganchoId }: EntregaEmMaos, tentativa: Tentativa): Promise<boolean> {
    return this.database.transaction(async () => {
      const [gancho] = await this.database.query<Row & { agora: Date }>(
        `SELECT *, now() AS agora FROM ganchos WHERE id = $1 AND removido_em IS NULL FOR NO KEY UPDATE`,
        [ganchoId],
      );
      const [entrega] = await this.database.query<{ tentativas: number; nesta_rodada: number; estado: string }>(
        `UPDATE entregas_de_gancho SET tentativas = tentativas + 1, nesta_rodada = nesta_rodada + 1
          WHERE id = $1 RETURNING tentativas, nesta_rodada, estado`,
        [id],
      );
      if (!gancho || !entrega) return false;
      const { status, duracaoMs, erro, resposta } = tentativa;
      await this.database.write(
        'INSERT INTO tentativas_de_gancho (entrega_id, numero, duracao_ms, status, erro, resposta) VALUES ($1, $2, $3, $4, $5, $6)',
        [id, entrega.tentativas, duracaoMs, status, erro, resposta],
      );
      if (entrega.tentativas > TENTATIVAS_GUARDADAS)
        await this.database.write('DELETE FROM tentativas_de_gancho WHERE entrega_id = $1 AND numero <= $2', [
          id,
          entrega.tentativas - TENTATIVAS_GUARDADAS,
        ]);
      if (erro === null) await this.accepted(id, ganchoId);
      // Somebody else has had it accepted meanwhile, or it was taken back.
      else if (entrega.estado === 'PENDENTE')
        return this.refused(
          id,
          gancho,
          esperaDepoisDe(
            entrega.nesta_rodada,
            Math.random(),
            await this.sinceFirst(id, entrega, gancho.agora),
            tentativa.pedidaMs,
          ),
        );
      return gancho.situacao === 'ATIVO';
    });
  }

  /** How long ago the first try of the round was, ms. */
  private async sinceFirst(
    id: string,
    { tentativas, nesta_rodada }: { readonly tentativas: number; readonly nesta_rodada: number },
    agora: Date,
  ): Promise<number> {
    const [first] = await this.database.query<{ feita_em: Date }>(
      'SELECT feita_em FROM tentativas_de_gancho WHERE entrega_id = $1 AND numero > $2 ORDER BY numero LIMIT 1',
      [id, tentativas - nesta_rodada],
    );
    return first ? agora.getTime() - first.feita_em.getTime() : 0;
  }

  private async accepted(id: string, ganchoId: string): Promise<void> {
    await this.database.write(
      `UPDATE entregas_de_gancho SET estado = 'ENTREGUE', proxima_em = NULL, encerrada_em = now() WHERE id = $1`,
      [id],
    );
    await this.database.write(
      'UPDATE ganchos SET ultimo_exito_em = now(), falhando_desde = NULL, avisado_em = NULL WHERE id = $1',
      [ganchoId],
    );
  }

  /** Whether its webhook goes on. */
  private async refused(id: string, gancho: Row & { agora: Date }, esperaMs: number | undefined): Promise<boolean> {
    await this.database.write(
      esperaMs === undefined
        ? `UPDATE entregas_de_gancho SET estado = 'FALHOU', proxima_em = NULL, encerrada_em = now() WHERE id = $1 AND $2::float8 IS NULL`
        : `UPDATE entregas_de_gancho SET proxima_em = now() + $2::float8 * interval '1 millisecond' WHERE id = $1`,
      [id, esperaMs ?? null],
    );
    const desde = gancho.falhando_desde ?? gancho.agora;
    const cuidado = cuidadoCom({ desde, avisadoEm: gancho.avisado_em }, gancho.agora);
    await this.database.write(
      `UPDATE ganchos SET falhando_desde = $2, avisado_em = CASE WHEN $3 = 'AVISAR' THEN now() ELSE avisado_em END,
              situacao = CASE WHEN $3 = 'DESATIVAR' THEN 'DESATIVADO' ELSE situacao END WHERE id = $1`,
      [gancho.id, desde, cuidado],
    );
    if (cuidado !== 'NADA')
      this.database.afterCommit(() =>
        this.logger.warn(cuidado === 'AVISAR' ? 'Gancho em risco: nada é aceito há um dia' : 'Gancho desativado', {
          gancho: gancho.id,
          desde,
        }),
      );
    if (cuidado !== 'NADA')
      await this.avisar(
        {
          tipo: cuidado === 'AVISAR' ? 'GANCHO_EM_RISCO' : 'GANCHO_DESATIVADO',
          ganchoId: gancho.id,
          origem: new URL(gancho.url).origin,
          desde: desde.toISOString(),
          ...(cuidado === 'AVISAR' && {
            desativacaoEm: new Date(gancho.agora.getTime() + DESATIVA_DEPOIS_DO_AVISO_MS).toISOString(),
          }),
        },
        desde,
      );
    if (cuidado !== 'DESATIVAR') return gancho.situacao === 'ATIVO';
    await this.holdBack(gancho.id);
    await this.auditoria.record('gancho.desativado', { alvo: `gancho/${gancho.id}`, dados: { desde } });
    return false;
  }

  async release(posse: Claim): Promise<void> {
    await this.toDeliver.holding(posse, async () => {
      const [{ ms } = { ms: null }] = await this.database.query<{ ms: number | null }>(
        `SELECT (extract(epoch FROM min(proxima_em) - now()) * 1000)::float8 AS ms
           FROM entregas_de_gancho WHERE gancho_id = $1 AND estado = 'PENDENTE'`,
        posse.key,
      );
      await this.toDeliver.finish(posse, ms === null ? undefined : Math.max(0, ms));
    });
  }

  async deliveries(id: string, { cursor, limite, estado, tipo }: FiltroDeEntregasHttp): Promise<EntregasDeGanchoHttp> {
    await this.find(id);
    const [antesDe, entregaId] = cursor?.split('~') ?? [];
    const rows = await this.database.read<EntregaRow>(
      `SELECT ${ENTREGA}
        WHERE e.gancho_id = $1 AND ($2::timestamptz IS NULL OR (e.criada_em, e.id) < ($2, $3::uuid))
          AND ($4::text IS NULL OR e.estado = $4) AND ($5::text IS NULL OR v.tipo = $5)
        ORDER BY e.criada_em DESC, e.id DESC LIMIT $6`,
      [id, antesDe ?? null, entregaId ?? null, estado ?? null, tipo ?? null, limite + 1],
    );
    return pageOf(rows, limite, toEntrega, (item) => [item.criadaEm, item.id]);
  }

  async delivery(id: string, entregaId: string): Promise<EntregaDeGanchoHttp> {
    const [row] = await this.database.query<EntregaRow & { corpo: string }>(
      `SELECT v.corpo, ${ENTREGA} WHERE e.id = $1 AND e.gancho_id = $2`,
      [entregaId, id],
    );
    if (!row) throw new EntregaDeGanchoInexistente();
    const log = await this.database.query<{
      feita_em: Date;
      status: number | null;
      duracao_ms: number;
      erro: ErroDeTentativa | null;
      resposta: string;
    }>(
      `SELECT feita_em, status, duracao_ms, erro, resposta FROM tentativas_de_gancho
        WHERE entrega_id = $1 ORDER BY numero DESC LIMIT ${TENTATIVAS_GUARDADAS}`,
      [entregaId],
    );
    return {
      ...toEntrega(row),
      log: log.map(({ feita_em, duracao_ms, ...one }) => ({
        feitaEm: feita_em.toISOString(),
        duracaoMs: duracao_ms,
        ...one,
      })),
      evento: JSON.parse(row.corpo) as CloudEvent,
    };
  }

  async resend(id: string, entregaId: string): Promise<void> {
    await this.lockToResend(id, 1);
    const again = await this.database.change(
      `UPDATE entregas_de_gancho SET ${AGAIN} WHERE id = $1 AND gancho_id = $2 AND estado <> 'PENDENTE'`,
      [entregaId, id],
    );
    if (again === 0) {
      await this.delivery(id, entregaId);
      throw new EntregaPorFazer();
    }
    await this.isDue(id);
  }

  async resendPeriod(id: string, { de, ate, estados, tipos }: ReenvioDePeriodoHttp): Promise<number> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT e.id FROM entregas_de_gancho e JOIN eventos_de_gancho v ON v.id = e.evento_id
        WHERE e.gancho_id = $1 AND e.criada_em >= $2 AND e.criada_em < $3 AND e.estado = ANY($4)
          AND ($5::text[] IS NULL OR v.tipo = ANY($5)) LIMIT ${MAXIMO_DE_REENVIOS + 1}`,
      [id, de, ate, estados, tipos ?? null],
    );
    await this.lockToResend(id, Math.min(rows.length, MAXIMO_DE_REENVIOS));
    if (rows.length > MAXIMO_DE_REENVIOS) throw new PeriodoGrandeDemais(MAXIMO_DE_REENVIOS);
    const again = await this.database.change(
      `UPDATE entregas_de_gancho SET ${AGAIN} WHERE id = ANY($1) AND estado <> 'PENDENTE'`,
      [rows.map((row) => row.id)],
    );
    if (again > 0) await this.isDue(id);
    return again;
  }

  /** @throws GanchoInexistente, GanchoParado, EntregasDemais */
  private async lockToResend(id: string, more: number): Promise<void> {
    const { situacao } = await this.lock(id);
    if (situacao !== 'ATIVO') throw new GanchoParado();
    const [{ pendentes } = { pendentes: 0 }] = await this.database.query<{ pendentes: number }>(
      'SELECT pendentes FROM ganchos WHERE id = $1',
      [id],
    );
    if (pendentes + more > MAXIMO_POR_FAZER) throw new EntregasDemais(MAXIMO_POR_FAZER);
  }

  private async isDue(id: string): Promise<void> {
    await this.database.query('UPDATE ganchos SET proxima_em = least(proxima_em, now()) WHERE id = $1', [id]);
    this.toDeliver.announce();
  }

  private async lock(id: string): Promise<Pick<Row, 'versao' | 'situacao'>> {
    const [row] = await this.database.query<Row>(
      'SELECT versao, situacao FROM ganchos WHERE id = $1 AND removido_em IS NULL FOR NO KEY UPDATE',
      [id],
    );
    if (!row) throw new GanchoInexistente();
    return row;
  }

  private async holdBack(id: string): Promise<void> {
    await this.database.query(
      `UPDATE entregas_de_gancho SET estado = 'RETIDA', proxima_em = NULL WHERE gancho_id = $1 AND estado = 'PENDENTE'`,
      [id],
    );
  }

  private async addSecret(ganchoId: string, segredo: string): Promise<void> {
    const id = randomUUIDv7();
    await this.database.query('INSERT INTO segredos_de_gancho (id, gancho_id, selado) VALUES ($1, $2, $3)', [
      id,
      ganchoId,
      seal(segredo, this.chave, id),
    ]);
  }
}
