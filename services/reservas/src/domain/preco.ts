const MINUTOS_POR_HORA = 60;

/** Price of a stay: by the hour, to the minute, rounded up to a whole centavo. */
export const precoCentavos = (precoHoraCentavos: number, minutos: number): number =>
  Math.ceil((precoHoraCentavos * minutos) / MINUTOS_POR_HORA);
