import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Controller, Get, Header, Param, Res, type StreamableFile } from '@nestjs/common';
import { operacoesDeReservas } from '@plataforma/contracts';
import {
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
  Problem,
  problemSchema,
  Publico,
} from '@plataforma/platform';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { fileOf } from './hand-on.js';
import { PlatformApi } from './platform-api.js';

const inicio = z
  .object({
    nome: z.string(),
    descricao: z.string(),
    plataforma: z.string(),
    documentacao: z.string().nullable().describe('Onde se lê e se experimenta esta API; fora de produção'),
    pronto: z.string().describe('Responde 200 quando esta API pode atender'),
  })
  .meta({
    example: {
      nome: 'bff-web',
      descricao: 'O que o site usa: respostas completas e agregadas',
      plataforma: 'Plataforma de Reservas de Espaços',
      documentacao: '/docs',
      pronto: '/health/ready',
    },
  });

/** What an application says of itself to whoever opens its address. */
export class Apresentacao {
  constructor(
    readonly nome: string,
    readonly descricao: string,
    /** Whether `/docs` is served. */
    readonly documentada: boolean,
  ) {}
}

@ApiTags('inicio')
@Controller()
@Publico()
export class InicioController {
  constructor(private readonly apresentacao: Apresentacao) {}

  @Get()
  @ApiOperation({ summary: 'O que é isto, e onde continuar' })
  @ApiOkResponse({ standardSchema: inicio })
  inicio(): z.output<typeof inicio> {
    const { nome, descricao, documentada } = this.apresentacao;
    return {
      nome,
      descricao,
      plataforma: 'Plataforma de Reservas de Espaços',
      documentacao: documentada ? '/docs' : null,
      pronto: '/health/ready',
    };
  }
}

/** The drawings of the demonstration spaces, a few kilobytes each; nothing else is ever read from the disk. */
const folder = fileURLToPath(new URL('../fotos/', import.meta.url));
const drawings = new Map(readdirSync(folder).map((file) => [file, readFileSync(`${folder}${file}`, 'utf8')]));

const nomeDaFoto = z
  .string()
  .regex(/^(?:[a-z0-9-]{1,80}\.svg|[0-9a-f]{32}\.webp)$/, 'esperado o nome de uma imagem, como sala-ipe-1.svg')
  .meta({ example: 'sala-ipe-1.svg' });

@ApiTags('fotos')
@Controller('fotos')
@Publico()
export class FotosController {
  private readonly fotos;

  constructor(api: PlatformApi) {
    this.fotos = api.cliente(operacoesDeReservas.fotos);
  }

  @Get(':arquivo')
  @Header('cross-origin-resource-policy', 'cross-origin')
  // An SVG opened on its own is a document: this one may do nothing.
  @Header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox")
  @ApiOperation({ summary: 'As fotos dos espaços; as dos de demonstração, desenhadas por programa' })
  @ApiProduces('image/webp', 'image/svg+xml')
  @ApiOkResponse({ schema: { type: 'string', example: '<svg xmlns="http://www.w3.org/2000/svg"></svg>' } })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  async foto(
    @Param('arquivo', { schema: nomeDaFoto }) arquivo: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | StreamableFile> {
    if (!arquivo.endsWith('.svg')) {
      const { body } = await this.fotos.byName({ parametros: { arquivo } });
      return fileOf(body, reply);
    }
    const drawing = drawings.get(arquivo);
    if (drawing === undefined) throw new Problem(404, 'foto.nao-encontrada', 'Não há foto com esse nome');
    void reply.headers({ 'content-type': 'image/svg+xml; charset=utf-8', 'cache-control': 'public, max-age=86400' });
    return drawing;
  }
}
