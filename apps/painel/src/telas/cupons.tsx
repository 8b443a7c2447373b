import { useState } from 'react';
import type { CupomHttp } from '@plataforma/contracts';
import { Campo, chaveDe, dinheiro, Escolha, esquecerChave, Etiqueta, useIdioma } from '@plataforma/kit';
import { useQueryClient } from '@tanstack/react-query';
import { api } from '../api.js';
import { Acao, BotaoDe } from '../componentes/acao.js';
import { Instante } from '../componentes/ditos.js';
import estilo from '../componentes/painel.module.css';
import { Lista } from '../componentes/tabela.js';
import { useTextos } from '../textos/index.js';

/** Coupons: what each takes off, how often it was used, and its end. */
export function Cupons() {
  const t = useTextos();
  const idioma = useIdioma();
  const consultas = useQueryClient();
  const [novo, setNovo] = useState(false);
  const [encerrado, setEncerrado] = useState<CupomHttp>();
  const reler = () => void consultas.invalidateQueries({ queryKey: ['cupons'] });
  const desconto = ({ desconto: um }: CupomHttp): string =>
    um.tipo === 'PERCENTUAL' ? `${um.percentual} %` : dinheiro(um.valorCentavos, idioma);
  return (
    <div className={estilo['tela']}>
      <div className={estilo['linha']}>
        <h1>{t('titulos.cupons')}</h1>
        <BotaoDe direito="cupons.administrar" forma="primario" onClick={() => setNovo(true)}>
          {t('cupons.criar')}
        </BotaoDe>
      </div>
      <Lista<CupomHttp>
        titulo={t('titulos.cupons')}
        consulta={['cupons']}
        pedir={async (cursor) => (await api('GET /v1/cupons', { consulta: { cursor, limite: 50 } })).body}
        vazio={t('cupons.nenhum')}
        chave={({ id }) => id}
        colunas={[
          { nome: t('cupons.codigo'), titulo: true, celula: ({ codigo }) => <strong>{codigo}</strong> },
          { nome: t('cupons.desconto'), celula: desconto },
          { nome: t('cupons.descricao'), celula: ({ descricao }) => descricao || '—' },
          {
            nome: t('cupons.usos'),
            numero: true,
            celula: ({ usos, limiteTotal }) => (limiteTotal === null ? usos : `${usos} / ${limiteTotal}`),
          },
          {
            nome: t('lista.ate'),
            celula: ({ vigenteAte }) => (vigenteAte === null ? '—' : <Instante em={vigenteAte} />),
          },
          {
            nome: t('sagas.situacao'),
            celula: ({ ativo }) => (
              <Etiqueta tom={ativo ? 'livre' : 'suave'}>{t(ativo ? 'cupons.ativo' : 'cupons.inativo')}</Etiqueta>
            ),
          },
          {
            nome: t('acao.acoes'),
            celula: (cupom) => (
              <BotaoDe
                direito="cupons.administrar"
                forma="perigo"
                impedido={!cupom.ativo && t('cupons.inativo')}
                onClick={() => setEncerrado(cupom)}
              >
                {t('cupons.encerrar')}
              </BotaoDe>
            ),
          },
        ]}
      />
      {novo && <Novo feito={reler} fechar={() => setNovo(false)} />}
      {encerrado && (
        <Acao
          titulo={t('cupons.encerrar')}
          rotulo={t('cupons.encerrar')}
          perigo
          agir={() => api('DELETE /v1/cupons/:id', { parametros: { id: encerrado.id } })}
          feito={reler}
          fechar={() => setEncerrado(undefined)}
        >
          <p>{t('cupons.efeito', { codigo: encerrado.codigo })}</p>
        </Acao>
      )}
    </div>
  );
}

function Novo({ feito, fechar }: { feito: () => void; fechar: () => void }) {
  const t = useTextos();
  const idioma = useIdioma();
  const [codigo, setCodigo] = useState('');
  const [tipo, setTipo] = useState<'PERCENTUAL' | 'VALOR'>('PERCENTUAL');
  const [quanto, setQuanto] = useState('10');
  const [limite, setLimite] = useState('');
  const exemplo = 10_000;
  const desconto =
    tipo === 'PERCENTUAL'
      ? { tipo, percentual: Math.round(Number(quanto)) }
      : { tipo, valorCentavos: Math.round(Number(quanto) * 100) };
  const tira =
    'percentual' in desconto
      ? Math.floor((exemplo * desconto.percentual) / 100)
      : Math.min(desconto.valorCentavos, exemplo);
  return (
    <Acao
      titulo={t('cupons.criar')}
      rotulo={t('cupons.criar')}
      agir={async () => {
        const corpo = {
          codigo: codigo.trim(),
          desconto,
          ...(limite !== '' && { limiteTotal: Number(limite) }),
        };
        await api('POST /v1/cupons', { corpo, cabecalhos: { 'idempotency-key': chaveDe(corpo) } });
        esquecerChave(corpo);
      }}
      feito={feito}
      fechar={fechar}
    >
      <Campo rotulo={t('cupons.codigo')} required value={codigo} onChange={({ target }) => setCodigo(target.value)} />
      <Escolha
        rotulo={t('cupons.desconto')}
        value={tipo}
        onChange={({ target }) => setTipo(target.value === 'VALOR' ? 'VALOR' : 'PERCENTUAL')}
      >
        <option value="PERCENTUAL">{t('cupons.PERCENTUAL')}</option>
        <option value="VALOR">{t('cupons.VALOR')}</option>
      </Escolha>
      <Campo
        rotulo={t('cupons.quanto')}
        type="number"
        required
        min={tipo === 'PERCENTUAL' ? 1 : 0.01}
        max={tipo === 'PERCENTUAL' ? 100 : undefined}
        step={tipo === 'PERCENTUAL' ? 1 : 0.01}
        value={quanto}
        onChange={({ target }) => setQuanto(target.value)}
      />
      <Campo
        rotulo={t('cupons.limite')}
        type="number"
        min={1}
        value={limite}
        onChange={({ target }) => setLimite(target.value)}
      />
      <p>{t('cupons.exemplo', { de: dinheiro(exemplo, idioma), por: dinheiro(exemplo - (tira || 0), idioma) })}</p>
    </Acao>
  );
}
