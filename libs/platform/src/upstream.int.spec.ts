import { PassThrough, Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, FakeService, problemAnswer, TcpProxy } from '@plataforma/testing';
import { Problem } from './problem.js';
import { DepartedError, runInContext } from './request-context.js';
import { Upstream, type UpstreamOptions, UpstreamProblem } from './upstream.js';

describe('Um serviço a que se pergunta', () => {
  let service: FakeService;
  let upstream: Upstream;

  beforeAll(async () => {
    service = await FakeService.start();
  });
  afterAll(() => service.stop());
  beforeEach(() => {
    service.reset();
    upstream = new Upstream('reservas', service.url);
  });
  afterEach(() => upstream.close());

  async function restart(options: UpstreamOptions, url = service.url): Promise<void> {
    await upstream.close();
    upstream = new Upstream('reservas', url, options);
  }

  const refusal = async (call: Promise<unknown>): Promise<Problem> => {
    const error: unknown = await call.then(
      () => new Error('não falhou'),
      (reason: unknown) => reason,
    );
    if (!(error instanceof Problem)) throw error;
    return error;
  };

  describe('pede', () => {
    it('com o caminho sob o endereço de base, e sem os parâmetros que são undefined', async () => {
      service.on('GET /base/v1/espacos', { body: { itens: [] } });
      await restart({}, `${service.url}/base/`);
      await upstream.call('/v1/espacos', { query: { cidade: 'São Paulo', limite: 20, cursor: undefined } });
      expect(service.requests[0]).toMatchObject({
        path: '/base/v1/espacos',
        query: { cidade: 'São Paulo', limite: '20' },
      });
    });

    it('com os cabeçalhos que recebe e o id de correlação da requisição em andamento', async () => {
      service.on('POST /v1/reservas', { status: 201, body: { id: 1 } });
      const headers = { authorization: 'Bearer abc', 'idempotency-key': 'chave-0001', 'if-match': undefined };
      await runInContext({ correlationId: 'correlacao-1' }, () =>
        upstream.call('/v1/reservas', { method: 'POST', body: { espacoId: 'x' }, headers }),
      );
      const [request] = service.requests;
      expect(request?.body).toEqual({ espacoId: 'x' });
      expect(request?.headers).toMatchObject({
        authorization: 'Bearer abc',
        'idempotency-key': 'chave-0001',
        'x-correlation-id': 'correlacao-1',
        'content-type': 'application/json',
      });
      expect(request?.headers).not.toHaveProperty('if-match');
    });

    it('e diz se a resposta é repetida', async () => {
      service.on('POST /v1/reservas', { status: 201, body: { id: 1 }, headers: { 'idempotency-replayed': 'true' } });
      expect(await upstream.exchange('/v1/reservas', { method: 'POST' })).toEqual({
        status: 201,
        body: { id: 1 },
        replayed: true,
      });
    });

    it('e toma uma resposta sem corpo', async () => {
      service.on('POST /v1/sessoes/encerramento', { status: 204 });
      expect(await upstream.call('/v1/sessoes/encerramento', { method: 'POST' })).toBeUndefined();
    });
  });

  it('diz de que versão é uma resposta', async () => {
    service.on('GET /v1/x', { body: { id: 1 }, headers: { etag: '"3"' } });
    expect(await upstream.exchange('/v1/x')).toEqual({ status: 200, body: { id: 1 }, replayed: false, etag: '"3"' });
  });

  it('que está fechando está fora, diga o que disser: tentado de novo onde é seguro, senão contado como é', async () => {
    const closing = { ...problemAnswer(503, 'servico.encerrando'), headers: { 'retry-after': '1' } };
    let asked = 0;
    service.on('GET /v1/x', () => (asked++ === 0 ? closing : { body: { id: 1 } }));
    expect(await upstream.call('/v1/x')).toEqual({ id: 1 });
    service.on('POST /v1/x', closing);
    expect(await refusal(upstream.call('/v1/x', { method: 'POST' }))).toMatchObject({
      status: 503,
      code: 'servico.encerrando',
      options: { headers: { 'retry-after': '1' } },
    });
    expect(service.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
    for (const body of [{ error: 'Service Unavailable' }, '<html>upstream down</html>']) {
      service.on('POST /v1/x', { status: 503, body });
      expect(await refusal(upstream.call('/v1/x', { method: 'POST' }))).toMatchObject({
        status: 503,
        code: 'upstream.indisponivel',
        options: { headers: { 'retry-after': '2' } },
      });
    }
  });

  it.each(['revived', 'lost'] as const)(
    'que se cala é perguntado de novo assim que a rede volta (%s)',
    async (those) => {
      service.on('GET /v1/x', { body: { id: 1 } });
      const proxy = await TcpProxy.start(service.url);
      await restart({ timeoutMs: 600 }, proxy.url.replace(/\/$/, ''));
      expect(await upstream.call('/v1/x')).toEqual({ id: 1 });
      proxy.swallow();
      const { body } = await upstream.file('/v1/x').catch(() => ({ body: undefined }));
      body?.destroy();
      for (let n = 0; n < 12; n++) expect([503, 504]).toContain((await refusal(upstream.call('/v1/x'))).status);
      proxy.resume(those);
      // Of the network's return: a promise (ADR 19), and no deadline of convenience.
      await eventually(() => upstream.call('/v1/x'), 15_000);
      await proxy.cut();
    },
  );

  describe('cujo chamador se vai', () => {
    const departing = (method: 'GET' | 'POST') => {
      const gone = new AbortController();
      const sent = runInContext({ correlationId: 'correlacao-1', departure: gone.signal }, () =>
        upstream.call('/v1/x', { method }),
      );
      return { gone, sent: refusal(sent) };
    };

    it('ouve na hora, não é perguntado se vive, e não se diz que falhou', async () => {
      service.on('GET /v1/x', 'silence').on('GET /v1/y', { body: {} });
      await restart({ timeoutMs: 60_000 });
      for (let n = 1; n <= 12; n++) {
        const { gone, sent } = departing('GET');
        await eventually(() => service.requests.length === n);
        gone.abort(new DepartedError());
        expect(await sent).toMatchObject({ status: 499, code: 'requisicao.abandonada' });
        await eventually(() => service.abandoned === n);
      }
      expect(service.healthChecks).toBe(0);
      expect(await upstream.call('/v1/y')).toEqual({});
    });

    it('prossegue com o que muda alguma coisa', async () => {
      let finish = () => undefined as void;
      service.on('POST /v1/x', () => new Promise((resolve) => (finish = () => resolve(problemAnswer(409, 'a.b')))));
      const { gone, sent } = departing('POST');
      await eventually(() => service.requests.length === 1);
      gone.abort(new DepartedError());
      finish();
      expect(await sent).toMatchObject({ status: 409, code: 'a.b' });
      expect(service.abandoned).toBe(0);
    });
  });

  describe('abre um arquivo', () => {
    it('cujos bytes vêm quando vêm, passado o prazo do começo', async () => {
      await restart({ timeoutMs: 200 });
      const source = new PassThrough();
      service.on('GET /v1/x', { body: source, headers: { 'content-type': 'text/csv', server: 'interno' } });
      source.write('a');
      const { status, headers, body } = await upstream.file('/v1/x');
      expect({ status, headers }).toEqual({ status: 200, headers: { 'content-type': 'text/csv' } });
      const opened = performance.now();
      await eventually(() => performance.now() - opened > 300);
      source.end('b');
      expect((await body.toArray()).map(String)).toEqual(['a', 'b']);
    });

    it('ou diz por que não, uma vez: nada de um arquivo é tentado de novo', async () => {
      service.on('GET /v1/x', problemAnswer(503, 'servico.indisponivel')).on('GET /v1/y', problemAnswer(404, 'a.b'));
      expect(await refusal(upstream.file('/v1/x'))).toMatchObject({ status: 503, code: 'servico.indisponivel' });
      expect(await refusal(upstream.file('/v1/y'))).toMatchObject({ status: 404, code: 'a.b' });
      expect(service.requests).toHaveLength(2);
    });

    it('que ninguém lê não faz esperar quem pergunta, por muitos que sejam', async () => {
      await restart({ timeoutMs: 1_500 });
      const big = Buffer.alloc(4 * 2 ** 20);
      service.on('GET /v1/x', () => ({ body: Readable.from([big]), headers: { 'content-type': 'text/csv' } }));
      service.on('GET /v1/y', { body: { id: 1 } });
      const opened = await Promise.allSettled(Array.from({ length: 80 }, () => upstream.file('/v1/x')));
      expect(await upstream.call('/v1/y')).toEqual({ id: 1 });
      for (const file of opened) if (file.status === 'fulfilled') file.value.body.destroy();
    });

    it('a não ser que o começo não venha a tempo, o que a pergunta diz', async () => {
      await restart({ timeoutMs: 100 });
      service.on('GET /v1/x', 'silence');
      expect(await refusal(upstream.file('/v1/x'))).toMatchObject({ status: 504, code: 'upstream.tempo-esgotado' });
      await restart({ timeoutMs: 20_000 });
      service.on('GET /v1/x', 'silence');
      const asked = upstream.file('/v1/x', { timeoutMs: 100 });
      expect(await refusal(asked)).toMatchObject({ status: 504, code: 'upstream.tempo-esgotado' });
    });
  });

  describe('repassa uma recusa', () => {
    it('com status, código, extensões e os cabeçalhos que dizem o que fazer a seguir', async () => {
      service.on('GET /v1/x', {
        ...problemAnswer(429, 'requisicao.limite-excedido', { detail: 'Espere', limite: 10, instance: '/interno' }),
        headers: { 'retry-after': '7', 'www-authenticate': 'Bearer', server: 'interno' },
      });
      const problem = await refusal(upstream.call('/v1/x'));
      expect(problem).toBeInstanceOf(UpstreamProblem);
      expect(problem).toMatchObject({
        status: 429,
        code: 'requisicao.limite-excedido',
        options: {
          detail: 'Espere',
          extensions: { limite: 10 },
          headers: { 'retry-after': '7', 'www-authenticate': 'Bearer' },
        },
      });
    });

    it('pelo status da resposta, diga o documento o que disser', async () => {
      const { body } = problemAnswer(200, 'a.b');
      service.on('GET /v1/x', { status: 409, body });
      expect((await refusal(upstream.call('/v1/x'))).status).toBe(409);
    });

    it('como 502 quando não é documento nosso', async () => {
      service
        .on('GET /v1/html', { status: 500, body: '<h1>Bad Gateway</h1>' })
        .on('GET /v1/ok', { body: 'olá' })
        .on('GET /v1/json', { status: 400, body: {} });
      for (const path of ['/v1/html', '/v1/ok', '/v1/json'])
        expect(await refusal(upstream.call(path))).toMatchObject({ status: 502, code: 'upstream.resposta-invalida' });
    });

    it('também quando é um redirecionamento, que não segue', async () => {
      service.on('GET /v1/x', { status: 302, headers: { location: `${service.url}/outro` } });
      expect(await refusal(upstream.call('/v1/x'))).toMatchObject({ status: 503, code: 'upstream.indisponivel' });
      expect(service.requests.map(({ path }) => path)).toEqual(['/v1/x']);
    });
  });

  describe('tenta de novo', () => {
    it('um GET que encontra o serviço fora por pouco tempo, com limites', async () => {
      let answers = 0;
      service.on('GET /v1/x', () =>
        ++answers < 3 ? problemAnswer(503, 'servico.indisponivel') : { body: { certo: true } },
      );
      expect(await upstream.call('/v1/x')).toEqual({ certo: true });
      expect(service.requests).toHaveLength(3);
    });

    it('um GET não mais do que pode, e então diz o que o serviço disse', async () => {
      service.on('GET /v1/x', problemAnswer(503, 'servico.indisponivel'));
      expect(await refusal(upstream.call('/v1/x'))).toMatchObject({ status: 503, code: 'servico.indisponivel' });
      expect(service.requests).toHaveLength(3);
    });

    it('um GET cuja conexão se rompeu', async () => {
      service.on('GET /v1/x', 'hang-up');
      expect(await refusal(upstream.call('/v1/x'))).toMatchObject({ status: 503, code: 'upstream.indisponivel' });
      expect(service.requests).toHaveLength(3);
    });

    it.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('nunca um %s: pode ter tido efeito', async (method) => {
      service.on(`${method} /v1/x`, problemAnswer(503, 'servico.indisponivel')).on(`${method} /v1/y`, 'hang-up');
      await refusal(upstream.call('/v1/x', { method, body: {} }));
      await refusal(upstream.call('/v1/y', { method, body: {} }));
      expect(service.requests).toHaveLength(2);
    });

    it('nunca o que o serviço recusou ou em que falhou', async () => {
      service.on('GET /v1/x', problemAnswer(404, 'a.b')).on('GET /v1/y', problemAnswer(500, 'interno.falha'));
      await refusal(upstream.call('/v1/x'));
      await refusal(upstream.call('/v1/y'));
      expect(service.requests).toHaveLength(2);
    });
  });

  describe('desiste', () => {
    it('a tempo de um serviço que não responde, incluídas as retentativas', async () => {
      await restart({ timeoutMs: 200 });
      service.on('GET /v1/x', 'silence');
      expect(await refusal(upstream.call('/v1/x'))).toMatchObject({
        status: 504,
        code: 'upstream.tempo-esgotado',
        options: { headers: { 'retry-after': '2' } },
      });
      // All attempts share the time of one, which this one has taken.
      expect(service.requests).toHaveLength(1);
    });

    it('na hora de um serviço que não está lá', async () => {
      await restart({ retries: 0 }, 'http://127.0.0.1:9');
      expect(await refusal(upstream.call('/v1/x'))).toMatchObject({
        status: 503,
        options: { headers: { 'retry-after': '2' } },
      });
    });
  });

  describe('tem um disjuntor que', () => {
    const ask = (times: number, path: string) =>
      Promise.all(Array.from({ length: times }, () => refusal(upstream.call(path))));

    it('fica fechado por mais que quem chama erre', async () => {
      service.on('GET /v1/x', problemAnswer(422, 'a.b'));
      await ask(30, '/v1/x');
      expect(service.requests).toHaveLength(30);
      service.on('GET /v1/x', { body: 1 });
      expect(await upstream.call('/v1/x')).toBe(1);
    });

    it.each([
      ['falha', problemAnswer(500, 'interno.falha')],
      ['ouve que volte mais tarde', problemAnswer(503, 'servico.indisponivel')],
      ['vem por um proxy que desiste', { status: 504, body: '<h1>Gateway Timeout</h1>' }],
      ['rompe a conexão', 'hang-up' as const],
      ['demora demais', 'silence' as const],
    ])('fica fechado por mais que uma requisição %s, enquanto o serviço vive', async (_, behaviour) => {
      await restart({ retries: 0, timeoutMs: 2_000, livenessTimeoutMs: 60_000 });
      service.on('GET /v1/x', behaviour).on('GET /health', { body: { status: 'ok' } });
      await ask(30, '/v1/x');
      service.on('GET /v1/x', { body: 1 });
      expect(await upstream.call('/v1/x')).toBe(1);
    });

    it('não culpa o serviço por quem enche todas as conexões: a quem não chega a vez diz 503, e nada lhe pediu', async () => {
      await restart({ retries: 0, timeoutMs: 100, livenessTimeoutMs: 2_000 });
      service.on('GET /v1/x', 'silence').on('GET /v1/y', 'silence').on('GET /v1/z', { body: 1 });
      service.on('GET /health', { body: { status: 'ok' } });
      // Of one lane only half of the connections are taken.
      const hanging = ['/v1/x', '/v1/y'].flatMap((path) =>
        Array.from({ length: 32 }, () => refusal(upstream.call(path, { timeoutMs: 10_000 }))),
      );
      await eventually(() => service.requests.length === 64);
      await ask(100, '/v1/x');
      const refused = await refusal(upstream.call('/v1/z'));
      expect(refused).toMatchObject({ status: 503, code: 'upstream.indisponivel' });
      expect(JSON.stringify(refused)).toContain('retry-after');
      expect(refused.title).toContain('ocupado');
      // Of a crowd nobody writes a line each in the log.
      expect(refused.options.state).toBe(true);
      expect(service.requests).toHaveLength(64);
      await Promise.all(hanging);
      expect(await upstream.call('/v1/z')).toBe(1);
    });

    it('pergunta ao serviço uma vez por todos os que duvidam dele', async () => {
      await restart({ retries: 0, timeoutMs: 60_000, livenessTimeoutMs: 60_000 });
      const asked = Promise.withResolvers<void>();
      service.on('GET /v1/x', problemAnswer(503, 'servico.indisponivel')).on('GET /health', async () => {
        await asked.promise;
        return { body: { status: 'ok' } };
      });
      const refused = ask(20, '/v1/x');
      await eventually(() => service.requests.length === 20 && service.healthChecks > 0);
      asked.resolve();
      await refused;
      expect(service.healthChecks).toBeLessThan(20);
    });

    it.each([
      ['falha', problemAnswer(503, 'servico.indisponivel')],
      ['rompe a conexão', 'hang-up' as const],
      ['não responde', 'silence' as const],
    ])('abre quando o serviço %s, poupa-o, e fecha quando ele está bem de novo', async (_, behaviour) => {
      await restart({ retries: 0, timeoutMs: 1_000, livenessTimeoutMs: 500 });
      service.on('GET /v1/x', behaviour).on('GET /health', behaviour);
      await ask(15, '/v1/x');
      service.reset();
      service.on('GET /v1/x', { body: { bem: true } });
      expect(await refusal(upstream.call('/v1/x'))).toMatchObject({ status: 503, code: 'upstream.indisponivel' });
      expect(service.requests).toHaveLength(0);
      expect(await eventually(() => upstream.call('/v1/x'))).toEqual({ bem: true });
    });
  });

  describe('é sondado', () => {
    it('além do disjuntor, e diz como não está pronto', async () => {
      service.on('GET /health/ready', { body: {} });
      await expect(upstream.probe()).resolves.toBeUndefined();
      service.on('GET /health/ready', problemAnswer(503, 'servico.encerrando'));
      await expect(upstream.probe()).rejects.toThrow('respondeu 503');
      expect(service.requests).toHaveLength(2);
    });
  });
});
