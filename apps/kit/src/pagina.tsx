import { type ReactNode, type RefObject, StrictMode, useCallback, useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { QueryClientProvider } from '@tanstack/react-query';
import { consultas } from './consultas.js';
import { type Idioma, idiomaInicial, ProverIdioma } from './idioma.js';
import { temaGuardado, vestir } from './tema.js';

/** Draws a page into its document, in the language and looks of whoever opens it. */
export async function abrirPagina(carregarTextos: (idioma: Idioma) => Promise<unknown>, dentro: ReactNode) {
  vestir(temaGuardado());
  const idioma = idiomaInicial();
  document.documentElement.lang = idioma;
  const textos = await carregarTextos(idioma);
  const lugar = document.getElementById('pagina');
  if (lugar)
    createRoot(lugar).render(
      <StrictMode>
        <Falada inicial={{ idioma, textos }} carregarTextos={carregarTextos}>
          {dentro}
        </Falada>
      </StrictMode>,
    );
}

function Falada({
  inicial,
  carregarTextos,
  children,
}: {
  inicial: { idioma: Idioma; textos: unknown };
  carregarTextos: (idioma: Idioma) => Promise<unknown>;
  children: ReactNode;
}) {
  const [{ idioma, textos }, falar] = useState(inicial);
  const trocar = useCallback(
    (novo: Idioma) => {
      void carregarTextos(novo).then((carregados) => {
        document.documentElement.lang = novo;
        falar({ idioma: novo, textos: carregados });
      });
    },
    [carregarTextos],
  );
  return (
    <ProverIdioma {...{ idioma, textos, trocar }}>
      <QueryClientProvider client={consultas}>{children}</QueryClientProvider>
    </ProverIdioma>
  );
}

/**
 * Somebody who hears the page is told where a link led, and goes on from its heading (a page that is loaded whole does so
 * by itself).
 */
export function useNovaTela(miolo: RefObject<HTMLElement | null>, caminho: string, nome: string, casa: string): void {
  const primeira = useRef(caminho);
  useEffect(() => {
    document.title = `${nome} · ${casa}`;
  }, [nome, casa]);
  useEffect(() => {
    if (primeira.current === caminho) return;
    primeira.current = '';
    miolo.current?.focus({ preventScroll: true });
  }, [caminho, miolo]);
}
