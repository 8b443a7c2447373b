import { useState } from 'react';
import type { ReservaHttp } from '@plataforma/contracts';
import {
  agora,
  Aviso,
  Botao,
  classeDeBotao,
  dataCurta,
  dataCurtaDoDia,
  dinheiro,
  Falha,
  periodo,
  useIdioma,
} from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useAdiado } from '../adiados.js';
import { useOuvindo } from '../ao-vivo.js';
import { api } from '../api.js';
import { ContagemDaRetencao } from '../componentes/contagem.js';
import { ConvidadosDaSerie } from '../componentes/convidados.js';
import { MaisTempo } from '../componentes/mais-tempo.js';
import { CancelarSerie, MudarSerie } from '../componentes/mudar-serie.js';
import { useTextos } from '../textos/index.js';
import { Situacao } from './reserva.js';
import estilo from './telas.module.css';

/** A series is 104 bookings at most. */
const PAGINA = 100;

async function lerOcorrencias(serieId: string): Promise<ReservaHttp[]> {
  const lidas: ReservaHttp[] = [];
  let cursor: string | undefined;
  do {
    const { body } = await api('GET /v1/reservas', { consulta: { serieId, limite: PAGINA, cursor } });
    lidas.push(...body.itens);
    cursor = body.proximo ?? undefined;
  } while (cursor !== undefined);
  return lidas.sort((a, b) => Date.parse(a.inicio) - Date.parse(b.inicio));
}

const aindaMuda = ({ status, inicio, iniciada }: ReservaHttp): boolean =>
  /^(PENDENTE_|CONFIRMADA)/.test(status) && Date.parse(inicio) > agora() && !iniciada;

/** What comes again and again, as one: each occurrence with its price, what is still to be paid, and what may be changed. */
export function Serie() {
  const t = useTextos();
  const idioma = useIdioma();
  const { id } = useParams({ from: '/series/$id' });
  const ouvindo = useOuvindo();
  const [cancelar, setCancelar] = useState<ReservaHttp | 'TODAS'>();
  const [mudar, setMudar] = useState<ReservaHttp>();
  const cancelando = useAdiado(id);
  const serie = useQuery({
    queryKey: ['serie', id],
    queryFn: async () => (await api('GET /v1/series/:id', { parametros: { id } })).body,
    staleTime: 60_000,
  });
  const {
    data: todas,
    error,
    refetch,
  } = useQuery({
    queryKey: ['reservas', 'serie', id],
    queryFn: () => lerOcorrencias(id),
    staleTime: 5_000,
    refetchInterval: ({ state }) =>
      state.data?.some(({ status }) => status === 'PENDENTE_PAGAMENTO') === true && (ouvindo ? 30_000 : 3_000),
  });
  const [primeira] = todas ?? [];
  if (!serie.data || !todas || !primeira) {
    const falha = serie.error ?? error;
    const deNovo = (): void => void Promise.all([serie.refetch(), refetch()]);
    return falha ? <Falha erro={falha} deNovo={deNovo} /> : <p role="status">{t('serie.carregando')}</p>;
  }
  const { cobranca, excecoes } = serie.data;
  const vivas = todas.filter(({ status }) => status !== 'CANCELADA');
  const mudam = cancelando && cancelando.erro === undefined ? [] : todas.filter(aindaMuda);
  const aPagar = cobranca === 'SERIE' ? todas.filter(({ status }) => status === 'PENDENTE_PAGAMENTO') : [];
  const aDiferenca = todas.find(({ remarcacao }) => remarcacao !== null);
  const soma = vivas.reduce((total, { valorCentavos }) => total + valorCentavos, 0);
  return (
    <div className={estilo['coluna']}>
      <div className={estilo['pilha']}>
        <h1>{primeira.espaco.nome}</h1>
        <p>{t('serie.resumo', { quantas: vivas.length, valor: dinheiro(soma, idioma) })}</p>
      </div>
      {error && <Aviso tom="espera" titulo={t('reserva.talvezMudou')} />}
      {aPagar[0] && !aPagar[0].conferindoPagamento && (
        <Aviso tom="espera" titulo={t('reserva.faltaPagar')}>
          <ContagemDaRetencao
            ateMs={Date.parse(aPagar[0].expiraEm)}
            rotulo={t('serie.retidas')}
            aoFim={t('serie.aoFim')}
            aoAcabar={() => void refetch()}
          />
          {aPagar[0].prorrogavel && <MaisTempo reserva={aPagar[0]} aoTer={refetch} />}
          <div>
            <Link to="/reservas/$id/pagar" params={{ id: aPagar[0].id }} className={classeDeBotao()}>
              {t('serie.pagarTudo', {
                valor: dinheiro(
                  aPagar.reduce((total, { valorCentavos }) => total + valorCentavos, 0),
                  idioma,
                ),
              })}
            </Link>
          </div>
        </Aviso>
      )}
      {aDiferenca && (
        <Aviso tom="espera" titulo={t('serie.faltaDiferenca')}>
          <div>
            <Link to="/reservas/$id/pagar" params={{ id: aDiferenca.id }} className={classeDeBotao()}>
              {t('reserva.pagar')}
            </Link>
          </div>
        </Aviso>
      )}
      {excecoes.length > 0 && (
        <p>{t('serie.deFora', { dias: excecoes.map((dia) => dataCurtaDoDia(dia, idioma)).join('; ') })}</p>
      )}
      <ul className={estilo['itens']}>
        {todas.map((reserva) => (
          <li key={reserva.id}>
            <div className={estilo['junto']}>
              <p>
                <Link to="/reservas/$id" params={{ id: reserva.id }}>
                  {periodo(reserva.inicio, reserva.fim, reserva.fuso, idioma)}
                </Link>
              </p>
              <p className={estilo['linha']}>
                <Situacao reserva={reserva} /> {dinheiro(reserva.valorCentavos, idioma)}
              </p>
            </div>
            {mudam.includes(reserva) && aPagar.length === 0 && (
              <div className={estilo['linha']}>
                {reserva.status === 'CONFIRMADA' && reserva.remarcacao === null && (
                  <Botao
                    forma="secundario"
                    aria-label={t('serie.mudarDe', { quando: dataCurta(reserva.inicio, reserva.fuso, idioma) })}
                    onClick={() => setMudar(reserva)}
                  >
                    {t('serie.mudar')}
                  </Botao>
                )}
                <Botao
                  forma="secundario"
                  aria-label={t('serie.cancelarDe', { quando: dataCurta(reserva.inicio, reserva.fuso, idioma) })}
                  onClick={() => setCancelar(reserva)}
                >
                  {t('serie.cancelar')}
                </Botao>
              </div>
            )}
          </li>
        ))}
      </ul>
      {mudam.length > 0 && (
        <div className={estilo['pilha']}>
          {aPagar.length > 0 && <p className={estilo['suave']}>{t('serie.soInteira')}</p>}
          <div>
            <Botao forma="perigo" onClick={() => setCancelar('TODAS')}>
              {t('serie.cancelarTodas')}
            </Botao>
          </div>
        </div>
      )}
      {mudam.length > 0 && <ConvidadosDaSerie serieId={id} />}
      {mudar && <MudarSerie serie={serie.data} alvo={mudar} fechar={() => setMudar(undefined)} />}
      {cancelar && (
        <CancelarSerie
          serie={serie.data}
          nome={primeira.espaco.nome}
          alvo={cancelar === 'TODAS' ? undefined : cancelar}
          fechar={() => setCancelar(undefined)}
        />
      )}
    </div>
  );
}
