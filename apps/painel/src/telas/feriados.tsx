import { useState } from 'react';
import type { FeriadoHttp } from '@plataforma/contracts';
import { Campo, dataDoDia, useIdioma } from '@plataforma/kit';
import { useQueryClient } from '@tanstack/react-query';
import { api } from '../api.js';
import { Acao, BotaoDe } from '../componentes/acao.js';
import estilo from '../componentes/painel.module.css';
import { Lista } from '../componentes/tabela.js';
import { useTextos } from '../textos/index.js';

/** Holidays, of one city or of all. */
export function Feriados() {
  const t = useTextos();
  const idioma = useIdioma();
  const consultas = useQueryClient();
  const [novo, setNovo] = useState(false);
  const [retirado, setRetirado] = useState<FeriadoHttp>();
  const [data, setData] = useState('');
  const [nome, setNome] = useState('');
  const [cidade, setCidade] = useState('');
  const reler = () => void consultas.invalidateQueries({ queryKey: ['feriados'] });
  return (
    <div className={estilo['tela']}>
      <div className={estilo['linha']}>
        <h1>{t('titulos.feriados')}</h1>
        <BotaoDe direito="espacos.administrar" forma="primario" onClick={() => setNovo(true)}>
          {t('feriados.acrescentar')}
        </BotaoDe>
      </div>
      <Lista<FeriadoHttp>
        titulo={t('titulos.feriados')}
        consulta={['feriados']}
        pedir={async (cursor) => (await api('GET /v1/feriados', { consulta: { cursor, limite: 50 } })).body}
        vazio={t('feriados.nenhum')}
        chave={({ id }) => id}
        colunas={[
          { nome: t('relatorios.dia'), titulo: true, celula: (feriado) => dataDoDia(feriado.data, idioma) },
          { nome: t('pessoas.nome'), celula: (feriado) => feriado.nome },
          { nome: t('espacos.cidade'), celula: (feriado) => feriado.cidade ?? t('feriados.todas') },
          {
            nome: t('acao.acoes'),
            celula: (feriado) => (
              <BotaoDe direito="espacos.administrar" forma="perigo" onClick={() => setRetirado(feriado)}>
                {t('feriados.retirar')}
              </BotaoDe>
            ),
          },
        ]}
      />
      {novo && (
        <Acao
          titulo={t('feriados.acrescentar')}
          rotulo={t('feriados.acrescentar')}
          agir={() => api('POST /v1/feriados', { corpo: { data, nome: nome.trim(), cidade: cidade.trim() || null } })}
          feito={reler}
          fechar={() => setNovo(false)}
        >
          <Campo
            rotulo={t('relatorios.dia')}
            type="date"
            required
            value={data}
            onChange={({ target }) => setData(target.value)}
          />
          <Campo rotulo={t('pessoas.nome')} required value={nome} onChange={({ target }) => setNome(target.value)} />
          <Campo
            rotulo={t('espacos.cidade')}
            dica={t('feriados.semCidade')}
            value={cidade}
            onChange={({ target }) => setCidade(target.value)}
          />
          <p>{t('feriados.efeito')}</p>
        </Acao>
      )}
      {retirado && (
        <Acao
          titulo={t('feriados.retirar')}
          rotulo={t('feriados.retirar')}
          perigo
          agir={() => api('DELETE /v1/feriados/:id', { parametros: { id: retirado.id } })}
          feito={reler}
          fechar={() => setRetirado(undefined)}
        >
          <p>{retirado.nome}</p>
        </Acao>
      )}
    </div>
  );
}
