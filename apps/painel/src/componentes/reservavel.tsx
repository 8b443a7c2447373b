import type { EspacoHttp } from '@plataforma/contracts';
import { agora, Aviso, dataCurta, hora, useIdioma } from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { api } from '../api.js';
import { useTextos } from '../textos/index.js';

/** How far ahead it is looked for a free time. */
const DIAS_A_FRENTE = 14;

/** Whether somebody could book it now, and when at the earliest. */
export function Reservavel({ espaco: { id, versao, fuso, duracaoMinimaMinutos } }: { espaco: EspacoHttp }) {
  const t = useTextos();
  const idioma = useIdioma();
  const { data } = useQuery({
    queryKey: ['reservavel', id, versao],
    queryFn: async () => {
      const de = new Date(agora());
      const { body } = await api('GET /v1/espacos/:id/disponibilidade', {
        parametros: { id },
        consulta: {
          de: de.toISOString(),
          ate: new Date(de.getTime() + DIAS_A_FRENTE * 86_400_000).toISOString(),
          duracaoMinutos: duracaoMinimaMinutos,
        },
      });
      return body.inicios[0] ?? null;
    },
  });
  if (data === undefined) return null;
  return (
    <Aviso tom={data === null ? 'espera' : 'certo'}>
      <p>
        {data === null
          ? t('espacos.semHorario')
          : t('espacos.reservavel', { quando: `${dataCurta(data, fuso, idioma)}, ${hora(data, fuso, idioma)}` })}
      </p>
    </Aviso>
  );
}
