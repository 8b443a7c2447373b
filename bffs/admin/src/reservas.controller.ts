import { Controller } from '@nestjs/common';
import { forwardedHeaders, PlatformApi } from '@plataforma/bff';
import { listaDaCasa, operacoesDeReservas } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido } from '@plataforma/platform';

@Controller()
export class ReservasController {
  private readonly reservas;

  constructor(api: PlatformApi) {
    this.reservas = api.cliente(operacoesDeReservas.reservas);
  }

  @Operacao(listaDaCasa)
  async list({ consulta }: Pedido<typeof listaDaCasa>, { request }: Http) {
    const { body } = await this.reservas.list({ consulta, cabecalhos: forwardedHeaders(request) });
    const itens = body.itens.map((reserva) => ({ ...reserva, detalhe: `/admin/v1/reservas/${reserva.id}` }));
    return { itens, proximo: body.proximo };
  }
}
