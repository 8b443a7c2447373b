export type CodigoDeErro =
  'pagamentos.pagamento-inexistente' | 'pagamentos.estorno-acima-do-capturado' | 'pagamentos.valor-diferente';

/** A rule of payments was broken. The code is stable: programs may rely on it. */
export abstract class ErroDePagamento extends Error {
  abstract readonly code: CodigoDeErro;
}

export class PagamentoInexistente extends ErroDePagamento {
  readonly code = 'pagamentos.pagamento-inexistente';
  constructor() {
    super('Este pagamento não existe');
  }
}

export class EstornoAcimaDoCapturado extends ErroDePagamento {
  readonly code = 'pagamentos.estorno-acima-do-capturado';
  constructor(disponivelCentavos: number) {
    super(`Só restam ${disponivelCentavos} centavos a estornar`);
  }
}

/** The provider reports another amount than the one that we asked for: somebody has to look at it. */
export class ValorDiferente extends ErroDePagamento {
  readonly code = 'pagamentos.valor-diferente';
  constructor(pedidoCentavos: number, capturadoCentavos: number) {
    super(`Foram pedidos ${pedidoCentavos} centavos e capturados ${capturadoCentavos}`);
  }
}
