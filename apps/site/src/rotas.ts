import { Recusa } from '@plataforma/contracts/cliente';
import { PAGINAS } from '@plataforma/contracts/paginas';
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  redirect,
} from '@tanstack/react-router';
import { lerBusca, lerPeriodo, lerRecorrencia, lerVolta } from './endereco.js';
import { Casca } from './casca.js';
import { lerGuardadas } from './guardadas.js';
import { sessaoSabida } from './sessao.js';
import { NaoEncontrada } from './telas/nao-encontrada.js';
import { Quebrada } from './telas/quebrada.js';
import { carregarMais } from './textos/index.js';
import type { Textos } from './textos/pt-BR.js';

type ComCifrao<P extends string> = P extends `${infer Antes}:${infer Depois}` ? `${Antes}$${ComCifrao<Depois>}` : P;
/** The path of a page as the router writes it: `/espacos/:id` → `/espacos/$id`. */
const caminho = <P extends string>(pagina: P): ComCifrao<P> => pagina.replaceAll(':', '$') as ComCifrao<P>;

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** What the tab is called. */
    titulo?: keyof Textos['titulos'];
    /** It shows what is somebody's own: nothing of it stays once they are gone. */
    deQuemEntrou?: boolean;
  }
  interface Register {
    router: typeof roteador;
  }
}

/** A screen, with the words that it says. */
const tela: typeof lazyRouteComponent = (importar, nome) =>
  lazyRouteComponent(async () => (await Promise.all([importar(), carregarMais()]))[0], nome);

const raiz = createRootRoute({ component: Casca, notFoundComponent: NaoEncontrada, errorComponent: Quebrada });
const de = { getParentRoute: () => raiz };

/** An address with an id that is none leads nowhere, and nobody need be asked. */
function comId({ params: { id } }: { params: { id: string } }): void {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) notFound({ throw: true });
}

/** Whoever is not logged in does so first, and comes back. */
async function soDeQuemEntrou({ location }: { location: { href: string } }): Promise<void> {
  const { estado } = await sessaoSabida().catch((erro: unknown) => {
    // Nobody can be asked: what this device keeps is shown.
    if (!(erro instanceof Recusa) && lerGuardadas()) redirect({ to: '/sem-rede', throw: true });
    throw erro;
  });
  if (estado === 'ANONIMA') redirect({ to: PAGINAS.entrar, search: { volta: location.href }, throw: true });
}
async function deQuemEntrouComId(ida: Parameters<typeof comId>[0] & Parameters<typeof soDeQuemEntrou>[0]) {
  comId(ida);
  await soDeQuemEntrou(ida);
}

const busca = createRoute({
  ...de,
  path: caminho(PAGINAS.inicio),
  validateSearch: lerBusca,
  staticData: { titulo: 'busca' },
  component: lazyRouteComponent(() => import('./telas/busca.js'), 'Busca'),
});
const espaco = createRoute({
  ...de,
  path: caminho(PAGINAS.espaco),
  validateSearch: lerPeriodo,
  staticData: { titulo: 'espaco' },
  beforeLoad: comId,
  component: tela(() => import('./telas/espaco.js'), 'Espaco'),
});

/** Over the answers, before anything is held. */
const conferir = createRoute({
  ...de,
  path: `${caminho(PAGINAS.espaco)}/conferir`,
  validateSearch: lerPeriodo,
  staticData: { titulo: 'conferir' },
  beforeLoad: comId,
  component: tela(() => import('./telas/conferir.js'), 'Conferir'),
});
const entrar = createRoute({
  ...de,
  path: caminho(PAGINAS.entrar),
  validateSearch: lerVolta,
  staticData: { titulo: 'entrar' },
  component: tela(() => import('./telas/entrar.js'), 'Entrar'),
});
const cadastro = createRoute({
  ...de,
  path: caminho(PAGINAS.cadastro),
  validateSearch: lerVolta,
  staticData: { titulo: 'cadastro' },
  component: tela(() => import('./telas/cadastro.js'), 'Cadastro'),
});
const senha = createRoute({
  ...de,
  path: caminho(PAGINAS.senha),
  staticData: { titulo: 'senha' },
  component: tela(() => import('./telas/senha.js'), 'Senha'),
});
const redefinir = createRoute({
  ...de,
  path: caminho(PAGINAS.redefinirSenha),
  staticData: { titulo: 'redefinir' },
  component: tela(() => import('./telas/senha.js'), 'Redefinir'),
});
const verificar = createRoute({
  ...de,
  path: caminho(PAGINAS.verificarEmail),
  staticData: { titulo: 'verificar' },
  component: tela(() => import('./telas/senha.js'), 'Verificar'),
});
const reservas = createRoute({
  ...de,
  path: caminho(PAGINAS.reservas),
  staticData: { titulo: 'reservas', deQuemEntrou: true },
  beforeLoad: soDeQuemEntrou,
  component: tela(() => import('./telas/reservas.js'), 'Reservas'),
});
const recibo = createRoute({
  ...de,
  path: caminho(PAGINAS.recibo),
  staticData: { titulo: 'recibo', deQuemEntrou: true },
  beforeLoad: deQuemEntrouComId,
  component: tela(() => import('./telas/recibo.js'), 'Recibo'),
});
const reserva = createRoute({
  ...de,
  path: caminho(PAGINAS.reserva),
  staticData: { titulo: 'reserva', deQuemEntrou: true },
  beforeLoad: deQuemEntrouComId,
  component: tela(() => import('./telas/reserva.js'), 'Reserva'),
});
const pagar = createRoute({
  ...de,
  path: `${caminho(PAGINAS.reserva)}/pagar`,
  staticData: { titulo: 'pagar', deQuemEntrou: true },
  beforeLoad: deQuemEntrouComId,
  component: tela(() => import('./telas/pagar.js'), 'Pagar'),
});

