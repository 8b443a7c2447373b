import type { ItemDeExportacao } from '@plataforma/messaging';

const DA_PESSOA = 'cobranca_id IN (SELECT id FROM cobrancas WHERE cliente_id = :pessoa)';

/** What pagamentos has of a person, for them to have (docs/dados-pessoais.md). */
export const EXPORTACAO: readonly ItemDeExportacao[] = [
  {
    arquivo: 'cobrancas',
    titulo: 'Cobranças',
    tituloEn: 'Charges',
    colunas: [
      'id',
      'reserva_id',
      'cliente_id',
      'parcela',
      'finalidade',
      'valor_centavos',
      'moeda',
      'descricao',
      'estado',
      'metodo',
      'provedor_id',
      'criada_em',
      'aprovada_em',
    ],
    de: 'cobrancas WHERE cliente_id = :pessoa ORDER BY criada_em, id',
  },
  {
    arquivo: 'estornos',
    titulo: 'Estornos',
    tituloEn: 'Refunds',
    colunas: ['id', 'cobranca_id', 'origem', 'estado', 'valor_centavos', 'motivo', 'criado_em', 'concluido_em'],
    de: `estornos WHERE ${DA_PESSOA} ORDER BY criado_em, id`,
  },
  {
    arquivo: 'disputas',
    titulo: 'Disputas',
    tituloEn: 'Disputes',
    colunas: ['id', 'cobranca_id', 'valor_centavos', 'situacao', 'motivo', 'aberta_em', 'encerrada_em'],
    de: `disputas WHERE ${DA_PESSOA} ORDER BY aberta_em, id`,
  },
  {
    arquivo: 'recibos',
    titulo: 'Recibos',
    tituloEn: 'Receipts',
    colunas: ['numero', 'tipo', 'cobranca_id', 'codigo', 'emitido_em', 'conteudo'],
    de: `recibos WHERE ${DA_PESSOA} ORDER BY ano, sequencia`,
  },
  {
    arquivo: 'webhooks',
    titulo: 'O que o provedor de pagamentos contou',
    tituloEn: 'What the payment provider told',
    colunas: ['evento_id', 'tipo', 'recebido_em', 'corpo'],
    de: `webhooks WHERE intento_id IN (SELECT provedor_id FROM cobrancas WHERE cliente_id = :pessoa) ORDER BY recebido_em, evento_id`,
  },
];
