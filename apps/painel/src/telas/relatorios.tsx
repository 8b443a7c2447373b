import { type ReactNode, useState } from 'react';
import type { LinhaDeOcupacaoHttp } from '@plataforma/contracts';
import {
  Botao,
  Campo,
  dataCurtaDoDia,
  diaDe,
  diasDepois,
  dinheiro,
  Escolha,
  Falha,
  fusoDaqui,
  useAgora,
  useIdioma,
  useUmaVez,
} from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api } from '../api.js';
import { entregar } from '../entregar.js';
import estilo from '../componentes/painel.module.css';
import { Tabela } from '../componentes/tabela.js';
import { useTextos } from '../textos/index.js';
import mapa from './relatorios.module.css';

const QUAIS = ['ocupacao', 'receita', 'cancelamentos', 'ausencias', 'antecedencia'] as const;
type Qual = (typeof QUAIS)[number];

/** Reports: each as a table, occupancy as a heat map beside it, all as CSV. */
export function Relatorios() {
  const t = useTextos();
  const navegar = useNavigate();
  const busca = useSearch({ strict: false });
  const qual = QUAIS.find((um) => um === busca.tipo) ?? 'ocupacao';
  const hoje = diaDe(useAgora(0), fusoDaqui());
  const consulta = { de: busca.de ?? diasDepois(hoje, -30), ate: busca.ate ?? hoje };
  const buscar = (mudanca: typeof busca) =>
    void navegar({ to: '/relatorios', search: { ...busca, ...mudanca }, replace: true });
  const baixar = useUmaVez({
    mutationFn: async () => {
      // As a file, whatever its size: the answer is CSV.
      const { body } = await api(`GET /v1/relatorios/${qual}`, { consulta: { ...consulta, formato: 'csv' } });
      entregar(body as Blob, `${qual}-${consulta.de}-${consulta.ate}.csv`);
    },
  });
  return (
    <div className={estilo['tela']}>
      <h1>{t('titulos.relatorios')}</h1>
      <div className={estilo['filtros']}>
        <Escolha rotulo={t('relatorios.qual')} value={qual} onChange={({ target }) => buscar({ tipo: target.value })}>
          {QUAIS.map((um) => (
            <option key={um} value={um}>
              {t(`relatorios.${um}`)}
            </option>
          ))}
        </Escolha>
        <Campo
          rotulo={t('lista.de')}
          type="date"
          value={consulta.de}
          onChange={({ target }) => buscar({ de: target.value })}
        />
        <Campo
          rotulo={t('lista.ate')}
          type="date"
          value={consulta.ate}
          onChange={({ target }) => buscar({ ate: target.value })}
        />
        <Botao forma="secundario" ocupado={baixar.isPending} onClick={() => baixar.mutate()}>
          CSV
        </Botao>
      </div>
      {baixar.error && <Falha erro={baixar.error} />}
      <Relatorio qual={qual} consulta={consulta} />
    </div>
  );
}

interface Janela {
  readonly de: string;
  readonly ate: string;
}

/** What was not asked for as a file. */
function emJson<T>(corpo: T): Exclude<T, Blob> {
  if (corpo instanceof Blob) throw new TypeError('esperado JSON');
  return corpo as Exclude<T, Blob>;
}

