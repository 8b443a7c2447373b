import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type {
  EntregaDeGanchoHttp,
  EntregasDeGanchoHttp,
  FiltroDeEntregasHttp,
  GanchoHttp,
} from '@plataforma/contracts';
import { GanchoRepository } from './ports-ganchos.js';

export class ListarGanchos extends Query<GanchoHttp[]> {}

@QueryHandler(ListarGanchos)
export class ListarGanchosHandler implements IQueryHandler<ListarGanchos> {
  constructor(private readonly ganchos: GanchoRepository) {}

  execute(): Promise<GanchoHttp[]> {
    return this.ganchos.list();
  }
}

export class VerGancho extends Query<GanchoHttp> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(VerGancho)
export class VerGanchoHandler implements IQueryHandler<VerGancho> {
  constructor(private readonly ganchos: GanchoRepository) {}

  /** @throws GanchoInexistente */
  execute({ id }: VerGancho): Promise<GanchoHttp> {
    return this.ganchos.find(id);
  }
}

export class ListarEntregasDeGancho extends Query<EntregasDeGanchoHttp> {
  constructor(
    readonly id: string,
    readonly filtro: FiltroDeEntregasHttp,
  ) {
    super();
  }
}

@QueryHandler(ListarEntregasDeGancho)
export class ListarEntregasDeGanchoHandler implements IQueryHandler<ListarEntregasDeGancho> {
  constructor(private readonly ganchos: GanchoRepository) {}

  /** @throws GanchoInexistente */
  execute({ id, filtro }: ListarEntregasDeGancho): Promise<EntregasDeGanchoHttp> {
    return this.ganchos.deliveries(id, filtro);
  }
}

export class VerEntregaDeGancho extends Query<EntregaDeGanchoHttp> {
  constructor(
    readonly id: string,
    readonly entregaId: string,
  ) {
    super();
  }
}

@QueryHandler(VerEntregaDeGancho)
export class VerEntregaDeGanchoHandler implements IQueryHandler<VerEntregaDeGancho> {
  constructor(private readonly ganchos: GanchoRepository) {}

  /** @throws EntregaDeGanchoInexistente */
  execute({ id, entregaId }: VerEntregaDeGancho): Promise<EntregaDeGanchoHttp> {
    return this.ganchos.delivery(id, entregaId);
  }
}
