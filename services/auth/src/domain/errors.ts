/** A rule was broken; `code` is stable, the message is for people. */
abstract class ErroDeAuth extends Error {
  abstract readonly code: string;
}

export class SenhaCurta extends ErroDeAuth {
  readonly code = 'auth.senha-curta';
  constructor(minimo: number) {
    super(`A senha deve ter pelo menos ${minimo} caracteres`);
  }
}

export class SenhaLonga extends ErroDeAuth {
  readonly code = 'auth.senha-longa';
  constructor(maximo: number) {
    super(`A senha deve ter no máximo ${maximo} caracteres`);
  }
}

export class SenhaComum extends ErroDeAuth {
  readonly code = 'auth.senha-comum';
  constructor() {
    super('Esta senha é fácil de adivinhar; escolha outra');
  }
}

export class EmailEmUso extends ErroDeAuth {
  readonly code = 'auth.email-em-uso';
  constructor() {
    super('Já existe uma conta com este e-mail');
  }
}

/** Says nothing of which of the two was wrong. */
export class CredenciaisInvalidas extends ErroDeAuth {
  readonly code = 'auth.credenciais-invalidas';
  constructor() {
    super('E-mail ou senha incorretos');
  }
}

export class RenovacaoInvalida extends ErroDeAuth {
  readonly code = 'auth.renovacao-invalida';
  constructor() {
    super('A sessão não pode ser renovada; entre novamente');
  }
}

/** Another request has just used the same token and its answer brings the next one. */
export class RenovacaoConcorrente extends ErroDeAuth {
  readonly code = 'auth.renovacao-concorrente';
  constructor() {
    super('Esta sessão acabou de ser renovada por outra requisição; use o token que ela recebeu');
  }
}

export class UsuarioInexistente extends ErroDeAuth {
  readonly code = 'auth.usuario-nao-encontrado';
  constructor() {
    super('Usuário não encontrado');
  }
}

export type ErroAuth =
  | SenhaCurta
  | SenhaLonga
  | SenhaComum
  | EmailEmUso
  | CredenciaisInvalidas
  | RenovacaoInvalida
  | RenovacaoConcorrente
  | UsuarioInexistente;
