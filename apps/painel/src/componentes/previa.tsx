import { useState } from 'react';
import type { EdicaoDeEspacoHttp } from '@plataforma/contracts';
import { dinheiro, duracao, Planta, useIdioma } from '@plataforma/kit';
import { useTextos } from '../textos/index.js';
import { DIAS, nomeDoDia } from './dias.js';
import estilo from './painel.module.css';

/** A space as the public will see it, while one writes. */
export function Previa({ id, edicao }: { id: string; edicao: EdicaoDeEspacoHttp }) {
  const t = useTextos();
  const idioma = useIdioma();
  const [foto] = edicao.fotos;
  const [semFoto, setSemFoto] = useState<string>();
  const preco =
    edicao.precoDiaCentavos === null
      ? `${dinheiro(edicao.precoHoraCentavos, idioma)}/h`
      : t('espacos.porDiaDe', { quanto: dinheiro(edicao.precoDiaCentavos, idioma) });
  return (
    <>
      {foto === undefined || foto === semFoto ? (
        <Planta
          id={id}
          nome={edicao.nome}
          tipo={edicao.tipo}
          capacidade={Math.max(1, edicao.capacidade)}
          unidades={edicao.quantidadeUnidades}
        />
      ) : (
        <img className={estilo['previa']} src={foto} alt="" onError={() => setSemFoto(foto)} />
      )}
      <p>
        <strong>{edicao.nome || '—'}</strong> · {t(`tipos.${edicao.tipo}`)} · {edicao.cidade || '—'} · {preco}
      </p>
      {edicao.descricao !== '' && <p>{edicao.descricao}</p>}
      <dl className={estilo['pares']}>
        <div>
          <dt>{t('espacos.funcionamento')}</dt>
          <dd>{aberturaDita(edicao, idioma) || t('espacos.fechado')}</dd>
        </div>
        <div>
          <dt>{t('espacos.dura')}</dt>
          <dd>
            {duracao(edicao.duracaoMinimaMinutos, idioma)} – {duracao(edicao.duracaoMaximaMinutos, idioma)}
          </dd>
        </div>
        <div>
          <dt>{t('espacos.capacidade')}</dt>
          <dd>{edicao.capacidade}</dd>
        </div>
        {edicao.recursos.length > 0 && (
          <div>
            <dt>{t('espacos.recursos')}</dt>
            <dd>{edicao.recursos.join(', ')}</dd>
          </div>
        )}
        <div>
          <dt>{t('espacos.cancelamento')}</dt>
          <dd>
            {edicao.politicaCancelamento.length === 0
              ? t('espacos.nadaVolta')
              : edicao.politicaCancelamento
                  .map(({ horasAntes, percentual }) => t('espacos.volta', { percentual, horas: horasAntes }))
                  .join('; ')}
          </dd>
        </div>
      </dl>
    </>
  );
}

/** `segunda-feira–sexta-feira 08:00–20:00; sábado 09:00–13:00`: days that follow one another and open alike are told at once. */
function aberturaDita({ horarios }: EdicaoDeEspacoHttp, idioma: string): string {
  const grupos: { dias: number[]; horas: string }[] = [];
  for (const dia of DIAS) {
    const horas = horarios
      .filter(({ diaSemana }) => diaSemana === dia)
      .map(({ abre, fecha }) => `${abre}–${fecha}`)
      .join(', ');
    const ultimo = grupos.at(-1);
    if (horas !== '' && ultimo?.horas === horas && ultimo.dias.at(-1) === dia - 1) ultimo.dias.push(dia);
    else if (horas !== '') grupos.push({ dias: [dia], horas });
  }
  return grupos
    .map(({ dias, horas }) => {
      const nomes = [...new Set([dias.at(0) ?? 1, dias.at(-1) ?? 1])].map((dia) => nomeDoDia(dia, idioma));
      return `${nomes.join('–')} ${horas}`;
    })
    .join('; ');
}
