/** A rule of payments was broken. The code is stable: programs may rely on it. */
export abstract class ErroDePagamento extends Error {
  abstract readonly code: `pagamentos.${string}`;

  constructor(
    message: string,
    /** What helps the caller to mend it; becomes members of the problem document. */
    readonly extensions?: Readonly<Record<string, unknown>>,
  ) {
    super(message);
  }
}

type Natureza = 'INEXISTENTE' | 'CONFLITO' | 'INVALIDO';

/** A rule says here, and nowhere else, its code and what kind of refusal it is; the border knows what HTTP calls that. */
function regra<const Code extends ErroDePagamento['code']>(code: Code, natureza: Natureza) {
  abstract class Regra extends ErroDePagamento {
    static readonly code = code;
    static readonly natureza = natureza;
    override readonly code = code;
  }
  return Regra;
}

export class PagamentoInexistente extends regra('pagamentos.pagamento-inexistente', 'INEXISTENTE') {
  constructor() {
    super('Este pagamento não existe');
  }
}

export class EstornoAcimaDoCapturado extends regra('pagamentos.estorno-acima-do-capturado', 'CONFLITO') {
  constructor(disponivelCentavos: number) {
    super(`Só restam ${disponivelCentavos} centavos a estornar`, { disponivelCentavos });
  }
}

export class PagamentoNaoCapturado extends regra('pagamentos.pagamento-nao-capturado', 'CONFLITO') {
  constructor() {
    super('Nada foi capturado deste pagamento, e nada há a estornar');
  }
}

/** While the bank decides, the provider refunds nothing: the client would get the money twice. */
export class PagamentoEmDisputa extends regra('pagamentos.pagamento-em-disputa', 'CONFLITO') {
  constructor() {
    super('Este pagamento está em disputa; o estorno espera pelo fim dela');
  }
}

/** After a dispute that the bank decided against us the provider refunds nothing of the payment, not even the rest. */
export class EstornoImpossivel extends regra('pagamentos.estorno-impossivel', 'CONFLITO') {
  constructor(disponivelCentavos: number) {
    super(
      `O provedor já não estorna este pagamento: uma disputa foi perdida. Os ${disponivelCentavos} centavos que restam só podem ser devolvidos por outro meio (porFora)`,
      { disponivelCentavos },
    );
  }
}

export class EstornoInexistente extends regra('pagamentos.estorno-inexistente', 'INEXISTENTE') {
  constructor() {
    super('Este estorno não existe');
  }
}

/** Only what stands still is decided about: anything else may be made at this very moment. */
export class EstornoNaoParado extends regra('pagamentos.estorno-nao-parado', 'CONFLITO') {
  constructor(estado: string) {
    super(`Só se decide sobre um estorno parado; este está ${estado}`);
  }
}

export class WebhookInexistente extends regra('pagamentos.webhook-inexistente', 'INEXISTENTE') {
  constructor() {
    super('Este webhook não existe');
  }
}

export class WebhookNaoParado extends regra('pagamentos.webhook-nao-parado', 'CONFLITO') {
  constructor(estado: string) {
    super(`Só se descarta um webhook estacionado ou inesperado; este está ${estado}`);
  }
}

/** Another amount, or another client, for a charge that exists: one of the two commands is wrong. */
export class CobrancaDivergente extends regra('pagamentos.cobranca-divergente', 'CONFLITO') {
  constructor(existenteCentavos: number, pedidoCentavos: number) {
    super(`A cobrança já existe, de ${existenteCentavos} centavos; o novo pedido, de ${pedidoCentavos}, difere dela`);
  }
}

export class ValorAbaixoDoMinimo extends regra('pagamentos.valor-abaixo-do-minimo', 'INVALIDO') {
  constructor(valorCentavos: number, minimoCentavos: number) {
    super(`O provedor não cobra ${valorCentavos} centavos: o mínimo são ${minimoCentavos}`);
  }
}

export class ValorAcimaDoMaximo extends regra('pagamentos.valor-acima-do-maximo', 'INVALIDO') {
  constructor(valorCentavos: number, maximoCentavos: number) {
    super(`O provedor não cobra ${valorCentavos} centavos: o máximo são ${maximoCentavos}`);
  }
}

/** The provider has another intent for a charge, which nobody is to pay. */
export class OutroIntento extends regra('pagamentos.outro-intento', 'CONFLITO') {
  constructor(readonly provedorId: string) {
    super(`A cobrança é paga por outro intento que não ${provedorId}`);
  }
}

export class DisputaInexistente extends regra('pagamentos.disputa-inexistente', 'INEXISTENTE') {
  constructor() {
    super('Esta disputa não existe');
  }
}

export class ReconciliacaoInexistente extends regra('pagamentos.reconciliacao-inexistente', 'INEXISTENTE') {
  constructor() {
    super('Esta reconciliação não existe');
  }
}

export class ReciboInexistente extends regra('pagamentos.recibo-inexistente', 'INEXISTENTE') {
  constructor() {
    super('Este recibo não existe');
  }
}
