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
  | 'reservas.transicao-invalida'
  | 'reservas.antecedencia-insuficiente'
  | 'reservas.alem-do-horizonte'
  | 'reservas.capacidade-insuficiente'
  | 'reservas.horarios-sobrepostos'
  | 'reservas.composicao-invalida'
  | 'reservas.espaco-desatualizado'
  | 'reservas.situacao-invalida'
  | 'reservas.unidade-ocupada'
  | 'reservas.unidade-inexistente'
  | 'reservas.bloqueio-em-conflito'
  | 'reservas.bloqueio-inexistente'
  | 'reservas.feriado-repetido'
  | 'reservas.feriado-inexistente';

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

export class AntecedenciaInsuficiente extends ErroDeReserva {
  readonly code = 'reservas.antecedencia-insuficiente';
  constructor(antecedenciaMinimaMinutos: number) {
    super(`Este espaço é reservado com pelo menos ${antecedenciaMinimaMinutos} minutos de antecedência`);
    this.extensions = { antecedenciaMinimaMinutos };
  }
  override readonly extensions: Record<string, unknown>;
}

export class AlemDoHorizonte extends ErroDeReserva {
  readonly code = 'reservas.alem-do-horizonte';
  constructor(horizonteDias: number) {
    super(`Este espaço é reservado com até ${horizonteDias} dias de antecedência`);
    this.extensions = { horizonteDias };
  }
  override readonly extensions: Record<string, unknown>;
}

export class CapacidadeInsuficiente extends ErroDeReserva {
  readonly code = 'reservas.capacidade-insuficiente';
  constructor(capacidade: number) {
    super(`Neste espaço cabem ${capacidade} pessoas`);
    this.extensions = { capacidade };
  }
  override readonly extensions: Record<string, unknown>;
}

export class HorariosSobrepostos extends ErroDeReserva {
  readonly code = 'reservas.horarios-sobrepostos';
  constructor(onde: string) {
    super(`Há horários de funcionamento que se sobrepõem ${onde}`);
  }
}

/** The parts of a composite space must be other spaces that exist and are not composite themselves. */
export class ComposicaoInvalida extends ErroDeReserva {
  readonly code = 'reservas.composicao-invalida';
}

/** Somebody changed the space since it was read. */
export class EspacoDesatualizado extends ErroDeReserva {
  readonly code = 'reservas.espaco-desatualizado';
  constructor(versaoAtual: number) {
    super('O espaço mudou desde que foi lido; leia-o de novo antes de mudá-lo');
    this.extensions = { versaoAtual };
  }
  override readonly extensions: Record<string, unknown>;
}

export class SituacaoInvalida extends ErroDeReserva {
  readonly code = 'reservas.situacao-invalida';
  constructor(situacao: string) {
    super(`O espaço já está ${situacao}`);
    this.extensions = { situacao };
  }
  override readonly extensions: Record<string, unknown>;
}

/** What stands in the way of taking time or a unit away from a space. */
export interface Obstaculo {
  readonly tipo: 'RESERVA' | 'BLOQUEIO';
  readonly id: string;
  readonly inicio: string;
  readonly fim: string;
}

export class UnidadeOcupada extends ErroDeReserva {
  readonly code = 'reservas.unidade-ocupada';
  constructor(obstaculos: readonly Obstaculo[]) {
    super('Não há unidades sem reservas futuras que possam ser retiradas');
    this.extensions = { obstaculos };
  }
  override readonly extensions: Record<string, unknown>;
}

export class UnidadeInexistente extends ErroDeReserva {
  readonly code = 'reservas.unidade-inexistente';
  constructor() {
    super('O espaço não tem alguma destas unidades');
  }
}

export class BloqueioEmConflito extends ErroDeReserva {
  readonly code = 'reservas.bloqueio-em-conflito';
  constructor(obstaculos: readonly Obstaculo[]) {
    super('Há reservas ou bloqueios neste período');
    this.extensions = { obstaculos };
  }
  override readonly extensions: Record<string, unknown>;
}

export class BloqueioInexistente extends ErroDeReserva {
  readonly code = 'reservas.bloqueio-inexistente';
  constructor() {
    super('Este bloqueio não existe');
  }
}

export class FeriadoRepetido extends ErroDeReserva {
  readonly code = 'reservas.feriado-repetido';
  constructor() {
    super('Este dia já é feriado');
  }
}

export class FeriadoInexistente extends ErroDeReserva {
  readonly code = 'reservas.feriado-inexistente';
  constructor() {
    super('Este feriado não existe');
  }
}
