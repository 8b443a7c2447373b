import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import { EspacoRepository } from '../application/ports.js';
import { EspacoInexistente } from '../domain/errors.js';
import type { Espaco } from '../domain/espaco.js';

interface Row {
  id: string;
  nome: string;
  cidade: string;
  fuso: string;
  unidades: string[];
  ocupa: Espaco['ocupa'];
  horarios: Espaco['horarios'];
  folga_antes_minutos: number;
  folga_depois_minutos: number;
  duracao_minima_minutos: number;
  duracao_maxima_minutos: number;
  passo_minutos: number;
  preco_hora_centavos: string;
  politica_cancelamento: Espaco['politicaCancelamento'];
  retencao_segundos: number | null;
  agora: Date;
}

@Injectable()
export class PgEspacoRepository extends EspacoRepository {
  constructor(private readonly database: Database) {
    super();
  }

  override async load(id: string): Promise<{ espaco: Espaco; agora: number }> {
    const [row] = await this.database.query<Row>(
      `SELECT e.*, now() AS agora,
              ARRAY(SELECT unidade_id FROM espaco_unidades u WHERE u.espaco_id = e.id ORDER BY unidade_id) AS unidades
         FROM espacos e WHERE e.id = $1`,
      [id],
    );
    if (!row) throw new EspacoInexistente();
    return {
      agora: row.agora.getTime(),
      espaco: {
        id: row.id,
        nome: row.nome,
        cidade: row.cidade,
        fuso: row.fuso,
        unidades: row.unidades,
        ocupa: row.ocupa,
        horarios: row.horarios,
        folgaAntesMinutos: row.folga_antes_minutos,
        folgaDepoisMinutos: row.folga_depois_minutos,
        duracaoMinimaMinutos: row.duracao_minima_minutos,
        duracaoMaximaMinutos: row.duracao_maxima_minutos,
        passoMinutos: row.passo_minutos,
        precoHoraCentavos: Number(row.preco_hora_centavos),
        politicaCancelamento: row.politica_cancelamento,
        retencaoSegundos: row.retencao_segundos,
      },
    };
  }
}
