import { type Logger, Problem } from '@plataforma/platform';

type Partes<P> = { readonly [Nome in keyof P]: Awaited<P[Nome]> | null };

/** A mistake of whoever asked, who would have the same answer again. */
const doPedido = ({ status }: Problem): boolean => status >= 400 && status < 500 && ![408, 429].includes(status);

/**
 * Waits for parts that were asked for at once. What one service does not give is null, and named in `degradado`.
 * @param perguntadas the parts that ask what the caller asked, in the caller's words: what is wrong with those is theirs
 * @throws Problem 401: whose session has ended is told so, whatever the others would say; what `perguntadas` are refused for
 */
export async function emPartes<P extends Readonly<Record<string, Promise<unknown>>>>(
  pedidas: P,
  logger: Logger,
  perguntadas: readonly (keyof P & string)[] = [],
): Promise<Partes<P> & { readonly degradado: (keyof P & string)[] }> {
  const nomes = Object.keys(pedidas) as (keyof P & string)[];
  const respostas = await Promise.allSettled(Object.values(pedidas));
  const partes: Record<string, unknown> = {};
  const degradado: (keyof P & string)[] = [];
  for (const [n, resposta] of respostas.entries()) {
    const nome = nomes[n] as keyof P & string;
    partes[nome] = resposta.status === 'fulfilled' ? resposta.value : null;
    if (resposta.status === 'fulfilled') continue;
    const error: unknown = resposta.reason;
    if (error instanceof Problem && (error.status === 401 || (perguntadas.includes(nome) && doPedido(error))))
      throw error;
    logger.warn('Resposta parcial', { parte: nome, error });
    degradado.push(nome);
  }
  return { ...(partes as Partes<P>), degradado };
}
