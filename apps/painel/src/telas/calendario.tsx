import { useEffect, useMemo, useState } from 'react';
import type { LinhaDoTempoHttp } from '@plataforma/contracts';
import {
  Aviso,
  Botao,
  Campo,
  dataDoDia,
  diaDe,
  diasDepois,
  ehDia,
  Falha,
  fusoDaqui,
  instanteDe,
  momentoDe,
  useAgora,
  useEnvio,
  useIdioma,
} from '@plataforma/kit';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api } from '../api.js';
import { Grade } from '../componentes/grade.js';
import comum from '../componentes/painel.module.css';
import { MudarHorario, NovaOcupacao, type Trecho } from '../componentes/ocupar.js';
import { useTextos } from '../textos/index.js';

const VISTAS = { dia: 1, semana: 7 } as const;
/** As many spaces as one answer may have (spaces × days ≤ 350). */
const LIMITES = { dia: 300, semana: 50 } as const;

/** All spaces, a day or a week: looked at, drawn on and moved on by mouse, touch and keyboard. */
export function Calendario() {
  const t = useTextos();
  const idioma = useIdioma();
  const navegar = useNavigate();
  const consultas = useQueryClient();
  const busca = useSearch({ strict: false });
  const fuso = fusoDaqui();
  const agora = useAgora(30_000);
  const dia = busca.dia !== undefined && ehDia(busca.dia) ? busca.dia : diaDe(agora, fuso);
  const vista = busca.vista === 'semana' ? 'semana' : 'dia';
  const de = momentoDe(dia, '00:00', fuso);
  const ate = momentoDe(diasDepois(dia, VISTAS[vista]), '00:00', fuso);
  const [nova, setNova] = useState<Trecho>();
  const [mudada, setMudada] = useState<Trecho & { reservaId: string }>();
  const [desfazer, setDesfazer] = useState<Desfazivel>();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['calendario', dia, vista],
    queryFn: async ({ pageParam }) =>
      (
        await api('GET /v1/linha-do-tempo', {
          consulta: {
            de: instanteDe(dia, '00:00', fuso),
            ate: instanteDe(diasDepois(dia, VISTAS[vista]), '00:00', fuso),
            limite: LIMITES[vista],
            cursor: pageParam,
          },
        })
      ).body as LinhaDoTempoHttp,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ proximo }) => proximo ?? undefined,
    refetchInterval: 15_000,
    staleTime: 2_000,
  });
  const linhas = useMemo(() => data?.pages.flatMap(({ itens }) => itens) ?? [], [data]);
  const ir = (mudanca: { dia?: string; vista?: string }) =>
    void navegar({ to: '/calendario', search: { dia, vista, ...mudanca } });
  const reler = () => void consultas.invalidateQueries({ queryKey: ['calendario'] });
  return (
    <div className={comum['tela']}>
      <h1>{t('titulos.calendario')}</h1>
      <div className={comum['filtros']}>
        <Campo
          rotulo={t('relatorios.dia')}
          type="date"
          required
          value={dia}
          onChange={({ target }) => target.value !== '' && ir({ dia: target.value })}
        />
        <Botao forma="secundario" onClick={() => ir({ dia: diasDepois(dia, -VISTAS[vista]) })}>
          {t('calendario.antes')}
        </Botao>
        <Botao forma="secundario" onClick={() => ir({ dia: diaDe(agora, fuso) })}>
          {t('calendario.hoje')}
        </Botao>
        <Botao forma="secundario" onClick={() => ir({ dia: diasDepois(dia, VISTAS[vista]) })}>
          {t('calendario.depois')}
        </Botao>
        {(['dia', 'semana'] as const).map((uma) => (
          <Botao key={uma} forma="secundario" aria-pressed={vista === uma} onClick={() => ir({ vista: uma })}>
            {t(`calendario.${uma}`)}
          </Botao>
        ))}
      </div>
      <p className={comum['suave']}>{t('calendario.como', { fuso })}</p>
      {desfazer && <Desfazer key={desfazer.bloqueioId} {...desfazer} feito={reler} />}
      {error && <Falha erro={error} deNovo={() => void refetch()} />}
      {!data && !error && <p role="status">{t('lista.lendo')}</p>}
      {data && linhas.length === 0 && <p>{t('espacos.nenhum')}</p>}
      {linhas.length > 0 && (
        <Grade
          key={`${dia} ${vista}`}
          linhas={linhas}
          {...{ de, ate, fuso, agora }}
          dias={VISTAS[vista]}
          titulo={`${t('titulos.calendario')}, ${dataDoDia(dia, idioma)}`}
          criar={setNova}
          mudar={setMudada}
          abrir={(id) => void navegar({ to: '/reservas/$id', params: { id } })}
        />
      )}
      {hasNextPage && (
        <div>
          <Botao forma="secundario" ocupado={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('lista.mais')}
          </Botao>
        </div>
      )}
      {nova && (
        <NovaOcupacao
          trecho={nova}
          fuso={fuso}
          bloqueado={(bloqueioId) => setDesfazer({ espacoId: nova.espaco.id, bloqueioId })}
          feito={reler}
          fechar={() => setNova(undefined)}
        />
      )}
      {mudada && <MudarHorario trecho={mudada} fuso={fuso} feito={reler} fechar={() => setMudada(undefined)} />}
    </div>
  );
}

interface Desfazivel {
  readonly espacoId: string;
  readonly bloqueioId: string;
}
const DESFAZ_SE_POR_MS = 30_000;

/** What was just done, for as long as it can be taken back by a press. */
function Desfazer({ espacoId: id, bloqueioId, feito }: Desfazivel & { feito: () => void }) {
  const t = useTextos();
  const [pode, setPode] = useState(true);
  useEffect(() => {
    const fim = setTimeout(() => setPode(false), DESFAZ_SE_POR_MS);
    return () => clearTimeout(fim);
  }, []);
  const desfazer = useEnvio(
    () => api('DELETE /v1/espacos/:id/bloqueios/:bloqueioId', { parametros: { id, bloqueioId } }),
    feito,
  );
  if (desfazer.feito) return null;
  if (desfazer.falha) return <Falha erro={desfazer.falha} deNovo={() => desfazer.enviar(undefined)} />;
  if (!pode) return null;
  return (
    <Aviso tom="certo">
      <p>{t('calendario.bloqueado')}</p>
      <div>
        <Botao forma="secundario" ocupado={desfazer.ocupado} onClick={() => desfazer.enviar(undefined)}>
          {t('calendario.desfazer')}
        </Botao>
      </div>
    </Aviso>
  );
}
