import { useState } from 'react';
import type { MensagensMortasHttp } from '@plataforma/contracts';
import { Aviso, Botao, Falha } from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { api } from '../api.js';
import { Acao, BotaoDe } from '../componentes/acao.js';
import { Dados, Instante, Pares } from '../componentes/ditos.js';
import estilo from '../componentes/painel.module.css';
import { Tabela } from '../componentes/tabela.js';
import { comecarLote, type Lote, useLote } from '../lote.js';
import { useTextos } from '../textos/index.js';

type Morta = MensagensMortasHttp['itens'][number];
type Oque = 'reenviar' | 'excluir';

/** What no consumer could process, by its cause; looked at without taking it out, sent again or given up. */
export function MensagensMortas() {
  const t = useTextos();
  const [escolhidas, setEscolhidas] = useState<ReadonlySet<string>>(new Set());
  const [aberta, setAberta] = useState<string>();
  const [pedido, setPedido] = useState<Oque>();
  const lote = useLote();
  const { data, error, refetch } = useQuery({
    queryKey: ['mortas'],
    queryFn: async () => (await api('GET /v1/mensagens-mortas', { consulta: { limite: 500 } })).body.itens,
    staleTime: 5_000,
  });
  if (!data)
    return error ? <Falha erro={error} deNovo={() => void refetch()} /> : <p role="status">{t('lista.lendo')}</p>;
  const grupos = [...new Set(data.map(({ causa }) => causa))].map(
    (causa) => [causa, data.filter((morta) => morta.causa === causa)] as const,
  );
  const marcadas = data.filter(({ id }) => escolhidas.has(id));
  const vista = data.find(({ id }) => id === aberta);
  const marcar = (ids: readonly string[], sim: boolean) => {
    const novas = new Set(escolhidas);
    for (const id of ids)
      if (sim) novas.add(id);
      else novas.delete(id);
    setEscolhidas(novas);
  };

  return (
    <div className={estilo['tela']}>
      <h1>{t('titulos.mortas')}</h1>
      <p className={estilo['suave']}>{t('mortas.que')}</p>
      {lote && <DoLote lote={lote} />}
      {data.length === 0 && <p>{t('mortas.nenhuma')}</p>}
      {data.length > 0 && (
        <div className={estilo['linha']}>
          <BotaoDe
            direito="mensagens-mortas.operar"
            impedido={lote?.emCurso ? t('mortas.emCurso') : marcadas.length === 0 && t('mortas.escolha')}
            onClick={() => setPedido('reenviar')}
          >
            {t('mortas.reenviar', { quantas: marcadas.length })}
          </BotaoDe>
          {marcadas.length > 0 && !lote?.emCurso && (
            <Botao forma="perigo" onClick={() => setPedido('excluir')}>
              {t('mortas.excluir', { quantas: marcadas.length })}
            </Botao>
          )}
        </div>
      )}
      {grupos.map(([causa, mortas]) => {
        const ids = mortas.map(({ id }) => id);
        const desde = mortas.flatMap((morta) => morta.desde ?? []).sort();
        return (
          <section key={causa} className={estilo['pilha']}>
            <h2>{t('mortas.grupo', { causa, quantas: mortas.length })}</h2>
            <p className={estilo['suave']}>
              {desde[0] !== undefined && (
                <>
                  {t('mortas.primeira')} <Instante em={desde[0]} /> · {t('mortas.ultima')}{' '}
                  <Instante em={desde.at(-1) ?? desde[0]} />
                </>
              )}
            </p>
            <label className={estilo['linha']}>
              <input
                type="checkbox"
                checked={ids.every((id) => escolhidas.has(id))}
                onChange={({ target }) => marcar(ids, target.checked)}
              />
              {t('mortas.todas')}
            </label>
            <Tabela
              titulo={causa}
              itens={mortas}
              chave={({ id }) => id}
              colunas={[
                {
                  nome: t('mortas.marcar'),
                  celula: ({ id, tipo }) => (
                    <input
                      type="checkbox"
                      aria-label={`${tipo} ${id.slice(0, 8)}`}
                      checked={escolhidas.has(id)}
                      onChange={({ target }) => marcar([id], target.checked)}
                    />
                  ),
                },
                {
                  nome: t('mortas.tipo'),
                  titulo: true,
                  celula: ({ id, tipo }) => (
                    <button
                      type="button"
                      className={estilo['abrir']}
                      aria-expanded={aberta === id}
                      onClick={() => setAberta(aberta === id ? undefined : id)}
                    >
                      {tipo || '?'}
                    </button>
                  ),
                },
                { nome: t('mortas.fila'), celula: ({ fila }) => fila },
                { nome: t('mortas.tentativas'), numero: true, celula: ({ tentativas }) => tentativas },
                {
                  nome: t('mortas.desde'),
                  celula: (morta) => (morta.desde === null ? '—' : <Instante em={morta.desde} />),
                },
              ]}
            />
            {vista?.causa === causa && <Vista morta={vista} />}
          </section>
        );
      })}
      {pedido && (
        <Acao
          titulo={t(`mortas.${pedido}`, { quantas: marcadas.length })}
          rotulo={t(`mortas.${pedido}`, { quantas: marcadas.length })}
          perigo={pedido === 'excluir'}
          {...(pedido === 'excluir' && { motivo: 'exigido' as const })}
          agir={(motivo) => {
            void comecarLote(
              pedido,
              marcadas.map(({ id }) => id),
              motivo,
            );
            setEscolhidas(new Set());
            return Promise.resolve();
          }}
          fechar={() => setPedido(undefined)}
        >
          <p>{t(`mortas.efeito.${pedido}`)}</p>
        </Acao>
      )}
    </div>
  );
}

/** How far it has come, and in the end what became of it. */
function DoLote({ lote: { oque, total, feitas, falhas, emCurso } }: { lote: Lote }) {
  const t = useTextos();
  return (
    <Aviso tom={falhas.length > 0 ? 'perigo' : emCurso ? 'espera' : 'certo'}>
      <p>
        {emCurso
          ? t(`mortas.andando.${oque}`, { quantas: feitas + falhas.length, total })
          : t(`mortas.feito.${oque}`, { quantas: feitas })}
      </p>
      {emCurso && <progress max={total} value={feitas + falhas.length} aria-label={t('titulos.mortas')} />}
      {falhas.map(({ id, porque }) => (
        <p key={id}>
          {id}: {porque ?? t('falha.semResposta')}
        </p>
      ))}
    </Aviso>
  );
}

function Vista({ morta }: { morta: Morta }) {
  const t = useTextos();
  return (
    <div className={estilo['folha']}>
      <Pares
        pares={[
          ['id', morta.id],
          [t('mortas.mensagem'), morta.mensagemId || '—'],
          [t('mortas.detalhe'), morta.detalhe],
          [t('linha.rastro'), morta.rastroId ?? '—'],
        ]}
      />
      <Dados dados={morta.conteudo} />
    </div>
  );
}
