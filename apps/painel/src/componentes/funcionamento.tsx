import { useState } from 'react';
import type { EdicaoDeEspacoHttp } from '@plataforma/contracts';
import { agora, Botao, Campo, diaDe, diasDepois, Escolha, useIdioma } from '@plataforma/kit';
import { useTextos } from '../textos/index.js';
import { DIAS, nomeDoDia } from './dias.js';
import type { ParteDaEdicao } from './edicao.js';
import estilo from './painel.module.css';

type Horario = EdicaoDeEspacoHttp['horarios'][number];
type DoDia = Omit<Horario, 'diaSemana'>;
const MAX_POR_DIA = 10;

/** What opens next where something closes: two hours, as far as there is room. */
function seguinte({ fecha }: DoDia): DoDia {
  const depois = (hora: string, horas: number) =>
    `${String(Math.min(23, Number(hora.slice(0, 2)) + horas)).padStart(2, '0')}:00`;
  return { abre: depois(fecha, 1), fecha: depois(fecha, 3) };
}

/** The stretches of one day, typed; each can be taken away, and another added. */
function Trechos({
  de,
  horarios,
  mudar,
  porDia,
}: {
  de: string;
  horarios: readonly DoDia[];
  mudar: (horarios: DoDia[]) => void;
  porDia: boolean;
}) {
  const t = useTextos();
  const ultimo = horarios.at(-1);
  return (
    <>
      {horarios.map((horario, i) => (
        <span key={i} className={estilo['linha']}>
          {(porDia ? (['abre'] as const) : (['abre', 'fecha'] as const)).map((qual) => (
            <input
              key={qual}
              type="time"
              required
              className={estilo['hora']}
              aria-label={`${de}, ${t(`espacos.${qual}`)}${i > 0 ? ` ${i + 1}` : ''}`}
              value={horario[qual]}
              onChange={({ target }) =>
                mudar(
                  horarios.map((outro, j) =>
                    i === j ? { ...outro, [qual]: target.value, ...(porDia && { fecha: target.value }) } : outro,
                  ),
                )
              }
            />
          ))}
          {i > 0 && (
            <Botao
              forma="leve"
              aria-label={`${t('espacos.tirarRegra')}: ${de}, ${horario.abre}`}
              onClick={() => mudar(horarios.filter((_, j) => i !== j))}
            >
              ×
            </Botao>
          )}
        </span>
      ))}
      {ultimo && !porDia && horarios.length < MAX_POR_DIA && (
        <Botao
          forma="leve"
          aria-label={`${t('espacos.outroTrecho')}: ${de}`}
          onClick={() => mudar([...horarios, seguinte(ultimo)])}
        >
          {t('espacos.outroTrecho')}
        </Botao>
      )}
    </>
  );
}

