import { Controller } from '@nestjs/common';
import { operacoesDeReservas } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido, Problem } from '@plataforma/platform';
import { GerirCupons } from '../application/gerir-cupons.js';

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
  constructor(private readonly cupons: GerirCupons) {}

  @Operacao(cupons.create)
  create({ corpo }: Pedido<typeof cupons.create>) {
    return this.cupons.create(corpo);
  }

  @Operacao(cupons.list)
  list({ consulta }: Pedido<typeof cupons.list>) {
    return this.cupons.list(consulta);
  }

  @Operacao(cupons.byId)
  byId({ parametros }: Pedido<typeof cupons.byId>) {
    return this.cupons.byId(parametros.id);
  }

  @Operacao(cupons.change)
  change({ parametros, corpo }: Pedido<typeof cupons.change>, { request }: Http) {
    return this.cupons.change(parametros.id, corpo, versionOf(request.headers['if-match']));
  }

  @Operacao(cupons.deactivate)
  async deactivate({ parametros }: Pedido<typeof cupons.deactivate>): Promise<void> {
    await this.cupons.change(parametros.id, { ativo: false });
  }
}
