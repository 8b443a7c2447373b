import { type ReactNode, useEffect, useRef } from 'react';
import { Botao, Falha } from '@plataforma/kit';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTextos } from '../textos/index.js';
import estilo from './painel.module.css';

export interface Coluna<T> {
  readonly nome: string;
  readonly celula: (item: T) => ReactNode;
  /** Names the row. */
  readonly titulo?: boolean;
  readonly numero?: boolean;
}

/** Rows with one thing to press each, at the least; J and K go from one to the next. */
export function Tabela<T>({
  titulo,
  colunas,
  itens,
  chave,
}: {
  titulo: string;
  colunas: readonly Coluna<T>[];
  itens: readonly T[];
  chave: (item: T) => string;
}) {
  const corpo = useRef<HTMLTableSectionElement>(null);
  useEffect(() => {
    const ouvir = ({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent): void => {
      const passo = key === 'j' ? 1 : key === 'k' ? -1 : 0;
      if (passo === 0 || ctrlKey || metaKey || altKey || !corpo.current || !(target instanceof HTMLElement)) return;
      if (target.closest('input, textarea, select, dialog')) return;
      const linhas = [...corpo.current.rows];
      const nesta = linhas.findIndex((linha) => linha.contains(target));
      const seguinte = linhas[Math.min(Math.max(nesta + passo, 0), linhas.length - 1)];
      seguinte?.querySelector<HTMLElement>('a, button, input')?.focus();
    };
    addEventListener('keydown', ouvir);
    return () => removeEventListener('keydown', ouvir);
  }, []);
  return (
    <div className={estilo['quadro']} role="region" aria-label={titulo} tabIndex={0}>
      <table className={estilo['tabela']}>
        <caption className="so-para-ouvir">{titulo}</caption>
        <thead>
          <tr>
            {colunas.map(({ nome, numero }) => (
              <th key={nome} scope="col" className={numero ? estilo['numero'] : undefined}>
                {nome}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={corpo}>
          {itens.map((item) => (
            <tr key={chave(item)}>
              {colunas.map(({ nome, celula, titulo: nomeia, numero }) =>
                nomeia ? (
                  <th key={nome} scope="row">
                    {celula(item)}
                  </th>
                ) : (
                  <td key={nome} className={numero ? estilo['numero'] : undefined}>
                    {celula(item)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface Pagina<T> {
  readonly itens: readonly T[];
  readonly proximo: string | null;
}

/** A list that comes by pages, as many as one asks for. */
export function Lista<T>({
  consulta,
  pedir,
  vazio,
  aCadaMs,
  ...tabela
}: {
  /** Its name among what was read. */
  consulta: readonly unknown[];
  pedir: (cursor: string | undefined) => Promise<Pagina<T>>;
  vazio: string;
  /** Read again while one looks. */
  aCadaMs?: number;
  titulo: string;
  colunas: readonly Coluna<T>[];
  chave: (item: T) => string;
}) {
  const t = useTextos();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: consulta,
    queryFn: ({ pageParam }) => pedir(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ proximo }) => proximo ?? undefined,
    staleTime: 2_000,
    ...(aCadaMs !== undefined && { refetchInterval: aCadaMs }),
  });
  if (!data)
    return error ? <Falha erro={error} deNovo={() => void refetch()} /> : <p role="status">{t('lista.lendo')}</p>;
  const itens = data.pages.flatMap((pagina) => pagina.itens);
  return (
    <>
      {error && <Falha erro={error} deNovo={() => void refetch()} />}
      {itens.length === 0 ? <p>{vazio}</p> : <Tabela {...tabela} itens={itens} />}
      {hasNextPage && (
        <div>
          <Botao forma="secundario" ocupado={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('lista.mais')}
          </Botao>
        </div>
      )}
    </>
  );
}
