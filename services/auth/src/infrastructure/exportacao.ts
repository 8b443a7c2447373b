import type { ItemDeExportacao } from '@plataforma/messaging';

/** What auth has of a person, for them to have. What is a secret, or over in minutes, is not in it (docs/dados-pessoais.md). */
export const EXPORTACAO: readonly ItemDeExportacao[] = [
  {
    arquivo: 'usuarios',
    titulo: 'A conta',
    tituloEn: 'The account',
    colunas: ['id', 'nome', 'email', 'papeis', 'idioma', 'criado_em', 'email_verificado_em', 'desativado_em'],
    de: 'usuarios WHERE id = :pessoa',
  },
  {
    arquivo: 'sessoes',
    titulo: 'De onde se entrou',
    tituloEn: 'Where you logged in',
    colunas: ['criada_em', 'usada_em', 'expira_em', 'encerrada_em', 'motivo', 'aparelho', 'rede', 'amr'],
    de: 'sessoes WHERE usuario_id = :pessoa ORDER BY criada_em, id',
  },
  {
    arquivo: 'aparelhos',
    titulo: 'Aparelhos e redes conhecidos',
    tituloEn: 'Known devices and networks',
    colunas: ['aparelho', 'rede', 'visto_em'],
    de: 'aparelhos WHERE usuario_id = :pessoa ORDER BY visto_em',
  },
  {
    arquivo: 'consentimentos',
    titulo: 'Em que se consentiu',
    tituloEn: 'What you agreed to',
    colunas: ['c.finalidade', 'c.concedido', 'c.registrado_em', 'c.idioma', 't.versao', 't.titulo', 't.texto'],
    de: `consentimentos c JOIN textos_de_consentimento t
           ON t.finalidade = c.finalidade AND t.versao = c.texto_versao AND t.idioma = c.idioma
          WHERE c.usuario_id = :pessoa ORDER BY c.registrado_em, c.finalidade`,
  },
  {
    arquivo: 'tokens_de_conta',
    titulo: 'Mudanças da conta que esperam por um link',
    tituloEn: 'Changes of the account that wait for a link',
    colunas: ['uso', 'email', 'nome', 'criado_em', 'expira_em', 'usado_em'],
    de: 'tokens_de_conta WHERE usuario_id = :pessoa ORDER BY criado_em',
  },
  {
    arquivo: 'identidades_externas',
    titulo: 'Provedores por que se entra',
    tituloEn: 'Providers that you log in by',
    colunas: ['provedor', 'emissor', 'sujeito', 'ligada_em', 'usada_em'],
    de: 'identidades_externas WHERE usuario_id = :pessoa ORDER BY ligada_em',
  },
  {
    arquivo: 'chaves_de_acesso',
    titulo: 'Chaves de acesso',
    tituloEn: 'Passkeys',
    colunas: ['id', 'nome', `encode(publica, 'base64') AS publica`, 'sincronizada', 'criada_em', 'usada_em'],
    de: 'chaves_de_acesso WHERE usuario_id = :pessoa ORDER BY criada_em',
  },
  {
    arquivo: 'totp',
    titulo: 'Aplicativo autenticador',
    tituloEn: 'Authenticator application',
    colunas: ['criado_em', 'confirmado_em'],
    de: 'totp WHERE usuario_id = :pessoa',
  },
  {
    arquivo: 'chaves_de_api',
    titulo: 'Chaves de API',
    tituloEn: 'API keys',
    colunas: ['c.nome', 'c.escopos', 'c.pedidos_por_minuto', 's.criada_em', 's.expira_em', 's.encerrada_em'],
    de: 'chaves_de_api c JOIN sessoes s USING (id) WHERE s.usuario_id = :pessoa ORDER BY s.criada_em, id',
  },
  {
    arquivo: 'grupo_membros',
    titulo: 'Grupos de que se é',
    tituloEn: 'Groups that you belong to',
    colunas: ['g.nome', 'm.desde'],
    de: 'grupo_membros m JOIN grupos g ON g.id = m.grupo_id WHERE m.usuario_id = :pessoa ORDER BY m.desde, g.id',
  },
  {
    arquivo: 'pedidos_de_exportacao',
    titulo: 'Pedidos dos próprios dados',
    tituloEn: 'Requests for your data',
    colunas: ['id', 'usuario_id', 'estado', 'pedido_em', 'pronta_em', 'expira_em', 'baixada_vezes'],
    de: 'pedidos_de_exportacao WHERE usuario_id = :pessoa ORDER BY pedido_em',
  },
  {
    arquivo: 'pedidos_de_apagamento',
    titulo: 'Pedidos de apagamento',
    tituloEn: 'Requests for erasure',
    colunas: ['id', 'usuario_id', 'estado', 'pedido_em', 'encerrado_em'],
    de: 'pedidos_de_apagamento WHERE usuario_id = :pessoa ORDER BY pedido_em',
  },
];
