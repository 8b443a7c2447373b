export { type BffConfig, BffModule, bffSettings } from './bff.module.js';
export { CalendariosController } from './calendarios.controller.js';
export { CatalogoController } from './catalogo.controller.js';
export { ConfiguracaoController } from './configuracao.controller.js';
export {
  DetalharReserva,
  faltando,
  type ReservaCompletaHttp,
  reservaCompletaHttp,
  type ReservaComPagamento,
} from './detalhar-reserva.js';
export { FeedDeCalendarioController } from './feed-de-calendario.controller.js';
export { FilaController } from './fila.controller.js';
export { Forwarded, type ForwardedHeaders } from './forwarded-headers.js';
export { bodyOf, fileOf } from './hand-on.js';
export { PlatformApi } from './platform-api.js';
export { ConsultaDeReservaController, MudancaDeReservaController } from './reserva.controller.js';
export { repassar } from './repassar.js';
export { cobrancas } from './repasses.js';
export { type Relatorio, ReservasApi } from './reservas-api.js';
export { SeriesController } from './series.controller.js';
export { variante } from './variante.js';
