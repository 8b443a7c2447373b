import type { FastifyInstance } from 'fastify';

/**
 * A provider that adds something to the HTTP server itself, such as a plugin. Asked when the application is built, after
 * all that every service has; once it starts it is too late: what is awaited of Fastify then boots it, before Nest has
 * said how errors are answered.
 */
export abstract class HttpExtension {
  abstract extend(fastify: FastifyInstance): Promise<void>;
}
