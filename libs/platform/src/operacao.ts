import {
  applyDecorators,
  Body,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Put,
  Query,
  Req,
  Res,
  type StreamableFile,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { Conteudo, OperacaoHttp, PartesDe, ResultadoDe, Substituida } from '@plataforma/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ExigeConfirmacao, Permite, type Usuario } from './auth.js';
import type { TakesForm, TakesMore } from './border.js';
import {
  ApiBearerAuth,
  ApiHeader,
  ApiOperation,
  ApiProduces,
  ApiResponse,
  ApiSecurity,
  ApiTags,
} from './documentation.js';
import { etagOf } from './etag.js';
import { Idempotente } from './idempotency.js';
import { outgoingHeaders } from './outgoing.js';

type UsuarioDe<O extends OperacaoHttp> = O extends { readonly acesso: 'PUBLICO' }
  ? undefined
  : O extends { readonly acesso: 'TOKEN_OPCIONAL' }
    ? Usuario | undefined
    : Usuario;

/** What a handler gets: what was sent, validated, and who sent it. */
export interface Pedido<O extends OperacaoHttp> extends PartesDe<O> {
  readonly usuario: UsuarioDe<O>;
}
/** What a handler must give. */
export type Resultado<O extends OperacaoHttp> = ResultadoDe<O, StreamableFile>;
/** For headers that an operation reads or writes itself; the answer is sent by what the handler returns. */
export interface Http {
  readonly request: FastifyRequest & { readonly usuario?: Usuario; atendida?: boolean };
  readonly reply: FastifyReply;
}

type Handler<This = unknown> = (this: This, pedido: Pedido<OperacaoHttp>, http: Http) => unknown;

const ROTAS = { GET: Get, POST: Post, PUT: Put, PATCH: Patch, DELETE: Delete };

/**
 * The handler of an operation: its route, what it takes and gives, who may use it, and its documentation are as
 * described. It comes next to the method; what is written above it adds to it.
 */
export const Operacao =
  <O extends OperacaoHttp>(operacao: O) =>
  <T extends (pedido: Pedido<O>, http: Http) => Resultado<O> | Promise<Resultado<O>>>(
    target: object,
    key: string,
    descriptor: TypedPropertyDescriptor<T>,
  ): void => {
    const handler = descriptor.value as unknown as Handler;
    const answering = descriptor as unknown as TypedPropertyDescriptor<Handler>;
    answering.value = async function (pedido, http) {
      return answer(operacao, await handler.call(this, pedido, http), http.reply);
    };
    implementar(operacao, target, key, answering);
  };

/** As `@Operacao` for what is known only when the program runs, and says status and version itself. */
export function implementar<This>(
  operacao: OperacaoHttp,
  target: object,
  key: string,
  descriptor: TypedPropertyDescriptor<Handler<This>>,
): void {
  const handler = descriptor.value;
  if (!handler) throw new TypeError(`${key} is no method`);
  const names = Object.keys(operacao.parametros ?? {});
  const route = function (this: This, request: Http['request'], reply: FastifyReply, ...values: unknown[]): unknown {
    const parametros = Object.fromEntries(names.map((name, index) => [name, values[index]]));
    const [consulta, corpo] = values.slice(names.length);
    request.atendida = true;
    if (operacao.substituida) {
      const por = operacao.substituida.por.replace(/:(\w+)/g, (_, name: string) =>
        encodeURIComponent(String(parametros[name])),
      );
      void reply.headers(outgoingHeaders({ ...operacao.substituida, por }));
    }
    // A refusal says that nobody keeps it, whatever was said before (`ProblemFilter`).
    if (operacao.publicaPor !== undefined && request.headers.authorization === undefined)
      void reply.headers({
        'cache-control': `public, max-age=0, s-maxage=${operacao.publicaPor}`,
        vary: [reply.getHeader('vary'), 'authorization', 'accept-language'].filter(Boolean).join(', '),
      });
    const pedido = {
      parametros,
      consulta: operacao.consulta && consulta,
      corpo,
      usuario: request.usuario,
    } as unknown as Pedido<OperacaoHttp>;
    return handler.call(this, pedido, { request, reply });
  };
  // Routers and documents know a handler by its name.
  Object.defineProperty(route, 'name', { value: key });
  descriptor.value = route as unknown as Handler<This>;
  takes(operacao, names, target, key);
  applyDecorators(...says(operacao))(target, key, descriptor);
}

/** The body; its status where there are several, and its version where it has one. */
function answer({ respostas, etag }: OperacaoHttp, result: unknown, reply: FastifyReply): unknown {
  let body = result;
  if (Object.keys(respostas).length > 1) {
    const { status, corpo } = result as { readonly status: number; readonly corpo?: unknown };
    void reply.status(status);
    body = corpo;
  }
  if (etag !== undefined && !reply.hasHeader('etag')) {
    const { versao } = body as { readonly versao?: unknown };
    if (typeof versao === 'number') void reply.header('etag', etagOf(versao));
  }
  return body;
}

/** The query of an operation that has none: a name that nobody knows is refused there as anywhere. */
const SEM_CONSULTA = z.strictObject({});

/** What Nest hands to `route`, validated, by position; from the last to the first, as the compiler has it. */
function takes({ consulta, corpo, parametros = {} }: OperacaoHttp, names: string[], target: object, key: string): void {
  if (corpo) Body({ schema: corpo })(target, key, 3 + names.length);
  Query({ schema: consulta ?? SEM_CONSULTA })(target, key, 2 + names.length);
  for (const [index, [name, schema]] of [...Object.entries(parametros).entries()].reverse())
    Param(name, { schema })(target, key, 2 + index);
  Res({ passthrough: true })(target, key, 1);
  Req()(target, key, 0);
  const types = [Object, Object, ...names.map(() => String), Object, Object];
  Reflect.defineMetadata('design:paramtypes', types, target, key);
}

const isSchema = (resposta: z.ZodType | Conteudo): resposta is z.ZodType => '~standard' in resposta;

function documented(status: string, resposta: z.ZodType | Conteudo, etag: string | undefined): MethodDecorator {
  const conteudo: Conteudo = isSchema(resposta) ? { corpo: resposta } : resposta;
  const { corpo, arquivo, binario, exemplo, descricao = '' } = conteudo;
  return ApiResponse({
    status: Number(status),
    description: descricao,
    ...(corpo && { standardSchema: corpo }),
    ...(arquivo &&
      !corpo && {
        schema: {
          type: 'string',
          ...(binario && { format: 'binary' }),
          ...(exemplo !== undefined && { example: exemplo }),
        },
      }),
    ...(etag !== undefined && { headers: { ETag: { description: etag, schema: { type: 'string' } } } }),
  });
}

const CONFIRMA =
  'Exige confirmação: quem não provou quem é nos últimos 5 minutos recebe 403 `auth.confirmacao-necessaria`, confirma em POST /v1/sessoes/elevacao, e repete com o token que vier.';

const deixada = ({ desde, ate, por }: Substituida): string =>
  `Substituída por ${por} desde ${desde}; segue como está ao menos até ${ate}.`;

/** What an operation says of itself, to Nest, to our guards, and to whoever reads its documentation. */
function says(operacao: OperacaoHttp): MethodDecorator[] {
  const { metodo, rota, grupo, resumo, detalhe, acesso, respostas, problemas = {}, etag } = operacao;
  const { idempotente, ifMatch, ifNoneMatch, retomavel, exigeConfirmacao, substituida } = operacao;
  const description = [detalhe, substituida && deixada(substituida), exigeConfirmacao && CONFIRMA]
    .filter(Boolean)
    .join('\n\n');
  const [status = '200'] = Object.keys(respostas);
  const tipos = Object.values(respostas).flatMap((resposta) => ('tipos' in resposta ? (resposta.tipos ?? []) : []));
  const header = (name: string, required: boolean, description: string) =>
    ApiHeader({ name, required, ...(description && { description }) });
  return [
    ROTAS[metodo](rota),
    HttpCode(Number(status)),
    ApiTags(grupo),
    ApiOperation({
      summary: resumo,
      ...(description && { description }),
      ...(substituida && { deprecated: true }),
    }),
    RouteConfig({
      ...(operacao.formulario && { formulario: 'IGNORADO' }),
      ...(operacao.corpoMaximoBytes !== undefined && { corpoMaximoBytes: operacao.corpoMaximoBytes }),
    } satisfies TakesForm & TakesMore),
    ...(acesso ? [Permite(acesso)] : []),
    ...(exigeConfirmacao ? [ExigeConfirmacao()] : []),
    ...(acesso === 'PUBLICO' ? [] : [ApiBearerAuth()]),
    ...(acesso === 'TOKEN_OPCIONAL' ? [ApiSecurity({})] : []),
    ...(idempotente ? [Idempotente(idempotente), header('Idempotency-Key', idempotente === 'OBRIGATORIA', '')] : []),
    ...(ifMatch ? [header('If-Match', ifMatch === 'OBRIGATORIO', 'O ETag que foi lido, como "1"')] : []),
    ...(ifNoneMatch ? [header('If-None-Match', false, 'ETag da última leitura')] : []),
    ...(retomavel ? [header('Last-Event-ID', false, 'O id do último evento que chegou')] : []),
    ...(tipos.length > 0 ? [ApiProduces(...tipos)] : []),
    ...Object.entries(respostas).map(([code, resposta]) => documented(code, resposta, etag)),
    ...Object.entries(problemas).map(([code, description]) => ApiResponse({ status: Number(code), description })),
  ];
}
