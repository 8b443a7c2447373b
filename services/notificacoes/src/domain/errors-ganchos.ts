/** A rule of the outgoing webhooks was broken. The code is stable: programs may rely on it. */
abstract class ErroDeGancho extends Error {
  abstract readonly code: `ganchos.${string}`;

  constructor(
    message: string,
    readonly extensions?: Readonly<Record<string, unknown>>,
  ) {
    super(message);
  }
}

type Natureza = 'INEXISTENTE' | 'CONFLITO' | 'DESATUALIZADO' | 'INVALIDO';

function regra<const Code extends ErroDeGancho['code']>(code: Code, natureza: Natureza) {
  abstract class Regra extends ErroDeGancho {
    static readonly code = code;
    static readonly natureza = natureza;
    override readonly code = code;
  }
  return Regra;
}

export class GanchoInexistente extends regra('ganchos.inexistente', 'INEXISTENTE') {
  constructor() {
    super('Este gancho não existe');
  }
}

export class EntregaDeGanchoInexistente extends regra('ganchos.entrega-inexistente', 'INEXISTENTE') {
  constructor() {
    super('Esta entrega não existe');
  }
}

export class GanchosDemais extends regra('ganchos.demais', 'CONFLITO') {
  constructor(maximo: number) {
    super(`A casa já tem ${maximo} ganchos; remova um antes`, { maximo });
  }
}

export class GanchoParado extends regra('ganchos.parado', 'CONFLITO') {
  constructor() {
    super('O gancho está pausado ou desativado; retome-o antes de reenviar');
  }
}

export class EntregaPorFazer extends regra('ganchos.entrega-por-fazer', 'CONFLITO') {
  constructor() {
    super('Esta entrega ainda está por fazer');
  }
}

export class EntregasDemais extends regra('ganchos.entregas-demais', 'CONFLITO') {
  constructor(maximo: number) {
    super(`Um gancho tem no máximo ${maximo} entregas por fazer; espere que diminuam`, { maximo });
  }
}

export class TesteEmAndamento extends regra('ganchos.teste-em-andamento', 'CONFLITO') {
  constructor() {
    super('Outro teste deste gancho está em andamento');
  }
}

export class VersaoDoGanchoDiferente extends regra('ganchos.versao-diferente', 'DESATUALIZADO') {
  constructor() {
    super('O gancho mudou desde que você o leu');
  }
}

export class DestinoProibido extends regra('ganchos.destino-proibido', 'INVALIDO') {
  constructor(porque: string) {
    super(`Não se envia a este endereço: ${porque}`);
  }
}

export class PeriodoGrandeDemais extends regra('ganchos.periodo-grande', 'INVALIDO') {
  constructor(maximo: number) {
    super(`O período tem mais de ${maximo} entregas; peça um mais curto`, { maximo });
  }
}
