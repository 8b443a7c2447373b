import { type RefObject, useEffect, useRef } from 'react';
import { Ajustes, Aviso, consultas, Marca, Pular, SaiuSoAqui, SemRede, useNovaTela } from '@plataforma/kit';
import type { Direito } from '@plataforma/contracts/politica';
import { Link, Outlet, useLocation, useMatches, useNavigate, useRouterState } from '@tanstack/react-router';
import { quemPode, usePode } from './acesso.js';
import estilo from './casca.module.css';
import { Confirmacao } from './componentes/confirmacao.js';
import { useLote } from './lote.js';
import { sair, useSessao } from './sessao.js';
import { useTextos } from './textos/index.js';

/** What stays around every screen: where one can go, who one is, language and looks. */
export function Casca() {
  const t = useTextos();
  const sessao = useSessao();
  const { estado } = sessao;
  const miolo = useRef<HTMLElement>(null);
  const { nome, direito } = useChegada(miolo);
  useSaida(direito !== undefined);
  return (
    <div className={estilo['folha']}>
      <Pular para="conteudo" />
      <header className={estilo['topo']}>
        <Link to="/" className={estilo['marca'] ?? ''}>
          <Marca />
          {t('casca.nome')}
        </Link>
        {estado === 'ABERTA' && <Quem />}
      </header>
      {estado === 'ABERTA' && <Menu />}
      <main id="conteudo" ref={miolo} tabIndex={-1} className={estilo['miolo']}>
        <SemRede />
        <SaiuSoAqui sessao={sessao} />
        <Andamento />
        <SoDeQuemPode direito={direito} />
      </main>
      <footer className={estilo['pe']}>
        <Ajustes />
      </footer>
      <div className="so-para-ouvir" role="status">
        {nome}
      </div>
      <Confirmacao />
    </div>
  );
}

function useChegada(miolo: RefObject<HTMLElement | null>) {
  const t = useTextos();
  const dados = useMatches({ select: (rotas) => rotas.at(-1)?.staticData });
  const caminho = useRouterState({
    select: ({ resolvedLocation, location }) => (resolvedLocation ?? location).pathname,
  });
  const nome = t(`titulos.${dados?.titulo ?? 'naoEncontrada'}`);
  useNovaTela(miolo, caminho, nome, t('casca.nome'));
  return { nome, direito: dados?.direito };
}

/** However a session ends, here or in another tab, nothing of it stays: neither on the screen nor among what was read. */
function useSaida(deAlguem: boolean): void {
  const { estado } = useSessao();
  const navegar = useNavigate();
  useEffect(() => {
    if (estado !== 'ANONIMA' || !deAlguem) return;
    consultas.clear();
    void navegar({ to: '/entrar', search: { volta: location.pathname + location.search } });
  }, [estado, deAlguem, navegar]);
}

/** The screen, or who may see it: an address can be sent to somebody who may not. */
function SoDeQuemPode({ direito }: { direito: Direito | undefined }) {
  const t = useTextos();
  const pode = usePode();
  const { estado } = useSessao();
  if (direito !== undefined && estado !== 'ABERTA') return null;
  if (direito === undefined || pode(direito)) return <Outlet />;
  return (
    <Aviso tom="espera" titulo={t('acesso.titulo')}>
      <p>{t('acesso.detalhe', { papeis: quemPode(direito).join(', ') })}</p>
    </Aviso>
  );
}

/** What goes on while one looks elsewhere, and the way back to it. */
function Andamento() {
  const t = useTextos();
  const lote = useLote();
  const { pathname } = useLocation();
  if (!lote?.emCurso || pathname === '/mensagens-mortas') return null;
  return (
    <p className={estilo['andamento']}>
      <Link to="/mensagens-mortas">
        {t(`mortas.andando.${lote.oque}`, { quantas: lote.feitas + lote.falhas.length, total: lote.total })}
      </Link>
    </p>
  );
}

function Quem() {
  const t = useTextos();
  const { usuario } = useSessao();
  return (
    <div className={estilo['quem']}>
      <span>
        {usuario?.nome}{' '}
        <small>
          {usuario?.papeis
            .filter((papel) => papel !== 'CLIENTE')
            .map((papel) => t(`papeis.${papel}`))
            .join(', ')}
        </small>
      </span>
      <button type="button" onClick={() => void sair()}>
        {t('casca.sair')}
      </button>
    </div>
  );
}

const MENU = [
  {
    grupo: 'casa',
    itens: [
      ['/', 'inicio', 'painel.usar'],
      ['/calendario', 'calendario', 'espacos.administrar'],
      ['/reservas', 'reservas', 'reservas.ver:todos'],
      ['/aprovacoes', 'aprovacoes', 'reservas.aprovar'],
      ['/espacos', 'espacos', 'painel.usar'],
      ['/planilhas', 'planilhas', 'espacos.administrar'],
      ['/feriados', 'feriados', 'espacos.administrar'],
      ['/fila', 'fila', 'fila.usar:todos'],
      ['/cupons', 'cupons', 'cupons.administrar'],
      ['/relatorios', 'relatorios', 'relatorios.ver'],
      ['/pessoas', 'pessoas', 'usuarios.administrar'],
      ['/grupos', 'grupos', 'acessos.administrar'],
      ['/ganchos', 'ganchos', 'ganchos.administrar'],
      ['/avisos', 'avisos', 'historico.ver'],
    ],
  },
  {
    grupo: 'operacao',
    itens: [
      ['/mensagens-mortas', 'mortas', 'mensagens-mortas.operar'],
      ['/sagas', 'sagas', 'sagas.operar'],
      ['/conciliacao', 'conciliacao', 'financas.operar'],
      ['/disputas', 'disputas', 'financas.operar'],
      ['/auditoria', 'auditoria', 'auditoria.ver'],
    ],
  },
] as const;

function Menu() {
  const t = useTextos();
  const pode = usePode();
  return (
    <nav className={estilo['menu']} aria-label={t('casca.menu')}>
      {MENU.map(({ grupo, itens }) => {
        const seus = itens.filter(([, , direito]) => pode(direito));
        return (
          seus.length > 0 && (
            <section key={grupo}>
              <h2 id={`menu-${grupo}`}>{t(`casca.${grupo}`)}</h2>
              <ul className={estilo['itens']} aria-labelledby={`menu-${grupo}`}>
                {seus.map(([para, titulo]) => (
                  <li key={para}>
                    <Link to={para} activeOptions={{ exact: para === '/', includeSearch: false }}>
                      {t(`titulos.${titulo}`)}
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          )
        );
      })}
    </nav>
  );
}
