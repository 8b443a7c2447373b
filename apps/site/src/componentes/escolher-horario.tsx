import { useState } from 'react';
import type { ReservaHttp } from '@plataforma/contracts';
import { diaDe, diasDepois, Falha, hora, instanteDe, periodo, useIdioma } from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { api } from '../api.js';
import { hojeEm } from '../espacos.js';
import { useTextos } from '../textos/index.js';
import estilo from '../telas/espaco.module.css';
import { CampoDeDia, foraDe } from './campo-de-dia.js';

/** Another start for a booking, of the same length: what it takes itself counts as free. */
export function EscolherHorario({
  reserva: { id, espaco, inicio: deAgora, fim, fuso },
  inicio,
  escolher,
}: {
  reserva: ReservaHttp;
  inicio: string | undefined;
  escolher: (inicio: string | undefined) => void;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const [dia, setDia] = useState(diaDe(deAgora, fuso));
  const fora = foraDe(dia, hojeEm(fuso));
  const livres = useQuery({
    queryKey: ['livres', espaco.id, 'de', id, dia],
    enabled: !fora,
    queryFn: async () =>
      (
        await api('GET /v1/reservas/:id/horarios', {
          parametros: { id },
          consulta: { de: instanteDe(dia, '00:00', fuso), ate: instanteDe(diasDepois(dia, 1), '00:00', fuso) },
        })
      ).body,
    staleTime: 15_000,
  });
  const inicios = fora ? [] : livres.data?.inicios.filter((um) => um !== deAgora);
  return (
    <>
      <p>{t('mudar.hoje', { quando: periodo(deAgora, fim, fuso, idioma) })}</p>
      <CampoDeDia
        rotulo={t('espaco.dia')}
        required
        min={hojeEm(fuso)}
        valor={dia}
        mudar={(novo) => {
          if (novo === '') return;
          setDia(novo);
          escolher(undefined);
        }}
      />
      {livres.error && <Falha erro={livres.error} deNovo={() => void livres.refetch()} />}
      {inicios?.length === 0 && !fora && <p role="status">{t('mudar.nada')}</p>}
      <ul className={estilo['horas']}>
        {inicios?.map((um) => (
          <li key={um}>
            <button type="button" aria-pressed={um === inicio} onClick={() => escolher(um)}>
              {hora(um, fuso, idioma)}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