/** Opening hours by weekday: a day that is switched off remembers its hours, and those of one are copied to all that open. */
export function Funcionamento({ edicao, mudar: mudarEspaco, erros }: ParteDaEdicao) {
  const t = useTextos();
  const idioma = useIdioma();
  const { horarios } = edicao;
  const porDia = edicao.unidadeDuracao === 'DIA';
  const mudar = (novos: Horario[]) => mudarEspaco({ horarios: novos });
  const [lembrados, setLembrados] = useState<Readonly<Record<number, Horario[]>>>({});
  const doDia = (dia: number): Horario[] => horarios.filter(({ diaSemana }) => diaSemana === dia);
  const trocar = (dia: number, novos: Horario[]) => mudar(DIAS.flatMap((um) => (um === dia ? novos : doDia(um))));
  const ligar = (dia: number, aberto: boolean) => {
    if (!aberto) setLembrados({ ...lembrados, [dia]: doDia(dia) });
    const novo = { diaSemana: dia, abre: '08:00', fecha: porDia ? '08:00' : '20:00' };
    trocar(dia, aberto ? (lembrados[dia] ?? [novo]) : []);
  };
  return (
    <fieldset className={estilo['folha']}>
      <legend>
        <strong>{t('espacos.funcionamento')}</strong>
      </legend>
      {erros['horarios'] !== undefined && (
        <p role="alert" id="horarios" tabIndex={-1}>
          {erros['horarios']}
        </p>
      )}
      {DIAS.map((dia) => (
        <div key={dia} className={estilo['linha']}>
          <label className={estilo['linha']}>
            <input
              type="checkbox"
              role="switch"
              checked={doDia(dia).length > 0}
              onChange={({ target }) => ligar(dia, target.checked)}
            />
            <span className={estilo['dia']}>{nomeDoDia(dia, idioma)}</span>
          </label>
          {doDia(dia).length === 0 && <span className={estilo['suave']}>{t('espacos.fechado')}</span>}
          <Trechos
            de={nomeDoDia(dia, idioma)}
            porDia={porDia}
            horarios={doDia(dia)}
            mudar={(novos) =>
              trocar(
                dia,
                novos.map((horario) => ({ ...horario, diaSemana: dia })),
              )
            }
          />
          {doDia(dia).length > 0 && (
            <Botao
              forma="leve"
              aria-label={`${t('espacos.copiar')}: ${nomeDoDia(dia, idioma)}`}
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

const EM_FERIADO = ['FECHADO', 'COMO_OS_OUTROS', 'PROPRIO'] as const;

/** What a space does on holidays, and on dates of its own. */
export function Excecoes({ edicao, mudar, erros }: ParteDaEdicao) {
  const t = useTextos();
  const { horariosEmFeriado: feriado, excecoes } = edicao;
  const porDia = edicao.unidadeDuracao === 'DIA';
  const novoHorario: DoDia = { abre: '09:00', fecha: porDia ? '09:00' : '13:00' };
  const modo = feriado === null ? 'COMO_OS_OUTROS' : feriado.length === 0 ? 'FECHADO' : 'PROPRIO';
  const trocar = (i: number, nova: Partial<(typeof excecoes)[number]>) =>
    mudar({ excecoes: excecoes.map((outra, j) => (i === j ? { ...outra, ...nova } : outra)) });
  return (
    <fieldset className={estilo['folha']}>
      <legend>
        <strong>{t('espacos.excecoes')}</strong>
      </legend>
      <div className={estilo['filtros']}>
        <Escolha
          rotulo={t('espacos.emFeriado')}
          value={modo}
          onChange={({ target }) =>
            mudar({
              horariosEmFeriado:
                target.value === 'COMO_OS_OUTROS' ? null : target.value === 'PROPRIO' ? [novoHorario] : [],
            })
          }
        >
          {EM_FERIADO.map((um) => (
            <option key={um} value={um}>
              {t(`espacos.feriado.${um}`)}
            </option>
          ))}
        </Escolha>
      </div>
      {modo === 'PROPRIO' && (
        <div className={estilo['linha']}>
          <Trechos
            de={t('espacos.emFeriado')}
            porDia={porDia}
            horarios={feriado ?? []}
            mudar={(horariosEmFeriado) => mudar({ horariosEmFeriado })}
          />
        </div>
      )}
      {erros['excecoes'] !== undefined && (
        <p role="alert" id="excecoes" tabIndex={-1}>
          {erros['excecoes']}
        </p>
      )}
      {excecoes.map((excecao, i) => (
        <div key={i} className={estilo['filtros']}>
          <Campo
            rotulo={t('espacos.dataDaExcecao')}
            type="date"
            required
            value={excecao.data}
            onChange={({ target }) => trocar(i, { data: target.value })}
          />
          <Campo
            rotulo={t('espacos.porQueExcecao')}
            maxLength={200}
            value={excecao.descricao ?? ''}
            onChange={({ target }) => trocar(i, { descricao: target.value })}
          />
          <label className={estilo['linha']}>
            <input
              type="checkbox"
              role="switch"
              checked={excecao.horarios.length > 0}
              onChange={({ target }) => trocar(i, { horarios: target.checked ? [novoHorario] : [] })}
            />
            {t('espacos.abreNesseDia')}
          </label>
          <Trechos
            de={excecao.data}
            porDia={porDia}
            horarios={excecao.horarios}
            mudar={(horarios) => trocar(i, { horarios })}
          />
          <Botao
            forma="leve"
            aria-label={`${t('espacos.tirarRegra')}: ${excecao.data}`}
            onClick={() => mudar({ excecoes: excecoes.filter((_, j) => i !== j) })}
          >
            {t('espacos.tirarRegra')}
          </Botao>
        </div>
      ))}
      <div>
        <Botao
          forma="secundario"
          onClick={() => {
            // A day that no other exception has.
            let data = diasDepois(diaDe(agora(), edicao.fuso), 1);
            while (excecoes.some((outra) => outra.data === data)) data = diasDepois(data, 1);
            mudar({ excecoes: [...excecoes, { data, horarios: [] }] });
          }}
        >
          {t('espacos.novaExcecao')}
        </Botao>
      </div>
    </fieldset>
  );
}
