import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type AppOptions, createApp } from '@plataforma/platform';
import request from 'supertest';

const METHODS = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete', OPTIONS: 'options' } as const;
export type TestMethod = keyof typeof METHODS;

export interface TestRequest {
  readonly body?: unknown;
  /** Access token, sent as Bearer. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestResponse<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** An answer whose shape the test only looks into; a test that goes on with it names the type. */
type Json = Record<string, unknown>;

export interface TestAppOptions {
  /** Attaches the message consumers, as in `runService`. */
  readonly consumers?: (app: NestFastifyApplication) => void;
  /** A free one when absent. */
  readonly port?: number;
}

/** A service in the test's process, consumers and workers included. */
export class TestApp {
  private constructor(
    readonly nest: NestFastifyApplication,
    readonly url: string,
  ) {}

  static async start(
    module: DynamicModule,
    options: AppOptions,
    { consumers, port = 0 }: TestAppOptions = {},
  ): Promise<TestApp> {
    const nest = await createApp(module, options);
    try {
      consumers?.(nest);
      await nest.init();
      await nest.startAllMicroservices();
      await nest.listen(port, '127.0.0.1');
    } catch (error) {
      await nest.close();
      throw error;
    }
    return new TestApp(nest, await nest.getUrl());
  }

  get<Body = Json>(path: string, request: TestRequest = {}): Promise<TestResponse<Body>> {
    return this.send<Body>('GET', path, request);
  }

  post<Body = Json>(path: string, body?: unknown, request: TestRequest = {}): Promise<TestResponse<Body>> {
    return this.send<Body>('POST', path, { ...request, body });
  }

  async send<Body = Json>(
    method: TestMethod,
    path: string,
    { body, token, headers }: TestRequest = {},
  ): Promise<TestResponse<Body>> {
    const call = request(this.url)[METHODS[method]](path).redirects(0);
    if (body !== undefined) call.set('content-type', 'application/json');
    if (token) call.set('authorization', `Bearer ${token}`);
    if (headers) call.set({ ...headers });
    const response = await (body === undefined
      ? call
      : call.send(typeof body === 'string' ? body : JSON.stringify(body)));
    const json = /\bjson\b/.test(response.type) && response.text !== '';
    return {
      status: response.status,
      headers: new Headers(response.headers),
      body: (json ? response.body : response.text) as Body,
    };
  }

  /** All items of a list, page by page as `proximo` leads. @throws Error for anything but pages of at most `limite` */
  async everyPage<Item>(path: string, limite: number, request: TestRequest = {}): Promise<Item[]> {
    const itens: Item[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = new URLSearchParams({ limite: String(limite), ...(cursor && { cursor }) }).toString();
      const { status, body } = await this.get<{ itens: Item[]; proximo: string | null }>(
        `${path}${path.includes('?') ? '&' : '?'}${query}`,
        request,
      );
      if (status !== 200 || body.itens.length > limite) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
      itens.push(...body.itens);
      cursor = body.proximo;
    }
    return itens;
  }

  async stop(): Promise<void> {
    await this.nest.close();
  }
}
