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

/** The saga asked for a step that the booking's state does not allow: a defect, never a caller's mistake. */
export class TransicaoInvalida extends ErroDeReserva {
  readonly code = 'reservas.transicao-invalida';
  constructor(status: string, operacao: string) {
    super(`Uma reserva ${status} não pode ${operacao}`);
  }
}
