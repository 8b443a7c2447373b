import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { PrecosSimuladosHttp, SimulacaoDePrecoHttp } from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import { orcarEstada } from '../domain/orcamento.js';
import { MINUTO_MS } from '../domain/periodo-reserva.js';
import { fimDe, instanteDe } from '../domain/relogio.js';

/** What a price list that nobody has yet would ask for these periods. */
export class SimularPrecos extends Query<PrecosSimuladosHttp> {
  constructor(readonly simulacao: SimulacaoDePrecoHttp) {
    super();
  }
}

@QueryHandler(SimularPrecos)
export class SimularPrecosHandler implements IQueryHandler<SimularPrecos> {
  constructor(private readonly database: Database) {}

  /** @throws PrecoAcimaDoLimite */
  async execute({ simulacao: { periodos, ...tabela } }: SimularPrecos): Promise<PrecosSimuladosHttp> {
    const [{ agora } = { agora: new Date(0) }] = await this.database.read<{ agora: Date }>('SELECT now() AS agora');
    return {
      itens: periodos.map(({ data, hora, minutos }) => {
        const inicio = instanteDe(tabela.fuso, Date.parse(`${data}T${hora}Z`));
        const fim = fimDe(tabela.fuso, inicio, minutos * MINUTO_MS);
        const { linhas, totalCentavos, sinal } = orcarEstada(tabela, { inicio, fim }, agora.getTime());
        return {
          inicio: new Date(inicio).toISOString(),
          fim: new Date(fim).toISOString(),
          linhas: [...linhas],
          totalCentavos,
          sinalCentavos: sinal?.sinalCentavos ?? null,
        };
      }),
    };
  }
}
