import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { EventStore } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import { Copias } from '../application/copias.js';
import { ESPACO_COLUMNS } from '../application/ler-espaco.js';
import { CatalogoRepository, type MudancaDeEspaco } from '../application/ports.js';
import { TempoLiberado } from '../application/tempo-liberado.js';
import {
  ComposicaoInvalida,
  EspacoDesatualizado,
  EspacoInexistente,
  type Obstaculo,
  SituacaoInvalida,
  UnidadeOcupada,
} from '../domain/errors.js';
import type { CadastroDeEspaco, Espaco } from '../domain/espaco.js';
import { makeForms } from './formas-de-busca.js';
import { findObstacles } from './obstaculos.js';

@Injectable()
export class PgCatalogoRepository extends CatalogoRepository {
  constructor(
    private readonly database: Database,
    private readonly events: EventStore,
    private readonly copias: Copias,
    private readonly liberado: TempoLiberado,
  ) {
    super();
  }

  override async insert(
    id: string,
    cadastro: CadastroDeEspaco,
    situacao: Espaco['situacao'],
    autorId: string | null,
  ): Promise<void> {
    await this.change(async () => {
      const values = { id, situacao, ...columnsOf(cadastro) };
      const names = Object.keys(values);
      await this.database.change(
        `INSERT INTO espacos (${names.join(', ')}) VALUES (${names.map((_, i) => `$${i + 1}`).join(', ')})`,
        Object.values(values),
      );
      await makeForms(this.database, id);
      await this.arrangeUnits(id, cadastro);
      await this.record(id, autorId);
    });
  }

  override async replace(
    id: string,
    cadastro: CadastroDeEspaco,
    { autorId, versaoLida }: MudancaDeEspaco,
  ): Promise<void> {
    await this.change(async () => {
      await this.current(id, versaoLida);
      const values = columnsOf(cadastro);
      await this.database.change(
        `UPDATE espacos SET ${Object.keys(values)
          .map((name, i) => `${name} = $${i + 2}`)
          .join(', ')} WHERE id = $1`,
        [id, ...Object.values(values)],
      );
      await makeForms(this.database, id);
      await this.arrangeUnits(id, cadastro);
      await this.advance(id, autorId);
      for (const composto of await this.composedOf(id))
        if (await this.takeUnitsOfParts(composto)) await this.advance(composto, autorId);
    });
  }

