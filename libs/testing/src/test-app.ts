import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type AppOptions, createApp } from '@plataforma/platform';

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
    method: string,
    path: string,
    { body, token, headers }: TestRequest = {},
  ): Promise<TestResponse<Body>> {
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson && text ? JSON.parse(text) : text) as Body,
    };
  }

  async stop(): Promise<void> {
    await this.nest.close();
  }
}
