import { useSyncExternalStore } from 'react';
import type { UsuarioHttp } from '@plataforma/contracts';
import { Recusa, type Transporte } from '@plataforma/contracts/cliente';

export type Sessao =
  | {
      readonly estado: 'VERIFICANDO' | 'ANONIMA';
      readonly usuario: null;
      /** Somebody logged out here, and the server does not know yet. */
      readonly porEncerrar?: true;
    }
  | { readonly estado: 'ABERTA'; readonly usuario: UsuarioHttp };
const ANONIMA = { estado: 'ANONIMA', usuario: null } as const;

interface Entrada {
  readonly tokenAcesso: string;
  readonly expiraEmSegundos: number;
  readonly usuario?: UsuarioHttp;
}

/** What is known from one visit to the next. @param semLugar what is taken for true where nothing can be kept */
function marca(lugar: string, semLugar: boolean): { posta: () => boolean; por: (sim: boolean) => void } {
  return {
    posta: () => {
      try {
        return localStorage.getItem(lugar) !== null;
      } catch {
        return semLugar;
      }
    },
    por: (sim) => {
      try {
        if (sim) localStorage.setItem(lugar, '1');
        else localStorage.removeItem(lugar);
      } catch {
        // Then it is known for as long as the page is open.
      }
    },
  };
}
/** There may be a session; without storage every visit asks the server. */
const { posta: lembrada, por: lembrar } = marca('sessao-lembrada', true);
const porEncerrar = marca('sessao-por-encerrar', false);
/** How long until the server is told again of a log-out that it did not hear of, ms. */
const DE_NOVO_MS = 15_000;

/** Ends before it does for the services, whose clocks may be a little ahead. */
const FOLGA_MS = 30_000;

/** How the BFF of a page takes a session up by its cookie, and ends it. */
interface NoServidor {
  readonly renovar: () => Promise<Entrada>;
  readonly encerrar: () => Promise<unknown>;
}

/**
 * Who is logged in, of one page. The access token is in a variable here and nowhere else; the refresh token is in a
 * cookie that no script reads, and of it all that is kept here is that there may be one.
 */
