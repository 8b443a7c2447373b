import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Header, Module } from '@nestjs/common';
import { operacoesDe } from '@plataforma/contracts';
import { TestApp, testEnvironment, TokenIssuer } from '@plataforma/testing';
import { z } from 'zod';
import { loadConfig, processSettings } from './config.js';
import { openApiDocument } from './open-api.js';
import { type Http, Operacao, type Pedido } from './operacao.js';
import { PlatformModule } from './platform-module.js';

const USUARIO = '0192f0c4-0000-7000-8000-00000000000a';
const operacao = operacoesDe('reservas');
const comum = { metodo: 'GET', grupo: 'salas' } as const;
const sala = z.object({ id: z.uuid(), nome: z.string(), versao: z.int() });

const mudar = operacao({
  metodo: 'PATCH',
  rota: '/v1/salas/:id/nomes/:lingua',
  grupo: 'salas',
  resumo: 'Muda o nome',
  detalhe: 'Numa língua',
  acesso: 'espacos.administrar',
  idempotente: 'OPCIONAL',
  ifMatch: 'OBRIGATORIO',
  parametros: { id: z.uuid(), lingua: z.enum(['pt', 'en']) },
  consulta: z.strictObject({ avisar: z.enum(['sim', 'nao']).default('nao') }),
  corpo: z.strictObject({ nome: z.string().min(1).max(10) }).meta({ example: { nome: 'Ipê' } }),
  respostas: { 200: sala },
  etag: 'A versão da sala',
  problemas: { 412: 'A sala mudou' },
});
const abertas = operacao({
  ...comum,
  rota: '/v1/abertas',
  resumo: 'Abertas',
  acesso: 'PUBLICO',
  respostas: { 202: sala },
});
const talvez = operacao({
  ...comum,
  rota: '/v1/talvez/:qual',
  resumo: 'Com token ou sem',
  acesso: 'TOKEN_OPCIONAL',
  publicaPor: 5,
  parametros: { qual: z.enum(['nova', 'velha']) },
  respostas: { 200: z.object({ quem: z.string() }), 304: {} },
});
const falha = operacao({
  ...comum,
  rota: '/v1/falhas/:status',
  resumo: 'Recusa com o status que se pede',
  acesso: 'PUBLICO',
  publicaPor: 5,
  parametros: { status: z.enum(['409', '410']) },
  respostas: { 204: {} },
  problemas: { 410: 'Não há mais' },
});

class Recusada extends Error {
  constructor(readonly code: string) {
    super('Recusada');
  }
}

@Controller()
class SalasController {
  @Operacao(mudar)
  change({ parametros, consulta, corpo, usuario }: Pedido<typeof mudar>, { request }: Http) {
    const nome = [corpo.nome, parametros.lingua, consulta.avisar, usuario.id, request.headers['if-match']].join(' ');
    return { id: parametros.id, nome, versao: 7 };
  }

  @Header('cache-control', 'public, max-age=5')
  @Operacao(abertas)
  open() {
    return Promise.resolve({ id: USUARIO, nome: 'Ipê', versao: 1 });
  }

  @Operacao(talvez)
  maybe({ parametros, usuario }: Pedido<typeof talvez>) {
    return parametros.qual === 'velha'
      ? ({ status: 304, corpo: undefined } as const)
      : ({ status: 200, corpo: { quem: usuario?.id ?? 'ninguém' } } as const);
  }

  @Operacao(falha)
  fail({ parametros }: Pedido<typeof falha>): void {
    throw new Recusada(`teste.${parametros.status}`);
  }
}

/** None of these compiles; the check of types says so if one ever does. */
export class NadaDistoCompila {
  // @ts-expect-error a body that is not what the operation answers
  @Operacao(abertas)
  outroCorpo() {
    return { id: USUARIO };
  }

  // @ts-expect-error a status that the operation does not have
  @Operacao(talvez)
  outroStatus() {
    return { status: 201, corpo: { quem: 'ninguém' } } as const;
  }

  // @ts-expect-error the request of another operation
  @Operacao(abertas)
  outroPedido({ parametros }: Pedido<typeof mudar>) {
    return { id: parametros.id, nome: '', versao: 1 };
  }
}

