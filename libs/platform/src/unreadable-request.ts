import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from './problem.js';

/** What Node's parser found wrong, by its code; it refuses before there is any request to answer. */
const REFUSALS: Readonly<Record<string, readonly [status: number, code: string, title: string, detail?: string]>> = {
  HPE_INVALID_URL: [
    400,
    'requisicao.endereco-invalido',
    'O endereço tem caracteres que precisam ser codificados',
    'Escreva acentos, espaços e letras de outros alfabetos como %XX dos seus bytes em UTF-8, por exemplo s%C3%A3o (RFC 3986)',
  ],
  HPE_HEADER_OVERFLOW: [431, 'requisicao.cabecalhos-grandes-demais', 'O endereço e os cabeçalhos são grandes demais'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'requisicao.tempo-esgotado', 'Tempo esgotado'],
};

/**
 * Escapes that are no UTF-8 (`s%E3o`, as Latin-1 has it) stand for no letter. In a query they would be taken for what
 * they look like, and be looked for.
 */
export function refuseBadEscapes(request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void {
  try {
    decodeURIComponent(request.url);
    done();
  } catch {
    done(new Problem(400, 'requisicao.endereco-invalido', 'O endereço tem sequências %XX que não são UTF-8'));
  }
}

/**
 * Answers what is no HTTP request (letters of an address that are not percent-encoded, most of all) with a problem
 * document like any other refusal, and ends the connection, of which nothing more can be read.
 */
export function refuseUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, code, title, detail] = REFUSALS[error.code ?? ''] ?? [
    400,
    'requisicao.invalida',
    'Requisição inválida',
  ];
  const correlationId = randomUUID();
  const type = `urn:plataforma-de-reservas:problema:${code}`;
  const body = JSON.stringify({ type, title, status, code, ...(detail && { detail }), correlationId });
  socket.write(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'content-type: application/problem+json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-correlation-id: ${correlationId}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
  socket.destroySoon();
}
