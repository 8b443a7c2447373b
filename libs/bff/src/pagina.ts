import { type Dirent, existsSync, readdirSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import staticFiles from '@fastify/static';
import { Injectable } from '@nestjs/common';
import { HttpExtension, InvalidConfigurationError, setting } from '@plataforma/platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { z } from 'zod';

/** A page of many more files than this is somebody's whole disk. */
const MAX_FILES = 5_000;

/** The setting of a BFF that a page is served for. */
export const paginaSettings = {
  PAGINA_DIR: setting(z.string().min(1).optional(), {
    description: 'Pasta com a página já compilada, que o BFF serve ao lado da API',
    usual: 'nenhuma página',
    provided: true,
  }),
};

type Directive = 'script-src' | 'style-src' | 'img-src' | 'font-src' | 'connect-src' | 'frame-src';

/** Where else than from here a page may take what it needs. */
export type Fontes = Partial<Record<Directive, readonly string[]>>;

/** Photos of spaces lie wherever the house keeps them, and small pictures in the page itself. */
export const fontesDaCasa: Fontes = { 'img-src': ['data:', 'https:'] };

/**
 * What paying with Stripe's own form takes: https://docs.stripe.com/security/guide#content-security-policy
 * @param api where else the page pays: the address of the emulator
 */
export const fontesDoPagamento = (api: string | undefined): Fontes => ({
  'script-src': ['https://js.stripe.com'],
  'frame-src': ['https://js.stripe.com', 'https://hooks.stripe.com'],
  'connect-src': ['https://api.stripe.com', ...(api === undefined ? [] : [new URL(api).origin])],
});

/**
 * Everything from here and nothing that stands in the document itself (CSP 3, https://www.w3.org/TR/CSP3/): what somebody
 * manages to write into the page does not run.
 */
export function politica(fontes: Fontes): string {
  const daqui: readonly Directive[] = ['script-src', 'style-src', 'img-src', 'font-src', 'connect-src'];
  const abertas = (Object.keys(fontes) as Directive[]).filter((directive) => !daqui.includes(directive));
  return [
    "default-src 'none'",
    ...daqui.map((directive) => [directive, "'self'", ...(fontes[directive] ?? [])].join(' ')),
    ...abertas.map((directive) => [directive, ...(fontes[directive] ?? [])].join(' ')),
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** What the API answers, whoever asks: an address that it has not is none of the page's either. */
const DA_API = /^\/+((?:mobile\/|admin\/)?v\d+|health|docs|metrics|fotos|webhooks)(\/|$)/i;
/** Files whose name changes with what is in them, as Vite writes them. */
const IMUTAVEL = /^assets\//;

/**
 * A page in the browser that is served beside the API, under the same origin: its files as they are at the start, and
 * its document for every address that is not the API's, since the page itself knows which it has. Compressed twins
 * (`.br`, `.gz`) are preferred. What is hidden, and what is only a link to somewhere, is none of its files.
 */
@Injectable()
export class Pagina extends HttpExtension {
  /** @param pasta of the compiled page; relative to where the process was started */
  constructor(
    private readonly pasta: string | undefined,
    private readonly fontes: Fontes,
  ) {
    super();
  }

  /** @throws InvalidConfigurationError when the folder holds no page */
  override async extend(fastify: FastifyInstance): Promise<void> {
    if (this.pasta === undefined) return;
    const root = resolve(this.pasta);
    const files = new Set(filesOf(root));
    if (!files.has('index.html') || files.size > MAX_FILES)
      throw new InvalidConfigurationError(
        `PAGINA_DIR: esperada a pasta de uma página compilada, com index.html e no máximo ${MAX_FILES} arquivos`,
      );
    const csp = politica(this.fontes);
    await fastify.register(staticFiles, {
      root,
      serve: false,
      cacheControl: false,
      preCompressed: true,
      setHeaders: (reply, path) => {
        const file = relative(root, path).replaceAll(sep, '/');
        reply.header('cache-control', IMUTAVEL.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache');
        reply.header('content-security-policy', csp);
      },
    });
    fastify.addHook('onRequest', async (request, reply) => {
      const file = asked(request, files);
      // One that is gone since the start is like one that never was.
      if (file === undefined || !existsSync(join(root, file))) return;
      if (file === 'index.html') reply.header('vary', 'accept');
      return reply.sendFile(file);
    });
  }
}

/** Regular files, none of them hidden, each reached by folders only. */
function* filesOf(folder: string, under = ''): Generator<string> {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    if (entry.isFile()) yield `${under}${entry.name}`;
    else if (entry.isDirectory()) yield* filesOf(join(folder, entry.name), `${under}${entry.name}/`);
  }
}

/** The file of the page that a request is for; none when it is for the API. */
function asked({ method, url, headers, is404 }: FastifyRequest, files: ReadonlySet<string>): string | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const [path = ''] = url.split('?');
  if (!path.startsWith('/')) return undefined;
  const decoded = decodeURIComponent(path);
  // Of the front page there are two: who does not read HTML is told what this is.
  if (DA_API.test(decoded) || !(is404 || path === '/')) return undefined;
  const file = decoded.slice(1);
  if (files.has(file)) return file;
  const navigates = new Negotiator({ headers }).mediaType(['application/json', 'text/html']) === 'text/html';
  return navigates && !/\.[a-z0-9]{1,8}$/i.test(file) ? 'index.html' : undefined;
}
