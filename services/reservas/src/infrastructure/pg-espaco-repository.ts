import { Injectable } from '@nestjs/common';
import type { ReservaHttp } from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import { ACESSO } from '../application/acessos.js';
import { EspacoRepository } from '../application/ports.js';
import { EspacoInexistente } from '../domain/errors.js';
import type { Espaco } from '../domain/espaco.js';
import type { TabelaDePreco } from '../domain/preco.js';

interface Row {
  id: string;
  nome: string;
  cidade: string;
  endereco: ReservaHttp['espaco']['endereco'];
  fotos: ReservaHttp['espaco']['fotos'];
  fuso: string;
  capacidade: number;
  unidades: string[];
  feriados: string[];
  acesso: Espaco['acesso'];
  ocupa: Espaco['ocupa'];
  versao: number;
  situacao: Espaco['situacao'];
  horarios: Espaco['horarios'];
  excecoes: Espaco['excecoes'];
  horarios_em_feriado: Espaco['horariosEmFeriado'];
  folga_antes_minutos: number;
  folga_depois_minutos: number;
  duracao_minima_minutos: number;
  duracao_maxima_minutos: number;
  unidade_duracao: Espaco['unidadeDuracao'];
  passo_minutos: number;
  antecedencia_minima_minutos: number;
  horizonte_dias: number | null;
  cota_reservas_ativas: number | null;
  cota_horas_semana: number | null;
  requer_aprovacao: boolean;
  prazo_aprovacao_horas: number;
  preco_hora_centavos: string;
  preco_dia_centavos: string | null;
  regras_de_preco: Espaco['regrasDePreco'];
  preco_minimo_centavos: string;
  sinal_percentual: number | null;
  saldo_horas_antes: number;
  exige_checkin: boolean;
  tolerancia_minutos: number;
  politica_cancelamento: Espaco['politicaCancelamento'];
  retencao_segundos: number | null;
  prorrogacao_maxima_minutos: number;
  agora: Date;
}

@Injectable()
export class PgEspacoRepository extends EspacoRepository {
  constructor(private readonly database: Database) {
    super();
  }

  override async load(id: string): Promise<{ espaco: Espaco; mostrado: ReservaHttp['espaco']; agora: number }> {
    const [row] = await this.database.query<Row>(`${SELECT} WHERE e.id = $1`, [id]);
    if (!row) throw new EspacoInexistente();
    const { nome, cidade, endereco, fotos } = row;
    return { espaco: toEspaco(row), mostrado: { id, nome, cidade, endereco, fotos }, agora: row.agora.getTime() };
  }

  override async priceList(id: string, versao: number): Promise<TabelaDePreco | undefined> {
    const [row] = await this.database.query<{ regras: TabelaDePreco }>(
      'SELECT regras FROM espaco_versoes WHERE espaco_id = $1 AND versao = $2',
      [id, versao],
    );
    return row?.regras;
  }

  override async loadMany(ids: readonly string[]): Promise<{ espacos: Espaco[]; agora: number }> {
    const rows = await this.database.query<Row>(
      `${SELECT} WHERE e.id = ANY($1::uuid[]) ORDER BY array_position($1::uuid[], e.id)`,
      [ids],
    );
    return { espacos: rows.map(toEspaco), agora: rows[0]?.agora.getTime() ?? 0 };
  }
}

/** Holidays from the day before yesterday on: an opening of that day may still last, wherever on earth it is. */
const SELECT = `
  SELECT e.*, now() AS agora, ${ACESSO} AS acesso,
         ARRAY(SELECT unidade_id FROM espaco_unidades u WHERE u.espaco_id = e.id ORDER BY unidade_id) AS unidades,
         ARRAY(SELECT f.data::text FROM feriados f
                WHERE (f.cidade IS NULL OR f.cidade_buscada = e.cidade_buscada) AND f.data >= current_date - 2) AS feriados
    FROM espacos e LEFT JOIN espaco_acessos a ON a.espaco_id = e.id`;

const toEspaco = (row: Row): Espaco => ({
  id: row.id,
  versao: row.versao,
  situacao: row.situacao,
  nome: row.nome,
  cidade: row.cidade,
  fuso: row.fuso,
  capacidade: row.capacidade,
  unidades: row.unidades,
  ocupa: row.ocupa,
  horarios: row.horarios,
  excecoes: row.excecoes,
  horariosEmFeriado: row.horarios_em_feriado,
  feriados: row.feriados,
  acesso: row.acesso,
  folgaAntesMinutos: row.folga_antes_minutos,
  folgaDepoisMinutos: row.folga_depois_minutos,
  duracaoMinimaMinutos: row.duracao_minima_minutos,
  duracaoMaximaMinutos: row.duracao_maxima_minutos,
  unidadeDuracao: row.unidade_duracao,
  passoMinutos: row.passo_minutos,
  antecedenciaMinimaMinutos: row.antecedencia_minima_minutos,
  horizonteDias: row.horizonte_dias,
  cotaReservasAtivas: row.cota_reservas_ativas,
  cotaHorasSemana: row.cota_horas_semana,
  requerAprovacao: row.requer_aprovacao,
  prazoAprovacaoHoras: row.prazo_aprovacao_horas,
  precoHoraCentavos: Number(row.preco_hora_centavos),
  precoDiaCentavos: row.preco_dia_centavos === null ? null : Number(row.preco_dia_centavos),
  regrasDePreco: row.regras_de_preco,
  precoMinimoCentavos: Number(row.preco_minimo_centavos),
  sinalPercentual: row.sinal_percentual,
  saldoHorasAntes: row.saldo_horas_antes,
  exigeCheckin: row.exige_checkin,
  toleranciaMinutos: row.tolerancia_minutos,
  politicaCancelamento: row.politica_cancelamento,
  retencaoSegundos: row.retencao_segundos,
  prorrogacaoMaximaMinutos: row.prorrogacao_maxima_minutos,
});
