import { useState } from 'react';
import type { ReservaHttp } from '@plataforma/contracts';
import {
  agora,
  Botao,
  chaveDe,
  diaDe,
  Dialogo,
  dinheiro,
  esquecerChave,
  Falha,
  hora,
  minutosDepois,
  minutosEntre,
  passageira,
  periodo,
  useIdioma,
  useUmaVez,
} from '@plataforma/kit';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../api.js';
import { hojeEm, livresDe } from '../espacos.js';
import { umaReserva } from '../reservas.js';
import { useTextos } from '../textos/index.js';
import espaco from '../telas/espaco.module.css';
import estilo from '../telas/telas.module.css';
import { CampoDeDia, foraDe } from './campo-de-dia.js';
import { ReguaDeReembolso } from './regua-de-reembolso.js';

/** What one may still do with a booking, or why one may not. */
export function MudarReserva({ reserva }: { reserva: ReservaHttp }) {
  const t = useTextos();
  const [aberto, setAberto] = useState<'cancelar' | 'remarcar'>();
  const fechar = (): void => setAberto(undefined);
  const comecou = Date.parse(reserva.inicio) <= agora();
  if (!/^(PENDENTE_|CONFIRMADA)/.test(reserva.status)) return null;
  if (comecou || reserva.iniciada) return <p className={estilo['suave']}>{t('mudar.comecou')}</p>;
  const naoMuda =
    reserva.status !== 'CONFIRMADA'
      ? t('mudar.soConfirmada')
      : reserva.remarcacao !== null
        ? t('mudar.jaMudando')
        : undefined;
  return (
    <section className={estilo['pilha']}>
      <h2>{t('mudar.titulo')}</h2>
      <div className={estilo['linha']}>
        {naoMuda === undefined && (
          <Botao forma="secundario" onClick={() => setAberto('remarcar')}>
            {t('mudar.remarcar')}
          </Botao>
        )}
        <Botao forma="perigo" onClick={() => setAberto('cancelar')}>
          {t('mudar.cancelar')}
        </Botao>
      </div>
      {naoMuda !== undefined && <p className={estilo['suave']}>{naoMuda}</p>}
      {aberto === 'cancelar' && <Cancelar {...{ reserva, fechar }} />}
      {aberto === 'remarcar' && <Remarcar {...{ reserva, fechar }} />}
    </section>
  );
}

/** What comes back is said first, and is what is agreed to: if it is another by then, nothing happens. */
function Cancelar({ reserva, fechar }: { reserva: ReservaHttp; fechar: () => void }) {
  const t = useTextos();
  const idioma = useIdioma();
  const consultas = useQueryClient();
  const { id } = reserva;
  const previa = useQuery({
    queryKey: ['previa', id],
    queryFn: async () => (await api('GET /v1/reservas/:id/cancelamento', { parametros: { id } })).body,
    staleTime: 0,
  });
  const cancelar = useUmaVez({
    mutationFn: async () => {
      const corpo = previa.data ? { reembolsoEsperadoCentavos: previa.data.reembolsoCentavos } : {};
      const pedido = { cancelar: id, ...corpo };
      try {
        await api('POST /v1/reservas/:id/cancelamento', {
          parametros: { id },
          corpo,
          cabecalhos: { 'idempotency-key': chaveDe(pedido) },
        });
        esquecerChave(pedido);
      } catch (erro) {
        if (!passageira(erro)) esquecerChave(pedido);
        throw erro;
      }
    },
    onSuccess: async () => {
      await Promise.all(
        [umaReserva(id).queryKey, ['reservas']].map((queryKey) => consultas.invalidateQueries({ queryKey })),
      );
      fechar();
    },
    onError: () => void previa.refetch(),
  });
  const { reembolsoCentavos, retidoCentavos, politicaCancelamento } = previa.data ?? {};
  return (
    <Dialogo
      titulo={t('mudar.cancelarTitulo')}
      fechar={fechar}
      acoes={
        <>
          <Botao forma="perigo" ocupado={cancelar.isPending || !previa.data} onClick={() => cancelar.mutate()}>
            {t('mudar.cancelarSim')}
          </Botao>
          <Botao forma="secundario" onClick={fechar}>
            {t('mudar.cancelarNao')}
          </Botao>
        </>
      }
    >
      {(cancelar.error ?? previa.error) && <Falha erro={cancelar.error ?? previa.error} />}
      {reembolsoCentavos !== undefined && retidoCentavos !== undefined && politicaCancelamento ? (
        <>
          {reserva.pagoCentavos > 0 ? (
            <p role="status">
              {t(
                retidoCentavos === 0 ? 'mudar.voltaTudo' : reembolsoCentavos === 0 ? 'mudar.naoVolta' : 'mudar.volta',
                {
                  volta: dinheiro(reembolsoCentavos, idioma),
                  fica: dinheiro(retidoCentavos, idioma),
                },
              )}
            </p>
          ) : (
            <p role="status">{t('mudar.nadaPago')}</p>
          )}
          {reserva.pagoCentavos > 0 && (
            <ReguaDeReembolso politica={politicaCancelamento} inicio={reserva.inicio} fuso={reserva.fuso} />
          )}
        </>
      ) : (
        !previa.error && <p role="status">{t('mudar.calculando')}</p>
      )}
    </Dialogo>
  );
}

