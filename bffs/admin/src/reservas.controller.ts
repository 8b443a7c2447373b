import { Controller } from '@nestjs/common';
import { forwardedHeaders, PlatformApi } from '@plataforma/bff';
import { operacoesDeReservas, pagina, reservaHttp } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido } from '@plataforma/platform';
import { z } from 'zod';

/** A list asks pagamentos nothing: one call per row would be a storm. The status says whether it is paid. */
const reservasAdmin = pagina(
  reservaHttp.extend({
    detalhe: z
      .string()
      .describe('Onde estão as cobranças e as notificações')
      .meta({ example: '/v1/reservas/0192f0c4-0000-7000-8000-000000000001' }),
  }),
);
const listar = {
  ...operacoesDeReservas.reservas.list,
  resumo: 'As reservas de todos',
  acesso: ['ADMIN', 'OPERADOR'],
  respostas: { 200: reservasAdmin },
} as const;

@Controller()
export class ReservasController {
  private readonly reservas;

  constructor(api: PlatformApi) {
    this.reservas = api.cliente(operacoesDeReservas.reservas);
  }

  @Operacao(listar)
  async list({ consulta }: Pedido<typeof listar>, { request }: Http) {
    const { body } = await this.reservas.list({ consulta, cabecalhos: forwardedHeaders(request) });
    const itens = body.itens.map((reserva) => ({ ...reserva, detalhe: `/v1/reservas/${reserva.id}` }));
    return { itens, proximo: body.proximo };
  }
}
