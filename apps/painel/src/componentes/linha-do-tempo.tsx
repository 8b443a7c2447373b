import { useState } from 'react';
import type { LinhaDaReservaHttp, MomentoDaLinhaHttp } from '@plataforma/contracts';
import { Aviso, Botao, duracao, Escolha, Etiqueta, Falha, fusoDaqui, useIdioma } from '@plataforma/kit';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api } from '../api.js';
import { useTextos } from '../textos/index.js';
import { Dados, Instante } from './ditos.js';
import estilo from './linha-do-tempo.module.css';
import comum from './painel.module.css';

/** Between two moments, longer than this is idle: said, and not drawn. */
const PARADO_MS = 5 * 60_000;
const LARGURA = 960;

/** All that happened to a booking, wherever it did, and what happens next by itself. */
export function LinhaDoTempo({ id, fuso: doEspaco }: { id: string; fuso: string }) {
  const t = useTextos();
  const fusos = [...new Set([doEspaco, fusoDaqui(), 'UTC'])];
  const [fuso, setFuso] = useState(doEspaco);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['linha', id],
    queryFn: async ({ pageParam }) =>
      (
        await api('GET /v1/reservas/:id/linha-do-tempo', {
          parametros: { id },
          consulta: { limite: 200, cursor: pageParam },
        })
      ).body,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ proximo }) => proximo ?? undefined,
    refetchInterval: 10_000,
    staleTime: 2_000,
  });
  if (!data)
    return error ? <Falha erro={error} deNovo={() => void refetch()} /> : <p role="status">{t('lista.lendo')}</p>;
  const itens = data.pages.flatMap((pagina) => pagina.itens);
  const ultima = data.pages.at(-1);
  return (
    <section className={comum['pilha']} aria-labelledby="linha">
      <div className={comum['linha']}>
        <h2 id="linha">{t('linha.titulo')}</h2>
        <Escolha rotulo={t('linha.fuso')} value={fuso} onChange={({ target }) => setFuso(target.value)}>
          {fusos.map((um) => (
            <option key={um}>{um}</option>
          ))}
        </Escolha>
      </div>
      {ultima && ultima.degradado.length > 0 && (
        <Aviso tom="espera">
          <p>{t('linha.falta', { partes: ultima.degradado.join(', ') })}</p>
        </Aviso>
      )}
      {ultima && <Proximos proximos={ultima.proximos} fuso={fuso} />}
      <Escala itens={itens} />
      <ol className={estilo['linha']}>
        {itens.map((momento, i) => (
          <Momento key={`${momento.id} ${momento.especie}`} momento={momento} anterior={itens[i - 1]} fuso={fuso} />
        ))}
      </ol>
      {hasNextPage && (
        <div>
          <Botao forma="secundario" ocupado={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('lista.mais')}
          </Botao>
        </div>
      )}
    </section>
  );
}

function Proximos({ proximos, fuso }: { proximos: LinhaDaReservaHttp['proximos']; fuso: string }) {
  const t = useTextos();
  if (proximos.length === 0) return <p>{t('linha.nadaASeguir')}</p>;
  return (
    <div className={comum['folha']}>
      <h3>{t('linha.aSeguir')}</h3>
      <ul className={comum['pilha']}>
        {proximos.map(({ origem, acao, alvo, em, tentativas, parado }) => (
          <li key={`${origem} ${acao} ${alvo}`}>
            <Etiqueta tom={parado ? 'perigo' : 'livre'}>{t(parado ? 'linha.esperaAlguem' : 'linha.sozinho')}</Etiqueta>{' '}
            <strong>{acao}</strong> ({origem}, {alvo}){' '}
            {em === null ? t('linha.quandoPuder') : <Instante em={em} fuso={fuso} />}
            {tentativas > 0 && ` · ${t('linha.tentativas', { quantas: tentativas })}`}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Each lane an origin, each tick a moment, to scale but for idle time, which is cut out. Read out it is the list below. */
function Escala({ itens }: { itens: readonly MomentoDaLinhaHttp[] }) {
  const origens = [...new Set(itens.map(({ origem }) => origem))];
  if (itens.length < 2) return null;
  const intervalos = itens.map(({ em }, i) => Date.parse(em) - Date.parse(itens[i - 1]?.em ?? em));
  const ate = (i: number): number => intervalos.slice(0, i + 1).reduce((soma, ms) => soma + Math.min(ms, PARADO_MS), 0);
  const posicoes = intervalos.map((_, i) => ate(i));
  const passado = posicoes.at(-1) ?? 0;
  const cortes = intervalos.flatMap((ms, i) => (ms > PARADO_MS ? [ate(i) - PARADO_MS / 2] : []));
  const x = (onde: number): number => 8 + (onde / Math.max(passado, 1)) * (LARGURA - 16);
  return (
    <svg
      className={estilo['escala']}
      viewBox={`0 0 ${LARGURA} ${origens.length * 16 + 4}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {origens.map((origem, i) => (
        <path key={origem} className={estilo['fio']} d={`M0 ${i * 16 + 10} h${LARGURA}`} />
      ))}
      {cortes.map((corte) => (
        <path key={corte} className={estilo['corte']} d={`M${x(corte)} 0 v${origens.length * 16 + 4}`} />
      ))}
      {itens.map(({ id, especie, origem }, i) => (
        <path
          key={`${id} ${especie}`}
          className={estilo['marca']}
          d={`M${x(posicoes[i] ?? 0)} ${origens.indexOf(origem) * 16 + 4} v12`}
        />
      ))}
    </svg>
  );
}

function Momento({
  momento,
  anterior,
  fuso,
}: {
  momento: MomentoDaLinhaHttp;
  anterior: MomentoDaLinhaHttp | undefined;
  fuso: string;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const { em, origem, especie, tipo, dados, rastroId } = momento;
  const depois = anterior ? Date.parse(em) - Date.parse(anterior.em) : 0;
  return (
    <>
      {depois > PARADO_MS && (
        <li className={estilo['parado']}>
          {t('linha.parado', { quanto: duracao(Math.round(depois / 60_000), idioma) })}
        </li>
      )}
      <li className={`${estilo['momento']} ${especie === 'MENSAGEM_MORTA' ? estilo['morta'] : ''}`}>
        <Instante em={em} fuso={fuso} ms />
        <details>
          <summary>
            <strong>{tipo}</strong>{' '}
            <span className={comum['suave']}>
              {t(`especies.${especie}`)} · {origem}
            </span>
          </summary>
          <Dados dados={dados} />
          <Rastro id={rastroId} />
        </details>
      </li>
    </>
  );
}

/** The trace of what happened, opened where traces are looked at. */
export function Rastro({ id }: { id: string | null }) {
  const t = useTextos();
  const { data } = useQuery({
    queryKey: ['situacao'],
    queryFn: async () => (await api('GET /v1/situacao')).body,
    enabled: id !== null,
    staleTime: 60_000,
  });
  if (id === null) return null;
  const onde = data?.rastrosUrl;
  return (
    <p>
      {t('linha.rastro')}:{' '}
      {onde == null ? <code>{id}</code> : <a href={`${onde.replace(/\/$/, '')}/trace/${id}`}>{id}</a>}
    </p>
  );
}
