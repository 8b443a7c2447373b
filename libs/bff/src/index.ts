export { type BffConfig, BffModule, bffSettings } from './bff.module.js';
export { ConfiguracaoController } from './configuracao.controller.js';
export { consultaDeReserva } from './consulta-de-reserva.controller.js';
export { DetalharReserva, type ReservaComPagamento } from './detalhar-reserva.js';
export { forwardedHeaders } from './forwarded-headers.js';
export { bodyOf } from './hand-on.js';
export { fontesDaCasa, fontesDoPagamento } from './pagina.js';
export { PlatformApi } from './platform-api.js';
export { repassar } from './repassar.js';
