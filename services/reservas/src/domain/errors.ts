/** A rule of the booking domain was broken. The code is stable: programs may rely on it. */
export abstract class ErroDeReserva extends Error {
  abstract readonly code: CodigoDeErro;
  /** What helps the caller to mend it; becomes members of the problem document. */
  readonly extensions?: Record<string, unknown>;
}

export type CodigoDeErro =
  | 'reservas.espaco-inexistente'
  | 'reservas.espaco-indisponivel'
  | 'reservas.reserva-inexistente'
  | 'reservas.periodo-invalido'
  | 'reservas.periodo-no-passado'
  | 'reservas.duracao-fora-do-permitido'
  | 'reservas.inicio-fora-da-grade'
  | 'reservas.fora-do-horario'
  | 'reservas.fuso-diferente'
  | 'reservas.ja-cancelada'
  | 'reservas.ja-iniciada'
  | 'reservas.ja-encerrada'
  | 'reservas.aguarda-pagamento'
  | 'reservas.nao-aguarda-aprovacao'
  | 'reservas.remarcacao-em-andamento'
  | 'reservas.remarcacao-requer-aprovacao'
  | 'reservas.codigo-incorreto'
  | 'reservas.checkin-fora-da-janela'
  | 'reservas.sem-checkin'
  | 'reservas.serie-inexistente'
  | 'reservas.serie-aguarda-pagamento'
  | 'reservas.serie-com-conflitos'
  | 'reservas.regra-de-recorrencia-invalida'
  | 'reservas.ocorrencias-demais'
  | 'reservas.transicao-invalida';

export class EspacoInexistente extends ErroDeReserva {
  readonly code = 'reservas.espaco-inexistente';
  constructor() {
    super('Este espaço não existe');
  }
}

export class EspacoIndisponivel extends ErroDeReserva {
  readonly code = 'reservas.espaco-indisponivel';
  constructor() {
    super('O espaço já está ocupado neste período');
  }
}

export class ReservaInexistente extends ErroDeReserva {
  readonly code = 'reservas.reserva-inexistente';
  constructor() {
    super('Esta reserva não existe');
  }
}

export class PeriodoInvalido extends ErroDeReserva {
  readonly code = 'reservas.periodo-invalido';
  constructor() {
    super('O fim deve vir depois do início');
  }
}

export class PeriodoNoPassado extends ErroDeReserva {
  readonly code = 'reservas.periodo-no-passado';
  constructor() {
    super('O período já começou ou já passou');
  }
}

export class DuracaoForaDoPermitido extends ErroDeReserva {
  readonly code = 'reservas.duracao-fora-do-permitido';
  constructor(minimaMinutos: number, maximaMinutos: number) {
    super(`A duração deve ficar entre ${minimaMinutos} e ${maximaMinutos} minutos`);
    this.extensions = { minimaMinutos, maximaMinutos };
  }
  override readonly extensions: Record<string, unknown>;
}

export class InicioForaDaGrade extends ErroDeReserva {
  readonly code = 'reservas.inicio-fora-da-grade';
  constructor(passoMinutos: number) {
    super(`As reservas deste espaço começam a cada ${passoMinutos} minutos a partir da abertura`);
    this.extensions = { passoMinutos };
  }
  override readonly extensions: Record<string, unknown>;
}

export class ForaDoHorario extends ErroDeReserva {
  readonly code = 'reservas.fora-do-horario';
  constructor() {
    super('O espaço não abre durante todo este período');
  }
}

export class FusoDiferente extends ErroDeReserva {
  readonly code = 'reservas.fuso-diferente';
  constructor(fuso: string) {
    super(`Este espaço fica no fuso ${fuso}`);
    this.extensions = { fuso };
  }
  override readonly extensions: Record<string, unknown>;
}

export class ReservaJaCancelada extends ErroDeReserva {
  readonly code = 'reservas.ja-cancelada';
  constructor() {
    super('A reserva já foi cancelada');
  }
}

export class ReservaJaIniciada extends ErroDeReserva {
  readonly code = 'reservas.ja-iniciada';
  constructor() {
    super('A reserva já começou e não pode mais ser cancelada');
  }
}

export class ReservaEncerrada extends ErroDeReserva {
  readonly code = 'reservas.ja-encerrada';
  constructor() {
    super('A reserva já terminou');
  }
}

export class AguardaPagamento extends ErroDeReserva {
  readonly code = 'reservas.aguarda-pagamento';
  constructor() {
    super('Só uma reserva confirmada muda de horário; esta ainda espera aprovação ou pagamento');
  }
}

export class AprovacaoNaoPendente extends ErroDeReserva {
  readonly code = 'reservas.nao-aguarda-aprovacao';
  constructor() {
    super('Este pedido não espera aprovação');
  }
}

export class RemarcacaoEmAndamento extends ErroDeReserva {
  readonly code = 'reservas.remarcacao-em-andamento';
  constructor() {
    super('Uma mudança de horário espera o pagamento da diferença; antes dela nada mais muda');
  }
}

export class RemarcacaoRequerAprovacao extends ErroDeReserva {
  readonly code = 'reservas.remarcacao-requer-aprovacao';
  constructor() {
    super('As reservas deste espaço são aprovadas uma a uma: quem o administra pode mudar o horário');
  }
}

export class CodigoIncorreto extends ErroDeReserva {
  readonly code = 'reservas.codigo-incorreto';
  constructor() {
    super('O código não é o desta reserva');
  }
}

export class CheckinForaDaJanela extends ErroDeReserva {
  readonly code = 'reservas.checkin-fora-da-janela';
  constructor(abreEm: string) {
    super('O check-in vai de pouco antes do início até o fim da reserva');
    this.extensions = { abreEm };
  }
  override readonly extensions: Record<string, unknown>;
}

export class SemCheckin extends ErroDeReserva {
  readonly code = 'reservas.sem-checkin';
  constructor(status: string) {
    super(`Uma reserva ${status} não recebe check-in`);
  }
}

export class SerieInexistente extends ErroDeReserva {
  readonly code = 'reservas.serie-inexistente';
  constructor() {
    super('Esta série não existe');
  }
}

export class SerieAguardaPagamento extends ErroDeReserva {
  readonly code = 'reservas.serie-aguarda-pagamento';
  constructor() {
    super('A série é paga de uma vez: até lá, só se cancela inteira');
  }
}

export class SerieComConflitos extends ErroDeReserva {
  readonly code = 'reservas.serie-com-conflitos';
  constructor(ocorrencias: readonly unknown[]) {
    super('Nem todas as ocorrências podem ser reservadas');
    this.extensions = { ocorrencias };
  }
  override readonly extensions: Record<string, unknown>;
}

export class RegraDeRecorrenciaInvalida extends ErroDeReserva {
  readonly code = 'reservas.regra-de-recorrencia-invalida';
  constructor(porque: string) {
    super(`A regra de recorrência não serve: ${porque}`);
  }
}

export class OcorrenciasDemais extends ErroDeReserva {
  readonly code = 'reservas.ocorrencias-demais';
  constructor(maximo: number) {
    super(`Uma série tem no máximo ${maximo} ocorrências`);
    this.extensions = { maximo };
  }
  override readonly extensions: Record<string, unknown>;
}

/** The saga asked for a step that the booking's state does not allow: a defect, never a caller's mistake. */
export class TransicaoInvalida extends ErroDeReserva {
  readonly code = 'reservas.transicao-invalida';
  constructor(status: string, operacao: string) {
    super(`Uma reserva ${status} não pode ${operacao}`);
  }
}
