/** A rule of accounts and sessions was broken. The code is stable: programs may rely on it. */
export abstract class ErroDeAuth extends Error {
  abstract readonly code: `auth.${string}`;

  constructor(
    message: string,
    /** What helps the caller to mend it; becomes members of the problem document. */
    readonly extensions?: Readonly<Record<string, unknown>>,
  ) {
    super(message);
  }

  /** Whose account it was about, where only whoever refuses knows: for the audit log, and for no answer. */
  contaId?: string | undefined;

  de(contaId: string | undefined): this {
    this.contaId = contaId;
    return this;
  }
}

type Natureza = 'NAO_AUTENTICADO' | 'PROIBIDO' | 'INEXISTENTE' | 'CONFLITO' | 'DESATUALIZADO' | 'INVALIDO';

/** A rule says here, and nowhere else, its code and what kind of refusal it is; the border knows what HTTP calls that. */
function regra<const Code extends ErroDeAuth['code']>(code: Code, natureza: Natureza) {
  abstract class Regra extends ErroDeAuth {
    static readonly code = code;
    static readonly natureza = natureza;
    override readonly code = code;
  }
  return Regra;
}

export class SenhaCurta extends regra('auth.senha-curta', 'INVALIDO') {
  constructor(minimo: number) {
    super(`A senha deve ter pelo menos ${minimo} caracteres`);
  }
}

export class SenhaLonga extends regra('auth.senha-longa', 'INVALIDO') {
  constructor(maximo: number) {
    super(`A senha deve ter no máximo ${maximo} caracteres`);
  }
}

export class SenhaComum extends regra('auth.senha-comum', 'INVALIDO') {
  constructor() {
    super('Esta senha é fácil de adivinhar; escolha outra');
  }
}

export class EmailEmUso extends regra('auth.email-em-uso', 'CONFLITO') {
  constructor() {
    super('Já existe uma conta com este e-mail');
  }
}

/** Says nothing of which of the two was wrong. */
export class CredenciaisInvalidas extends regra('auth.credenciais-invalidas', 'NAO_AUTENTICADO') {
  constructor() {
    super('E-mail ou senha incorretos');
  }
}

export class RenovacaoInvalida extends regra('auth.renovacao-invalida', 'NAO_AUTENTICADO') {
  constructor() {
    super('A sessão não pode ser renovada; entre novamente');
  }
}

/** Another request has just used the same token and its answer brings the next one. */
export class RenovacaoConcorrente extends regra('auth.renovacao-concorrente', 'CONFLITO') {
  constructor() {
    super('Esta sessão acabou de ser renovada por outra requisição; use o token que ela recebeu');
  }
}

export class SessaoInexistente extends regra('auth.sessao-nao-encontrada', 'INEXISTENTE') {
  constructor() {
    super('Sessão não encontrada entre as suas');
  }
}

export class ChaveDeApiInexistente extends regra('auth.chave-nao-encontrada', 'INEXISTENTE') {
  constructor() {
    super('Chave de API não encontrada entre as suas');
  }
}

/** Says nothing of why: unknown, replaced, over, revoked, or its owner is disabled. */
export class ChaveDeApiInvalida extends regra('auth.chave-invalida', 'NAO_AUTENTICADO') {
  constructor() {
    super('A chave de API não vale');
  }
}

export class ChavesDemais extends regra('auth.chaves-demais', 'CONFLITO') {
  constructor(maximo: number) {
    super(`Uma pessoa tem no máximo ${maximo} chaves de API; revogue uma antes`);
  }
}

export class EscopoAlemDoPapel extends regra('auth.escopo-alem-do-papel', 'INVALIDO') {
  constructor(escopos: readonly string[]) {
    super('Uma chave não pode mais do que o seu dono', { escopos });
  }
}

export class UsuarioInexistente extends regra('auth.usuario-nao-encontrado', 'INEXISTENTE') {
  constructor() {
    super('Usuário não encontrado');
  }
}

/** Says nothing of why: used, over, replaced by a later one, or never given. */
export class LinkInvalido extends regra('auth.link-invalido', 'INVALIDO') {
  constructor() {
    super('Este link não vale mais; peça outro');
  }
}

/** Of whoever is logged in already. */
export class SenhaAtualIncorreta extends regra('auth.senha-atual-incorreta', 'INVALIDO') {
  constructor() {
    super('A senha atual não confere');
  }
}

export class UltimoAdministrador extends regra('auth.ultimo-administrador', 'CONFLITO') {
  constructor() {
    super('Não sobraria quem administre; dê antes o papel ADMIN a outra conta');
  }
}

/** Says nothing of why: used, over, of somewhere else, answered wrongly too often, or never given. */
export class DesafioInvalido extends regra('auth.desafio-invalido', 'NAO_AUTENTICADO') {
  constructor() {
    super('A entrada não pode ser completada; comece de novo');
  }
}

export class FatorIncorreto extends regra('auth.fator-incorreto', 'NAO_AUTENTICADO') {
  constructor() {
    super('O código ou a chave não confere');
  }
}

/** Of whoever is logged in already. */
export class ProvaIncorreta extends regra('auth.prova-incorreta', 'INVALIDO') {
  constructor() {
    super('O que se provou não confere, ou não vale mais');
  }
}

export class FatorExigido extends regra('auth.fator-exigido', 'CONFLITO') {
  constructor(oQueFazer = 'confirme por ele') {
    super(`A conta tem segundo fator: ${oQueFazer}`);
  }
}

export class SemSegundoFator extends regra('auth.sem-segundo-fator', 'CONFLITO') {
  constructor() {
    super('A conta não tem segundo fator');
  }
}

