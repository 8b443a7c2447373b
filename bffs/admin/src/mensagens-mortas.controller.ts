import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { inteiroDaQuery, semCorpo } from '@plataforma/contracts';
import { ExigePapel, problemSchema } from '@plataforma/platform';
import { z } from 'zod';
import { MensagensMortas, mensagensMortas } from './mensagens-mortas.js';

const filtro = z.strictObject({ limite: inteiroDaQuery(1, 500).default(100).meta({ default: 100 }) });
/** Of an entry, or of the message itself, which may be anybody's; one with `%` is named by that of its entry. */
const idDaMensagem = z.string().regex(/^[\x21-\x24\x26-\x7e]{1,200}$/, 'não é o id de uma mensagem');

@ApiTags('mensagens-mortas')
@ApiBearerAuth()
@Controller('v1/mensagens-mortas')
@ExigePapel('ADMIN', 'OPERADOR')
export class MensagensMortasController {
  constructor(private readonly mensagens: MensagensMortas) {}

  @Get()
  @ApiOperation({ summary: 'As mais antigas mensagens que nenhum consumidor pôde processar' })
  @ApiOkResponse({ standardSchema: mensagensMortas })
  list(@Query({ schema: filtro }) { limite }: z.output<typeof filtro>) {
    return this.mensagens.listar(limite);
  }

  @Post(':id/reenvio')
  @HttpCode(200)
  @ApiOperation({ summary: 'Devolve a mensagem à fila em que falhou, com as tentativas contadas de novo' })
  @ApiOkResponse({ standardSchema: mensagensMortas, description: 'O que foi reenviado' })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'A fila de origem não existe mais' })
  replay(@Param('id', { schema: idDaMensagem }) id: string, @Body({ schema: semCorpo }) _body: undefined) {
    return this.mensagens.reenviar(id);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Exclui a mensagem para sempre' })
  @ApiOkResponse({ standardSchema: mensagensMortas, description: 'O que foi excluído' })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'O id é o de mensagens em várias filas' })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  drop(@Param('id', { schema: idDaMensagem }) id: string) {
    return this.mensagens.excluir(id);
  }
}
