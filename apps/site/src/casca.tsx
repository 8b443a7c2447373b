import { lazy, type RefObject, Suspense, useRef } from 'react';
import { PAGINAS } from '@plataforma/contracts/paginas';
import { Ajustes, Marca, Pular, SaiuSoAqui, SemRede, useNovaTela } from '@plataforma/kit';
import { Link, Outlet, useMatch, useMatches, useNavigate, useRouterState } from '@tanstack/react-router';
import { fazerTudoJa, useAdiados } from './adiados.js';
import { useAoVivo } from './ao-vivo.js';
import estilo from './casca.module.css';
import { lerGuardadas, useGuardarReservas } from './guardadas.js';
import { sair, useSessao } from './sessao.js';
import { useTextos } from './textos/index.js';

const Desfaziveis = lazy(async () => ({ default: (await import('./componentes/desfazer.js')).Desfaziveis }));

/** What stays around every screen: the way home, who one is, language and looks. */
export function Casca() {
  const t = useTextos();
  const miolo = useRef<HTMLElement>(null);
  const chegada = useChegada(miolo);
  const deQuemEntrou = useMatches({
    select: (rotas) => rotas.some(({ staticData, status }) => staticData.deQuemEntrou && status === 'success'),
  });
  const sessao = useSessao();
  const { estado } = sessao;
  const haAdiados = useAdiados().length > 0;
  const noEspaco = useMatch({ from: '/espacos/$id', shouldThrow: false });
  useAoVivo(noEspaco?.params.id);
  useGuardarReservas();
  return (
    <div className={estilo['folha']}>
      <Pular para="conteudo" />
      <header className={estilo['topo']}>
        <div className={estilo['topoDentro']}>
          <Link to={PAGINAS.inicio} className={estilo['marca'] ?? ''}>
            <Marca />
            {t('casca.nome')}
          </Link>
          <Menu />
        </div>
        <SemRede aindaAssim={lerGuardadas() && <Link to="/sem-rede">{t('titulos.semRede')}</Link>} />
        <SaiuSoAqui sessao={sessao} />
      </header>
      <main id="conteudo" ref={miolo} tabIndex={-1} className={estilo['miolo']}>
        {haAdiados && (
          <Suspense>
            <Desfaziveis />
          </Suspense>
        )}
        {!(deQuemEntrou && estado === 'ANONIMA') && <Outlet />}
      </main>
      <footer className={estilo['pe']}>
        <div className={estilo['peDentro']}>
          <p>{t('casca.pe')}</p>
          <Ajustes />
        </div>
      </footer>
      <div className="so-para-ouvir" role="status">
        {chegada}
      </div>
    </div>
  );
}

function useChegada(miolo: RefObject<HTMLElement | null>): string {
  const t = useTextos();
  const titulo = useMatches({ select: (rotas) => rotas.at(-1)?.staticData.titulo });
  const caminho = useRouterState({
    select: ({ resolvedLocation, location }) => (resolvedLocation ?? location).pathname,
  });
  const nome = t(`titulos.${titulo ?? 'naoEncontrada'}`);
  useNovaTela(miolo, caminho, nome, t('casca.nome'));
  return nome;
}

function Menu() {
  const t = useTextos();
  const navegar = useNavigate();
  const { estado } = useSessao();
  return (
    <nav className={estilo['menu']} aria-label={t('casca.menu')}>
      <Link to={PAGINAS.inicio}>{t('casca.buscar')}</Link>
      {estado === 'ANONIMA' && <Link to={PAGINAS.entrar}>{t('entrar.titulo')}</Link>}
      {estado === 'ABERTA' && (
        <>
          <Link to={PAGINAS.reservas}>{t('casca.minhas')}</Link>
          <Link to={PAGINAS.conta} activeOptions={{ exact: false }}>
            {t('casca.conta')}
          </Link>
          <button
            type="button"
            onClick={() => {
              void navegar({ to: PAGINAS.inicio });
              // What was asked for while one was here is done as them.
              void fazerTudoJa().then(sair);
            }}
          >
            {t('casca.sair')}
          </button>
        </>
      )}
    </nav>
  );
}
