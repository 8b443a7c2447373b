import { pipeline, Readable } from 'node:stream';
import { Controller, StreamableFile } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { COLUNAS_DAS_PLANILHAS, operacoesDeReservas } from '@plataforma/contracts';
import { Logger, Operacao, type Pedido } from '@plataforma/platform';
import { stringify } from 'csv-stringify';
import { EscreverCalendario, LevarPlanilha } from '../application/levar-planilha.js';
import { TrazerPlanilha } from '../application/trazer-planilha.js';
import { PlanilhaIlegivel } from '../domain/errors.js';

const { planilhas } = operacoesDeReservas;

@Controller()
export class PlanilhasController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly logger: Logger,
  ) {}

  @Operacao(planilhas.bring)
  bring({ corpo, usuario }: Pedido<typeof planilhas.bring>) {
    return this.commands.execute(new TrazerPlanilha(corpo, usuario.id));
  }

  @Operacao(planilhas.take)
  async take({ parametros: { tipo }, consulta }: Pedido<typeof planilhas.take>) {
    if (consulta.formato === 'ical') {
      if (tipo !== 'reservas') throw new PlanilhaIlegivel('Só reservas vão num calendário');
      const calendario = await this.queries.execute(new EscreverCalendario(consulta));
      return new StreamableFile(Buffer.from(calendario), {
        type: 'text/calendar; charset=utf-8',
        disposition: 'attachment; filename="reservas.ics"',
      });
    }
    const linhas = await this.queries.execute(new LevarPlanilha(tipo, consulta));
    // As reports: the mark tells spreadsheets that it is UTF-8; what would be a formula there is defused.
    const csv = stringify({
      header: true,
      columns: [...COLUNAS_DAS_PLANILHAS[tipo]],
      bom: true,
      escape_formulas: true,
      record_delimiter: '\r\n',
    });
    pipeline(Readable.from(linhas), csv, (error) => {
      if (error) this.logger.info('Planilha interrompida', { planilha: tipo, error });
    });
    return new StreamableFile(csv, {
      type: 'text/csv; charset=utf-8',
      disposition: `attachment; filename="${consulta.modelo === 'sim' ? 'modelo-' : ''}${tipo}.csv"`,
    });
  }
}
