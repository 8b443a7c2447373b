import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { badAddress, PROBLEM_CONTENT_TYPE, Problem, problemDocument, problemOfStatus } from './problem.js';

/** What Node's parser found wrong, by its code; it refuses before there is any request to answer. */
const REFUSALS: Readonly<Record<string, readonly [status: number, code: string, title: string, detail?: string]>> = {
  HPE_INVALID_URL: [
    400,
    'requisicao.endereco-invalido',
    'O endereço tem caracteres que precisam ser codificados',
    'Escreva acentos, espaços e letras de outros alfabetos como %XX dos seus bytes em UTF-8, por exemplo s%C3%A3o (RFC 3986)',
  ],
};

interface ClientError {
  readonly code?: string;
  readonly rawPacket?: unknown;
}

function problemOf({ code = '', rawPacket }: ClientError): Problem {
  const refusal = REFUSALS[code];
  if (refusal) {
    const [status, stable, title, detail] = refusal;
    return new Problem(status, stable, title, detail === undefined ? {} : { detail });
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return problemOfStatus(408);
  if (code !== 'HPE_HEADER_OVERFLOW') return problemOfStatus(400);
  // One limit holds for address and headers together: whichever takes most of it is what is too long.
  const firstLine = Buffer.isBuffer(rawPacket) ? rawPacket.indexOf('\r\n') : 0;
  return problemOfStatus(firstLine === -1 || firstLine > 8_000 ? 414 : 431);
}

/**
 * Escapes that are no UTF-8 (`s%E3o`, as Latin-1 has it) stand for no letter. In a query they would be taken for what
 * they look like, and be looked for.
 */
export function refuseBadEscapes(request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void {
  try {
    decodeURIComponent(request.url);
    done();
  } catch {
    done(badAddress);
  }
}

const notExpected = new Problem(417, 'requisicao.expectativa-nao-atendida', 'Só se atende Expect: 100-continue');
const noTunnel = new Problem(405, 'requisicao.metodo-nao-permitido', 'Método não permitido', {
  detail: 'Este servidor não é um túnel: CONNECT não existe aqui',
  headers: { allow: '' },
});

/** What Node answers for itself, with nothing: an expectation that it does not know, and a tunnel. */
export function refuseUnmet(server: Server): void {
  server.on('checkExpectation', ({ socket }: IncomingMessage) => answerAndEnd(socket, notExpected));
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => answerAndEnd(socket, noTunnel));
}

/**
 * Answers what is no HTTP request (letters of an address that are not percent-encoded, most of all) with a problem
 * document like any other refusal, and ends the connection, of which nothing more can be read.
 */
export function refuseUnreadable(error: ClientError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  answerAndEnd(socket, problemOf(error));
}

/** Before there is any request or reply that would do it. */
function answerAndEnd(socket: Duplex, problem: Problem): void {
  // Whoever has gone before the answer takes nobody else along.
  socket.on('error', () => undefined);
  const correlationId = randomUUID();
  const body = problemDocument(problem, undefined, correlationId);
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
      `content-type: ${PROBLEM_CONTENT_TYPE}`,
      `content-length: ${Buffer.byteLength(body)}`,
      `x-correlation-id: ${correlationId}`,
      'cache-control: no-store',
      ...Object.entries(problem.options.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
      'connection: close',
      '',
      body,
    ].join('\r\n'),
    () => socket.destroy(),
  );
}
