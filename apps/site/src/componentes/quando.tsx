import { useEffect, useRef, useState } from 'react';
import type { DisponibilidadeHttp, EspacoHttp } from '@plataforma/contracts';
import {
  Botao,
  classeDeBotao,
  dataCurta,
  dataDoDia,
  diaDe,
  diasDepois,
  duracao,
  Escolha,
  Falha,
  fusoDaqui,
  hora,
  mesmaHora,
  minutosDepois,
  minutosDoDia,
  periodo as dizerPeriodo,
  useIdioma,
} from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { CampoDeDia } from './campo-de-dia.js';
import { ReguaDoDia } from './cartao-de-espaco.js';
import { PorQueNao } from './por-que-nao.js';
import { PrecoDoPedido } from './preco-do-pedido.js';
import type { Periodo } from '../endereco.js';
import { duracaoPadrao, duracoes, hojeEm, livresDe } from '../espacos.js';
import { useTextos } from '../textos/index.js';
import estilo from '../telas/espaco.module.css';

const AQUI = '/espacos/$id';
/** Four weeks, as a calendar on a wall. */
const JANELA = 28;

/** The day, the length and the start, each in the address. */
export function Quando({ espaco }: { espaco: EspacoHttp }) {
  const t = useTextos();
  const idioma = useIdioma();
  const pedido = useSearch({ from: AQUI });
  const navegar = useNavigate({ from: AQUI });
  const { fuso } = espaco;
  const hoje = hojeEm(fuso);
  const minutos = duracaoPadrao(espaco, pedido.minutos);
  const dia = pedido.inicio !== undefined ? diaDe(pedido.inicio, fuso) : (pedido.dia ?? hoje);
  const base = dia < diasDepois(hoje, JANELA) ? hoje : dia;
  const livres = useQuery(livresDe(espaco, base, JANELA, minutos));
  const mudar = (novo: Partial<Periodo>): void =>
    void navegar({ search: (antes: Periodo) => ({ ...antes, ...novo }), replace: true, resetScroll: false });
  // Whoever comes for a start that was chosen already sees what comes next, and the others of that day when asked for.
  const [veioPara] = useState(pedido.inicio === undefined ? undefined : dia);
  const doDia = livres.data?.inicios.filter((inicio) => diaDe(inicio, fuso) === dia);
  const inicio =
    pedido.inicio !== undefined && livres.data?.inicios.some((um) => Date.parse(um) === Date.parse(pedido.inicio ?? ''))
      ? pedido.inicio
      : undefined;
  const escolhido = useRef<HTMLDivElement>(null);
  const chegou = useRef(pedido.inicio);
  useEffect(() => {
    if (inicio !== chegou.current) escolhido.current?.scrollIntoView({ block: 'nearest' });
  }, [inicio]);
  const proximo = livres.data?.inicios.find((um) => diaDe(um, fuso) > dia);
  return (
    <section className={estilo['quadro']} aria-labelledby="quando">
      <h2 id="quando">{t('espaco.quando')}</h2>
      <div className={estilo['pedido']}>
        <CampoDeDia
          rotulo={t('espaco.dia')}
          required
          min={hoje}
          max={espaco.horizonteDias === null ? undefined : diasDepois(hoje, espaco.horizonteDias)}
          valor={dia}
          mudar={(novo) => novo !== '' && mudar({ dia: novo, inicio: undefined })}
        />
        <Escolha
          rotulo={t('espaco.duracao')}
          value={minutos}
          onChange={({ target }) => mudar({ minutos: Number(target.value), inicio: undefined, dia })}
        >
          {duracoes(espaco).map((quanto) => (
            <option key={quanto} value={quanto}>
              {duracao(quanto, idioma)}
            </option>
          ))}
        </Escolha>
      </div>
      <details className={estilo['porque']}>
        <summary>{t('espaco.verDias')}</summary>
        <Dias
          {...{ base, dia, fuso }}
          inicios={livres.data?.inicios}
          escolher={(novo) => mudar({ dia: novo, inicio: undefined })}
        />
      </details>
      {livres.error && !livres.data && <Falha erro={livres.error} deNovo={() => void livres.refetch()} />}
      {livres.data ? (
        <ReguaDoDia {...{ espaco, dia }} livres={livres.data.livres} />
      ) : (
        !livres.error && <div className={estilo['lugarDaRegua']} />
      )}
      <div aria-busy={livres.isFetching}>
        {doDia?.length !== 0 && !(livres.error && !doDia) && (
          <details className={estilo['porque']} open={dia !== veioPara}>
            <summary>{t('espaco.iniciosDoDia', { dia: dataDoDia(dia, idioma) })}</summary>
            {doDia ? (
              <Inicios
                inicios={doDia}
                {...{ fuso, inicio }}
                escolher={(novo) => mudar({ inicio: novo, dia, minutos })}
              />
            ) : (
              <p role="status">{t('espaco.procurando')}</p>
            )}
          </details>
        )}
        {doDia?.length === 0 && (
          <div className={estilo['parte']} role="status">
            <p>{t('espaco.nadaNoDia', { dia: dataDoDia(dia, idioma), duracao: duracao(minutos, idioma) })}</p>
            {proximo !== undefined && (
              <div>
                <Botao forma="secundario" onClick={() => mudar({ dia: diaDe(proximo, fuso), inicio: undefined })}>
                  {t('espaco.proximo', {
                    quando: `${dataCurta(proximo, fuso, idioma)}, ${hora(proximo, fuso, idioma)}`,
                  })}
                </Botao>
              </div>
            )}
          </div>
        )}
      </div>
      <PorQueNao
        {...{ espaco, dia, minutos }}
        escolher={(novo) => mudar({ inicio: novo, dia: diaDe(novo, fuso), minutos })}
      />
      {inicio !== undefined && (
        <div ref={escolhido} className={estilo['escolhido']}>
          <p className={estilo['quando']} role="status">
            {dizerPeriodo(inicio, minutosDepois(inicio, minutos), fuso, idioma)}
          </p>
          <PrecoDoPedido {...{ espaco, inicio, minutos }} />
          <Link
            to="/espacos/$id/conferir"
            params={{ id: espaco.id }}
            search={{ inicio, minutos, pessoas: pedido.pessoas }}
            className={classeDeBotao('primario', true)}
          >
            {t('espaco.continuar')}
          </Link>
        </div>
      )}
    </section>
  );
}

