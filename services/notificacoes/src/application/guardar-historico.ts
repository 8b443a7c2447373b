import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { FiltroDeHistoricoDeAvisosHttp, HistoricoDeAvisosHttp } from '@plataforma/contracts';
import { type Logger, Worker } from '@plataforma/platform';
import { type FonteDoHistorico, Historico } from './ports-historico.js';

const A_CADA_MS = 2_000;
const POR_VEZ = 500;
const EXPURGO_MS = 3_600_000;

/**
 * Takes what has ended into the history, some at a time, however many instances there are. A history that is away delays
 * no message: it is caught up with when it is back.
 */
export class GuardarHistorico extends Worker {
  constructor(fonte: FonteDoHistorico, historico: Historico, logger: Logger) {
    let expurgar = 0;
    const drain = async (): Promise<number> => {
      if (performance.now() >= expurgar) {
        await historico.expire();
        expurgar = performance.now() + EXPURGO_MS;
      }
      if (!(await fonte.waits())) return 0;
      const apagadas = await fonte.takeErased((pessoas) => historico.erase(pessoas));
      return apagadas + (await fonte.take(POR_VEZ, (registros) => historico.save(registros)));
    };
    super({ name: 'histórico', floorMs: A_CADA_MS, drain }, logger);
  }
}

export class ConsultarHistorico extends Query<HistoricoDeAvisosHttp> {
  constructor(readonly filtro: FiltroDeHistoricoDeAvisosHttp) {
    super();
  }
}

@QueryHandler(ConsultarHistorico)
export class ConsultarHistoricoHandler implements IQueryHandler<ConsultarHistorico> {
  constructor(private readonly historico: Historico) {}

  execute({ filtro }: ConsultarHistorico): Promise<HistoricoDeAvisosHttp> {
    return this.historico.list(filtro);
  }
}
