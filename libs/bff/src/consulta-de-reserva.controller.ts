import { Controller, Header, type Type } from '@nestjs/common';
import { type Acesso, operacoesDeReservas } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido } from '@plataforma/platform';
import { DetalharReserva, reservaCompletaHttp } from './detalhar-reserva.js';
import { forwardedHeaders } from './forwarded-headers.js';

/** What is known about one booking, for whom it is in this BFF. */
export function detalheDeReserva(acesso?: Acesso): Type<object> {
  const completa = {
    ...operacoesDeReservas.reservas.byId,
    resumo: 'Uma reserva com as suas cobranças e as suas notificações',
    respostas: { 200: reservaCompletaHttp },
    ...(acesso && { acesso }),
  } as const;

  @Controller()
  class ConsultaDeReservaController {
    constructor(private readonly detalhar: DetalharReserva) {}

    @Header('cache-control', 'private, no-store')
    @Operacao(completa)
    byId({ parametros }: Pedido<typeof completa>, { request }: Http) {
      return this.detalhar.completa(parametros.id, forwardedHeaders(request));
    }
  }
  return ConsultaDeReservaController;
}
