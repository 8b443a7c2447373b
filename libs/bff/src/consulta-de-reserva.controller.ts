import { Controller, Header, type Type } from '@nestjs/common';
import { detalheDeReserva, type OperacaoHttp } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido } from '@plataforma/platform';
import { DetalharReserva } from './detalhar-reserva.js';
import { forwardedHeaders } from './forwarded-headers.js';

/** A booking with what is known about it, for whom it is in this BFF. */
export function consultaDeReserva(diferenca: Partial<Pick<OperacaoHttp, 'acesso' | 'substituida'>> = {}): Type<object> {
  const operacao = { ...detalheDeReserva, ...diferenca } as const;

  @Controller()
  class ConsultaDeReservaController {
    constructor(private readonly detalhar: DetalharReserva) {}

    @Header('cache-control', 'private, no-store')
    @Operacao(operacao)
    byId({ parametros }: Pedido<typeof operacao>, { request }: Http) {
      return this.detalhar.completa(parametros.id, forwardedHeaders(request));
    }
  }
  return ConsultaDeReservaController;
}