const serie = createRoute({
  ...de,
  path: caminho(PAGINAS.serie),
  staticData: { titulo: 'serie', deQuemEntrou: true },
  beforeLoad: deQuemEntrouComId,
  component: tela(() => import('./telas/serie.js'), 'Serie'),
});
/** What this device keeps of one's own, when nobody can be asked. */
const semRede = createRoute({
  ...de,
  path: '/sem-rede',
  staticData: { titulo: 'semRede' },
  component: tela(() => import('./telas/sem-rede.js'), 'SemRede'),
});

const conta = createRoute({
  ...de,
  path: caminho(PAGINAS.conta),
  staticData: { titulo: 'conta', deQuemEntrou: true },
  beforeLoad: soDeQuemEntrou,
  component: tela(() => import('./telas/conta.js'), 'Conta'),
});
const sessoes = createRoute({
  ...de,
  path: caminho(PAGINAS.sessoes),
  staticData: { titulo: 'sessoes', deQuemEntrou: true },
  beforeLoad: soDeQuemEntrou,
  component: tela(() => import('./telas/conta.js'), 'Sessoes'),
});
const chavesDeApi = createRoute({
  ...de,
  path: caminho(PAGINAS.chavesDeApi),
  staticData: { titulo: 'chavesDeApi', deQuemEntrou: true },
  beforeLoad: soDeQuemEntrou,
  component: tela(() => import('./telas/conta.js'), 'ChavesDeApi'),
});
const provedores = createRoute({
  ...de,
  path: caminho(PAGINAS.provedores),
  staticData: { titulo: 'provedores', deQuemEntrou: true },
  beforeLoad: soDeQuemEntrou,
  component: tela(() => import('./telas/conta.js'), 'Provedores'),
});
const preferencias = createRoute({
  ...de,
  path: caminho(PAGINAS.preferencias),
  staticData: { titulo: 'preferencias', deQuemEntrou: true },
  beforeLoad: soDeQuemEntrou,
  component: tela(() => import('./telas/avisos.js'), 'Preferencias'),
});
const exportacao = createRoute({
  ...de,
  path: caminho(PAGINAS.exportacao),
  staticData: { titulo: 'exportacao' },
  component: tela(() => import('./telas/dados.js'), 'Exportacao'),
});
const comprovante = createRoute({
  ...de,
  path: caminho(PAGINAS.comprovante),
  staticData: { titulo: 'comprovante' },
  component: tela(() => import('./telas/dados.js'), 'Comprovante'),
});
const descadastro = createRoute({
  ...de,
  path: caminho(PAGINAS.descadastro),
  staticData: { titulo: 'descadastro' },
  component: tela(() => import('./telas/avisos.js'), 'Descadastro'),
});
const convite = createRoute({
  ...de,
  path: caminho(PAGINAS.convite),
  staticData: { titulo: 'convite' },
  component: tela(() => import('./telas/convite.js'), 'Convite'),
});
const segundoFator = createRoute({
  ...de,
  path: caminho(PAGINAS.segundoFator),
  staticData: { titulo: 'segundoFator' },
  component: tela(() => import('./telas/entrar.js'), 'EntrarPorSegundoFator'),
});
const ligar = createRoute({
  ...de,
  path: caminho(PAGINAS.ligarProvedor),
  staticData: { titulo: 'ligar' },
  component: tela(() => import('./telas/entrar.js'), 'Ligar'),
});
const fila = createRoute({
  ...de,
  path: caminho(PAGINAS.fila),
  staticData: { titulo: 'fila', deQuemEntrou: true },
  beforeLoad: soDeQuemEntrou,
  component: tela(() => import('./telas/fila.js'), 'Fila'),
});
const naFila = createRoute({
  ...de,
  path: caminho(PAGINAS.naFila),
  staticData: { titulo: 'fila', deQuemEntrou: true },
  beforeLoad: deQuemEntrouComId,
  component: tela(() => import('./telas/fila.js'), 'NaFila'),
});
const recorrencia = createRoute({
  ...de,
  path: caminho(PAGINAS.recorrencia),
  validateSearch: lerRecorrencia,
  staticData: { titulo: 'recorrencia' },
  component: tela(() => import('./telas/recorrencia.js'), 'Recorrencia'),
});

/** One line per screen; each is loaded when somebody goes there. */
export const roteador = createRouter({
  routeTree: raiz.addChildren([
    busca,
    espaco,
    conferir,
    entrar,
    cadastro,
    reservas,
    reserva,
    pagar,
    serie,
    semRede,
    senha,
    redefinir,
    verificar,
    recibo,
    conta,
    sessoes,
    chavesDeApi,
    provedores,
    preferencias,
    exportacao,
    comprovante,
    descadastro,
    convite,
    segundoFator,
    ligar,
    fila,
    naFila,
    recorrencia,
  ]),
  defaultPreload: 'intent',
  scrollRestoration: true,
});
