/**
 * The service worker: the shell opens without a network, and notices arrive while no page is open. What the API says
 * never passes through here. (https://www.w3.org/TR/service-workers/, https://www.w3.org/TR/push-api/)
 */
interface Evento {
  waitUntil(o: Promise<unknown>): void;
}
interface Janela {
  readonly url: string;
  focus(): Promise<Janela>;
  navigate(onde: string): Promise<unknown>;
}
interface Escopo {
  addEventListener(quando: 'install' | 'activate', fazer: (evento: Evento) => void): void;
  addEventListener(
    quando: 'fetch',
    fazer: (evento: { readonly request: Request; respondWith(resposta: Promise<Response>): void }) => void,
  ): void;
  addEventListener(
    quando: 'push',
    fazer: (evento: Evento & { readonly data: { json(): unknown } | null }) => void,
  ): void;
  addEventListener(
    quando: 'notificationclick',
    fazer: (evento: Evento & { readonly notification: Notification }) => void,
  ): void;
  readonly location: { readonly origin: string };
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(quais: { type: 'window'; includeUncontrolled: true }): Promise<readonly Janela[]>;
    openWindow(onde: string): Promise<unknown>;
  };
}
const aqui = globalThis as unknown as Escopo;

/** Written by the build: every file of the page, whose names change with what is in them. */
declare const __ARQUIVOS__: readonly string[];
const ARQUIVOS = __ARQUIVOS__;
const DOCUMENTO = '/index.html';
const PEDACOS = /^\/assets\//;
/** Another for every other set of files. */
const somaDe = (texto: string): number =>
  [...texto].reduce((soma, letra) => (soma * 31 + letra.charCodeAt(0)) >>> 0, 7);
const lugar = `pagina-${somaDe(ARQUIVOS.join())}`;

aqui.addEventListener('install', (evento) => {
  evento.waitUntil(caches.open(lugar).then((guarda) => guarda.addAll([DOCUMENTO, ...ARQUIVOS])));
});

// Not before the last page of the version before is gone: it may still need what was its own.
aqui.addEventListener('activate', (evento) => {
  evento.waitUntil(
    caches
      .keys()
      .then((nomes) => Promise.all(nomes.filter((nome) => nome !== lugar).map((nome) => caches.delete(nome))))
      .then(() => aqui.clients.claim()),
  );
});

const guardado = async (pedido: Request | string): Promise<Response | undefined> => caches.match(pedido);

aqui.addEventListener('fetch', (evento) => {
  const { request } = evento;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== aqui.location.origin) return;
  if (request.mode === 'navigate')
    evento.respondWith(
      fetch(request).catch(async (erro: unknown) => {
        const documento = await guardado(DOCUMENTO);
        if (!documento) throw erro;
        return documento;
      }),
    );
  else if (PEDACOS.test(pathname)) evento.respondWith(guardado(request).then((havia) => havia ?? fetch(request)));
});

interface Aviso {
  readonly id?: unknown;
  readonly titulo?: unknown;
  readonly texto?: unknown;
  readonly caminho?: unknown;
}

aqui.addEventListener('push', (evento) => {
  const { id, titulo, texto, caminho } = (evento.data?.json() ?? {}) as Aviso;
  if (typeof titulo !== 'string') return;
  evento.waitUntil(
    aqui.registration.showNotification(titulo, {
      ...(typeof texto === 'string' && { body: texto }),
      // One that comes twice is shown once.
      ...(typeof id === 'string' && { tag: id }),
      icon: '/icone.svg',
      data: { caminho },
    }),
  );
});

/** A page of here, whatever was said. */
function paginaDaqui(caminho: unknown): string {
  const url = new URL(typeof caminho === 'string' ? caminho : '/', aqui.location.origin);
  return url.origin === aqui.location.origin ? url.href : aqui.location.origin;
}

aqui.addEventListener('notificationclick', (evento) => {
  const { notification } = evento;
  notification.close();
  const onde = paginaDaqui((notification.data as { caminho?: unknown } | null)?.caminho);
  const abrir = async (): Promise<void> => {
    const [aberta] = await aqui.clients.matchAll({ type: 'window', includeUncontrolled: true });
    if (!aberta) return void (await aqui.clients.openWindow(onde));
    await (await aberta.focus()).navigate(onde);
  };
  evento.waitUntil(abrir());
});
