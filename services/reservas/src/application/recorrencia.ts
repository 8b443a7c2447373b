import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { OcorrenciasDemais, RegraDeRecorrenciaInvalida } from '../domain/errors.js';

export const MAX_OCORRENCIAS = 104;
/** Bounds the work for rules that (almost) never come true. */
const MAX_ITERATIONS = 10_000;

/**
 * The starts (ms) that a rule (the value of an RRULE, RFC 5545, 3.3.10) gives, in the wall clock of the zone, from
 * `inicio` (ms) on. A local hour that a day does not have is no occurrence; one that comes twice is its first.
 * @throws RegraDeRecorrenciaInvalida, OcorrenciasDemais
 */
export function ocorrencias(regra: string, fuso: string, inicio: number): number[] {
  // Nothing but the rule: a line break would bring further properties in.
  if (!/^[A-Z0-9=;,+-]+$/i.test(regra)) throw new RegraDeRecorrenciaInvalida('há caracteres que uma RRULE não tem');
  if (/FREQ=(HOURLY|MINUTELY|SECONDLY)/i.test(regra))
    throw new RegraDeRecorrenciaInvalida('a menor frequência é a diária');
  if (!/(COUNT|UNTIL)=/i.test(regra)) throw new RegraDeRecorrenciaInvalida('falta COUNT ou UNTIL');
  const inicios: number[] = [];
  try {
    const rule = new RRuleTemporal({
      rruleString: `RRULE:${regra}`,
      dtstart: Temporal.Instant.fromEpochMilliseconds(inicio).toZonedDateTimeISO(fuso),
      tzid: fuso,
      temporal: Temporal,
      strict: true,
      maxIterations: MAX_ITERATIONS,
    });
    rule.all((ocorrencia, index) => {
      inicios.push(ocorrencia.epochMilliseconds);
      return index < MAX_OCORRENCIAS;
    });
  } catch (error) {
    throw new RegraDeRecorrenciaInvalida((error as Error).message);
  }
  if (inicios.length > MAX_OCORRENCIAS) throw new OcorrenciasDemais(MAX_OCORRENCIAS);
  if (inicios.length === 0) throw new RegraDeRecorrenciaInvalida('ela não dá nenhuma ocorrência');
  return inicios;
}

/** Moves other occurrences as one of them moved: by as many days, to the same local hour, for as long. */
export function deslocar(
  fuso: string,
  { de, inicio, fim }: { readonly de: number; readonly inicio: number; readonly fim: number },
  outroInicio: number,
): { inicio: number; fim: number } {
  const local = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(fuso);
  const dias = local(de).toPlainDate().until(local(inicio).toPlainDate());
  const comeco = local(outroInicio)
    .toPlainDate()
    .add(dias)
    .toZonedDateTime({ timeZone: fuso, plainTime: local(inicio).toPlainTime() }).epochMilliseconds;
  return { inicio: comeco, fim: comeco + (fim - inicio) };
}
