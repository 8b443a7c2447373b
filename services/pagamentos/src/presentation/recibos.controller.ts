import { Controller, Get, Headers, Param, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
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
import { reciboEmPdf } from './recibo-pdf.js';

const PDF = 'application/pdf';

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
  async byNumber(
    @Param('numero', { schema: numeroDoRecibo }) numero: string,
    @Query({ schema: formatoDeReciboHttp }) { formato }: FormatoDeReciboHttp,
    @UsuarioAtual() usuario: Usuario,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('accept') accept?: string,
  ) {
    const { recibo, conteudo } = await this.recibos.byNumber(numero, usuario);
    void reply.header('vary', 'Accept');
    if ((formato ?? preferred(accept)) === 'json') return recibo;
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

/** PDF for who names it before JSON; quality values beyond that order are for `formato`. */
function preferred(accept = ''): 'json' | 'pdf' {
  const types = accept.split(',').map((part) => part.split(';')[0]?.trim());
  const [pdf, json] = [types.indexOf(PDF), types.indexOf('application/json')];
  return pdf >= 0 && (json < 0 || pdf < json) ? 'pdf' : 'json';
}