  override async find(nome: string, cidade: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM espacos WHERE nome = $1 AND cidade = $2 AND situacao <> 'ARQUIVADO' ORDER BY id LIMIT 2`,
      [nome, cidade],
    );
    return rows.map(({ id }) => id);
  }

  override async moveTo(
    id: string,
    situacao: Espaco['situacao'],
    { autorId, versaoLida }: MudancaDeEspaco,
  ): Promise<void> {
    await this.change(async () => {
      const antes = await this.current(id, versaoLida);
      if (antes.situacao === situacao) throw new SituacaoInvalida(situacao);
      await this.database.change('UPDATE espacos SET situacao = $2 WHERE id = $1', [id, situacao]);
      await this.advance(id, autorId);
    });
  }

  /** Admins change the catalogue one at a time: spaces share units, and their locks would cross. */
  private async change(work: () => Promise<void>): Promise<void> {
    await this.database.transaction(async () => {
      await this.database.query(`SELECT pg_advisory_xact_lock(hashtextextended('catalogo', 0))`);
      await work();
    });
  }

  private async current(id: string, versaoLida: number | undefined): Promise<{ situacao: Espaco['situacao'] }> {
    const [row] = await this.database.query<{ versao: number; situacao: Espaco['situacao'] }>(
      'SELECT versao, situacao FROM espacos WHERE id = $1',
      [id],
    );
    if (!row) throw new EspacoInexistente();
    if (versaoLida !== undefined && versaoLida !== row.versao) throw new EspacoDesatualizado(row.versao);
    return row;
  }

  private async advance(id: string, autorId: string): Promise<void> {
    await this.database.change(
      'UPDATE espacos SET versao = versao + 1, alterado_em = clock_timestamp() WHERE id = $1',
      [id],
    );
    await this.record(id, autorId);
  }

  /** Keeps what the version says, and tells of it. */
  private async record(id: string, autorId: string | null): Promise<void> {
    const [row] = await this.database.query<{ versao: number }>(
      `INSERT INTO espaco_versoes (espaco_id, versao, regras, autor_id, desde)
       SELECT x.id, x.versao, to_jsonb(x), $2, x."alteradoEm"::timestamptz FROM (SELECT ${ESPACO_COLUMNS} FROM espacos e WHERE e.id = $1) x
       RETURNING versao`,
      [id, autorId],
    );
    const versao = row?.versao ?? 1;
    await this.liberado.spaceChanged(id);
    await this.events.append(`espaco/${id}`, [{ type: 'espaco.alterado.v1', data: { espacoId: id, versao } }]);
    this.database.afterCommit(() => this.copias.now(this.copias.evictSpace(id)));
  }

  /** Gives the space its own units, or those of its parts. */
  private async arrangeUnits(id: string, cadastro: CadastroDeEspaco): Promise<void> {
    const { partes } = cadastro;
    const antes = await this.database.query<{ parte_id: string }>(
      'DELETE FROM espaco_partes WHERE espaco_id = $1 RETURNING parte_id',
      [id],
    );
    if (partes.length === 0) {
      // What it had belongs to its former parts.
      if (antes.length > 0) await this.dropUnits(id, []);
      await this.setOwnUnits(id, cadastro);
      return;
    }
    await this.requireParts(id, partes);
    if (antes.length === 0) await this.setOwnUnits(id, { ...cadastro, quantidadeUnidades: 0 });
    await this.database.change('INSERT INTO espaco_partes SELECT $1, unnest($2::uuid[])', [id, partes]);
    await this.takeUnitsOfParts(id);
  }

  private async requireParts(id: string, partes: readonly string[]): Promise<void> {
    if (partes.includes(id)) throw new ComposicaoInvalida('Um espaço não pode ser parte de si mesmo');
    const [{ existem, compostas, usado } = { existem: 0, compostas: 0, usado: false }] = await this.database.query<{
      existem: number;
      compostas: number;
      usado: boolean;
    }>(
      `SELECT (SELECT count(*)::int FROM espacos WHERE id = ANY($2::uuid[])) AS existem,
              (SELECT count(DISTINCT espaco_id)::int FROM espaco_partes WHERE espaco_id = ANY($2::uuid[])) AS compostas,
              EXISTS (SELECT FROM espaco_partes WHERE parte_id = $1) AS usado`,
      [id, partes],
    );
    if (existem !== partes.length) throw new ComposicaoInvalida('Alguma das partes não existe');
    if (compostas > 0) throw new ComposicaoInvalida('Uma parte não pode ser ela mesma composta: liste as partes dela');
    if (usado) throw new ComposicaoInvalida('Este espaço já é parte de outro e não pode ser composto');
  }

  private async composedOf(id: string): Promise<string[]> {
    const rows = await this.database.query<{ espaco_id: string }>(
      'SELECT espaco_id FROM espaco_partes WHERE parte_id = $1 ORDER BY espaco_id',
      [id],
    );
    return rows.map(({ espaco_id }) => espaco_id);
  }

  /** @returns whether the units of the composite space changed */
  private async takeUnitsOfParts(id: string): Promise<boolean> {
    const unidades = await this.database.query<{ unidade_id: string }>(
      `SELECT DISTINCT unidade_id FROM espaco_partes p JOIN espaco_unidades u ON u.espaco_id = p.parte_id
        WHERE p.espaco_id = $1`,
      [id],
    );
    const ids = unidades.map(({ unidade_id }) => unidade_id);
    const removed = await this.dropUnits(id, ids);
    const added = await this.database.change(
      'INSERT INTO espaco_unidades SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING',
      [id, ids],
    );
    return removed + added > 0;
  }

  /**
   * Takes from a composite space the units that are not in `kept`; they live on in their own spaces.
   * @throws UnidadeOcupada when a booking of the space is still to use one of them
   */
  private async dropUnits(id: string, kept: readonly string[]): Promise<number> {
    const obstaculos = await this.obstacles(
      `o.unidade_id IN (SELECT unidade_id FROM espaco_unidades WHERE espaco_id = $1) AND o.unidade_id <> ALL($2::uuid[])
       AND r.espaco_id = $1`,
      [id, kept],
    );
    if (obstaculos.length > 0) throw new UnidadeOcupada(obstaculos);
    return this.database.change('DELETE FROM espaco_unidades WHERE espaco_id = $1 AND unidade_id <> ALL($2::uuid[])', [
      id,
      kept,
    ]);
  }

  /** Adds units, or retires as many as there are too many. @throws UnidadeOcupada */
  private async setOwnUnits(
    id: string,
    { nome, quantidadeUnidades }: Pick<CadastroDeEspaco, 'nome' | 'quantidadeUnidades'>,
  ): Promise<void> {
    const [{ atuais } = { atuais: 0 }] = await this.database.query<{ atuais: number }>(
      'SELECT count(*)::int AS atuais FROM espaco_unidades WHERE espaco_id = $1',
      [id],
    );
    if (quantidadeUnidades < atuais) await this.retireUnits(id, atuais - quantidadeUnidades);
    const novas = Array.from({ length: Math.max(0, quantidadeUnidades - atuais) }, (_, i) => ({
      id: randomUUIDv7(),
      nome: quantidadeUnidades === 1 ? nome : `${nome} ${atuais + i + 1}`,
    }));
    if (novas.length === 0) return;
    await this.database.change(
      `WITH novas AS (INSERT INTO unidades SELECT u.id, u.nome FROM jsonb_to_recordset($2::jsonb) AS u(id uuid, nome text) RETURNING id)
       INSERT INTO espaco_unidades SELECT $1, id FROM novas`,
      [id, JSON.stringify(novas)],
    );
  }

  /**
   * Retires units by occupying them from now to the end of time: a booking that comes at the same moment and the
   * removal cannot both have the unit, whichever is first.
   */
  private async retireUnits(id: string, quantas: number): Promise<void> {
    const retiradas = await this.database.query<{ unidade_id: string }>(
      `INSERT INTO ocupacoes (unidade_id, periodo, origem)
       SELECT u.id, tstzrange(now(), '9999-12-31Z'), 'RETIRADA'
         FROM espaco_unidades eu JOIN unidades u ON u.id = eu.unidade_id
        WHERE eu.espaco_id = $1
          AND NOT EXISTS (SELECT FROM ocupacoes o WHERE o.unidade_id = u.id AND o.periodo && tstzrange(now(), NULL))
        ORDER BY length(u.nome) DESC, u.nome DESC, u.id LIMIT $2
       ON CONFLICT DO NOTHING RETURNING unidade_id`,
      [id, quantas],
    );
    if (retiradas.length < quantas)
      throw new UnidadeOcupada(
        await this.obstacles('o.unidade_id IN (SELECT unidade_id FROM espaco_unidades WHERE espaco_id = $1)', [id]),
      );
    // Of the space, and of those that it is a part of when it had to be so; they are arranged anew afterwards.
    await this.database.change('DELETE FROM espaco_unidades WHERE espaco_id = $1 AND unidade_id = ANY($2::uuid[])', [
      id,
      retiradas.map(({ unidade_id }) => unidade_id),
    ]);
  }

  /** What occupies units from now on. */
  private obstacles(condition: string, parameters: readonly unknown[]): Promise<Obstaculo[]> {
    return findObstacles(this.database, `o.periodo && tstzrange(now(), NULL) AND ${condition}`, parameters);
  }
}

/** Columns of what an admin writes; those of its units apart. */
const columnsOf = (cadastro: CadastroDeEspaco): Record<string, unknown> => ({
  nome: cadastro.nome,
  tipo: cadastro.tipo,
  descricao: cadastro.descricao,
  cidade: cadastro.cidade,
  endereco: cadastro.endereco,
  fuso: cadastro.fuso,
  capacidade: cadastro.capacidade,
  fotos: JSON.stringify(cadastro.fotos),
  recursos: cadastro.recursos,
  horarios: JSON.stringify(cadastro.horarios),
  excecoes: JSON.stringify(cadastro.excecoes),
  horarios_em_feriado: cadastro.horariosEmFeriado && JSON.stringify(cadastro.horariosEmFeriado),
  ocupa: cadastro.partes.length > 0 ? 'TODAS' : 'UMA',
  folga_antes_minutos: cadastro.folgaAntesMinutos,
  folga_depois_minutos: cadastro.folgaDepoisMinutos,
  duracao_minima_minutos: cadastro.duracaoMinimaMinutos,
  duracao_maxima_minutos: cadastro.duracaoMaximaMinutos,
  unidade_duracao: cadastro.unidadeDuracao,
  passo_minutos: cadastro.passoMinutos,
  antecedencia_minima_minutos: cadastro.antecedenciaMinimaMinutos,
  horizonte_dias: cadastro.horizonteDias,
  cota_reservas_ativas: cadastro.cotaReservasAtivas,
  cota_horas_semana: cadastro.cotaHorasSemana,
  requer_aprovacao: cadastro.requerAprovacao,
  prazo_aprovacao_horas: cadastro.prazoAprovacaoHoras,
  preco_hora_centavos: cadastro.precoHoraCentavos,
  preco_dia_centavos: cadastro.precoDiaCentavos,
  regras_de_preco: JSON.stringify(cadastro.regrasDePreco),
  preco_minimo_centavos: cadastro.precoMinimoCentavos,
  sinal_percentual: cadastro.sinalPercentual,
  saldo_horas_antes: cadastro.saldoHorasAntes,
  exige_checkin: cadastro.exigeCheckin,
  tolerancia_minutos: cadastro.toleranciaMinutos,
  politica_cancelamento: JSON.stringify(cadastro.politicaCancelamento),
  retencao_segundos: cadastro.retencaoSegundos,
  prorrogacao_maxima_minutos: cadastro.prorrogacaoMaximaMinutos,
});