export function criarSessao({ renovar: pedirRenovacao, encerrar }: NoServidor) {
  let token: { readonly valor: string; readonly ateMs: number } | undefined;
  let sessao: Sessao = lembrada() ? { estado: 'VERIFICANDO', usuario: null } : ANONIMA;
  /** A log-out of which the server is still to be told. */
  let devida = porEncerrar.posta();
  const deNinguem = (): Sessao => (devida ? { ...ANONIMA, porEncerrar: true } : ANONIMA);
  const ouvintes = new Set<() => void>();
  const aoAcabar = new Set<() => void>();
  function mudar(nova: Sessao): void {
    const antes = sessao.usuario?.id;
    sessao = nova;
    if (antes !== undefined && antes !== nova.usuario?.id) for (const largar of aoAcabar) largar();
    for (const ouvir of ouvintes) ouvir();
  }

  /** Whoever logs out in one tab has in all of them. */
  const entreAbas = new BroadcastChannel('sessao');
  entreAbas.onmessage = () => {
    token = undefined;
    mudar(ANONIMA);
  };

  /** Takes up what a log-in, a second factor, a renewal or a confirmation was answered with. */
  function abrirSessao({ tokenAcesso, expiraEmSegundos, usuario }: Entrada): void {
    token = { valor: tokenAcesso, ateMs: performance.now() + expiraEmSegundos * 1_000 - FOLGA_MS };
    lembrar(true);
    // Its cookie has taken the place of the one that was to be ended.
    devida = false;
    porEncerrar.por(false);
    if (usuario) mudar({ estado: 'ABERTA', usuario });
  }

  let renovando: Promise<boolean> | undefined;
  /** Takes the session up by its cookie, one tab at a time. @returns whether there is one */
  function renovar(): Promise<boolean> {
    const pedir = async (): Promise<boolean> => {
      try {
        abrirSessao(await pedirRenovacao());
        return true;
      } catch (erro) {
        if (!(erro instanceof Recusa) || erro.status !== 401) {
          if (sessao.estado === 'VERIFICANDO') mudar(ANONIMA);
          throw erro;
        }
        token = undefined;
        lembrar(false);
        mudar(ANONIMA);
        return false;
      }
    };
    renovando ??= (navigator.locks ? navigator.locks.request('renovacao', pedir) : pedir()).finally(
      () => (renovando = undefined),
    );
    return renovando;
  }

  /** @returns undefined for somebody who is not logged in. @throws when that cannot be told now */
  async function tokenDeAcesso(): Promise<string | undefined> {
    if (token && token.ateMs > performance.now()) return token.valor;
    if (!token && !lembrada()) return undefined;
    return (await renovar()) ? token?.valor : undefined;
  }

  /** A service refused it: it is renewed. @returns whether to ask again */
  async function esquecerToken(): Promise<boolean> {
    if (!token) return false;
    token = undefined;
    return renovar();
  }

  /** It is over and there is nothing to end: the account is gone. */
  function acabou(): void {
    token = undefined;
    lembrar(false);
    mudar(deNinguem());
    entreAbas.postMessage('saiu');
  }

  /** Here it is over in any case; the server is told until it hears, also by the next visit. */
  async function sair(): Promise<void> {
    devida = true;
    await encerrarDevida();
    acabou();
  }

  async function encerrarDevida(): Promise<void> {
    if (!devida) return;
    try {
      await encerrar();
      devida = false;
    } catch {
      // Told to whoever looks on, by `porEncerrar`; a log-in since has taken its place.
      if (devida) setTimeout(() => void encerrarDevida(), DE_NOVO_MS);
    }
    porEncerrar.por(devida);
    if (sessao.estado === 'ANONIMA') mudar(deNinguem());
  }

  /** What was somebody's is let go of as soon as it is no longer theirs to see, however their session ended. */
  const quandoAcabar = (largar: () => void): void => void aoAcabar.add(largar);

  /** Somebody says that it was ended: whether that is so, its cookie tells; now, or when something is asked for next. */
  const conferirSessao = (): Promise<unknown> => esquecerToken().catch(() => undefined);

  /** Somebody goes to log in elsewhere, and may come back with a session of which only its cookie tells. */
  const talvezHajaSessao = (): void => lembrar(true);

  /** What is known of oneself has changed. */
  function conhecer(usuario: UsuarioHttp): void {
    if (sessao.estado === 'ABERTA' && sessao.usuario.id === usuario.id) mudar({ estado: 'ABERTA', usuario });
  }

  /** At the start: what was open is open again. Where nobody can say, whoever needs to know asks and is told (`sessaoSabida`). */
  const retomarSessao = (): void => {
    void encerrarDevida();
    // Whoever needs it asks again, and hears why there is none.
    if (lembrada()) void tokenDeAcesso().catch(() => undefined);
  };

  /** As soon as it is known whether somebody is logged in. @throws when that cannot be told now: then nobody is sent away */
  async function sessaoSabida(): Promise<Sessao> {
    if (sessao.estado !== 'ABERTA') await tokenDeAcesso();
    return sessao;
  }

  const useSessao = (): Sessao =>
    useSyncExternalStore(
      (ouvir) => {
        ouvintes.add(ouvir);
        return () => ouvintes.delete(ouvir);
      },
      () => sessao,
    );

  /**
   * As whoever is logged in: an access token that has ended is renewed once, and what was asked is asked again.
   * @param anonimo what is asked without a token, and so does not wait for a session to be taken up again
   */
  const comSessao =
    (direto: Transporte, anonimo?: RegExp): Transporte =>
    async (envio) => {
      const enviar = async (): Promise<Awaited<ReturnType<Transporte>>> => {
        const valor = anonimo?.test(envio.path) ? undefined : await tokenDeAcesso();
        return direto(
          valor === undefined ? envio : { ...envio, headers: { authorization: `Bearer ${valor}`, ...envio.headers } },
        );
      };
      try {
        return await enviar();
      } catch (erro) {
        if (!(erro instanceof Recusa) || erro.status !== 401 || !(await esquecerToken())) throw erro;
        return enviar();
      }
    };

  return {
    abrirSessao,
    acabou,
    comSessao,
    conferirSessao,
    conhecer,
    /** Whether there may be a session, as far as is known without asking. */
    haviaSessao: lembrada,
    quandoAcabar,
    retomarSessao,
    sair,
    sessaoSabida,
    talvezHajaSessao,
    tokenDeAcesso,
    useSessao,
  };
}