function Dias({
  base,
  dia,
  fuso,
  inicios,
  escolher,
}: {
  base: string;
  dia: string;
  fuso: string;
  inicios: DisponibilidadeHttp['inicios'] | undefined;
  escolher: (dia: string) => void;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const porDia = new Map<string, number>();
  for (const inicio of inicios ?? []) porDia.set(diaDe(inicio, fuso), (porDia.get(diaDe(inicio, fuso)) ?? 0) + 1);
  const parte = (qual: string, opcoes: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(idioma, { ...opcoes, timeZone: 'UTC' }).format(new Date(`${qual}T12:00:00Z`));
  return (
    <ul className={estilo['dias']}>
      {Array.from({ length: JANELA }, (_, i) => diasDepois(base, i)).map((um) => {
        const quantos = porDia.get(um) ?? 0;
        return (
          <li key={um}>
            <button
              type="button"
              aria-pressed={um === dia}
              className={inicios && quantos === 0 ? estilo['cheio'] : ''}
              aria-label={`${dataDoDia(um, idioma)}${inicios ? `, ${t('espaco.inicios', { quantos })}` : ''}`}
              onClick={() => escolher(um)}
            >
              <span className={estilo['semana']}>{parte(um, { weekday: 'short' })}</span>
              <span className={estilo['numero']}>{parte(um, { day: 'numeric', month: 'numeric' })}</span>
              <span className={estilo['quantos']}>{inicios ? quantos : ' '}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function Inicios({
  inicios,
  fuso,
  inicio,
  escolher,
}: {
  inicios: readonly string[];
  fuso: string;
  inicio: string | undefined;
  escolher: (inicio: string) => void;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const daqui = fusoDaqui();
  const partes = (['madrugada', 'manha', 'tarde', 'noite'] as const)
    .map((nome, i) => ({
      nome,
      horas: inicios.filter((um) => Math.floor(minutosDoDia(um, fuso) / 360) === i),
    }))
    .filter(({ horas }) => horas.length > 0);
  return (
    <div className={estilo['parte']}>
      {partes.map(({ nome, horas }) => (
        <div key={nome} className={estilo['parte']} role="group" aria-label={t(`partes.${nome}`)}>
          <h3 aria-hidden="true">{t(`partes.${nome}`)}</h3>
          <ul className={estilo['horas']}>
            {horas.map((um) => (
              <li key={um}>
                <button
                  type="button"
                  aria-pressed={inicio !== undefined && Date.parse(um) === Date.parse(inicio)}
                  onClick={() => escolher(um)}
                >
                  {hora(um, fuso, idioma)}
                  {!mesmaHora(um, fuso, daqui) && <small>{t('espaco.aqui', { hora: hora(um, daqui, idioma) })}</small>}
                </button>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}
