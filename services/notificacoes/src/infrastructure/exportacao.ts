import type { ItemDeExportacao } from '@plataforma/messaging';

/** What notificacoes has of a person, for them to have (docs/dados-pessoais.md). */
export const EXPORTACAO: readonly ItemDeExportacao[] = [
  {
    arquivo: 'contatos',
    titulo: 'O contato',
    tituloEn: 'The contact',
    colunas: ['usuario_id', 'nome', 'email', 'idioma', 'registrado_em'],
    de: 'contatos WHERE usuario_id = :pessoa',
  },
  {
    arquivo: 'consentimentos',
    titulo: 'Em que se consente agora',
    tituloEn: 'What you agree to now',
    colunas: ['usuario_id', 'finalidade', 'concedido'],
    de: 'consentimentos WHERE usuario_id = :pessoa ORDER BY finalidade',
  },
  {
    arquivo: 'preferencias',
    titulo: 'Como se quer ser avisado',
    tituloEn: 'How you want to be told',
    colunas: ['usuario_id', 'idioma', 'silencio_de', 'silencio_ate', 'fuso'],
    de: 'preferencias WHERE usuario_id = :pessoa',
  },
  {
    arquivo: 'avisos_desligados',
    titulo: 'O que não se quer por um canal',
    tituloEn: 'What you do not want in a channel',
    colunas: ['usuario_id', 'canal', 'assunto'],
    de: 'avisos_desligados WHERE usuario_id = :pessoa ORDER BY canal, assunto',
  },
  {
    arquivo: 'reservas_conhecidas',
    titulo: 'O que se sabe das reservas, para os lembretes',
    tituloEn: 'What is known of the bookings, for reminders',
    colunas: ['usuario_id', 'reserva_id', 'estado', 'inicio', 'fim', 'codigo'],
    de: 'reservas_conhecidas WHERE usuario_id = :pessoa ORDER BY inicio, reserva_id',
  },
  {
    arquivo: 'entregas',
    titulo: 'Avisos sobre reservas',
    tituloEn: 'Notices about bookings',
    colunas: [
      'usuario_id',
      'reserva_id',
      'tipo',
      'canal',
      'finalidade',
      'estado',
      'assunto',
      'dados',
      'criada_em',
      'enviada_em',
    ],
    de: 'entregas WHERE usuario_id = :pessoa ORDER BY criada_em, id',
  },
  {
    arquivo: 'cartas_de_conta',
    titulo: 'Cartas sobre a conta',
    tituloEn: 'Letters about the account',
    colunas: [
      'usuario_id',
      'tipo',
      'nome',
      'email',
      'idioma',
      'aparelho',
      'rede',
      'ocorrido_em',
      'estado',
      'enviada_em',
    ],
    de: 'cartas_de_conta WHERE usuario_id = :pessoa ORDER BY ocorrido_em, id',
  },
  {
    arquivo: 'historico',
    titulo: 'O que foi de cada mensagem',
    tituloEn: 'What became of each message',
    colunas: ['usuario_id', 'reserva_id', 'tipo', 'canal', 'estado', 'assunto', 'situacao', 'criada_em', 'enviada_em'],
    de: 'historico WHERE usuario_id = :pessoa ORDER BY criada_em, id',
  },
  {
    arquivo: 'emails_locais',
    titulo: 'E-mails guardados (sem provedor de e-mail)',
    tituloEn: 'E-mails that were kept (without an e-mail provider)',
    colunas: ['para_nome', 'para_email', 'assunto', 'texto', 'html', 'calendario', 'registrado_em'],
    // What a letter's link brings opens what it was for: it goes to the address alone.
    de: `(SELECT l.para_nome, l.para_email, l.assunto, l.calendario, l.registrado_em,
                 regexp_replace(l.texto, '#token=[A-Za-z0-9_-]+', '#token=…', 'g') AS texto,
                 regexp_replace(l.html, '#token=[A-Za-z0-9_-]+', '#token=…', 'g') AS html
            FROM emails_locais l WHERE l.entrega_id IN (
                 SELECT id FROM entregas WHERE usuario_id = :pessoa
                 UNION ALL SELECT id FROM cartas_de_conta WHERE usuario_id = :pessoa)) l ORDER BY registrado_em`,
  },
  {
    arquivo: 'destinos',
    titulo: 'Telefone e aparelhos em que se quer ser avisado',
    tituloEn: 'Telephone and devices to be told on',
    colunas: ['usuario_id', 'meio', 'canal', 'endereco', 'nome', 'verificado_em', 'criado_em'],
    de: 'destinos WHERE usuario_id = :pessoa ORDER BY criado_em, id',
  },
  {
    arquivo: 'supressoes',
    titulo: 'Endereços a que não se envia',
    tituloEn: 'Addresses to which nothing is sent',
    colunas: ['usuario_id', 'canal', 'endereco', 'motivo', 'desde'],
    de: 'supressoes WHERE usuario_id = :pessoa ORDER BY id',
  },
  {
    arquivo: 'codigos_pedidos',
    titulo: 'Códigos pedidos para um número',
    tituloEn: 'Codes asked for to a number',
    colunas: ['usuario_id', 'endereco', 'pedido_em'],
    de: 'codigos_pedidos WHERE usuario_id = :pessoa ORDER BY id',
  },
  {
    arquivo: 'envios_locais',
    titulo: 'SMS e avisos guardados (sem provedor)',
    tituloEn: 'Text and push messages that were kept (without a provider)',
    colunas: ['usuario_id', 'canal', 'meio', 'para', 'assunto', 'texto', 'registrado_em'],
    de: 'envios_locais WHERE usuario_id = :pessoa ORDER BY registrado_em, entrega_id',
  },
];
