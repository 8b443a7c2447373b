import type { EspacoHttp } from '@plataforma/contracts';
import { duracao, Etiqueta, nomeDoFuso, useIdioma } from '@plataforma/kit';
import { useSearch } from '@tanstack/react-router';
import { FotoOuPlanta } from './cartao-de-espaco.js';
import { ReguaDeReembolso } from './regua-de-reembolso.js';
import { nomeDoRecurso } from '../recursos.js';
import { useTextos } from '../textos/index.js';
import estilo from '../telas/espaco.module.css';

/** What a space is, has and asks for. */
export function SobreOEspaco({ espaco }: { espaco: EspacoHttp }) {
  const t = useTextos();
  const idioma = useIdioma();
  const { inicio } = useSearch({ from: '/espacos/$id' });
  const fotos = espaco.fotos.length > 0 ? espaco.fotos.slice(0, 5) : [undefined];
  const regras = [
    t('espaco.regraDuracao', {
      min: duracao(espaco.duracaoMinimaMinutos, idioma),
      max: duracao(espaco.duracaoMaximaMinutos, idioma),
    }),
    espaco.antecedenciaMinimaMinutos > 0 &&
      t('espaco.regraAntecedencia', { quanto: duracao(espaco.antecedenciaMinimaMinutos, idioma) }),
    espaco.horizonteDias !== null && t('espaco.regraHorizonte', { dias: espaco.horizonteDias }),
    espaco.requerAprovacao && t('espaco.regraAprovacao', { horas: espaco.prazoAprovacaoHoras }),
    espaco.sinalPercentual !== null &&
      t('espaco.regraSinal', { percentual: espaco.sinalPercentual, horas: espaco.saldoHorasAntes }),
    espaco.exigeCheckin && t('espaco.regraCheckin', { minutos: espaco.toleranciaMinutos }),
    espaco.cotaReservasAtivas !== null && t('espaco.regraCota', { quantas: espaco.cotaReservasAtivas }),
    ...espaco.regrasDePreco.map(({ descricao, percentual }) =>
      t('espaco.regraPreco', { descricao, percentual: `${percentual > 0 ? '+' : ''}${percentual}` }),
    ),
  ].filter((regra): regra is string => typeof regra === 'string');
  return (
    <>
      <ul className={estilo['fotos']}>
        {fotos.map((foto, i) => (
          <li key={foto ?? i}>
            <FotoOuPlanta espaco={{ ...espaco, fotos: foto === undefined ? [] : [foto] }} prioridade={i === 0} />
          </li>
        ))}
      </ul>
      {espaco.descricao !== '' && <p className={estilo['prosa']}>{espaco.descricao}</p>}
      {espaco.recursos.length > 0 && (
        <section className={estilo['secao']}>
          <h2>{t('espaco.recursos')}</h2>
          <ul className={estilo['recursos']}>
            {espaco.recursos.map((recurso) => (
              <li key={recurso}>
                <Etiqueta>{nomeDoRecurso(recurso)}</Etiqueta>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className={estilo['secao']}>
        <h2>{t('espaco.horarios')}</h2>
        <Horarios espaco={espaco} />
        <p>{t('espaco.fuso', { fuso: nomeDoFuso(espaco.fuso, idioma) })}</p>
      </section>
      <section className={estilo['secao']}>
        <h2>{t('espaco.regras')}</h2>
        <ul>
          {regras.map((regra) => (
            <li key={regra}>{regra}</li>
          ))}
        </ul>
      </section>
      <section className={estilo['secao']}>
        <h2>{t('espaco.cancelamento')}</h2>
        <ReguaDeReembolso politica={espaco.politicaCancelamento} inicio={inicio} fuso={espaco.fuso} />
      </section>
    </>
  );
}

/** The days of the week with the same hours together: `segunda a sexta`. */
function Horarios({ espaco }: { espaco: EspacoHttp }) {
  const t = useTextos();
  const idioma = useIdioma();
  const nome = (dia: number): string =>
    new Intl.DateTimeFormat(idioma, { weekday: 'long', timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, dia)));
  const doDia = (dia: number): string =>
    espaco.horarios
      .filter(({ diaSemana }) => diaSemana === dia)
      .map(({ abre, fecha }) => (abre === fecha ? t('espaco.oDiaTodo') : `${abre}–${fecha}`))
      .join(', ') || t('espaco.fechado');
  const grupos: { de: number; ate: number; horas: string }[] = [];
  for (let dia = 1; dia <= 7; dia++) {
    const ultimo = grupos.at(-1);
    if (ultimo?.horas === doDia(dia)) ultimo.ate = dia;
    else grupos.push({ de: dia, ate: dia, horas: doDia(dia) });
  }
  return (
    <table className={estilo['tabela']}>
      <tbody>
        {grupos.map(({ de, ate, horas }) => (
          <tr key={de}>
            <th scope="row">{de === ate ? nome(de) : t('espaco.deAte', { de: nome(de), ate: nome(ate) })}</th>
            <td>{horas}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
