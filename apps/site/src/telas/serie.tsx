import { useState } from 'react';
import type { EscopoDaSerie, ReservaHttp, SerieHttp } from '@plataforma/contracts';
import {
  agora,
  Aviso,
  Botao,
  classeDeBotao,
  consultas,
  dataCurta,
  dataCurtaDoDia,
  Dialogo,
  dinheiro,
  Escolha,
  Falha,
  periodo,
  useIdioma,
} from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { adiar, useAdiado } from '../adiados.js';
import { useOuvindo } from '../ao-vivo.js';
import { api } from '../api.js';
import { ContagemDaRetencao } from '../componentes/contagem.js';
import { comChave } from '../pedido.js';
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
      {excecoes.length > 0 && (
        <p>{t('serie.deFora', { dias: excecoes.map((dia) => dataCurtaDoDia(dia, idioma)).join('; ') })}</p>
      )}
      <ul className={estilo['itens']}>
        {todas.map((reserva) => (
          <li key={reserva.id}>
            <div>
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
              <Botao
                forma="secundario"
                aria-label={t('serie.cancelarDe', { quando: dataCurta(reserva.inicio, reserva.fuso, idioma) })}
                onClick={() => setCancelar(reserva)}
              >
                {t('serie.cancelar')}
              </Botao>
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
      {cancelar && (
        <Cancelar
          serie={serie.data}
          nome={primeira.espaco.nome}
          alvo={cancelar === 'TODAS' ? undefined : cancelar}
          fechar={() => setCancelar(undefined)}
        />
      )}
    </div>
  );
}

/** This one, this and those after it, or all that are to come; what comes back is said first. */
function Cancelar({
  serie: { id },
  nome,
  alvo,
  fechar,
}: {
  serie: SerieHttp;
  nome: string;
  /** undefined: all of them */
  alvo: ReservaHttp | undefined;
  fechar: () => void;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const [escopo, setEscopo] = useState<EscopoDaSerie>(alvo ? 'ESTA' : 'TODAS');
  const quais = escopo === 'TODAS' || !alvo ? { escopo: 'TODAS' as const } : { escopo, reservaId: alvo.id };
  const previa = useQuery({
    queryKey: ['previa', id, quais],
    queryFn: async () => (await api('GET /v1/series/:id/cancelamento', { parametros: { id }, consulta: quais })).body,
    staleTime: 0,
  });
  const { ocorrencias, reembolsoCentavos, retidoCentavos } = previa.data ?? {};
  const cancelar = (): void => {
    if (!previa.data) return;
    const corpo = { ...quais, reembolsoEsperadoCentavos: previa.data.reembolsoCentavos };
    adiar(id, t('desfazer.canceladas', { nome, quantas: previa.data.ocorrencias }), async () => {
      try {
        await comChave({ cancelarSerie: id, ...quais }, corpo, (dito) =>
          api('POST /v1/series/:id/cancelamento', { parametros: { id }, ...dito }),
        );
      } finally {
        for (const lido of ['reservas', 'reserva']) await consultas.invalidateQueries({ queryKey: [lido] });
      }
    });
    fechar();
  };
  return (
    <Dialogo
      titulo={t('serie.cancelarTitulo')}
      fechar={fechar}
      acoes={
        <>
          <Botao forma="perigo" ocupado={!previa.data} onClick={cancelar}>
            {t('serie.cancelarSim', { quantas: ocorrencias ?? 0 })}
          </Botao>
          <Botao forma="secundario" onClick={fechar}>
            {t('serie.cancelarNao')}
          </Botao>
        </>
      }
    >
      {previa.error && <Falha erro={previa.error} deNovo={() => void previa.refetch()} />}
      {alvo && (
        <Escolha
          rotulo={t('serie.quais')}
          value={escopo}
          onChange={({ target }) => setEscopo(target.value as EscopoDaSerie)}
        >
          {(['ESTA', 'ESTA_E_SEGUINTES', 'TODAS'] as const).map((um) => (
            <option key={um} value={um}>
              {t(`serie.escopos.${um}`, { quando: dataCurta(alvo.inicio, alvo.fuso, idioma) })}
            </option>
          ))}
        </Escolha>
      )}
      {reembolsoCentavos === undefined || retidoCentavos === undefined ? (
        !previa.error && <p role="status">{t('mudar.calculando')}</p>
      ) : (
        <p role="status">
          {reembolsoCentavos + retidoCentavos === 0
            ? t('serie.nadaPago')
            : t(retidoCentavos === 0 ? 'mudar.voltaTudo' : reembolsoCentavos === 0 ? 'mudar.naoVolta' : 'mudar.volta', {
                volta: dinheiro(reembolsoCentavos, idioma),
                fica: dinheiro(retidoCentavos, idioma),
              })}
        </p>
      )}
    </Dialogo>
  );
}
