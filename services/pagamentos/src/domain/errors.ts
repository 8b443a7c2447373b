export type CodigoDeErro =
  | 'pagamentos.pagamento-inexistente'
  | 'pagamentos.estorno-acima-do-capturado'
  | 'pagamentos.pagamento-nao-capturado'
  | 'pagamentos.pagamento-em-disputa'
  | 'pagamentos.estorno-impossivel'
  | 'pagamentos.estorno-inexistente'
  | 'pagamentos.estorno-nao-parado'
  | 'pagamentos.webhook-inexistente'
  | 'pagamentos.webhook-nao-parado'
  | 'pagamentos.cobranca-divergente'
  | 'pagamentos.valor-abaixo-do-minimo'
  | 'pagamentos.valor-acima-do-maximo'
  | 'pagamentos.outro-intento'
  | 'pagamentos.disputa-inexistente'
  | 'pagamentos.reconciliacao-inexistente'
  | 'pagamentos.recibo-inexistente';

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
  readonly extensions: { readonly disponivelCentavos: number };
  constructor(disponivelCentavos: number) {
    super(`Só restam ${disponivelCentavos} centavos a estornar`);
    this.extensions = { disponivelCentavos };
  }
}

export class PagamentoNaoCapturado extends ErroDePagamento {
  readonly code = 'pagamentos.pagamento-nao-capturado';
  constructor() {
    super('Nada foi capturado deste pagamento, e nada há a estornar');
  }
}

/** While the bank decides, the provider refunds nothing: the client would get the money twice. */
export class PagamentoEmDisputa extends ErroDePagamento {
  readonly code = 'pagamentos.pagamento-em-disputa';
  constructor() {
    super('Este pagamento está em disputa; o estorno espera pelo fim dela');
  }
}

/** After a dispute that the bank decided against us the provider refunds nothing of the payment, not even the rest. */
export class EstornoImpossivel extends ErroDePagamento {
  readonly code = 'pagamentos.estorno-impossivel';
  readonly extensions: { readonly disponivelCentavos: number };
  constructor(disponivelCentavos: number) {
    super(
      `O provedor já não estorna este pagamento: uma disputa foi perdida. Os ${disponivelCentavos} centavos que restam só podem ser devolvidos por outro meio (porFora)`,
    );
    this.extensions = { disponivelCentavos };
  }
}

export class EstornoInexistente extends ErroDePagamento {
  readonly code = 'pagamentos.estorno-inexistente';
  constructor() {
    super('Este estorno não existe');
  }
}

/** Only what stands still is decided about: anything else may be made at this very moment. */
export class EstornoNaoParado extends ErroDePagamento {
  readonly code = 'pagamentos.estorno-nao-parado';
  constructor(estado: string) {
    super(`Só se decide sobre um estorno parado; este está ${estado}`);
  }
}

export class WebhookInexistente extends ErroDePagamento {
  readonly code = 'pagamentos.webhook-inexistente';
  constructor() {
    super('Este webhook não existe');
  }
}

export class WebhookNaoParado extends ErroDePagamento {
  readonly code = 'pagamentos.webhook-nao-parado';
  constructor(estado: string) {
    super(`Só se descarta um webhook estacionado ou inesperado; este está ${estado}`);
  }
}

/** Another amount, or another client, for a charge that exists: one of the two commands is wrong. */
export class CobrancaDivergente extends ErroDePagamento {
  readonly code = 'pagamentos.cobranca-divergente';
  constructor(existenteCentavos: number, pedidoCentavos: number) {
    super(`A cobrança já existe, de ${existenteCentavos} centavos; o novo pedido, de ${pedidoCentavos}, difere dela`);
  }
}

export class ValorAbaixoDoMinimo extends ErroDePagamento {
  readonly code = 'pagamentos.valor-abaixo-do-minimo';
  constructor(valorCentavos: number, minimoCentavos: number) {
    super(`O provedor não cobra ${valorCentavos} centavos: o mínimo são ${minimoCentavos}`);
  }
}

export class ValorAcimaDoMaximo extends ErroDePagamento {
  readonly code = 'pagamentos.valor-acima-do-maximo';
  constructor(valorCentavos: number, maximoCentavos: number) {
    super(`O provedor não cobra ${valorCentavos} centavos: o máximo são ${maximoCentavos}`);
  }
}

/** The provider has another intent for a charge, which nobody is to pay. */
export class OutroIntento extends ErroDePagamento {
  readonly code = 'pagamentos.outro-intento';
  constructor(readonly provedorId: string) {
    super(`A cobrança é paga por outro intento que não ${provedorId}`);
  }
}

export class DisputaInexistente extends ErroDePagamento {
  readonly code = 'pagamentos.disputa-inexistente';
  constructor() {
    super('Esta disputa não existe');
  }
}

export class ReconciliacaoInexistente extends ErroDePagamento {
  readonly code = 'pagamentos.reconciliacao-inexistente';
  constructor() {
    super('Esta reconciliação não existe');
  }
}

export class ReciboInexistente extends ErroDePagamento {
  readonly code = 'pagamentos.recibo-inexistente';
  constructor() {
    super('Este recibo não existe');
  }
}
