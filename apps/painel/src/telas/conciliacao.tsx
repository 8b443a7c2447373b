import { useState } from 'react';
import type { DecisaoDoEstornoHttp, EstornoHttp, WebhookHttp } from '@plataforma/contracts';
import { chaveDe, dinheiro, Escolha, esquecerChave, Etiqueta, Falha, useIdioma, useUmaVez } from '@plataforma/kit';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../api.js';
import { Acao, BotaoDe } from '../componentes/acao.js';
import { Dados, DaReserva, Instante, Pares } from '../componentes/ditos.js';
import estilo from '../componentes/painel.module.css';
import { Lista, Tabela } from '../componentes/tabela.js';
import { useTextos } from '../textos/index.js';

/** Ours beside the provider's: what differs, what was repaired, and what waits for somebody. */
export function Conciliacao() {
  const t = useTextos();
  return (
    <div className={estilo['tela']}>
      <h1>{t('titulos.conciliacao')}</h1>
      <Conferencia />
      <Estornos />
      <Webhooks />
    </div>
  );
}

function Conferencia() {
  const t = useTextos();
  const [id, setId] = useState<string>();
  const pedir = useUmaVez({
    mutationFn: async () => (await api('POST /v1/pagamentos/reconciliacoes', { corpo: {} })).body,
    onSuccess: (pedida) => setId(pedida.id),
  });
  const { data, error } = useQuery({
    queryKey: ['reconciliacao', id],
    queryFn: async () => (await api('GET /v1/pagamentos/reconciliacoes/:id', { parametros: { id: id ?? '' } })).body,
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data?.concluidaEm ? false : 1_500),
  });
  return (
    <section className={estilo['pilha']} aria-labelledby="conferencia">
      <h2 id="conferencia">{t('conciliacao.conferencia')}</h2>
      <p className={estilo['suave']}>{t('conciliacao.que')}</p>
      <div>
        <BotaoDe direito="financas.operar" onClick={() => pedir.mutate()}>
          {t('conciliacao.conferir')}
        </BotaoDe>
      </div>
      {(pedir.error ?? error) && <Falha erro={pedir.error ?? error} />}
      {data && !data.concluidaEm && <p role="status">{t('conciliacao.conferindo')}</p>}
      {data?.conferidos && (
        <Pares
          pares={[
            [t('conciliacao.intentos'), data.conferidos.intentos],
            [t('conciliacao.estornosEDisputas'), data.conferidos.estornosEDisputas],
            [t('titulos.reservas'), data.conferidos.reservas],
          ]}
        />
      )}
      {data?.concluidaEm &&
        (data.divergencias.length === 0 ? (
          <p>{t('conciliacao.igual')}</p>
        ) : (
          <Tabela
            titulo={t('conciliacao.divergencias')}
            itens={data.divergencias}
            chave={({ tipo, chave }) => `${tipo} ${chave}`}
            colunas={[
              { nome: t('conciliacao.tipo'), titulo: true, celula: ({ tipo }) => tipo },
              { nome: t('conciliacao.deQue'), celula: ({ chave }) => chave },
              {
                nome: t('sagas.situacao'),
                celula: ({ situacao }) => (
                  <Etiqueta tom={situacao === 'ABERTA' ? 'perigo' : 'livre'}>{t(`conciliacao.${situacao}`)}</Etiqueta>
                ),
              },
              { nome: t('conciliacao.lado'), celula: ({ detalhe }) => <Dados dados={detalhe} /> },
            ]}
          />
        ))}
    </section>
  );
}

const DECISOES = ['TENTAR_DE_NOVO', 'PAGO_POR_FORA', 'BAIXAR'] as const;