function Relatorio({ qual, consulta }: { qual: Qual; consulta: Janela }): ReactNode {
  const t = useTextos();
  const idioma = useIdioma();
  const leitura = useQuery({
    queryKey: ['relatorio', qual, consulta],
    queryFn: async () => {
      switch (qual) {
        case 'ocupacao':
          return {
            qual,
            ...emJson((await api('GET /v1/relatorios/ocupacao', { consulta: { ...consulta, por: 'dia' } })).body),
          };
        case 'receita':
          return { qual, ...emJson((await api('GET /v1/relatorios/receita', { consulta })).body) };
        case 'cancelamentos':
          return { qual, ...emJson((await api('GET /v1/relatorios/cancelamentos', { consulta })).body) };
        case 'ausencias':
          return { qual, ...emJson((await api('GET /v1/relatorios/ausencias', { consulta })).body) };
        case 'antecedencia':
          return { qual, ...emJson((await api('GET /v1/relatorios/antecedencia', { consulta })).body) };
      }
    },
  });
  const { data, error, refetch } = leitura;
  if (!data)
    return error ? <Falha erro={error} deNovo={() => void refetch()} /> : <p role="status">{t('lista.lendo')}</p>;
  if (data.linhas.length === 0) return <p>{t('relatorios.nada')}</p>;
  const titulo = t(`relatorios.${qual}`);
  const espaco = { nome: t('reservas.espaco'), titulo: true };
  const reais = (centavos: number) => dinheiro(centavos, idioma);
  const porCento = (taxa: number | null) =>
    taxa === null ? '—' : new Intl.NumberFormat(idioma, { style: 'percent', maximumFractionDigits: 1 }).format(taxa);
  switch (data.qual) {
    case 'ocupacao':
      return <Ocupacao linhas={data.linhas} titulo={titulo} porCento={porCento} />;
    case 'receita':
      return (
        <Tabela
          titulo={titulo}
          itens={data.linhas}
          chave={({ espacoId, dia }) => `${espacoId} ${dia}`}
          colunas={[
            { ...espaco, celula: (linha) => linha.espaco },
            { nome: t('relatorios.dia'), celula: ({ dia }) => dataCurtaDoDia(dia, idioma) },
            { nome: t('titulos.reservas'), numero: true, celula: ({ reservas }) => reservas },
            { nome: t('relatorios.preco'), numero: true, celula: ({ precoCentavos }) => reais(precoCentavos) },
            {
              nome: t('relatorios.reembolsos'),
              numero: true,
              celula: ({ reembolsosCentavos }) => reais(reembolsosCentavos),
            },
            { nome: t('relatorios.ficou'), numero: true, celula: ({ retidoCentavos }) => reais(retidoCentavos) },
          ]}
        />
      );
    case 'cancelamentos':
      return (
        <Tabela
          titulo={titulo}
          itens={data.linhas}
          chave={({ espacoId, motivo }) => `${espacoId} ${motivo}`}
          colunas={[
            { ...espaco, celula: (linha) => linha.espaco },
            { nome: t('acao.motivo'), celula: ({ motivo }) => motivo },
            { nome: t('titulos.reservas'), numero: true, celula: ({ reservas }) => reservas },
            {
              nome: t('relatorios.reembolsos'),
              numero: true,
              celula: ({ reembolsosCentavos }) => reais(reembolsosCentavos),
            },
          ]}
        />
      );
    case 'ausencias':
      return (
        <Tabela
          titulo={titulo}
          itens={data.linhas}
          chave={({ espacoId }) => espacoId}
          colunas={[
            { ...espaco, celula: (linha) => linha.espaco },
            { nome: t('relatorios.vieram'), numero: true, celula: ({ concluidas }) => concluidas },
            { nome: t('relatorios.faltaram'), numero: true, celula: ({ ausencias }) => ausencias },
            { nome: t('relatorios.taxa'), numero: true, celula: ({ taxa }) => porCento(taxa) },
          ]}
        />
      );
    case 'antecedencia':
      return (
        <Tabela
          titulo={titulo}
          itens={data.linhas}
          chave={({ espacoId, deDias }) => `${espacoId} ${deDias}`}
          colunas={[
            { ...espaco, celula: (linha) => linha.espaco },
            {
              nome: t('relatorios.dias'),
              celula: ({ deDias, ateDias }) => (ateDias === null ? `≥ ${deDias}` : `${deDias}–${ateDias}`),
            },
            { nome: t('titulos.reservas'), numero: true, celula: ({ reservas }) => reservas },
          ]}
        />
      );
  }
}

/** Spaces down, days across: the fuller, the darker, and the share is written in each; the table says all of it too. */
function Ocupacao({
  linhas,
  titulo,
  porCento,
}: {
  linhas: readonly LinhaDeOcupacaoHttp[];
  titulo: string;
  porCento: (taxa: number | null) => string;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const [emTabela, setEmTabela] = useState(false);
  const dias = [...new Set(linhas.flatMap(({ dia }) => dia ?? []))].sort();
  const espacos = [...new Map(linhas.map((linha) => [linha.espacoId, linha.espaco]))];
  const de = new Map(linhas.map((linha) => [`${linha.espacoId} ${linha.dia}`, linha.taxa]));
  return (
    <>
      <div className={estilo['linha']}>
        <Botao forma="secundario" aria-pressed={emTabela} onClick={() => setEmTabela(!emTabela)}>
          {t('relatorios.emTabela')}
        </Botao>
      </div>
      {emTabela ? (
        <Tabela
          titulo={titulo}
          itens={linhas}
          chave={({ espacoId, dia }) => `${espacoId} ${dia}`}
          colunas={[
            { nome: t('reservas.espaco'), titulo: true, celula: ({ espaco }) => espaco },
            { nome: t('relatorios.dia'), celula: ({ dia }) => (dia === null ? '—' : dataCurtaDoDia(dia, idioma)) },
            { nome: t('relatorios.taxa'), numero: true, celula: ({ taxa }) => porCento(taxa) },
          ]}
        />
      ) : (
        <div className={estilo['quadro']} role="region" aria-label={titulo} tabIndex={0}>
          <table className={mapa['mapa']}>
            <caption className="so-para-ouvir">{titulo}</caption>
            <thead>
              <tr>
                <th scope="col">{t('reservas.espaco')}</th>
                {dias.map((dia) => (
                  <th key={dia} scope="col">
                    <abbr title={dataCurtaDoDia(dia, idioma)}>{dia.slice(8)}</abbr>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {espacos.map(([id, nome]) => (
                <tr key={id}>
                  <th scope="row">{nome}</th>
                  {dias.map((dia) => {
                    const taxa = de.get(`${id} ${dia}`) ?? null;
                    return (
                      <td key={dia} className={mapa[`calor${taxa === null ? '' : Math.min(4, Math.ceil(taxa * 4))}`]}>
                        {taxa === null ? '' : Math.round(taxa * 100)}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
