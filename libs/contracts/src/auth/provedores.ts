import { sessaoHttp } from '../http-auth.js';
import {
  entradaExternaHttp,
  entradaExternaIniciadaHttp,
  idDeProvedor,
  ligacaoHttp,
  ligacaoPendenteHttp,
  meusProvedoresHttp,
  novaLigacaoHttp,
  provedoresHttp,
  retornoExternoHttp,
} from '../http-provedores.js';
import { operacoesDe } from '../operacao.js';
import { semCorpo } from '../primitives.js';

const operacao = operacoesDe('auth');
const DEMAIS = 'Foram tentativas demais';
/** Up to four requests to the provider, each with a deadline of its own. */
const DO_PROVEDOR = {
  502: 'O provedor respondeu o que não se entende',
  503: 'O provedor não respondeu a tempo',
} as const;
const PRAZO_MS = 15_000;
const SEM_PROVEDOR = 'Não há provedor com esse id, ou não para esse retorno';

/** Logging in by somebody else's word: OpenID Connect, and Facebook. */
export const entradasExternas = {
  provedores: operacao({
    metodo: 'GET',
    rota: '/v1/provedores',
    grupo: 'provedores',
    resumo: 'Por quem mais se pode entrar',
    acesso: 'PUBLICO',
    respostas: { 200: provedoresHttp },
  }),
  iniciarEntrada: operacao({
    metodo: 'POST',
    rota: '/v1/sessoes/externas',
    grupo: 'provedores',
    resumo: 'Começa uma entrada por um provedor: dá o endereço dele',
    acesso: 'PUBLICO',
    corpo: entradaExternaHttp,
    respostas: { 201: entradaExternaIniciadaHttp },
    problemas: { 404: SEM_PROVEDOR, 429: DEMAIS, ...DO_PROVEDOR },
    prazoMs: PRAZO_MS,
  }),
  concluirEntrada: operacao({
    metodo: 'POST',
    rota: '/v1/sessoes/externas/retorno',
    grupo: 'provedores',
    resumo: 'Conclui, com o que o provedor trouxe, a entrada ou a ligação que se começou',
    detalhe:
      '200: a sessão, de uma conta que já se conhecia ou de uma nova. 202: o e-mail é o de uma conta que já existe; liga-se quando a senha dela for dita (POST /v1/sessoes/externas/ligacao). 204: era uma ligação, pedida por quem está na conta, e está feita.',
    acesso: 'PUBLICO',
    corpo: retornoExternoHttp,
    respostas: { 200: sessaoHttp, 202: ligacaoPendenteHttp, 204: {} },
    problemas: {
      401: 'O pedido não vale mais, ou o que o provedor disse não confere',
      403: 'O provedor não é aceito para esta pessoa',
      404: SEM_PROVEDOR,
      409: 'O provedor já entra nesta conta, ou esta identidade em outra',
      422: 'O provedor não garante um e-mail da pessoa',
      429: DEMAIS,
      ...DO_PROVEDOR,
    },
    prazoMs: PRAZO_MS,
  }),
  confirmarLigacao: operacao({
    metodo: 'POST',
    rota: '/v1/sessoes/externas/ligacao',
    grupo: 'provedores',
    resumo: 'Liga o provedor à conta que já existia, por quem sabe a senha dela, e entra',
    acesso: 'PUBLICO',
    corpo: ligacaoHttp,
    respostas: { 200: sessaoHttp },
    problemas: {
      401: 'A ligação não vale mais',
      409: 'O provedor já entra nesta conta, ou esta identidade em outra; ou a conta tem segundo fator: entra-se com a senha e ele, e liga-se em POST /v1/usuarios/eu/provedores',
      422: 'A senha não confere',
      429: DEMAIS,
    },
  }),
};

const SEM_SENHA = 'Quem não tem senha nem segundo fator confirma-se entrando de novo.';
/** By whom one logs in oneself. */
export const meusProvedores = {
  listarProvedores: operacao({
    metodo: 'GET',
    rota: '/v1/usuarios/eu/provedores',
    grupo: 'provedores',
    resumo: 'Por quem se entra nesta conta',
    acesso: 'conta.usar',
    respostas: { 200: meusProvedoresHttp },
  }),
  ligarProvedor: operacao({
    metodo: 'POST',
    rota: '/v1/usuarios/eu/provedores',
    grupo: 'provedores',
    resumo: 'Começa a ligar um provedor a esta conta; acaba no mesmo retorno das entradas',
    detalhe: SEM_SENHA,
    acesso: 'conta.usar',
    exigeConfirmacao: true,
    corpo: novaLigacaoHttp,
    respostas: { 201: entradaExternaIniciadaHttp },
    problemas: {
      404: SEM_PROVEDOR,
      409: 'O provedor já entra nesta conta',
      429: DEMAIS,
      ...DO_PROVEDOR,
    },
    prazoMs: PRAZO_MS,
  }),
  desligarProvedor: operacao({
    metodo: 'POST',
    rota: '/v1/usuarios/eu/provedores/:provedor/desligamento',
    grupo: 'provedores',
    resumo: 'O provedor deixa de entrar nesta conta',
    detalhe: SEM_SENHA,
    acesso: 'conta.usar',
    exigeConfirmacao: true,
    parametros: { provedor: idDeProvedor },
    corpo: semCorpo,
    respostas: { 204: {} },
    problemas: {
      404: 'Ele não entra nesta conta',
      409: 'Não sobraria como entrar',
    },
  }),
};
