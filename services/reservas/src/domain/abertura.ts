import { type Espaco, type Funcionamento, type HorarioDoDia, minutosDoDia } from './espaco.js';
import { JanelaGrandeDemais } from './errors.js';
import { DIA_MS, type Intervalo, MINUTO_MS } from './periodo-reserva.js';
import { dataDe, diaDaSemana, diaDe, instanteDe, parede } from './relogio.js';

/** Three months and a booking after them. Nothing that is asked needs more; what would is a defect. */
const MAX_DIAS = 140;

const instante = (dia: number, hora: string, fuso: string): number =>
  instanteDe(fuso, dia * DIA_MS + minutosDoDia(hora) * MINUTO_MS);

/**
 * The opening intervals of a space that touch [de, ate) (ms), in order, from its wall-clock hours. An opening that
 * crosses midnight belongs to the day that it begins in, whatever the next day is.
 * @throws JanelaGrandeDemais
 */
export function intervalosAbertos(
  espaco: Funcionamento & Pick<Espaco, 'feriados'>,
  { inicio: de, fim: ate }: Intervalo,
): Intervalo[] {
  if (!(ate - de <= MAX_DIAS * DIA_MS)) throw new JanelaGrandeDemais(MAX_DIAS);
  const { fuso, horarios, horariosEmFeriado } = espaco;
  const feriados = new Set(horariosEmFeriado === null ? [] : espaco.feriados);
  const excecoes = new Map(espaco.excecoes.map((excecao) => [excecao.data, excecao.horarios]));
  /** The hours of a date: its exception's, else the holidays', else its weekday's. */
  const horariosDe = (dia: number): readonly HorarioDoDia[] => {
    const data = dataDe(dia);
    const proprios = excecoes.get(data) ?? (feriados.has(data) ? horariosEmFeriado : null);
    return proprios ?? horarios.filter(({ diaSemana }) => diaSemana === diaDaSemana(dia));
  };
  const ultimo = diaDe(parede(fuso, ate));
  const abertos: Intervalo[] = [];
  // From the day before, whose opening may cross midnight.
  for (let dia = diaDe(parede(fuso, de)) - 1; dia <= ultimo; dia++) {
    // A day that clocks leap over whole has no hours, not even of its night.
    if (instanteDe(fuso, dia * DIA_MS) === instanteDe(fuso, (dia + 1) * DIA_MS)) continue;
    for (const { abre, fecha } of horariosDe(dia)) {
      const intervalo = {
        inicio: instante(dia, abre, fuso),
        fim: instante(fecha <= abre ? dia + 1 : dia, fecha, fuso),
      };
      // Hours that clocks leap over, all of them, are no opening.
      if (intervalo.inicio < intervalo.fim && intervalo.inicio < ate && intervalo.fim > de) abertos.push(intervalo);
    }
  }
  return abertos.sort((a, b) => a.inicio - b.inicio);
}
