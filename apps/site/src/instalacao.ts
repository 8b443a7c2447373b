/** From the first visit on the shell opens without a network; while the sources are served there is nothing to keep. */
export function ligarServico(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  // Where it cannot be had the page works as it does without one, with a network.
  const registrar = (): void => void navigator.serviceWorker.register('/sw.js').catch(() => undefined);
  // What the first screen needs comes first.
  if (document.readyState === 'complete') registrar();
  else addEventListener('load', registrar, { once: true });
}

/** Under which id notices reach this browser, so that they can be turned off here. */
const LUGAR = 'avisos-aqui';

const podeAvisar = (): boolean =>
  'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window && import.meta.env.PROD;

/** The subscription of this browser; null while there is none, undefined where there can be none. */
export async function inscricaoDaqui(): Promise<PushSubscription | null | undefined> {
  if (!podeAvisar()) return undefined;
  const registro = await navigator.serviceWorker.getRegistration();
  return registro?.pushManager.getSubscription();
}

/** Asks the person first; a browser that was told no asks nobody. @returns undefined when they would rather not */
export async function inscrever(chavePublica: string): Promise<PushSubscription | undefined> {
  if ((await Notification.requestPermission()) !== 'granted') return undefined;
  const registro = await navigator.serviceWorker.ready;
  return registro.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: chavePublica });
}

export function lembrarDestino(id: string | undefined): void {
  try {
    if (id === undefined) localStorage.removeItem(LUGAR);
    else localStorage.setItem(LUGAR, id);
  } catch {
    // Then it can be turned off in the list of devices.
  }
}

export function destinoDaqui(): string | undefined {
  try {
    return localStorage.getItem(LUGAR) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Whoever leaves is not told of anything here any more: what is sent finds nobody, and is then forgotten. */
export async function desinscrever(): Promise<void> {
  lembrarDestino(undefined);
  await (await inscricaoDaqui())?.unsubscribe();
}