describe('Uma operação dos contratos', () => {
  const application = {
    name: 'servico-de-teste',
    description: '',
    problems: { 'teste.409': 409, 'teste.410': 410, 'teste.412': 412, 'teste.422': 422 },
  };
  let issuer: TokenIssuer;
  let app: TestApp;
  const token = (papel: 'ADMIN' | 'CLIENTE') => issuer.token(USUARIO, [papel]);
  const change = (path: string, body: unknown, token?: string) =>
    app.send('PATCH', path, { body, headers: { 'if-match': '"6"' }, ...(token && { token }) });
  const path = `/v1/salas/${USUARIO}/nomes/pt`;

  beforeAll(async () => {
    issuer = await TokenIssuer.start();
    const config = loadConfig(processSettings, testEnvironment({ issuer }));
    @Module({})
    class TestModule {}
    const module = {
      module: TestModule,
      imports: [PlatformModule.with({ name: application.name, config })],
      controllers: [SalasController],
    };
    app = await TestApp.start(module, application);
  });
  afterAll(async () => {
    await app.stop();
    await issuer.stop();
  });

  it('entrega ao tratador o que foi mandado, como os esquemas o dão, e quem o mandou', async () => {
    const { status, body, headers } = await change(path, { nome: 'Ipê' }, await token('ADMIN'));
    expect([status, body]).toEqual([200, { id: USUARIO, nome: `Ipê pt nao ${USUARIO} "6"`, versao: 7 }]);
    expect(headers.get('etag')).toBe('"7"');
  });

  it.each([
    ['um parâmetro', `/v1/salas/${USUARIO}/nomes/fr`, { nome: 'Ipê' }],
    ['uma consulta', `${path}?avisar=talvez`, { nome: 'Ipê' }],
    ['um corpo', path, { nome: 'Ipê', cor: 'azul' }],
  ])('recusa %s que o esquema recusa', async (_what, path, body) => {
    const answer = await change(path, body, await token('ADMIN'));
    expect([answer.status, answer.body['code']]).toEqual([400, 'requisicao.invalida']);
  });

  it('recusa uma consulta a quem não tem nenhuma, e diz que pode recusá-la', async () => {
    expect(await app.get('/v1/abertas?pagina=2')).toMatchObject({
      status: 400,
      body: { code: 'requisicao.invalida', erros: [{ campo: '', mensagem: expect.stringContaining('pagina') }] },
    });
    const { paths } = await openApiDocument(app.nest, application);
    expect(paths['/v1/abertas']?.get).toMatchObject({ responses: { 400: {} } });
    expect(paths['/v1/abertas']?.get?.parameters ?? []).toEqual([]);
  });

  it('diz do que não tem versão que está sem o prefixo dos outros endereços', async () => {
    const { servers, paths } = await openApiDocument(app.nest, { ...application, prefix: 'sala' });
    expect([servers?.[0]?.url, paths['/v1/abertas']?.servers]).toEqual(['/sala', undefined]);
    expect(paths['/health/ready']?.servers).toEqual([{ url: '/' }]);
  });

  it('é para quem diz', async () => {
    expect((await change(path, { nome: 'Ipê' })).status).toBe(401);
    expect((await change(path, { nome: 'Ipê' }, await token('CLIENTE'))).status).toBe(403);
    expect((await app.get('/v1/abertas')).status).toBe(202);
    expect((await app.get('/v1/talvez/nova')).body).toEqual({ quem: 'ninguém' });
    expect((await app.get('/v1/talvez/nova', { token: await token('CLIENTE') })).body).toEqual({ quem: USUARIO });
    expect((await app.get('/v1/talvez/nova', { token: 'x' })).status).toBe(401);
  });

  it('responde com qualquer dos seus status, e com o que está escrito acima dele', async () => {
    expect((await app.get('/v1/talvez/velha')).status).toBe(304);
    expect((await app.get('/v1/abertas')).headers.get('cache-control')).toBe('public, max-age=5');
  });

  it('pode ser guardada por quem está no meio só sem token, e só quando dá certo', async () => {
    const kept = async (path: string, token?: string) => {
      const { headers } = await app.get(path, token === undefined ? {} : { token });
      return [headers.get('cache-control'), headers.get('vary')];
    };
    expect(await kept('/v1/talvez/nova')).toEqual(['public, max-age=0, s-maxage=5', 'authorization, accept-language']);
    expect((await kept('/v1/talvez/nova', await token('CLIENTE')))[0]).toBe('no-store');
    expect((await kept('/v1/talvez/nova', 'x'))[0]).toBe('no-store');
    expect((await kept('/v1/falhas/410'))[0]).toBe('no-store');
    expect((await kept('/v1/talvez/outra'))[0]).toBe('no-store');
  });

  it('nunca é recusada com um status que a documentação não tem', async () => {
    expect((await app.get('/v1/falhas/410')).body['code']).toBe('teste.410');
    const undocumented = await app.get('/v1/falhas/409');
    expect([undocumented.status, undocumented.body['code']]).toEqual([500, 'interno.status-nao-documentado']);
  });

  it('nomeia o parâmetro do endereço que é recusado', async () => {
    expect(await app.get('/v1/talvez/outra')).toMatchObject({
      status: 400,
      body: { erros: [{ campo: 'qual', mensagem: expect.any(String) }] },
    });
  });

  it('documenta a si mesma', async () => {
    const { paths } = await openApiDocument(app.nest, application);
    const operation = paths['/v1/salas/{id}/nomes/{lingua}']?.patch;
    expect(operation).toMatchObject({
      operationId: 'SalasController_change',
      summary: 'Muda o nome',
      description: 'Numa língua',
      tags: ['salas'],
      security: [{ bearer: [] }],
      requestBody: { required: true, content: { 'application/json': { schema: { example: { nome: 'Ipê' } } } } },
    });
    expect(operation?.parameters).toMatchObject([
      { in: 'path', name: 'id', required: true, schema: { format: 'uuid' } },
      { in: 'path', name: 'lingua', required: true, schema: { enum: ['pt', 'en'] } },
      { in: 'query', name: 'avisar', required: false },
      { in: 'header', name: 'Idempotency-Key', required: false },
      { in: 'header', name: 'If-Match', required: true },
    ]);
    expect(operation?.responses['200']).toMatchObject({ headers: { ETag: { description: 'A versão da sala' } } });
    expect(operation?.responses['412']).toMatchObject({ description: expect.stringMatching(/^A sala mudou/) });
    expect(paths['/v1/talvez/{qual}']?.get?.security).toEqual([{ bearer: [] }, {}]);
    expect(paths['/v1/abertas']?.get?.security).toEqual([]);
  });
});
