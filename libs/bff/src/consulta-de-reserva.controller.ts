import { Controller, Header } from '@nestjs/common';
import { operacoesDeReservas } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido } from '@plataforma/platform';
import { DetalharReserva, reservaCompletaHttp } from './detalhar-reserva.js';
import { forwardedHeaders } from './forwarded-headers.js';

const completa = {
  ...operacoesDeReservas.reservas.byId,
  resumo: 'Uma reserva com as suas cobranças e as suas notificações',
  respostas: { 200: reservaCompletaHttp },
} as const;

/** What is known about one booking. */
@Controller()
export class ConsultaDeReservaController {
  constructor(private readonly detalhar: DetalharReserva) {}

  @Header('cache-control', 'private, no-store')
  @Operacao(completa)
  byId({ parametros }: Pedido<typeof completa>, { request }: Http) {
    return this.detalhar.completa(parametros.id, forwardedHeaders(request));
  }
}
