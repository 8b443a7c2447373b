import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number | string; readonly boolValue?: boolean };
}

export interface Span {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly attributes: Readonly<Record<string, string>>;
}

interface Received {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<Span, 'attributes' | 'links' | 'parentSpanId'> & {
        readonly parentSpanId?: string;
        readonly attributes: readonly Attribute[];
        readonly links?: Span['links'];
      })[];
    }[];
  }[];
}

const plain = (attributes: readonly Attribute[]): Record<string, string> =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [key, String(value.stringValue ?? value.intValue ?? value.boolValue ?? '')]),
  );

/** Receives traces by OTLP over HTTP, as a collector would, and keeps them all. */
export class Coletor {
  /** What came, as it came. */
  readonly received: string[] = [];
  readonly spans = new Map<string, Span>();
  /** Where anything but traces was sent to. */
  readonly others = new Set<string>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Coletor> {
    const server = createServer();
    const coletor = new Coletor(server);
    server.on('request', (request, response) => {
      void text(request).then((body) => {
        if (request.url === '/v1/traces') coletor.take(body);
        else coletor.others.add(String(request.url));
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return coletor;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** Who called whom, within one trace: each span with all that it follows from, the nearest first. */
  lineage(span: Span): Span[] {
    const line: Span[] = [];
    for (let at: Span | undefined = span; at; at = this.spans.get(at.parentSpanId)) line.push(at);
    return line;
  }

  private take(body: string): void {
    this.received.push(body);
    for (const { resource, scopeSpans } of (JSON.parse(body) as Received).resourceSpans) {
      const { 'service.name': service = '' } = plain(resource.attributes);
      for (const span of scopeSpans.flatMap(({ spans }) => spans))
        this.spans.set(span.spanId, {
          service,
          traceId: span.traceId,
          spanId: span.spanId,
          parentSpanId: span.parentSpanId ?? '',
          name: span.name,
          links: span.links ?? [],
          attributes: plain(span.attributes),
        });
    }
  }
}
