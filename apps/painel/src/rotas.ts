import type { Direito } from '@plataforma/contracts/politica';
import { PAGINAS_DO_PAINEL } from '@plataforma/contracts/paginas';
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { Casca } from './casca.js';
import { lerConsulta } from './endereco.js';
import { sessaoSabida } from './sessao.js';
import { NaoEncontrada } from './telas/nao-encontrada.js';
import { Quebrada } from './telas/quebrada.js';
import type { Textos } from './textos/pt-BR.js';

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** What the tab is called. */
    titulo?: keyof Textos['titulos'];
    /** Who may be here; the others are told so. */
    direito?: Direito;
  }
  interface Register {
    router: typeof roteador;
  }
}

const raiz = createRootRoute({
  component: Casca,
  notFoundComponent: NaoEncontrada,
  errorComponent: Quebrada,
  validateSearch: lerConsulta,
});

/** Whoever is not logged in does so first, and comes back. */
async function soDeQuemEntrou({ location }: { location: { href: string } }): Promise<void> {
  if ((await sessaoSabida()).estado === 'ANONIMA')
    redirect({ to: '/entrar', search: { volta: location.href }, throw: true });
}

/** A screen of whoever is not logged in yet. */
const deFora = <const P extends string>(
  path: P,
  titulo: keyof Textos['titulos'],
  component: ReturnType<typeof lazyRouteComponent>,
) => createRoute({ getParentRoute: () => raiz, path, staticData: { titulo }, component });

/** A screen of whoever may: loaded when somebody goes there. */
const tela = <const P extends string>(
  path: P,
  titulo: keyof Textos['titulos'],
  direito: Direito,
  component: ReturnType<typeof lazyRouteComponent>,
) =>
  createRoute({
    getParentRoute: () => raiz,
    path,
    staticData: { titulo, direito },
    beforeLoad: soDeQuemEntrou,
    component,
  });

/** One line per screen. */
export const roteador = createRouter({
  routeTree: raiz.addChildren([
    deFora(
      PAGINAS_DO_PAINEL.entrar,
      'entrar',
      lazyRouteComponent(() => import('./telas/entrar.js'), 'Entrar'),
    ),
    deFora(
      PAGINAS_DO_PAINEL.segundoFator,
      'segundoFator',
      lazyRouteComponent(() => import('./telas/entrar.js'), 'EntrarPorSegundoFator'),
    ),
    deFora(
      PAGINAS_DO_PAINEL.ligarProvedor,
      'ligar',
      lazyRouteComponent(() => import('./telas/entrar.js'), 'Ligar'),
    ),
    tela(
      PAGINAS_DO_PAINEL.inicio,
      'inicio',
      'painel.usar',
      lazyRouteComponent(() => import('./telas/inicio.js'), 'Inicio'),
    ),
    tela(
      '/reservas',
      'reservas',
      'reservas.ver:todos',
      lazyRouteComponent(() => import('./telas/reservas.js'), 'Reservas'),
    ),
    tela(
      '/reservas/$id',
      'reserva',
      'reservas.ver:todos',
      lazyRouteComponent(() => import('./telas/reserva.js'), 'Reserva'),
    ),
    tela(
      PAGINAS_DO_PAINEL.mensagensMortas,
      'mortas',
      'mensagens-mortas.operar',
      lazyRouteComponent(() => import('./telas/mensagens-mortas.js'), 'MensagensMortas'),
    ),
    tela(
      PAGINAS_DO_PAINEL.sagas,
      'sagas',
      'sagas.operar',
      lazyRouteComponent(() => import('./telas/sagas.js'), 'Sagas'),
    ),
    tela(
      PAGINAS_DO_PAINEL.conciliacao,
      'conciliacao',
      'financas.operar',
      lazyRouteComponent(() => import('./telas/conciliacao.js'), 'Conciliacao'),
    ),
    tela(
      '/disputas',
      'disputas',
      'financas.operar',
      lazyRouteComponent(() => import('./telas/disputas.js'), 'Disputas'),
    ),
    tela(
      '/disputas/$id',
      'disputa',
      'financas.operar',
      lazyRouteComponent(() => import('./telas/disputas.js'), 'Disputa'),
    ),
    tela(
      '/auditoria',
      'auditoria',
      'auditoria.ver',
      lazyRouteComponent(() => import('./telas/auditoria.js'), 'Auditoria'),
    ),
    tela(
      '/calendario',
      'calendario',
      'espacos.administrar',
      lazyRouteComponent(() => import('./telas/calendario.js'), 'Calendario'),
    ),
    tela(
      '/aprovacoes',
      'aprovacoes',
      'reservas.aprovar',
      lazyRouteComponent(() => import('./telas/aprovacoes.js'), 'Aprovacoes'),
    ),
    tela(
      '/espacos',
      'espacos',
      'painel.usar',
      lazyRouteComponent(() => import('./telas/espacos.js'), 'Espacos'),
    ),
    tela(
      '/espacos/$id',
      'espaco',
      'espacos.administrar',
      lazyRouteComponent(() => import('./telas/espaco.js'), 'Espaco'),
    ),
    tela(
      '/planilhas',
      'planilhas',
      'espacos.administrar',
      lazyRouteComponent(() => import('./telas/planilhas.js'), 'Planilhas'),
    ),
    tela(
      '/feriados',
      'feriados',
      'espacos.administrar',
      lazyRouteComponent(() => import('./telas/feriados.js'), 'Feriados'),
    ),
    tela(
      '/fila',
      'fila',
      'fila.usar:todos',
      lazyRouteComponent(() => import('./telas/fila.js'), 'Fila'),
    ),
    tela(
      '/cupons',
      'cupons',
      'cupons.administrar',
      lazyRouteComponent(() => import('./telas/cupons.js'), 'Cupons'),
    ),
    tela(
      '/relatorios',
      'relatorios',
      'relatorios.ver',
      lazyRouteComponent(() => import('./telas/relatorios.js'), 'Relatorios'),
    ),
    tela(
      '/pessoas',
      'pessoas',
      'usuarios.administrar',
      lazyRouteComponent(() => import('./telas/pessoas.js'), 'Pessoas'),
    ),
    tela(
      '/grupos',
      'grupos',
      'acessos.administrar',
      lazyRouteComponent(() => import('./telas/grupos.js'), 'Grupos'),
    ),
    tela(
      '/ganchos',
      'ganchos',
      'ganchos.administrar',
      lazyRouteComponent(() => import('./telas/ganchos.js'), 'Ganchos'),
    ),
    tela(
      '/ganchos/$id',
      'gancho',
      'ganchos.administrar',
      lazyRouteComponent(() => import('./telas/ganchos.js'), 'Gancho'),
    ),
    tela(
      '/avisos',
      'avisos',
      'historico.ver',
      lazyRouteComponent(() => import('./telas/avisos.js'), 'Avisos'),
    ),
  ]),
  defaultPreload: 'intent',
  scrollRestoration: true,
});