function Estornos() {
  const t = useTextos();
  const idioma = useIdioma();
  const consultas = useQueryClient();
  const [decidido, setDecidido] = useState<EstornoHttp>();
  const [acao, setAcao] = useState<DecisaoDoEstornoHttp['acao']>('TENTAR_DE_NOVO');
  return (
    <section className={estilo['pilha']} aria-labelledby="estornos">
      <h2 id="estornos">{t('inicio.estornos')}</h2>
      <Lista
        titulo={t('inicio.estornos')}
        consulta={['estornos']}
        pedir={async (cursor) => (await api('GET /v1/pagamentos/estornos', { consulta: { cursor, limite: 50 } })).body}
        vazio={t('conciliacao.semEstornos')}
        chave={({ id }) => id}
        colunas={[
          { nome: t('titulos.reserva'), titulo: true, celula: ({ reservaId }) => <DaReserva id={reservaId} /> },
          {
            nome: t('conciliacao.valor'),
            numero: true,
            celula: ({ valorCentavos }) => dinheiro(valorCentavos, idioma),
          },
          {
            nome: t('sagas.situacao'),
            celula: ({ status }) => (
              <Etiqueta tom={status === 'PARADO' ? 'perigo' : 'retido'}>{t(`estornos.${status}`)}</Etiqueta>
            ),
          },
          { nome: t('conciliacao.porque'), celula: ({ ultimaFalha }) => ultimaFalha ?? '—' },
          { nome: t('mortas.desde'), celula: ({ criadoEm }) => <Instante em={criadoEm} /> },
          {
            nome: t('acao.acoes'),
            celula: (estorno) => (
              <BotaoDe
                direito="pagamentos.estornar"
                impedido={estorno.status !== 'PARADO' && t('conciliacao.anda')}
                onClick={() => setDecidido(estorno)}
              >
                {t('conciliacao.decidir')}
              </BotaoDe>
            ),
          },
        ]}
      />
      {decidido && (
        <Acao
          titulo={t('conciliacao.decidir')}
          rotulo={t(`decisoes.${acao}`)}
          motivo="exigido"
          perigo={acao === 'BAIXAR'}
          agir={async (motivo) => {
            const corpo = { acao, motivo };
            const pedido = [decidido.id, corpo];
            await api('POST /v1/pagamentos/estornos/:id/decisao', {
              parametros: { id: decidido.id },
              corpo,
              cabecalhos: { 'idempotency-key': chaveDe(pedido) },
            });
            esquecerChave(pedido);
          }}
          feito={() => void consultas.invalidateQueries({ queryKey: ['estornos'] })}
          fechar={() => setDecidido(undefined)}
        >
          <Escolha
            rotulo={t('conciliacao.decisao')}
            value={acao}
            onChange={({ target }) => setAcao(DECISOES.find((uma) => uma === target.value) ?? 'TENTAR_DE_NOVO')}
          >
            {DECISOES.map((uma) => (
              <option key={uma} value={uma}>
                {t(`decisoes.${uma}`)}
              </option>
            ))}
          </Escolha>
          <p>{t(`efeitos.${acao}`, { valor: dinheiro(decidido.valorCentavos, idioma) })}</p>
        </Acao>
      )}
    </section>
  );
}

function Webhooks() {
  const t = useTextos();
  const consultas = useQueryClient();
  const [descartado, setDescartado] = useState<WebhookHttp>();
  return (
    <section className={estilo['pilha']} aria-labelledby="webhooks">
      <h2 id="webhooks">{t('inicio.webhooks')}</h2>
      <Lista
        titulo={t('inicio.webhooks')}
        consulta={['webhooks']}
        pedir={async (cursor) => (await api('GET /v1/pagamentos/webhooks', { consulta: { cursor, limite: 50 } })).body}
        vazio={t('conciliacao.semWebhooks')}
        chave={({ id }) => id}
        colunas={[
          { nome: t('mortas.tipo'), titulo: true, celula: ({ tipo }) => tipo },
          { nome: t('sagas.situacao'), celula: ({ situacao }) => t(`webhooks.${situacao}`) },
          { nome: t('conciliacao.porque'), celula: ({ explicacao }) => explicacao ?? '—' },
          { nome: t('mortas.tentativas'), numero: true, celula: ({ tentativas }) => tentativas },
          { nome: t('mortas.desde'), celula: ({ recebidoEm }) => <Instante em={recebidoEm} /> },
          {
            nome: t('acao.acoes'),
            celula: (webhook) => (
              <BotaoDe direito="financas.operar" forma="perigo" onClick={() => setDescartado(webhook)}>
                {t('conciliacao.descartar')}
              </BotaoDe>
            ),
          },
        ]}
      />
      {descartado && (
        <Acao
          titulo={t('conciliacao.descartar')}
          rotulo={t('conciliacao.descartar')}
          motivo="exigido"
          perigo
          agir={(motivo) =>
            api('POST /v1/pagamentos/webhooks/:id/descarte', { parametros: { id: descartado.id }, corpo: { motivo } })
          }
          feito={() => void consultas.invalidateQueries({ queryKey: ['webhooks'] })}
          fechar={() => setDescartado(undefined)}
        >
          <p>{t('conciliacao.efeitoDoDescarte')}</p>
        </Acao>
      )}
    </section>
  );
}
