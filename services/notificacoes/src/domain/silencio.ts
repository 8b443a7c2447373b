import { Temporal } from 'temporal-polyfill';

/** Hours of quiet on the clock of a zone, `HH:MM`; they may go past midnight. */
export interface Silencio {
  readonly de: string;
  readonly ate: string;
  readonly fuso: string;
}

/** When the quiet that holds at `agora` is over; null when there is none. */
export function fimDoSilencio(agora: Date, { de, ate, fuso }: Silencio): Date | null {
  const aqui = Temporal.Instant.fromEpochMilliseconds(agora.getTime()).toZonedDateTimeISO(fuso);
  const [hora, inicio, fim] = [aqui.toPlainTime(), Temporal.PlainTime.from(de), Temporal.PlainTime.from(ate)];
  const depois = (a: Temporal.PlainTime, b: Temporal.PlainTime) => Temporal.PlainTime.compare(a, b) >= 0;
  const viraODia = !depois(fim, inicio);
  const [comecou, acabou] = [depois(hora, inicio), depois(hora, fim)];
  if (viraODia ? !comecou && acabou : !comecou || acabou) return null;
  const dia = aqui.toPlainDate().add({ days: viraODia && comecou ? 1 : 0 });
  return new Date(dia.toZonedDateTime({ timeZone: fuso, plainTime: fim }).epochMilliseconds);
}