/** Another start of the same length; what it costs more is paid then, what it costs less comes back. */
function Remarcar({ reserva, fechar }: { reserva: ReservaHttp; fechar: () => void }) {
  const t = useTextos();
  const idioma = useIdioma();
  const consultas = useQueryClient();
  const navegar = useNavigate();
  const { id, fuso } = reserva;
  const minutos = minutosEntre(reserva.inicio, reserva.fim);
  const [dia, setDia] = useState(diaDe(reserva.inicio, fuso));
  const [inicio, setInicio] = useState<string>();
  const fora = foraDe(dia, hojeEm(fuso));
  const livres = useQuery({ ...livresDe({ id: reserva.espaco.id, fuso }, dia, 1, minutos), enabled: !fora });
  const inicios = fora ? [] : livres.data?.inicios;
  const fim = inicio === undefined ? undefined : minutosDepois(inicio, minutos);
  const cotacao = useQuery({
    queryKey: ['cotacao', reserva.espaco.id, inicio, fim],
    enabled: inicio !== undefined,
    queryFn: async () =>
      (await api('POST /v1/cotacoes', { corpo: { espacoId: reserva.espaco.id, inicio: inicio ?? '', fim: fim ?? '' } }))
        .body,
  });
  const mudar = useUmaVez({
    mutationFn: async () => {
      const corpo = { inicio: inicio ?? '', fim: fim ?? '', fuso };
      const pedido = { remarcar: id, ...corpo };
      try {
        const { body } = await api('POST /v1/reservas/:id/remarcacao', {
          parametros: { id },
          corpo,
          cabecalhos: { 'idempotency-key': chaveDe(pedido) },
        });
        esquecerChave(pedido);
        return body;
      } catch (erro) {
        if (!passageira(erro)) esquecerChave(pedido);
        throw erro;
      }
    },
    onSuccess: async (mudada) => {
      await Promise.all(
        [umaReserva(id).queryKey, ['reservas']].map((queryKey) => consultas.invalidateQueries({ queryKey })),
      );
      fechar();
      if (mudada.remarcacao) await navegar({ to: '/reservas/$id/pagar', params: { id } });
    },
  });
  const diferenca = cotacao.data && cotacao.data.totalCentavos - reserva.valorCentavos;
  return (
    <Dialogo
      titulo={t('mudar.remarcarTitulo')}
      fechar={fechar}
      acoes={
        <>
          {inicio !== undefined && fim !== undefined && (
            <p role="status" className={estilo['inteira']}>
              <strong>{periodo(inicio, fim, fuso, idioma)}</strong>
              <br />
              {diferenca !== undefined &&
                (diferenca === 0
                  ? t('mudar.mesmoPreco')
                  : t(diferenca > 0 ? 'mudar.aMais' : 'mudar.aMenos', {
                      valor: dinheiro(Math.abs(diferenca), idioma),
                    }))}
            </p>
          )}
          <Botao ocupado={mudar.isPending || inicio === undefined || !cotacao.data} onClick={() => mudar.mutate()}>
            {t('mudar.remarcarSim')}
          </Botao>
          <Botao forma="secundario" onClick={fechar}>
            {t('mudar.remarcarNao')}
          </Botao>
        </>
      }
    >
      {(mudar.error ?? cotacao.error) && <Falha erro={mudar.error ?? cotacao.error} />}
      <p>{t('mudar.hoje', { quando: periodo(reserva.inicio, reserva.fim, fuso, idioma) })}</p>
      <CampoDeDia
        rotulo={t('espaco.dia')}
        required
        min={hojeEm(fuso)}
        valor={dia}
        mudar={(novo) => {
          if (novo === '') return;
          setDia(novo);
          setInicio(undefined);
        }}
      />
      {livres.error && <Falha erro={livres.error} deNovo={() => void livres.refetch()} />}
      {inicios?.length === 0 && !fora && <p role="status">{t('mudar.nada')}</p>}
      <ul className={espaco['horas']}>
        {inicios?.map((um) => (
          <li key={um}>
            <button type="button" aria-pressed={um === inicio} onClick={() => setInicio(um)}>
              {hora(um, fuso, idioma)}
            </button>
          </li>
        ))}
      </ul>
    </Dialogo>
  );
}
