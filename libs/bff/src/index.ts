export { type BffConfig, BffModule, bffSettings, semCorpo } from './bff.module.js';
export {
  DetalharReserva,
  faltando,
  type ReservaCompletaHttp,
  reservaCompletaHttp,
  type ReservaComPagamento,
} from './detalhar-reserva.js';
export { ConfiguracaoController } from './configuracao.controller.js';
export { Forwarded, type ForwardedHeaders } from './forwarded-headers.js';
export { PlatformApi } from './platform-api.js';
export { bodyOf } from './replay.js';
export { UsuariosController } from './usuarios.controller.js';
