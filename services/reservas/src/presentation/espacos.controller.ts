import { Body, Controller, Get, Headers, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiPreconditionFailedResponse,
  ApiSecurity,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import {
  disponibilidadeHttp,
  type EdicaoDeEspacoHttp,
  edicaoDeEspacoHttp,
  type EspacoHttp,
  espacoHttp,
  espacosHttp,
  type FiltroDeEspacosHttp,
  filtroDeEspacosHttp,
  type FiltroDeVersoesHttp,
  filtroDeVersoesHttp,
  type FiltroPorQueHttp,
  filtroPorQueHttp,
  id,
  idDeEspaco,
  type JanelaHttp,
  janelaHttp,
  porQueHttp,
  substituicaoDeEspacoHttp,
  unidadesHttp,
  versoesDoEspacoHttp,
} from '@plataforma/contracts';
import {
  etagOf,
  ExigePapel,
  Idempotente,
  Problem,
  problemSchema,
  TokenOpcional,
  type Usuario,
  UsuarioAtual,
  UsuarioSeHouver,
  versionOf,
} from '@plataforma/platform';
import type { FastifyReply } from 'fastify';
import { AdministrarEspacos } from '../application/administrar-espacos.js';
import { ConsultarEspacos } from '../application/consultar-espacos.js';
import { PorQueNao } from '../application/por-que-nao.js';
import { HORA_MS, PeriodoReserva } from '../domain/periodo-reserva.js';

const MAX_DIAS = 92;
const MAX_DIAS_DE_PROCURA = 31;
const etag = { ETag: { description: 'A versão do espaço, para If-Match', schema: { type: 'string' as const } } };

const administra = (usuario: Usuario | undefined): boolean => usuario?.papeis.includes('ADMIN') ?? false;

/** @throws PeriodoInvalido, Problem 422 for more than `maxDias` */
function periodoDe(de: string, ate: string, maxDias: number): PeriodoReserva {
  const periodo = PeriodoReserva.de(new Date(de), new Date(ate));
  if (periodo.fim - periodo.inicio > maxDias * 24 * HORA_MS)
    throw new Problem(422, 'requisicao.intervalo-grande-demais', `Peça no máximo ${maxDias} dias por vez`);
  return periodo;
}

@ApiTags('espacos')
@ApiBearerAuth()
@Controller('v1/espacos')
export class EspacosController {
  constructor(
    private readonly espacos: ConsultarEspacos,
    private readonly porQueNao: PorQueNao,
    private readonly administracao: AdministrarEspacos,
  ) {}

  @Get()
  @TokenOpcional()
  @ApiSecurity({})
  @ApiOperation({ summary: 'Procura espaços pelo que são, pelo preço e pelo tempo livre' })
  @ApiOkResponse({ standardSchema: espacosHttp })
  list(
    @Query({ schema: filtroDeEspacosHttp }) query: FiltroDeEspacosHttp,
    @UsuarioSeHouver() usuario: Usuario | undefined,
  ) {
    const { situacao = 'PUBLICADO', recursos, livreDe, livreAte, livreMinutos, ...resto } = query;
    if (situacao !== 'PUBLICADO' && !administra(usuario))
      throw new Problem(403, 'auth.sem-permissao', 'O seu papel não permite esta operação');
    const livre =
      livreDe === undefined || livreAte === undefined
        ? undefined
        : { periodo: periodoDe(livreDe, livreAte, MAX_DIAS_DE_PROCURA), minutos: livreMinutos };
    return this.espacos.list({ ...resto, situacao, recursos: recursos?.split(','), livre });
  }

  @Post()
  @ExigePapel('ADMIN')
  @Idempotente()
  @ApiOperation({ summary: 'Cadastra um espaço, como rascunho' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ standardSchema: espacoHttp, headers: etag })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema, description: 'Horários ou composição inválidos' })
  async create(
    @Body({ schema: edicaoDeEspacoHttp }) body: EdicaoDeEspacoHttp,
    @UsuarioAtual() usuario: Usuario,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.tagged(await this.administracao.create(body, usuario.id), reply);
  }

  @Get(':id')
  @TokenOpcional()
  @ApiSecurity({})
  @ApiOperation({ summary: 'Um espaço; o que não está publicado, só para quem administra' })
  @ApiOkResponse({ standardSchema: espacoHttp, headers: etag })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  byId(
    @Param('id', { schema: idDeEspaco }) id: string,
    @UsuarioSeHouver() usuario: Usuario | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.tagged(id, reply, administra(usuario));
  }

  @Put(':id')
  @ExigePapel('ADMIN')
  @ApiOperation({ summary: 'Muda um espaço por inteiro; as reservas feitas guardam as regras de quando foram feitas' })
  @ApiHeader({ name: 'If-Match', required: true, description: 'O ETag que foi lido' })
  @ApiOkResponse({ standardSchema: espacoHttp, headers: etag })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'Há reservas nas unidades que sairiam' })
  @ApiPreconditionFailedResponse({ standardSchema: problemSchema, description: 'O espaço mudou desde que foi lido' })
  async replace(
    @Param('id', { schema: idDeEspaco }) id: string,
    @Body({ schema: substituicaoDeEspacoHttp }) body: EdicaoDeEspacoHttp,
    @Headers('if-match') ifMatch: string | undefined,
    @UsuarioAtual() usuario: Usuario,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await this.administracao.replace(id, body, { autorId: usuario.id, versaoLida: versionOf(ifMatch) });
    return this.tagged(id, reply);
  }

  @Post(':id/publicacao')
  @HttpCode(200)
  @ExigePapel('ADMIN')
  @Idempotente()
  @ApiOperation({ summary: 'Publica: todos o veem e podem reservar' })
  @ApiHeader({ name: 'If-Match', required: false, description: 'O ETag que foi lido' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOkResponse({ standardSchema: espacoHttp, headers: etag })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'Já está publicado' })
  publish(
    @Param('id', { schema: id }) id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @UsuarioAtual() usuario: Usuario,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.moveTo(id, 'PUBLICADO', ifMatch, usuario, reply);
  }

  @Post(':id/arquivamento')
  @HttpCode(200)
  @ExigePapel('ADMIN')
  @Idempotente()
  @ApiOperation({ summary: 'Arquiva: some da vista e não aceita reservas; as que há seguem valendo' })
  @ApiHeader({ name: 'If-Match', required: false, description: 'O ETag que foi lido' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOkResponse({ standardSchema: espacoHttp, headers: etag })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'Já está arquivado' })
  archive(
    @Param('id', { schema: id }) id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @UsuarioAtual() usuario: Usuario,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.moveTo(id, 'ARQUIVADO', ifMatch, usuario, reply);
  }

  @Get(':id/versoes')
  @ExigePapel('ADMIN')
  @ApiOperation({ summary: 'O que o espaço já disse, desde quando e por quem; o mais novo primeiro' })
  @ApiOkResponse({ standardSchema: versoesDoEspacoHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  versions(
    @Param('id', { schema: idDeEspaco }) id: string,
    @Query({ schema: filtroDeVersoesHttp }) { cursor, limite }: FiltroDeVersoesHttp,
  ) {
    return this.espacos.versions(id, cursor, limite);
  }

  @Get(':id/unidades')
  @ExigePapel('ADMIN')
  @ApiOperation({ summary: 'As unidades do espaço' })
  @ApiOkResponse({ standardSchema: unidadesHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  units(@Param('id', { schema: idDeEspaco }) id: string) {
    return this.espacos.units(id);
  }

  @Get(':id/disponibilidade')
  @TokenOpcional()
  @ApiSecurity({})
  @ApiOperation({ summary: `Intervalos livres e inícios possíveis, em até ${MAX_DIAS} dias` })
  @ApiOkResponse({ standardSchema: disponibilidadeHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  availability(
    @Param('id', { schema: idDeEspaco }) id: string,
    @Query({ schema: janelaHttp }) { de, ate, duracaoMinutos }: JanelaHttp,
    @UsuarioSeHouver() usuario: Usuario | undefined,
  ) {
    return this.espacos.availability(id, periodoDe(de, ate, MAX_DIAS), duracaoMinutos, administra(usuario));
  }

  @Get(':id/porque')
  @TokenOpcional()
  @ApiSecurity({})
  @ApiOperation({ summary: 'Por que um período não pode ser reservado, e o que pode em seu lugar' })
  @ApiOkResponse({ standardSchema: porQueHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  why(
    @Param('id', { schema: idDeEspaco }) id: string,
    @Query({ schema: filtroPorQueHttp }) { inicio, fim, pessoas }: FiltroPorQueHttp,
    @UsuarioSeHouver() usuario: Usuario | undefined,
  ) {
    return this.porQueNao.explain(id, periodoDe(inicio, fim, MAX_DIAS), pessoas, usuario?.id);
  }

  private async moveTo(
    id: string,
    situacao: EspacoHttp['situacao'],
    ifMatch: string | undefined,
    usuario: Usuario,
    reply: FastifyReply,
  ) {
    const versaoLida = ifMatch === undefined ? undefined : versionOf(ifMatch);
    await this.administracao.moveTo(id, situacao, { autorId: usuario.id, versaoLida });
    return this.tagged(id, reply);
  }

  private async tagged(id: string, reply: FastifyReply, comoAdmin = true): Promise<EspacoHttp> {
    const espaco = await this.espacos.byId(id, comoAdmin);
    void reply.header('etag', etagOf(espaco.versao));
    return espaco;
  }
}
