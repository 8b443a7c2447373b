import { useState } from 'react';
import { Escolha, Falha } from '@plataforma/kit';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api } from '../api.js';
import { BotaoDe } from '../componentes/acao.js';
import { DaReserva, Instante } from '../componentes/ditos.js';
import estilo from '../componentes/painel.module.css';
import { Lista } from '../componentes/tabela.js';
import { useTextos } from '../textos/index.js';

const CANAIS = ['EMAIL', 'SMS', 'PUSH'] as const;

/** What became of every message to people, the newest first. */
export function Avisos() {
  const t = useTextos();
  const navegar = useNavigate();
  const busca = useSearch({ strict: false });
  const canal = CANAIS.find((um) => um === busca.tipo);
  const consultas = useQueryClient();
  const [falha, setFalha] = useState<unknown>();
  return (
    <div className={estilo['tela']}>
      <h1>{t('titulos.avisos')}</h1>
      <div className={estilo['filtros']}>
        <Escolha
          rotulo={t('avisos.canal')}
          value={canal ?? ''}
          onChange={({ target }) => void navegar({ to: '/avisos', search: { ...busca, tipo: target.value } })}
        >
          <option value="">{t('lista.todos')}</option>
          {CANAIS.map((um) => (
            <option key={um}>{um}</option>
          ))}
        </Escolha>
      </div>
      {falha !== undefined && <Falha erro={falha} />}
      <Lista
        titulo={t('titulos.avisos')}
        consulta={['avisos', canal]}
        pedir={async (cursor) =>
          (await api('GET /v1/notificacoes/historico', { consulta: { cursor, canal, limite: 50 } })).body
        }
        vazio={t('avisos.nenhum')}
        chave={({ id }) => id}
        colunas={[
          { nome: t('mortas.tipo'), titulo: true, celula: ({ tipo }) => tipo },
          { nome: t('avisos.canal'), celula: (aviso) => aviso.canal },
          { nome: t('sagas.situacao'), celula: ({ estado }) => estado },
          {
            nome: t('titulos.reserva'),
            celula: ({ reservaId }) => (reservaId === null ? '—' : <DaReserva id={reservaId} />),
          },
          { nome: t('auditoria.quando'), celula: ({ criadaEm }) => <Instante em={criadaEm} /> },
          { nome: t('conciliacao.porque'), celula: ({ motivo }) => motivo ?? '—' },
          {
            nome: t('acao.acoes'),
            // Letters about accounts are asked for again by whoever they are to.
            celula: ({ id, estado, reservaId }) =>
              estado !== 'FALHOU' || reservaId === null ? null : (
                <BotaoDe
                  direito="avisos.reenviar"
                  onClick={() => {
                    setFalha(undefined);
                    void api('POST /v1/notificacoes/:id/reenvio', { parametros: { id } })
                      .then(() => consultas.invalidateQueries({ queryKey: ['avisos'] }))
                      .catch(setFalha);
                  }}
                >
                  {t('ganchos.reenviar')}
                </BotaoDe>
              ),
          },
        ]}
      />
    </div>
  );
}
