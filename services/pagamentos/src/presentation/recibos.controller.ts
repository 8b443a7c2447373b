import { Controller, NotAcceptableException, StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { operacoesDePagamentos } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido } from '@plataforma/platform';
import { ConsultarRecibo, ListarRecibosDoPagamento, VerificarRecibo } from '../application/consultar-recibos.js';
import { formatoAceito } from './formato-aceito.js';
import { reciboEmPdf } from './recibo-pdf.js';

const { recibos } = operacoesDePagamentos;
const PDF = 'application/pdf';
const TIPOS = { json: 'application/json', pdf: PDF } as const;

@Controller()
export class RecibosController {
  constructor(private readonly queries: QueryBus) {}

  @Operacao(recibos.verify)
  verify({ parametros }: Pedido<typeof recibos.verify>) {
    return this.queries.execute(new VerificarRecibo(parametros.codigo));
  }

  @Operacao(recibos.byNumber)
  async byNumber(
    { parametros: { numero }, consulta: { formato }, usuario }: Pedido<typeof recibos.byNumber>,
    { request, reply }: Http,
  ) {
    const { recibo, conteudo } = await this.queries.execute(new ConsultarRecibo(numero, usuario));
    void reply.header('vary', 'Accept');
    const tipo = formato ? TIPOS[formato] : formatoAceito(request.headers.accept, Object.values(TIPOS));
    if (tipo === undefined) throw new NotAcceptableException();
    if (tipo === TIPOS.json) return recibo;
    return new StreamableFile(await reciboEmPdf(conteudo), {
      type: PDF,
      disposition: `inline; filename="recibo-${numero}.pdf"`,
    });
  }

  @Operacao(recibos.ofPayment)
  ofPayment({ parametros, usuario }: Pedido<typeof recibos.ofPayment>) {
    return this.queries.execute(new ListarRecibosDoPagamento(parametros.id, usuario));
  }
}
