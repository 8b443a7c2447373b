import { useEffect, useMemo, useRef, useState } from 'react';
import type { EspacoHttp } from '@plataforma/contracts';
import { PAGINAS } from '@plataforma/contracts/paginas';
import {
  Aviso,
  Botao,
  Campo,
  dataCurtaDoDia,
  dinheiro,
  duracao,
  Escolha,
  EtiquetaRemovivel,
  Falha,
  useIdioma,
} from '@plataforma/kit';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { FiltroDeCidade, FiltroDePessoas, FiltroDeTipo } from '../componentes/filtros.js';
import { CampoDeDia } from '../componentes/campo-de-dia.js';
import { CartaoDeEspaco } from '../componentes/cartao-de-espaco.js';
import { type Busca as Filtros, type TIPOS } from '../endereco.js';
import { buscaPassou, catalogo, FUSO_DA_CASA, hojeEm, paginasDaBusca } from '../espacos.js';
import { nomeDoRecurso } from '../recursos.js';
import { useTextos } from '../textos/index.js';
import estilo from './busca.module.css';

/** How long the hand rests before what was written is searched for, ms. */
const PAUSA_MS = 250;

const DURACOES = [30, 60, 90, 120, 180, 240, 480];
const unicos = (palavras: readonly string[]): string[] => [...new Set(palavras)].sort((a, b) => a.localeCompare(b));

/** The filters are the address: shared, reloaded and gone back to, it is the same search. */
export function Busca() {
  const t = useTextos();
  const filtros = useSearch({ from: PAGINAS.inicio });
  const { data: todos = [] } = useQuery(catalogo);
  const fuso = todos.find(({ cidade }) => cidade === filtros.cidade)?.fuso ?? FUSO_DA_CASA;
  const passou = buscaPassou(filtros, fuso);
  const resultado = useInfiniteQuery({ ...paginasDaBusca(filtros, fuso), enabled: !passou });
  const { data, error, refetch, isFetching, hasNextPage, isFetchingNextPage, fetchNextPage } = resultado;
  const achados = passou ? [] : data?.pages.flatMap(({ itens }) => itens);
  return (
    <>
      <div className={estilo['abertura']}>
        <h1>{t('busca.titulo')}</h1>
        <p>
          {t('busca.detalhe')} <Link to={PAGINAS.recorrencia}>{t('busca.todaSemana')}</Link>
        </p>
      </div>
      <Formulario filtros={filtros} todos={todos} hoje={hojeEm(fuso)} />
      <div className={estilo['resultado']}>
        <p role="status" aria-live="polite">
          {passou
            ? ''
            : achados && !isFetching
              ? t(hasNextPage ? 'busca.achadosOuMais' : 'busca.achados', { quantos: achados.length })
              : t('busca.procurando')}
        </p>
      </div>
      {passou && <Passou hora={filtros.hora} hoje={hojeEm(fuso)} />}
      {error && !achados && <Falha erro={error} deNovo={() => void refetch()} />}
      {achados?.length === 0 && !passou && <Nada filtros={filtros} sem={data?.pages[0]?.semUmFiltro ?? []} />}
      <ul className={estilo['lista']} aria-busy={isFetching}>
        {achados?.map((espaco, i) => (
          <CartaoDeEspaco key={espaco.id} espaco={espaco} filtros={filtros} prioridade={i < 3} />
        )) ??
          (!error && Array.from({ length: 6 }, (_, i) => <li key={i} className={estilo['vazio']} />))}
      </ul>
      {hasNextPage && (
        <div className={estilo['rodape']}>
          <Botao forma="secundario" ocupado={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('busca.mais')}
          </Botao>
        </div>
      )}
    </>
  );
}

