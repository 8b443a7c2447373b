import { Recusa } from './cliente.js';
import type { EventoAoVivo } from './http-eventos.js';

export interface OpcoesDeEscuta {
  /** Where the BFF is: `location.origin` in a browser. */
  readonly origem: string;
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly espacoId?: string;
  /** A token that holds now, asked for at every connection; undefined: as nobody. */
  readonly token?: () => string | undefined | Promise<string | undefined>;
  /** Told of every failure, before the next try. */
  readonly aoFalhar?: (erro: unknown) => void;
}

/** What is longer than this is none of ours, characters. */
const MAX_BUFFER = 1_000_000;
/** Between two tries, ms; it doubles up to the longest, and every client waits a little differently. */
const PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** Thrice the server's heartbeat: whoever is silent for so long is gone, ms. */
const SILENCE_MS = 45_000;

interface Bloco {
  readonly id?: string;
  readonly retry?: number;
  readonly evento?: EventoAoVivo;
}

/** One block of a stream of events (WHATWG HTML, 9.2.6), of those fields that this platform sends. */
function lido(bloco: string): Bloco {
  const campos = new Map(
    bloco.split('\n').map((linha): [string, string] => {
      const [nome = '', ...valor] = linha.split(':');
      return [nome, valor.join(':').replace(/^ /, '')];
    }),
  );
  const [id, retry, nome, data] = ['id', 'retry', 'event', 'data'].map((campo) => campos.get(campo));
  return {
    ...(id !== undefined && { id }),
    ...(retry !== undefined && { retry: Number(retry) }),
    ...(nome !== undefined &&
      data !== undefined && { evento: { nome, dados: JSON.parse(data) as unknown } as EventoAoVivo }),
  };
}

async function* blocos(body: ReadableStream<Uint8Array>, calado: () => void): AsyncGenerator<Bloco> {
  const texto = new TextDecoder();
  const leitor = body.getReader();
  let resto = '';
  let relogio = setTimeout(calado, SILENCE_MS);
  try {
    for (;;) {
      const { done, value } = await leitor.read();
      if (done) return;
      clearTimeout(relogio);
      relogio = setTimeout(calado, SILENCE_MS);
      const partes = (resto + texto.decode(value, { stream: true })).split('\n\n');
      resto = partes.pop() ?? '';
      if (resto.length > MAX_BUFFER) throw new Error('o fluxo de eventos não se lê');
      for (const parte of partes) yield lido(parte);
    }
  } finally {
    clearTimeout(relogio);
    await leitor.cancel().catch(() => undefined);
  }
}

const pausa = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const acabou = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', acabou);
      resolve();
    };
    const timer = setTimeout(acabou, ms);
    signal.addEventListener('abort', acabou);
  });

/**
 * What changes, for as long as `signal` is not aborted: connects anew whenever it is cut off, goes on where it was, and
 * gives `releia` whenever something may have been missed. It ends by itself when the session was ended, or when the
 * platform refuses for good. By `fetch`, since `EventSource` cannot send a token.
 */
export async function* ouvir(opcoes: OpcoesDeEscuta): AsyncGenerator<EventoAoVivo> {
  const { origem, signal, espacoId, token, aoFalhar } = opcoes;
  const url = new URL('/v1/eventos', origem);
  if (espacoId !== undefined) url.searchParams.set('espacoId', espacoId);
  let ultimo: string | undefined;
  for (let falhas = 0; !signal.aborted; falhas++) {
    let espera = Math.min(PAUSE_MS * 2 ** falhas, LONGEST_PAUSE_MS);
    try {
      const acesso = await token?.();
      const cortado = new AbortController();
      const resposta = await fetch(url, {
        headers: {
          accept: 'text/event-stream',
          ...(acesso !== undefined && { authorization: `Bearer ${acesso}` }),
          ...(ultimo !== undefined && { 'last-event-id': ultimo }),
        },
        cache: 'no-store',
        signal: AbortSignal.any([signal, cortado.signal]),
      });
      if (!resposta.ok || !resposta.body) {
        espera = Math.max(espera, Number(resposta.headers.get('retry-after') ?? 0) * 1_000);
        throw new Recusa(resposta.status, (await resposta.json().catch(() => ({}))) as Record<string, unknown>);
      }
      espera = PAUSE_MS;
      for await (const { id, retry, evento } of blocos(resposta.body, () => cortado.abort(new Error('silêncio')))) {
        falhas = 0;
        if (id !== undefined) ultimo = id;
        if (retry !== undefined) espera = retry;
        if (!evento) continue;
        yield evento;
        if (evento.nome === 'fim' && evento.dados.motivo === 'SESSAO') return;
        if (evento.nome === 'fim' && evento.dados.motivo === 'TOKEN') espera = 0;
      }
    } catch (erro) {
      if (signal.aborted) return;
      aoFalhar?.(erro);
      // What is refused for what was asked stays refused; a token that has just expired is another one next time.
      if (erro instanceof Recusa && erro.status < 500 && ![401, 408, 429].includes(erro.status)) return;
    }
    await pausa(espera * (0.75 + Math.random() / 2), signal);
  }
}
