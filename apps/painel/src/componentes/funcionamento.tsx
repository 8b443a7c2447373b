import { useState } from 'react';
import type { EdicaoDeEspacoHttp } from '@plataforma/contracts';
import { Botao, useIdioma } from '@plataforma/kit';
import { useTextos } from '../textos/index.js';
import estilo from './painel.module.css';

type Horario = EdicaoDeEspacoHttp['horarios'][number];
const DIAS = [1, 2, 3, 4, 5, 6, 7] as const;

/** Opening hours by weekday: a day that is switched off remembers its hours, and those of one are copied to all that open. */
export function Funcionamento({
  horarios,
  mudar,
  erro,
}: {
  horarios: readonly Horario[];
  mudar: (horarios: Horario[]) => void;
  erro: string | undefined;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const [lembrados, setLembrados] = useState<Readonly<Record<number, Horario[]>>>({});
  const doDia = (dia: number): Horario[] => horarios.filter(({ diaSemana }) => diaSemana === dia);
  // The first of 2024 was a Monday.
  const nome = (dia: number): string =>
    new Intl.DateTimeFormat(idioma, { weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(2024, 0, dia));
  const trocar = (dia: number, novos: Horario[]) => mudar(DIAS.flatMap((um) => (um === dia ? novos : doDia(um))));
  const ligar = (dia: number, aberto: boolean) => {
    if (!aberto) setLembrados({ ...lembrados, [dia]: doDia(dia) });
    trocar(dia, aberto ? (lembrados[dia] ?? [{ diaSemana: dia, abre: '08:00', fecha: '20:00' }]) : []);
  };
  return (
    <fieldset className={estilo['folha']}>
      <legend>
        <strong>{t('espacos.funcionamento')}</strong>
      </legend>
      {erro !== undefined && <p role="alert">{erro}</p>}
      {DIAS.map((dia) => (
        <div key={dia} className={estilo['linha']}>
          <label className={estilo['linha']}>
            <input
              type="checkbox"
              role="switch"
              checked={doDia(dia).length > 0}
              onChange={({ target }) => ligar(dia, target.checked)}
            />
            <span className={estilo['dia']}>{nome(dia)}</span>
          </label>
          {doDia(dia).length === 0 && <span className={estilo['suave']}>{t('espacos.fechado')}</span>}
          {doDia(dia).map((horario, i) => (
            <span key={i} className={estilo['linha']}>
              {(['abre', 'fecha'] as const).map((qual) => (
                <input
                  key={qual}
                  type="time"
                  required
                  className={estilo['hora']}
                  aria-label={`${nome(dia)}, ${t(`espacos.${qual}`)}`}
                  value={horario[qual]}
                  onChange={({ target }) =>
                    trocar(
                      dia,
                      doDia(dia).map((outro, j) => (i === j ? { ...outro, [qual]: target.value } : outro)),
                    )
                  }
                />
              ))}
            </span>
          ))}
          {doDia(dia).length > 0 && (
            <Botao
              forma="leve"
              aria-label={`${t('espacos.copiar')}: ${nome(dia)}`}
              onClick={() =>
                mudar(
                  DIAS.flatMap((um) =>
                    doDia(um).length > 0 ? doDia(dia).map((horario) => ({ ...horario, diaSemana: um })) : [],
                  ),
                )
              }
            >
              {t('espacos.copiar')}
            </Botao>
          )}
        </div>
      ))}
    </fieldset>
  );
}
