import { useState } from 'react';
import type { SagaHttp } from '@plataforma/contracts';
import { duracao, Escolha, Etiqueta, useAgora, useIdioma } from '@plataforma/kit';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api } from '../api.js';
import { Acao, BotaoDe } from '../componentes/acao.js';
import { DaReserva, Instante } from '../componentes/ditos.js';
import estilo from '../componentes/painel.module.css';
import { Lista } from '../componentes/tabela.js';
import { useTextos } from '../textos/index.js';

const SITUACOES = ['PARADA', 'ATRASADA', 'ESPERANDO', 'ENCERRADA'] as const;
const TONS = { PARADA: 'perigo', ATRASADA: 'retido', ESPERANDO: 'livre', ENCERRADA: 'suave' } as const;

/** Sagas by state, with their age against their deadline. */
export function Sagas() {
  const t = useTextos();
  const idioma = useIdioma();
  const agora = useAgora(5_000);
  const navegar = useNavigate();
  const consultas = useQueryClient();
  const { situacao: dita } = useSearch({ strict: false });
  const situacao = SITUACOES.find((uma) => uma === dita);
  const [retomada, setRetomada] = useState<SagaHttp>();
  const prazo = (instante: string | null) => {
    if (instante === null) return '—';
    const minutos = Math.round((Date.parse(instante) - agora) / 60_000);
    const quanto = duracao(Math.max(1, Math.abs(minutos)), idioma);
    return t(minutos < 0 ? 'sagas.passou' : 'sagas.falta', { quanto });
  };
  return (
    <div className={estilo['tela']}>
      <h1>{t('titulos.sagas')}</h1>
      <div className={estilo['filtros']}>
        <Escolha
          rotulo={t('sagas.situacao')}
          value={situacao ?? ''}
          onChange={({ target }) =>
            void navegar({ to: '/sagas', search: target.value === '' ? {} : { situacao: target.value } })
          }
        >
          <option value="">{t('lista.todas')}</option>
          {SITUACOES.map((uma) => (
            <option key={uma} value={uma}>
              {t(`sagas.${uma}`)}
            </option>
          ))}
        </Escolha>
      </div>
      <Lista
        titulo={t('titulos.sagas')}
        consulta={['sagas', situacao]}
        pedir={async (cursor) => (await api('GET /v1/sagas', { consulta: { situacao, cursor, limite: 50 } })).body}
        vazio={t('sagas.nenhuma')}
        chave={({ id }) => id}
        colunas={[
          { nome: t('titulos.reserva'), titulo: true, celula: ({ id }) => <DaReserva id={id} /> },
          { nome: t('sagas.passo'), celula: ({ passo }) => passo },
          {
            nome: t('sagas.situacao'),
            celula: (saga) => <Etiqueta tom={TONS[saga.situacao]}>{t(`sagas.${saga.situacao}`)}</Etiqueta>,
          },
          { nome: t('sagas.prazo'), celula: (saga) => prazo(saga.prazo) },
          { nome: t('sagas.falhas'), numero: true, celula: ({ falhas }) => falhas },
          { nome: t('sagas.atualizada'), celula: ({ atualizadaEm }) => <Instante em={atualizadaEm} /> },
          {
            nome: t('acao.acoes'),
            celula: (saga) => (
              <BotaoDe
                direito="sagas.operar"
                impedido={
                  (saga.situacao === 'ESPERANDO' && t('sagas.noPrazo')) ||
                  (saga.situacao === 'ENCERRADA' && t('sagas.acabou'))
                }
                onClick={() => setRetomada(saga)}
              >
                {t('sagas.retomar')}
              </BotaoDe>
            ),
          },
        ]}
      />
      {retomada && (
        <Acao
          titulo={t('sagas.retomar')}
          rotulo={t('sagas.retomar')}
          agir={() => api('POST /v1/sagas/:id/retomada', { parametros: { id: retomada.id } })}
          feito={() => void consultas.invalidateQueries({ queryKey: ['sagas'] })}
          fechar={() => setRetomada(undefined)}
        >
          <p>{t('sagas.efeito', { passo: retomada.passo })}</p>
        </Acao>
      )}
    </div>
  );
}