/** What is being written stands as it is written; it is searched for when the hand rests. */
function CampoDeTexto({ valor, mudar }: { valor: string; mudar: (texto: string) => void }) {
  const t = useTextos();
  const [escrito, setEscrito] = useState<string>();
  const espera = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(espera.current), []);
  return (
    <Campo
      rotulo={t('busca.texto')}
      type="search"
      autoComplete="off"
      value={escrito ?? valor}
      maxLength={100}
      onChange={({ target: { value } }) => {
        setEscrito(value);
        clearTimeout(espera.current);
        espera.current = setTimeout(() => mudar(value.trim()), PAUSA_MS);
      }}
      onBlur={() => {
        clearTimeout(espera.current);
        if (escrito !== undefined && escrito.trim() !== valor) mudar(escrito.trim());
        setEscrito(undefined);
      }}
    />
  );
}

function Formulario({ filtros, todos, hoje }: { filtros: Filtros; todos: readonly EspacoHttp[]; hoje: string }) {
  const t = useTextos();
  const idioma = useIdioma();
  const navegar = useNavigate({ from: PAGINAS.inicio });
  const recursos = useMemo(() => unicos(todos.flatMap((espaco) => espaco.recursos)), [todos]);
  const mudar = (nome: keyof Filtros, valor: string | number | undefined): void =>
    void navegar({
      search: (antes: Filtros) => ({
        ...antes,
        [nome]: valor === '' ? undefined : valor,
        ...(nome === 'dia' && valor === '' && { hora: undefined }),
      }),
      replace: true,
      resetScroll: false,
    });
  const numero = (texto: string): number | undefined => (texto === '' ? undefined : Number(texto));
  const escolhidos = filtros.recursos?.split(',') ?? [];
  const alternar = (recurso: string, sim: boolean): void =>
    mudar(
      'recursos',
      escolhidos
        .filter((um) => um !== recurso)
        .concat(sim ? recurso : [])
        .join(','),
    );
  return (
    <search>
      <form
        className={estilo['filtros']}
        aria-label={t('busca.filtros')}
        onSubmit={(evento) => evento.preventDefault()}
      >
        <CampoDeTexto valor={filtros.texto ?? ''} mudar={(texto) => mudar('texto', texto)} />
        <FiltroDeCidade espacos={todos} valor={filtros.cidade} mudar={(valor) => mudar('cidade', valor)} />
        <FiltroDeTipo valor={filtros.tipo} mudar={(valor) => mudar('tipo', valor)} />
        <CampoDeDia rotulo={t('busca.dia')} min={hoje} valor={filtros.dia ?? ''} mudar={(dia) => mudar('dia', dia)} />
        <Escolha
          rotulo={t('busca.duracao')}
          value={filtros.minutos ?? ''}
          onChange={({ target }) => mudar('minutos', numero(target.value))}
        >
          <option value="">{t('busca.qualquerDuracao')}</option>
          {DURACOES.map((minutos) => (
            <option key={minutos} value={minutos}>
              {duracao(minutos, idioma)}
            </option>
          ))}
        </Escolha>
        <FiltroDePessoas valor={filtros.pessoas} mudar={(valor) => mudar('pessoas', valor)} />
        <details
          className={estilo['mais']}
          open={filtros.recursos !== undefined || filtros.preco !== undefined || filtros.hora !== undefined}
        >
          <summary>{t('busca.maisFiltros')}</summary>
          <div className={estilo['maisDentro']}>
            <Campo
              rotulo={t('busca.hora')}
              type="time"
              step={900}
              value={filtros.hora ?? ''}
              disabled={filtros.dia === undefined}
              dica={filtros.dia === undefined ? t('busca.horaPedeDia') : undefined}
              onChange={({ target }) => mudar('hora', target.value)}
            />
            <Campo
              rotulo={t('busca.preco')}
              type="number"
              inputMode="numeric"
              min={1}
              value={filtros.preco ?? ''}
              onChange={({ target }) => mudar('preco', numero(target.value))}
            />
            <fieldset className={estilo['recursos']}>
              <legend>{t('busca.recursos')}</legend>
              <div>
                {recursos.map((recurso) => (
                  <label key={recurso}>
                    <input
                      type="checkbox"
                      checked={escolhidos.includes(recurso)}
                      onChange={({ target }) => alternar(recurso, target.checked)}
                    />
                    {nomeDoRecurso(recurso)}
                  </label>
                ))}
              </div>
            </fieldset>
          </div>
        </details>
      </form>
      <Tags
        filtros={filtros}
        mudar={mudar}
        limpar={() => void navegar({ search: {}, replace: true, resetScroll: false })}
      />
    </search>
  );
}

