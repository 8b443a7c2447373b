import { useState } from 'react';
import type { GrupoHttp } from '@plataforma/contracts';
import { Campo, chaveDe, esquecerChave, Falha } from '@plataforma/kit';
import { Recusa } from '@plataforma/contracts/cliente';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../api.js';
import { Acao, BotaoDe } from '../componentes/acao.js';
import { Instante } from '../componentes/ditos.js';
import estilo from '../componentes/painel.module.css';
import { Lista, Tabela } from '../componentes/tabela.js';
import { useTextos } from '../textos/index.js';

type Pedido = 'criar' | 'incluir' | 'excluir';

/** Groups of people, to whom spaces are given. */
export function Grupos() {
  const t = useTextos();
  const consultas = useQueryClient();
  const [aberto, setAberto] = useState<GrupoHttp>();
  const [pedido, setPedido] = useState<Pedido>();
  const [dito, setDito] = useState('');
  const { data, error, refetch } = useQuery({
    queryKey: ['grupos'],
    queryFn: async () => (await api('GET /v1/grupos')).body.itens,
  });
  if (!data)
    return error ? <Falha erro={error} deNovo={() => void refetch()} /> : <p role="status">{t('lista.lendo')}</p>;
  const pedir = (um: Pedido) => {
    setDito('');
    setPedido(um);
  };
  const id = aberto?.id ?? '';

  async function agir(): Promise<unknown> {
    if (pedido === 'criar') {
      const corpo = { nome: dito.trim() };
      await api('POST /v1/grupos', { corpo, cabecalhos: { 'idempotency-key': chaveDe(corpo) } });
      return esquecerChave(corpo);
    }
    if (pedido === 'excluir') {
      await api('DELETE /v1/grupos/:id', { parametros: { id } });
      return setAberto(undefined);
    }
    const { body } = await api('GET /v1/usuarios', { consulta: { email: dito.trim(), limite: 1 } });
    const [pessoa] = body.itens;
    if (!pessoa) throw new Recusa(422, { code: 'painel.ninguem', title: t('calendario.ninguem') });
    return api('PUT /v1/grupos/:id/membros/:usuarioId', { parametros: { id, usuarioId: pessoa.id } });
  }

  return (
    <div className={estilo['tela']}>
      <div className={estilo['linha']}>
        <h1>{t('titulos.grupos')}</h1>
        <BotaoDe direito="acessos.administrar" forma="primario" onClick={() => pedir('criar')}>
          {t('grupos.criar')}
        </BotaoDe>
      </div>
      {data.length === 0 ? (
        <p>{t('grupos.nenhum')}</p>
      ) : (
        <Tabela
          titulo={t('titulos.grupos')}
          itens={data}
          chave={(grupo) => grupo.id}
          colunas={[
            {
              nome: t('pessoas.nome'),
              titulo: true,
              celula: (grupo) => (
                <button
                  type="button"
                  className={estilo['abrir']}
                  aria-expanded={grupo.id === aberto?.id}
                  onClick={() => setAberto(grupo.id === aberto?.id ? undefined : grupo)}
                >
                  {grupo.nome}
                </button>
              ),
            },
            { nome: t('grupos.membros'), numero: true, celula: ({ membros }) => membros },
            { nome: t('mortas.desde'), celula: ({ criadoEm }) => <Instante em={criadoEm} /> },
          ]}
        />
      )}
      {aberto && (
        <section className={estilo['pilha']} aria-labelledby="membros">
          <div className={estilo['linha']}>
            <h2 id="membros">{aberto.nome}</h2>
            <BotaoDe direito="acessos.administrar" onClick={() => pedir('incluir')}>
              {t('grupos.incluir')}
            </BotaoDe>
            <BotaoDe
              direito="acessos.administrar"
              forma="perigo"
              impedido={aberto.membros > 0 && t('grupos.comGente')}
              onClick={() => pedir('excluir')}
            >
              {t('grupos.excluir')}
            </BotaoDe>
          </div>
          <Lista
            titulo={aberto.nome}
            consulta={['membros', id]}
            pedir={async (cursor) =>
              (await api('GET /v1/grupos/:id/membros', { parametros: { id }, consulta: { cursor, limite: 50 } })).body
            }
            vazio={t('grupos.ninguem')}
            chave={({ usuarioId }) => usuarioId}
            colunas={[
              { nome: t('pessoas.nome'), titulo: true, celula: ({ nome }) => nome },
              { nome: t('entrar.email'), celula: ({ email }) => email },
              {
                nome: t('acao.acoes'),
                celula: ({ usuarioId }) => (
                  <BotaoDe
                    direito="acessos.administrar"
                    forma="perigo"
                    onClick={() =>
                      void api('DELETE /v1/grupos/:id/membros/:usuarioId', { parametros: { id, usuarioId } }).then(() =>
                        consultas.invalidateQueries(),
                      )
                    }
                  >
                    {t('feriados.retirar')}
                  </BotaoDe>
                ),
              },
            ]}
          />
        </section>
      )}
      {pedido && (
        <Acao
          titulo={t(`grupos.${pedido}`)}
          rotulo={t(`grupos.${pedido}`)}
          perigo={pedido === 'excluir'}
          agir={agir}
          feito={() => void consultas.invalidateQueries()}
          fechar={() => setPedido(undefined)}
        >
          {pedido === 'excluir' ? (
            <p>{aberto?.nome}</p>
          ) : (
            <Campo
              rotulo={t(pedido === 'criar' ? 'pessoas.nome' : 'entrar.email')}
              type={pedido === 'criar' ? 'text' : 'email'}
              required
              maxLength={80}
              value={dito}
              onChange={({ target }) => setDito(target.value)}
            />
          )}
        </Acao>
      )}
    </div>
  );
}
