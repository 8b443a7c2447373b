import { useState } from 'react';
import type { PreviaDeRemarcacaoHttp, ReservaHttp } from '@plataforma/contracts';
import {
  agora,
  Botao,
  data,
  Dialogo,
  dinheiro,
  Falha,
  hora,
  minutosDepois,
  minutosEntre,
  periodo,
  useIdioma,
  useUmaVez,
} from '@plataforma/kit';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { adiar, useAdiado } from '../adiados.js';
import { api } from '../api.js';
import { comChave } from '../pedido.js';
import { umaReserva } from '../reservas.js';
import { useTextos } from '../textos/index.js';
import estilo from '../telas/telas.module.css';
import { EscolherHorario } from './escolher-horario.js';
import { ReguaDeReembolso } from './regua-de-reembolso.js';

/** What one may still do with a booking, or why one may not. */
export function MudarReserva({ reserva }: { reserva: ReservaHttp }) {
  const t = useTextos();
  const [aberto, setAberto] = useState<'cancelar' | 'remarcar'>();
  const fechar = (): void => setAberto(undefined);
  const comecou = Date.parse(reserva.inicio) <= agora();
  const cancelando = useAdiado(reserva.id);
  if (cancelando && cancelando.erro === undefined) return null;
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

/**
 * What comes back is said first, and is what is agreed to: if it is another by then, nothing happens. For a while it can
 * still be taken back.
 */
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
  const cancelar = (): void => {
    const corpo = previa.data ? { reembolsoEsperadoCentavos: previa.data.reembolsoCentavos } : {};
    adiar(id, t('desfazer.cancelada', { nome: reserva.espaco.nome }), async () => {
      try {
        await comChave({ cancelar: id }, corpo, (dito) =>
          api('POST /v1/reservas/:id/cancelamento', { parametros: { id }, ...dito }),
        );
      } finally {
        await Promise.all(
          [umaReserva(id).queryKey, ['reservas']].map((queryKey) => consultas.invalidateQueries({ queryKey })),
        );
      }
    });
    fechar();
  };
  const { reembolsoCentavos, retidoCentavos, politicaCancelamento } = previa.data ?? {};
  return (
    <Dialogo
      titulo={t('mudar.cancelarTitulo')}
      fechar={fechar}
      acoes={
        <>
          <Botao forma="perigo" ocupado={!previa.data} onClick={cancelar}>
            {t('mudar.cancelarSim')}
          </Botao>
          <Botao forma="secundario" onClick={fechar}>
            {t('mudar.cancelarNao')}
          </Botao>
        </>
      }
    >
      {previa.error && <Falha erro={previa.error} />}
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
  const [inicio, setInicio] = useState<string>();
  const fim = inicio === undefined ? undefined : minutosDepois(inicio, minutos);
  const previa = useQuery({
    queryKey: ['previa', id, inicio],
    enabled: inicio !== undefined,
    queryFn: async () =>
      (
        await api('GET /v1/reservas/:id/remarcacao', {
          parametros: { id },
          consulta: { inicio: inicio ?? '', fim: fim ?? '' },
        })
      ).body,
    staleTime: 0,
  });
  const mudar = useUmaVez({
    mutationFn: async () => {
      const corpo = { inicio: inicio ?? '', fim: fim ?? '', fuso };
      const { body } = await comChave({ remarcar: id, inicio }, corpo, (dito) =>
        api('POST /v1/reservas/:id/remarcacao', { parametros: { id }, ...dito }),
      );
      return body;
    },
    onSuccess: async (mudada) => {
      await Promise.all(
        [umaReserva(id).queryKey, ['reservas']].map((queryKey) => consultas.invalidateQueries({ queryKey })),
      );
      fechar();
      if (mudada.remarcacao) await navegar({ to: '/reservas/$id/pagar', params: { id } });
    },
  });
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
              {previa.data && <Diferenca {...previa.data} fuso={fuso} />}
            </p>
          )}
          <Botao ocupado={mudar.isPending || inicio === undefined || !previa.data} onClick={() => mudar.mutate()}>
            {t('mudar.remarcarSim')}
          </Botao>
          <Botao forma="secundario" onClick={fechar}>
            {t('mudar.remarcarNao')}
          </Botao>
        </>
      }
    >
      {(mudar.error ?? previa.error) && <Falha erro={mudar.error ?? previa.error} />}
      <EscolherHorario {...{ reserva, inicio }} escolher={setInicio} />
    </Dialogo>
  );
}

/** What has to be paid for it, what comes back, or what will be owed: by the prices of when it was booked. */
function Diferenca({
  aPagarCentavos,
  reembolsoCentavos,
  saldo,
  fuso,
}: Pick<PreviaDeRemarcacaoHttp, 'aPagarCentavos' | 'reembolsoCentavos' | 'saldo'> & { fuso: string }) {
  const t = useTextos();
  const idioma = useIdioma();
  if (aPagarCentavos > 0) return t('mudar.aMais', { valor: dinheiro(aPagarCentavos, idioma) });
  if (reembolsoCentavos > 0) return t('mudar.aMenos', { valor: dinheiro(reembolsoCentavos, idioma) });
  if (saldo)
    return t('mudar.saldo', {
      valor: dinheiro(saldo.valorCentavos, idioma),
      ate: `${data(saldo.venceEm, fuso, idioma)}, ${hora(saldo.venceEm, fuso, idioma)}`,
    });
  return t('mudar.nadaAMais');
}
