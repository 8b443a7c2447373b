export { type BffConfig, BffModule, bffSettings } from './bff.module.js';
export { ConfiguracaoController } from './configuracao.controller.js';
export { detalheDeReserva } from './consulta-de-reserva.controller.js';
export {
  DetalharReserva,
  faltando,
  type ReservaCompletaHttp,
  reservaCompletaHttp,
  type ReservaComPagamento,
} from './detalhar-reserva.js';
export { forwardedHeaders } from './forwarded-headers.js';
export { bodyOf } from './hand-on.js';
export { PlatformApi } from './platform-api.js';
export { repassar } from './repassar.js';
export { catalogo, cobrancas, consultaDeReserva, mudancaDeReserva } from './repasses.js';
