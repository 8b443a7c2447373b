import { useIdioma } from '@plataforma/kit';
import estilo from './painel.module.css';

export const DIAS = [1, 2, 3, 4, 5, 6, 7] as const;

/** What a weekday is called, 1 = Monday: the first of 2024 was one. */
export const nomeDoDia = (dia: number, idioma: string, largura: 'long' | 'short' = 'long'): string =>
  new Intl.DateTimeFormat(idioma, { weekday: largura, timeZone: 'UTC' }).format(Date.UTC(2024, 0, dia));

/** Weekdays to choose from; none chosen means all. */
export function Dias({
  rotulo,
  dias,
  mudar,
}: {
  rotulo: string;
  dias: readonly number[];
  mudar: (dias: number[]) => void;
}) {
  const idioma = useIdioma();
  return (
    <fieldset className={estilo['linha']}>
      <legend className="so-para-ouvir">{rotulo}</legend>
      <span aria-hidden="true">{rotulo}</span>
      {DIAS.map((dia) => (
        <label key={dia} className={estilo['linha']}>
          <input
            type="checkbox"
            checked={dias.includes(dia)}
            onChange={({ target }) => mudar(DIAS.filter((um) => (um === dia ? target.checked : dias.includes(um))))}
          />
          {nomeDoDia(dia, idioma, 'short')}
        </label>
      ))}
    </fieldset>
  );
}
