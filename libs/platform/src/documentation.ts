import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type * as Package from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';

type Swagger = typeof Package;
type Decorator = ClassDecorator & MethodDecorator;

/** What was said for the document alone since the last time that somebody wanted it, in the order in which it was said. */
const said: ((swagger: Swagger) => void)[] = [];

const later =
  <A extends unknown[]>(which: (swagger: Swagger) => (...args: A) => ClassDecorator | MethodDecorator) =>
  (...args: A): Decorator =>
  (...place: [target: object, key?: string | symbol, descriptor?: PropertyDescriptor]) =>
    void said.push((swagger) => (which(swagger)(...args) as (...at: typeof place) => void)(...place));

/**
 * The decorators of `@nestjs/swagger`. That package and what it needs are 530 files and a tenth of what an application's
 * start takes of the processor: they are loaded, and these applied, once somebody wants the document.
 */
export const ApiBadRequestResponse = later((swagger) => swagger.ApiBadRequestResponse);
export const ApiBearerAuth = later((swagger) => swagger.ApiBearerAuth);
export const ApiConsumes = later((swagger) => swagger.ApiConsumes);
export const ApiCookieAuth = later((swagger) => swagger.ApiCookieAuth);
export const ApiHeader = later((swagger) => swagger.ApiHeader);
export const ApiNoContentResponse = later((swagger) => swagger.ApiNoContentResponse);
export const ApiNotFoundResponse = later((swagger) => swagger.ApiNotFoundResponse);
export const ApiOkResponse = later((swagger) => swagger.ApiOkResponse);
export const ApiOperation = later((swagger) => swagger.ApiOperation);
export const ApiPayloadTooLargeResponse = later((swagger) => swagger.ApiPayloadTooLargeResponse);
export const ApiProduces = later((swagger) => swagger.ApiProduces);
export const ApiResponse = later((swagger) => swagger.ApiResponse);
export const ApiSecurity = later((swagger) => swagger.ApiSecurity);
export const ApiTags = later((swagger) => swagger.ApiTags);
export const ApiUnsupportedMediaTypeResponse = later((swagger) => swagger.ApiUnsupportedMediaTypeResponse);

/** The package, with everything said that has been said by now. */
export async function loadSwagger(): Promise<Swagger> {
  const swagger = await import('@nestjs/swagger');
  for (const say of said.splice(0)) say(swagger);
  return swagger;
}

@Module({})
class Pages {}

/** Serves Swagger's page at `/docs` and the document at `/docs/json`, both made when somebody first asks for one. */
export function serveDocumentation(app: NestFastifyApplication, document: () => Promise<Package.OpenAPIObject>): void {
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  let pages: Promise<FastifyInstance> | undefined;
  const make = async (): Promise<FastifyInstance> => {
    const made = await document();
    const { SwaggerModule } = await loadSwagger();
    const site = await NestFactory.create<NestFastifyApplication>(Pages, new FastifyAdapter(), { logger: false });
    SwaggerModule.setup('docs', site, made, { jsonDocumentUrl: 'docs/json' });
    await site.init();
    return site.getHttpAdapter().getInstance();
  };
  for (const address of ['/docs', '/docs/*'])
    fastify.get(address, async ({ url }, reply) => {
      const { statusCode, headers, rawPayload } = await (await (pages ??= make())).inject(url);
      if (statusCode === 404) return reply.callNotFound();
      const { 'content-type': type, location } = headers;
      return reply
        .code(statusCode)
        .headers({ ...(type !== undefined && { 'content-type': type }), ...(location !== undefined && { location }) })
        .send(rawPayload);
    });
}
