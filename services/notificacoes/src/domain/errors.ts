type Natureza = 'CONFLITO' | 'INVALIDO' | 'INEXISTENTE';

/** A rule of channels was broken. The code is stable: programs may rely on it. */
function regra<const Code extends `notificacoes.${string}`>(code: Code, natureza: Natureza) {
  abstract class Regra extends Error {
    static readonly code = code;
    static readonly natureza = natureza;
    readonly code = code;
  }
  return Regra;
}

export class PaisSemSms extends regra('notificacoes.pais-sem-sms', 'INVALIDO') {
  constructor() {
    super('Para o país deste número não vão SMS');
  }
}

export class CodigoNaoConfere extends regra('notificacoes.codigo-nao-confere', 'INVALIDO') {
  constructor() {
    super('O código não é esse, venceu ou teve palpites demais; peça outro');
  }
}

export class InscricaoEstranha extends regra('notificacoes.inscricao-estranha', 'INVALIDO') {
  constructor() {
    super('A inscrição não é de um serviço de avisos que se conhece, ou a chave dela não é uma');
  }
}

export class ReservaDesconhecida extends regra('notificacoes.reserva-inexistente', 'INEXISTENTE') {
  constructor() {
    super('Não há essa reserva');
  }
}

export class ReservaJaComecou extends regra('notificacoes.reserva-encerrada', 'CONFLITO') {
  constructor() {
    super('A reserva já começou ou acabou: não se convida mais ninguém');
  }
}

export class SerieDesconhecida extends regra('notificacoes.serie-inexistente', 'INEXISTENTE') {
  constructor() {
    super('Não há essa série, ou ainda não se sabe dela aqui');
  }
}

export class ConviteDesconhecido extends regra('notificacoes.convite-desconhecido', 'INEXISTENTE') {
  constructor() {
    super('O convite não é daqui, ou já não vale');
  }
}

export class ConviteRespondido extends regra('notificacoes.convite-respondido', 'CONFLITO') {
  constructor() {
    super('Este convite já foi respondido, ou há outro mais novo');
  }
}

export class ConviteEncerrado extends regra('notificacoes.convite-encerrado', 'CONFLITO') {
  constructor() {
    super('Aquilo a que se convidou já começou, ou não acontece mais');
  }
}

export class AvisoInexistente extends regra('notificacoes.aviso-inexistente', 'INEXISTENTE') {
  constructor() {
    super('Não há esse aviso');
  }
}

export class AvisoNaoSeReenvia extends regra('notificacoes.aviso-nao-se-reenvia', 'CONFLITO') {
  constructor() {
    super('Só se reenvia um aviso que falhou, e a quem ainda tem conta ou convite');
  }
}

export class DestinoInexistente extends regra('notificacoes.destino-inexistente', 'INEXISTENTE') {
  constructor() {
    super('Não há esse telefone nem aparelho');
  }
}
