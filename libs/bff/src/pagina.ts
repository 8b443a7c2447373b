import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import staticFiles from '@fastify/static';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { setting } from '@plataforma/platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';
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
const DA_API = /^\/(v\d+|health|docs|metrics|fotos|webhooks)(\/|$)/;
/** Files whose name changes with what is in them, as Vite writes them. */
const IMUTAVEL = /^assets\//;

/**
 * A page in the browser that is served beside the API, under the same origin: its files, and its document for every
 * address that is not the API's, since the page itself knows which it has. Compressed twins (`.br`, `.gz`) are preferred.
 */
@Injectable()
export class Pagina implements OnModuleInit {
  /** @throws Error at start when `folder` holds no page */
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly folder: string | undefined,
    private readonly fontes: Fontes,
  ) {}

  async onModuleInit(): Promise<void> {
    const { folder } = this;
    if (folder === undefined) return;
    const files = filesOf(folder);
    const csp = politica(this.fontes);
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    await fastify.register(staticFiles, { root: folder, serve: false, cacheControl: false, preCompressed: true });
    fastify.addHook('onRequest', async (request, reply) => {
      const file = asked(request, files);
      if (file === undefined) return;
      reply.header('cache-control', IMUTAVEL.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache');
      reply.header('content-security-policy', csp);
      return reply.sendFile(file);
    });
  }
}

function filesOf(folder: string): ReadonlySet<string> {
  let found: string[];
  try {
    found = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
  } catch {
    found = [];
  }
  if (!found.includes('index.html') || found.length > MAX_FILES)
    throw new Error(`PAGINA_DIR não contém uma página compilada (falta index.html, ou são arquivos demais): ${folder}`);
  return new Set(found);
}

/** The file of the page that a request is for; none when it is for the API. */
function asked({ method, url, headers, is404 }: FastifyRequest, files: ReadonlySet<string>): string | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const [path = '/'] = url.split('?');
  // Of the front page there are two: who does not read HTML is told what this is.
  if (DA_API.test(path) || !(is404 || path === '/')) return undefined;
  const file = decodeURIComponent(path.slice(1));
  if (files.has(file)) return file;
  const navigates = headers.accept?.includes('text/html') ?? false;
  return navigates && !/\.[a-z0-9]{1,8}$/i.test(file) ? 'index.html' : undefined;
}
