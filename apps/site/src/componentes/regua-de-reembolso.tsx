import { agora, dataCurta, hora, minutosDepois, useIdioma } from '@plataforma/kit';
import estilo from '../telas/espaco.module.css';
import { useTextos } from '../textos/index.js';

/** How much comes back until when, from all to nothing; with a start that was chosen, by the clock there. */
export function ReguaDeReembolso({
  politica,
  inicio,
  fuso,
}: {
  politica: readonly { horasAntes: number; percentual: number }[];
  inicio?: string | undefined;
  fuso: string;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const degraus = [...politica].sort((a, b) => b.horasAntes - a.horasAntes).filter(({ percentual }) => percentual > 0);
  // By the clock of the server: what is over is not promised.
  const valem = degraus.filter(
    ({ horasAntes }) => inicio === undefined || Date.parse(minutosDepois(inicio, -horasAntes * 60)) > agora(),
  );
  const ate = (horasAntes: number): string => {
    if (inicio === undefined) return t('reembolso.horas', { horas: horasAntes });
    const quando = minutosDepois(inicio, -horasAntes * 60);
    return t('reembolso.ate', { quando: `${dataCurta(quando, fuso, idioma)}, ${hora(quando, fuso, idioma)}` });
  };
  if (valem.length === 0) return <p>{t(degraus.length === 0 ? 'reembolso.nunca' : 'reembolso.passou')}</p>;
  return (
    <ol className={estilo['devolve']}>
      {valem.map(({ horasAntes, percentual }) => (
        <li key={horasAntes} className={percentual === 100 ? '' : estilo['parte']}>
          <strong>{percentual} %</strong>
          <span>{ate(horasAntes)}</span>
        </li>
      ))}
      <li className={estilo['nada']}>
        <strong>0 %</strong>
        <span>{t('reembolso.depois')}</span>
      </li>
    </ol>
  );
}
