import { Controller, Get, Headers, NotAcceptableException, Param, Query, Res, StreamableFile } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiNotAcceptableResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import {
  codigoDoRecibo,
  type FormatoDeReciboHttp,
  formatoDeReciboHttp,
  numeroDoRecibo,
  reciboHttp,
  recibosHttp,
  verificacaoDeReciboHttp,
} from '@plataforma/contracts';
import { problemSchema, Publico, type Usuario, UsuarioAtual } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { ConsultarRecibos } from '../application/consultar-recibos.js';
import { formatoAceito } from './formato-aceito.js';
import { reciboEmPdf } from './recibo-pdf.js';

const PDF = 'application/pdf';
const TIPOS = { json: 'application/json', pdf: PDF } as const;

@ApiTags('recibos')
@Controller('v1/pagamentos')
export class RecibosController {
  constructor(private readonly recibos: ConsultarRecibos) {}

  @Get('recibos/verificacoes/:codigo')
  @Publico()
  @ApiOperation({ summary: 'Confere, pelo código impresso no recibo, se ele é autêntico e ainda vale' })
  @ApiOkResponse({ standardSchema: verificacaoDeReciboHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  verify(@Param('codigo', { schema: codigoDoRecibo }) valor: string) {
    return this.recibos.verify(valor);
  }

  @Get('recibos/:numero')
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Um recibo, em JSON ou em PDF (Accept ou formato)' })
  @ApiProduces('application/json', PDF)
  @ApiOkResponse({ standardSchema: reciboHttp, description: 'O recibo, ou o mesmo em PDF' })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiNotAcceptableResponse({ standardSchema: problemSchema })
  async byNumber(
    @Param('numero', { schema: numeroDoRecibo }) numero: string,
    @Query({ schema: formatoDeReciboHttp }) { formato }: FormatoDeReciboHttp,
    @UsuarioAtual() usuario: Usuario,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('accept') accept?: string,
  ) {
    const { recibo, conteudo } = await this.recibos.byNumber(numero, usuario);
    void reply.header('vary', 'Accept');
    const tipo = formato ? TIPOS[formato] : formatoAceito(accept, Object.values(TIPOS));
    if (tipo === undefined) throw new NotAcceptableException();
    if (tipo === TIPOS.json) return recibo;
    return new StreamableFile(await reciboEmPdf(conteudo), {
      type: PDF,
      disposition: `inline; filename="recibo-${numero}.pdf"`,
    });
  }

  @Get(':id/recibos')
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Os recibos de uma cobrança e dos seus estornos, na ordem em que foram emitidos' })
  @ApiOkResponse({ standardSchema: recibosHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  ofPayment(@Param('id', { schema: z.uuid() }) id: string, @UsuarioAtual() usuario: Usuario) {
    return this.recibos.ofPayment(id, usuario);
  }
}