export class TotpJaAtivo extends regra('auth.totp-ja-ativo', 'CONFLITO') {
  constructor() {
    super('Já há um aplicativo autenticador; remova-o antes');
  }
}

export class FatorInexistente extends regra('auth.fator-nao-encontrado', 'INEXISTENTE') {
  constructor() {
    super('Não há tal fator entre os seus');
  }
}

export class ChaveEmUso extends regra('auth.chave-em-uso', 'CONFLITO') {
  constructor() {
    super('Esta chave de acesso já é de uma conta');
  }
}

export class ChavesDeAcessoDemais extends regra('auth.chaves-de-acesso-demais', 'CONFLITO') {
  constructor(maximo: number) {
    super(`Uma conta tem no máximo ${maximo} chaves de acesso`);
  }
}

/** The provider has said who it is; the account wants more. The extensions are the challenge, to be answered as any. */
export class SegundoFatorNecessario extends regra('auth.segundo-fator-necessario', 'PROIBIDO') {
  constructor(desafio: Readonly<Record<string, unknown>>) {
    super('Complete a entrada pelo segundo fator', desafio);
  }
}

export class ProvedorInexistente extends regra('auth.provedor-nao-encontrado', 'INEXISTENTE') {
  constructor() {
    super('Não se entra por esse provedor');
  }
}

/** Says nothing of what of it did not hold: whoever began it begins again. */
export class EntradaExternaInvalida extends regra('auth.entrada-externa-invalida', 'NAO_AUTENTICADO') {
  constructor() {
    super('A entrada pelo provedor não vale; comece de novo');
  }
}

export class EmailExternoNaoVerificado extends regra('auth.email-externo-nao-verificado', 'INVALIDO') {
  constructor() {
    super('O provedor não garante que o e-mail é seu; entre com a sua senha e ligue-o depois à sua conta');
  }
}

export class ProvedorNaoAceito extends regra('auth.identidade-nao-aceita', 'PROIBIDO') {
  constructor() {
    super('Por este provedor só entra quem é da organização');
  }
}

export class IdentidadeDeOutraConta extends regra('auth.identidade-de-outra-conta', 'CONFLITO') {
  constructor() {
    super('Com esta identidade já se entra em outra conta');
  }
}

export class ProvedorJaLigado extends regra('auth.provedor-ja-ligado', 'CONFLITO') {
  constructor() {
    super('Este provedor já entra nesta conta; desligue-o antes');
  }
}

export class UltimoAcesso extends regra('auth.ultimo-acesso', 'CONFLITO') {
  constructor() {
    super('Não sobraria como entrar; escolha antes uma senha');
  }
}

export class FinalidadeInexistente extends regra('auth.finalidade-nao-encontrada', 'INEXISTENTE') {
  constructor() {
    super('Não se pede consentimento para isto');
  }
}

export class TextoDeConsentimentoMudou extends regra('auth.texto-de-consentimento-mudou', 'CONFLITO') {
  constructor(versao: number) {
    super('O texto mudou; leia o de hoje antes de consentir', { versao });
  }
}

export class ExportacaoEmAndamento extends regra('auth.exportacao-em-andamento', 'CONFLITO') {
  constructor() {
    super('Os seus dados já estão sendo reunidos; uma carta avisa quando acabar');
  }
}

export class ExportacaoVencida extends regra('auth.exportacao-vencida', 'INVALIDO') {
  constructor() {
    super('O link não vale mais; peça os seus dados de novo');
  }
}

export class ExportacaoInexistente extends regra('auth.exportacao-nao-encontrada', 'INEXISTENTE') {
  constructor() {
    super('Não há exportação assim');
  }
}

/** Something of the person is not over; `pendencias` says what. */
export class ApagamentoComPendencias extends regra('auth.apagamento-com-pendencias', 'CONFLITO') {
  constructor(pendencias: readonly { readonly tipo: string; readonly id: string }[]) {
    super('Há algo seu em andamento; a conta pode ser apagada quando isso terminar', { pendencias });
  }
}

export class ApagamentoEmAndamento extends regra('auth.apagamento-em-andamento', 'CONFLITO') {
  constructor() {
    super('Esta conta já está sendo apagada');
  }
}

export class ApagamentoInexistente extends regra('auth.apagamento-nao-encontrado', 'INEXISTENTE') {
  constructor() {
    super('Não há apagamento assim');
  }
}

export class GrupoInexistente extends regra('auth.grupo-inexistente', 'INEXISTENTE') {
  constructor() {
    super('Este grupo não existe');
  }
}

export class EspacoInexistente extends regra('auth.espaco-inexistente', 'INEXISTENTE') {
  constructor() {
    super('Este espaço não existe, ou foi criado agora mesmo: nesse caso, peça de novo em instantes');
  }
}

export class GrupoRepetido extends regra('auth.grupo-repetido', 'CONFLITO') {
  constructor() {
    super('Já há um grupo com este nome');
  }
}

export class GrupoEmUso extends regra('auth.grupo-em-uso', 'CONFLITO') {
  constructor(membros: number, espacos: readonly string[]) {
    super('Há pessoas neste grupo, ou espaços que o nomeiam; retire-os antes', { membros, espacos });
  }
}

export class GruposDemais extends regra('auth.grupos-demais', 'CONFLITO') {
  constructor(de: 'em tudo' | 'da pessoa' | 'no grupo', limite: number) {
    super(de === 'no grupo' ? `Um grupo tem até ${limite} pessoas` : `São até ${limite} grupos ${de}`, { limite });
  }
}

export class AcessoDesatualizado extends regra('auth.acesso-desatualizado', 'DESATUALIZADO') {
  constructor() {
    super('O acesso a este espaço mudou desde que você o leu; leia-o de novo');
  }
}
