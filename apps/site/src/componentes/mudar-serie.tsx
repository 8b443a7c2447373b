import { useState } from 'react';
import type { EscopoDaSerie, ReservaHttp, SerieHttp } from '@plataforma/contracts';
import {
  Botao,
  consultas,
  dataCurta,
  Dialogo,
  dinheiro,
  Escolha,
  Falha,
  minutosDepois,
  minutosEntre,
  periodo,
  useIdioma,
  useUmaVez,
} from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { adiar } from '../adiados.js';
import { api } from '../api.js';
import { comChave } from '../pedido.js';
import { useTextos } from '../textos/index.js';
import estilo from '../telas/telas.module.css';
import { EscolherHorario } from './escolher-horario.js';

const relerReservas = async (): Promise<void> => {
  for (const lido of ['reservas', 'reserva']) await consultas.invalidateQueries({ queryKey: [lido] });
};

/** This one, this and those after it, or all that are to come. */
function Quais({
  alvo,
  escopo,
  mudar,
}: {
  alvo: ReservaHttp;
  escopo: EscopoDaSerie;
  mudar: (escopo: EscopoDaSerie) => void;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  return (
    <Escolha rotulo={t('serie.quais')} value={escopo} onChange={({ target }) => mudar(target.value as EscopoDaSerie)}>
      {(['ESTA', 'ESTA_E_SEGUINTES', 'TODAS'] as const).map((um) => (
        <option key={um} value={um}>
          {t(`serie.escopos.${um}`, { quando: dataCurta(alvo.inicio, alvo.fuso, idioma) })}
        </option>
      ))}
    </Escolha>
  );
}

/** Moves one, and others as far as it moves; when each would be and what it costs more or less is said first. */
export function MudarSerie({
  serie: { id },
  alvo,
  fechar,
}: {
  serie: SerieHttp;
  alvo: ReservaHttp;
  fechar: () => void;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const navegar = useNavigate();
  const [escopo, setEscopo] = useState<EscopoDaSerie>('ESTA');
  const [inicio, setInicio] = useState<string>();
  const corpo = {
    escopo,
    reservaId: alvo.id,
    inicio: inicio ?? alvo.inicio,
    fim: minutosDepois(inicio ?? alvo.inicio, minutosEntre(alvo.inicio, alvo.fim)),
  };
  const previa = useQuery({
    queryKey: ['previa', id, corpo],
    enabled: inicio !== undefined,
    queryFn: async () => (await api('GET /v1/series/:id/remarcacao', { parametros: { id }, consulta: corpo })).body,
    staleTime: 0,
  });
  const mudar = useUmaVez({
    mutationFn: () =>
      comChave({ remarcarSerie: id, ...corpo }, corpo, (dito) =>
        api('POST /v1/series/:id/remarcacao', { parametros: { id }, ...dito }),
      ),
    onSuccess: async () => {
      await relerReservas();
      fechar();
      const { aPagarCentavos = 0, mudam = [] } = previa.data ?? {};
      const [primeira] = mudam;
      if (aPagarCentavos > 0 && primeira)
        await navegar({ to: '/reservas/$id/pagar', params: { id: primeira.reservaId } });
    },
  });
  const { mudam = [], ficam = 0, aPagarCentavos = 0, reembolsoCentavos = 0 } = previa.data ?? {};
  return (
    <Dialogo
      titulo={t('mudar.remarcarTitulo')}
      fechar={fechar}
      acoes={
        <>
          {previa.data && (
            <p role="status" className={estilo['inteira']}>
              <strong>
                {aPagarCentavos > 0
                  ? t('mudar.aMais', { valor: dinheiro(aPagarCentavos, idioma) })
                  : reembolsoCentavos > 0
                    ? t('mudar.aMenos', { valor: dinheiro(reembolsoCentavos, idioma) })
                    : t('mudar.nadaAMais')}
              </strong>
            </p>
          )}
          <Botao ocupado={mudar.isPending || !previa.data} onClick={() => mudar.mutate()}>
            {t('serie.mudarSim', { quantas: mudam.length })}
          </Botao>
          <Botao forma="secundario" onClick={fechar}>
            {t('mudar.remarcarNao')}
          </Botao>
        </>
      }
    >
      {(mudar.error ?? previa.error) && <Falha erro={mudar.error ?? previa.error} />}
      <Quais {...{ alvo, escopo }} mudar={setEscopo} />
      <EscolherHorario reserva={alvo} {...{ inicio }} escolher={setInicio} />
      {mudam.length > 1 && (
        <ul className={estilo['itens']}>
          {mudam.map((uma) => (
            <li key={uma.reservaId}>
              <span>{periodo(uma.inicio, uma.fim, alvo.fuso, idioma)}</span>
              <span className={estilo['valor']}>{dinheiro(uma.valorCentavos, idioma)}</span>
            </li>
          ))}
        </ul>
      )}
      {ficam > 0 && <p>{t('serie.ficam', { quantas: ficam })}</p>}
    </Dialogo>
  );
}

/** What comes back is said first. */
export function CancelarSerie({
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
        await relerReservas();
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
      {alvo && <Quais {...{ alvo, escopo }} mudar={setEscopo} />}
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
