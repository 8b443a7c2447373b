import { useState } from 'react';
import type { ReservaHttp } from '@plataforma/contracts';
import { Aviso, dinheiro, Falha, periodo, useIdioma } from '@plataforma/kit';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../api.js';
import { BotaoDe } from '../componentes/acao.js';
import { DaReserva, Instante } from '../componentes/ditos.js';
import estilo from '../componentes/painel.module.css';
import { Tabela } from '../componentes/tabela.js';
import { useTextos } from '../textos/index.js';
import { Pessoa, Responder } from './reserva.js';

/** Requests that want the same time of the same space, at least in part, stand together. */
function rivais(pedidos: readonly ReservaHttp[]): ReservaHttp[][] {
  const grupos: ReservaHttp[][] = [];
  const emOrdem = [...pedidos].sort(
    (a, b) => a.espaco.id.localeCompare(b.espaco.id) || Date.parse(a.inicio) - Date.parse(b.inicio),
  );
  for (const pedido of emOrdem) {
    const grupo = grupos.at(-1);
    const disputa = grupo?.some(
      ({ espaco, fim }) => espaco.id === pedido.espaco.id && Date.parse(fim) > Date.parse(pedido.inicio),
    );
    if (grupo && disputa) grupo.push(pedido);
    else grupos.push([pedido]);
  }
  return grupos.sort((a, b) => Date.parse(a[0]?.inicio ?? '') - Date.parse(b[0]?.inicio ?? ''));
}

/** What waits for an answer, rivals for one slot together. */
export function Aprovacoes() {
  const t = useTextos();
  const idioma = useIdioma();
  const consultas = useQueryClient();
  const [pedido, setPedido] = useState<{ reserva: ReservaHttp; aprovada: boolean }>();
  const { data, error, refetch } = useQuery({
    queryKey: ['aprovacoes'],
    queryFn: async () =>
      (await api('GET /v1/reservas', { consulta: { status: 'PENDENTE_APROVACAO', limite: 100 } })).body,
    refetchInterval: 15_000,
    staleTime: 2_000,
  });
  if (!data)
    return error ? <Falha erro={error} deNovo={() => void refetch()} /> : <p role="status">{t('lista.lendo')}</p>;
  return (
    <div className={estilo['tela']}>
      <h1>{t('titulos.aprovacoes')}</h1>
      {data.itens.length === 0 && <p>{t('aprovacoes.nenhuma')}</p>}
      {data.proximo !== null && (
        <Aviso tom="espera">
          <p>{t('aprovacoes.haMais', { quantas: data.itens.length })}</p>
        </Aviso>
      )}
      {rivais(data.itens).map((grupo) => (
        <section key={grupo[0]?.id} className={estilo['pilha']}>
          <h2>
            {grupo[0]?.espaco.nome}
            {grupo.length > 1 && ` · ${t('aprovacoes.rivais', { quantos: grupo.length })}`}
          </h2>
          <Tabela
            titulo={grupo[0]?.espaco.nome ?? ''}
            itens={grupo}
            chave={({ id }) => id}
            colunas={[
              { nome: t('titulos.reserva'), titulo: true, celula: ({ id }) => <DaReserva id={id} /> },
              { nome: t('reservas.quando'), celula: ({ inicio, fim, fuso }) => periodo(inicio, fim, fuso, idioma) },
              { nome: t('reserva.cliente'), celula: ({ clienteId }) => <Pessoa id={clienteId} /> },
              { nome: t('reserva.dito'), celula: ({ titulo }) => titulo ?? '—' },
              {
                nome: t('conciliacao.valor'),
                numero: true,
                celula: ({ valorCentavos }) => dinheiro(valorCentavos, idioma),
              },
              { nome: t('aprovacoes.ate'), celula: ({ expiraEm }) => <Instante em={expiraEm} /> },
              {
                nome: t('acao.acoes'),
                celula: (reserva) => (
                  <span className={estilo['linha']}>
                    <BotaoDe
                      direito="reservas.aprovar"
                      forma="primario"
                      onClick={() => setPedido({ reserva, aprovada: true })}
                    >
                      {t('reserva.aprovar')}
                    </BotaoDe>
                    <BotaoDe
                      direito="reservas.aprovar"
                      forma="perigo"
                      onClick={() => setPedido({ reserva, aprovada: false })}
                    >
                      {t('reserva.recusar')}
                    </BotaoDe>
                  </span>
                ),
              },
            ]}
          />
        </section>
      ))}
      {pedido && (
        <Responder
          {...pedido}
          feito={() => void consultas.invalidateQueries({ queryKey: ['aprovacoes'] })}
          fechar={() => setPedido(undefined)}
        />
      )}
    </div>
  );
}
