import { pipeline, Readable } from 'node:stream';
import { Controller, StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import {
  type FiltroDeRelatorioHttp,
  linhaDeAntecedenciaHttp,
  linhaDeAusenciasHttp,
  linhaDeCancelamentosHttp,
  linhaDeOcupacaoHttp,
  linhaDeReceitaHttp,
  operacoesDeReservas,
} from '@plataforma/contracts';
import { Logger, Operacao, type Pedido, Problem } from '@plataforma/platform';
import { stringify } from 'csv-stringify';
import type { z } from 'zod';
import {
  RelatarAntecedencia,
  RelatarAusencias,
  RelatarCancelamentos,
  RelatarOcupacao,
  RelatarReceita,
} from '../application/relatorios.js';
import { PeriodoInvalido, RelatorioGrandeDemais } from '../domain/errors.js';

const { relatorios } = operacoesDeReservas;
const DIA_MS = 86_400_000;
const MAX_DIAS = 366;
/** A JSON answer is built in memory; CSV streams and has no such limit. */
const MAX_LINHAS_JSON = 10_000;

@Controller()
export class RelatoriosController {
  constructor(
    private readonly queries: QueryBus,
    private readonly logger: Logger,
  ) {}

  @Operacao(relatorios.ocupacao)
  async ocupacao({ consulta }: Pedido<typeof relatorios.ocupacao>) {
    verifyRange(consulta);
    return this.answer(
      'ocupacao',
      consulta,
      await this.queries.execute(new RelatarOcupacao(consulta, consulta.por)),
      linhaDeOcupacaoHttp,
    );
  }

  @Operacao(relatorios.receita)
  async receita({ consulta }: Pedido<typeof relatorios.receita>) {
    verifyRange(consulta);
    return this.answer(
      'receita',
      consulta,
      await this.queries.execute(new RelatarReceita(consulta)),
      linhaDeReceitaHttp,
    );
  }

  @Operacao(relatorios.cancelamentos)
  async cancelamentos({ consulta }: Pedido<typeof relatorios.cancelamentos>) {
    verifyRange(consulta);
    return this.answer(
      'cancelamentos',
      consulta,
      await this.queries.execute(new RelatarCancelamentos(consulta)),
      linhaDeCancelamentosHttp,
    );
  }

  @Operacao(relatorios.ausencias)
  async ausencias({ consulta }: Pedido<typeof relatorios.ausencias>) {
    verifyRange(consulta);
    return this.answer(
      'ausencias',
      consulta,
      await this.queries.execute(new RelatarAusencias(consulta)),
      linhaDeAusenciasHttp,
    );
  }

  @Operacao(relatorios.antecedencia)
  async antecedencia({ consulta }: Pedido<typeof relatorios.antecedencia>) {
    verifyRange(consulta);
    return this.answer(
      'antecedencia',
      consulta,
      await this.queries.execute(new RelatarAntecedencia(consulta)),
      linhaDeAntecedenciaHttp,
    );
  }

  private async answer<Linha>(
    nome: string,
    { de, ate, formato }: FiltroDeRelatorioHttp,
    linhas: AsyncIterable<Linha>,
    schema: z.ZodObject,
  ): Promise<StreamableFile | { linhas: Linha[] }> {
    if (formato === 'json') return { linhas: await collect(linhas) };
    // The mark at the beginning tells spreadsheets that it is UTF-8; what would be a formula there is defused.
    const csv = stringify({ header: true, columns: Object.keys(schema.shape), bom: true, escape_formulas: true });
    pipeline(Readable.from(linhas), csv, (error) => {
      if (error) this.logger.info('Relatório interrompido', { relatorio: nome, error });
    });
    return new StreamableFile(csv, {
      type: 'text/csv; charset=utf-8',
      disposition: `attachment; filename="${nome}-${de}-${ate}.csv"`,
    });
  }
}

/** @throws PeriodoInvalido, Problem 422 for too many days */
function verifyRange({ de, ate }: Pick<FiltroDeRelatorioHttp, 'de' | 'ate'>): void {
  const dias = (Date.parse(ate) - Date.parse(de)) / DIA_MS + 1;
  if (dias < 1) throw new PeriodoInvalido();
  if (dias > MAX_DIAS)
    throw new Problem(422, 'requisicao.intervalo-grande-demais', `Peça no máximo ${MAX_DIAS} dias por vez`);
}

async function collect<Linha>(linhas: AsyncIterable<Linha>): Promise<Linha[]> {
  const todas: Linha[] = [];
  for await (const linha of linhas) {
    if (todas.length === MAX_LINHAS_JSON) throw new RelatorioGrandeDemais(MAX_LINHAS_JSON);
    todas.push(linha);
  }
  return todas;
}