function Tags({
  filtros,
  mudar,
  limpar,
}: {
  filtros: Filtros;
  mudar: (nome: keyof Filtros, valor: undefined) => void;
  limpar: () => void;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const ditos = Object.entries(filtros) as [keyof Filtros, string | number][];
  if (ditos.length === 0) return null;
  const dizer = (nome: keyof Filtros, valor: string | number): string => {
    switch (nome) {
      case 'tipo':
        return t(`tipos.${valor as (typeof TIPOS)[number]}`);
      case 'pessoas':
        return t('busca.tagPessoas', { quantas: valor });
      case 'preco':
        return t('busca.tagPreco', { valor: dinheiro(Number(valor) * 100, idioma) });
      case 'dia':
        return dataCurtaDoDia(String(valor), idioma);
      case 'minutos':
        return duracao(Number(valor), idioma);
      case 'recursos':
        return String(valor).split(',').map(nomeDoRecurso).join(', ');
      case 'texto':
        return `“${valor}”`;
      case 'cidade':
      case 'hora':
        return String(valor);
    }
  };
  return (
    <div className={estilo['tags']}>
      {ditos.map(([nome, valor]) => (
        <EtiquetaRemovivel
          key={nome}
          rotulo={t('busca.remover', { filtro: dizer(nome, valor) })}
          remover={() => mudar(nome, undefined)}
        >
          {dizer(nome, valor)}
        </EtiquetaRemovivel>
      ))}
      <Botao forma="leve" onClick={limpar}>
        {t('busca.limpar')}
      </Botao>
    </div>
  );
}

/** What is over can be looked for no more; the same from today on can. */
function Passou({ hora, hoje }: { hora: string | undefined; hoje: string }) {
  const t = useTextos();
  const navegar = useNavigate({ from: PAGINAS.inicio });
  return (
    <Aviso tom="espera" titulo={t(hora === undefined ? 'busca.diaPassou' : 'busca.horaPassou')}>
      <div>
        <Botao
          forma="secundario"
          onClick={() =>
            void navegar({
              search: ({ hora: _, ...antes }: Filtros) => ({ ...antes, dia: hoje }),
              replace: true,
              resetScroll: false,
            })
          }
        >
          {t('busca.procurarHoje')}
        </Botao>
      </div>
    </Aviso>
  );
}

/** Nothing fits: which filter stands in the way is told, and gone with one press. */
function Nada({ filtros, sem }: { filtros: Filtros; sem: readonly { filtro: string; aoMenos: number }[] }) {
  const t = useTextos();
  const navegar = useNavigate({ from: PAGINAS.inicio });
  const nomes: Readonly<Record<string, readonly (keyof Filtros)[]>> = {
    capacidade: ['pessoas'],
    precoMaximoCentavos: ['preco'],
    livreDe: ['dia', 'hora', 'minutos'],
  };
  return (
    <div className={estilo['mensagem']}>
      <h2>{t('busca.nada')}</h2>
      {sem.map(({ filtro, aoMenos }) => {
        const meus = nomes[filtro] ?? [filtro as keyof Filtros];
        return (
          <div key={filtro}>
            <Botao
              forma="secundario"
              onClick={() =>
                void navegar({
                  search: (antes: Filtros) =>
                    Object.fromEntries(Object.entries(antes).filter(([nome]) => !meus.includes(nome as keyof Filtros))),
                  replace: true,
                  resetScroll: false,
                })
              }
            >
              {t('busca.semFiltro', { filtro: t(`filtros.${meus[0] ?? 'texto'}`), quantos: aoMenos })}
            </Botao>
          </div>
        );
      })}
      {sem.length === 0 && Object.keys(filtros).length > 0 && <p>{t('busca.nadaMesmo')}</p>}
    </div>
  );
}
