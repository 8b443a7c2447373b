import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeReservas } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido, Problem } from '@plataforma/platform';
import { ConsultarCupom, CriarCupom, ListarCupons, MudarCupom } from '../application/gerir-cupons.js';

const { cupons } = operacoesDeReservas;

/** The version in an If-Match header (RFC 9110, 13.1.1); without one, or with `*`, any version will do. */
function versionOf(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch === '*') return undefined;
  const [, version] = /^"(\d{1,9})"$/.exec(ifMatch) ?? [];
  if (version === undefined)
    throw new Problem(400, 'requisicao.invalida', 'If-Match deve ser o ETag recebido, por exemplo "3"');
  return Number(version);
}

@Controller()
export class CuponsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(cupons.create)
  async create({ corpo }: Pedido<typeof cupons.create>) {
    const id = await this.commands.execute(new CriarCupom(corpo));
    return this.queries.execute(new ConsultarCupom(id));
  }

  @Operacao(cupons.list)
  list({ consulta }: Pedido<typeof cupons.list>) {
    return this.queries.execute(new ListarCupons(consulta));
  }

  @Operacao(cupons.byId)
  byId({ parametros }: Pedido<typeof cupons.byId>) {
    return this.queries.execute(new ConsultarCupom(parametros.id));
  }

  @Operacao(cupons.change)
  async change({ parametros: { id }, corpo }: Pedido<typeof cupons.change>, { request }: Http) {
    await this.commands.execute(new MudarCupom(id, corpo, versionOf(request.headers['if-match'])));
    return this.queries.execute(new ConsultarCupom(id));
  }

  @Operacao(cupons.deactivate)
  async deactivate({ parametros }: Pedido<typeof cupons.deactivate>): Promise<void> {
    await this.commands.execute(new MudarCupom(parametros.id, { ativo: false }));
  }
}
