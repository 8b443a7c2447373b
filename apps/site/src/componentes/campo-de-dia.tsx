import { Campo, dataDoDia, useIdioma } from '@plataforma/kit';
import { useTextos } from '../textos/index.js';

/** Whether a day lies outside what can be chosen: `min` and `max` keep a calendar within, and nobody who types. */
export const foraDe = (dia: string, min: string, max?: string): boolean =>
  dia !== '' && (dia < min || (max !== undefined && dia > max));

/** A day that can be chosen or typed, which says when it is over or too far ahead. */
export function CampoDeDia({
  rotulo,
  valor,
  mudar,
  min,
  max,
  required,
}: {
  rotulo: string;
  valor: string;
  mudar: (dia: string) => void;
  min: string;
  max?: string | undefined;
  required?: boolean;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const fora = foraDe(valor, min, max);
  return (
    <Campo
      {...{ rotulo, min, max, required }}
      type="date"
      value={valor}
      erro={fora ? (valor < min ? t('dia.passou') : t('dia.longe', { ate: dataDoDia(max ?? '', idioma) })) : undefined}
      onChange={({ target }) => mudar(target.value)}
    />
  );
}
